"""The picture of walks: paths in the plane, walls, and the circle in which unbiased walks end."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from lmwalk.datasets.walks import centre_of, wall_of, walls_matter
from lmwalk.geometry import Outline, shift, unbiased_radius
from lmwalk.study import Study, start_position
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers, points_each
from lmwalk.ui.families.walks.selection import WalkSelection

WIDEST_WITH_LANES = 60
REFERENCE = "95% of unbiased walks end inside"
SHORTER = "95% of unbiased walks"


def scene(shown: WalkSelection) -> Message:
    """The part of a snapshot that sets up the picture."""
    study, drawn = shown.study, len(shown.walks)
    total = study.trajectory_count * len(shown.conditions)
    reference = (SHORTER if shown.before else REFERENCE) + (", beyond the walls" if walls_matter(study) else "")
    return {
        "walks": [
            {"key": key, "trajectory": trajectory, "shift": lane(study, trajectory)}
            for (_, trajectory), key in shown.walks.items()
        ],
        "remark": _remark(drawn, total, study.steps, points_each(shown)),
        "clock": {"word": "t", "total": study.steps},
        "room": {**_room(study), **_set_out(shown)},
        "legend": [
            ["lmw-start", "start"],
            ["lmw-end", "now"],
            ["lmw-null", reference],
            *([["lmw-before", "its parent"]] if shown.before else []),
        ],
        "columns": ["walk", "t", "reply, as it came", "read as"],
        "alt": f"Paths of {drawn} walks of up to {study.steps:,} steps on a grid, start and current end marked.",
    }


def _set_out(shown: WalkSelection) -> Message:
    """Where all walks set out, which the circle is around, and where a branch came from."""
    return {"centre": numbers(centre_of(shown.study)), "before": [numbers(point) for point in shown.before]}


def starts(shown: WalkSelection) -> list[Message]:
    """Where every walk sets out, also where nothing has been answered yet."""
    places = {key: start_position(shown.study, number) for (_, number), key in shown.walks.items()}
    return [{"key": key, "t": [0], "x": [place[0]], "y": [place[1]]} for key, place in places.items() if place]


def points(frame: pd.DataFrame, shown: WalkSelection) -> list[Message]:
    """Positions by walk, each in the order of t."""
    wanted = frame[frame["x"].notna()]
    return [
        {"key": shown.walks[pair], "t": numbers(walk["t"]), "x": numbers(walk["x"]), "y": numbers(walk["y"])}
        for pair, walk in wanted.groupby(["condition", "trajectory"], sort=False)
        if pair in shown.walks
    ]


def _remark(drawn: int, total: int, steps: int, most: int) -> str:
    """What the picture leaves out."""
    walks = f"{drawn} of {total:,} walks drawn" if drawn < total else ""
    thinned = f"at most {most:,} points a walk" if steps > most else ""
    return ", ".join(part for part in (walks, thinned) if part)


def _room(study: Study) -> Message:
    """What stands still, and how far the picture reaches at first."""
    half_width, steps = wall_of(study), study.steps
    near = max(5, min(steps, math.ceil(1.6 * float(unbiased_radius(steps)))))
    reach = half_width if half_width <= 1.4 * near else near
    return {"kind": "plane", "outlines": outlines(study), "reach": reach}


def outlines(study: Study) -> list[Message]:
    """Walls, tracks and the reference of a study of walks."""
    geometry: Any = study.make_process().geometry
    reference = geometry.reference(study.steps, centre_of(study))
    drawn = [*geometry.outlines, *([Outline("reference", reference.points)] if reference else [])]
    return [{"kind": outline.kind, "points": [list(point) for point in outline.points]} for outline in drawn]


def lane(study: Study, trajectory: int) -> float:
    """How far aside a walk is drawn; nothing where that would be less than a pixel."""
    return 0.0 if _room(study)["reach"] > WIDEST_WITH_LANES else shift(trajectory)
