"""The picture of walks: paths in the plane, and the fixed background."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from lmwalk.datasets.walks import geometry_of, reference_of, walk_picture
from lmwalk.study import Study, start_position
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers, points_each
from lmwalk.ui.families.walks.selection import WalkSelection
from lmwalk.ui.parts.branches import since


def scene(shown: WalkSelection) -> Message:
    """The part of a snapshot that sets up the picture."""
    study, drawn = shown.study, len(shown.walks)
    total = study.trajectory_count * len(shown.conditions)
    picture = walk_picture(study)
    picture = replace(
        picture,
        field=shown.field,
        reach=max(near_reach(study), *(abs(place) for point in shown.after for place in point), 0),
    )
    return {
        "walks": [
            {"key": key, "trajectory": trajectory, "shift": picture.shift(trajectory)}
            for (_, trajectory), key in shown.walks.items()
        ],
        "remark": _remark(drawn, total, shown, points_each(shown)),
        "clock": {"word": since(study, "t"), "total": study.steps},
        "room": {"kind": "plane", **picture.message(), **_parents_way(shown)},
        "legend": [
            ["lmw-start", "start"],
            ["lmw-end", "now"],
            *_reference(shown),
            *([["lmw-mean-move", "mean move"]] if shown.field else []),
            *([["lmw-before", "its parent"]] if shown.before else []),
            *([["lmw-after", "and on"]] if len(shown.after) > 1 else []),
        ],
        "columns": ["walk", since(study) or "t", *_headings(study)],
        "alt": f"Paths of {drawn} walks of up to {study.steps:,} steps, start and current end marked.",
    }


def _headings(study: Study) -> tuple[str, str]:
    """Of what came back, and of the move."""
    return ("probability", "drawn") if study.measurement == "probabilities" else ("reply, as it came", "read as")


def _parents_way(shown: WalkSelection) -> Message:
    """Of a branch, where its parent went."""
    return {name: [numbers(point) for point in getattr(shown, name)] for name in ("before", "after")}


def _reference(shown: WalkSelection) -> list[list[str]]:
    """What the dashed curve is, in the legend; nothing where there is none."""
    found = reference_of(shown.study)
    if found is None:
        return []
    inside, where = "" if shown.before else " end inside", ", beyond the walls" if found.walled else ""
    return [["lmw-null", f"{found.percentage} of unbiased walks{inside}{where}"]]


def starts(shown: WalkSelection) -> list[Message]:
    """Where every walk sets out, also where nothing has been answered yet."""
    places = {key: start_position(shown.study, number) for (_, number), key in shown.walks.items()}
    return [{"key": key, "t": [0], "x": [place[0]], "y": [place[1]]} for key, place in places.items() if place]


def points(frame: pd.DataFrame, shown: WalkSelection) -> list[Message]:
    """Positions by walk, each in the order of t."""
    found: dict[str, Message] = {}
    # a plain loop: to group a few rows, pandas takes longer than for everything else together
    columns = (frame[name].tolist() for name in ("condition", "trajectory", "t", "x", "y"))
    for condition, trajectory, t, x, y in zip(*columns, strict=True):
        key = shown.walks.get((condition, trajectory))
        if key is None or x is None or math.isnan(x):
            continue
        line = found.setdefault(key, {"key": key, "t": [], "x": [], "y": []})
        for name, value in (("t", t), ("x", x), ("y", y)):
            line[name].append(int(value) if value == int(value) else value)
    return list(found.values())


def _remark(drawn: int, total: int, shown: WalkSelection, most: int) -> str:
    """What the picture leaves out, and when it begins."""
    branch = shown.study.branch
    walks = f"{drawn} of {total:,} walks drawn" if drawn < total else ""
    thinned = f"at most {most:,} points a walk" if shown.study.steps > most else ""
    begins = f"t = 0 is t = {branch.t:,} of {branch.study}" if branch else ""
    return ", ".join(part for part in (walks, thinned, begins) if part)


def near_reach(study: Study) -> float:
    """How far the picture reaches at first: as far as walks go, or where that is far, as the study's may well go."""
    geometry, reference = geometry_of(study), reference_of(study)
    if any(outline.kind == "track" for outline in geometry.outlines):
        return geometry.reach
    radius = reference.width / 2 if reference else math.sqrt(study.steps)
    near = max(5, min(study.steps, math.ceil(1.6 * radius)))
    return geometry.reach if geometry.reach <= 1.4 * near else near
