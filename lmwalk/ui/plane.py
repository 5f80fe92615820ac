"""The picture of walks: paths in the plane, walls, and the circle in which unbiased walks end."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from lmwalk.analysis.walks import unbiased_radius
from lmwalk.study import Study, start_position
from lmwalk.ui.shown import Shown

Message = dict[str, Any]

MOST_POINTS = 500
REFERENCE = "95% of unbiased walks end inside"
SHORTER = "95% of unbiased walks"


def scene(shown: Shown) -> Message:
    """The part of a snapshot that sets up the picture."""
    study, drawn = shown.study, len(shown.walks)
    total = study.trajectory_count * len(shown.conditions)
    reference = (SHORTER if shown.before else REFERENCE) + (", beyond the walls" if walls_matter(study) else "")
    return {
        "walks": [{"key": key, "trajectory": trajectory} for (_, trajectory), key in shown.walks.items()],
        "room": {**_room(wall_of(study), study.steps), **_set_out(shown)},
        "remark": _remark(drawn, total, study.steps),
        "legend": [
            ["lmw-start", "start"],
            ["lmw-end", "now"],
            ["lmw-null", reference],
            *([["lmw-before", "its parent"]] if shown.before else []),
        ],
        "columns": ["walk", "t", "reply, as it came", "read as"],
        "alt": f"Paths of {drawn} walks of up to {study.steps:,} steps on a grid, start and current end marked.",
    }


def _set_out(shown: Shown) -> Message:
    """Where all walks set out, which the circle is around, and where a branch came from."""
    return {"centre": numbers(centre_of(shown.study)), "before": [numbers(point) for point in shown.before]}


def centre_of(study: Study) -> tuple[float, float]:
    """Where all walks of a study set out."""
    return start_position(study, study.numbers[0]) or (0.0, 0.0)


def starts(shown: Shown) -> list[Message]:
    """Where every walk sets out, also where nothing has been answered yet."""
    places = {key: start_position(shown.study, number) for (_, number), key in shown.walks.items()}
    return [{"key": key, "t": [0], "x": [place[0]], "y": [place[1]]} for key, place in places.items() if place]


def points(frame: pd.DataFrame, shown: Shown) -> list[Message]:
    """Positions by walk, each in the order of t."""
    wanted = frame[frame["x"].notna()]
    return [
        {"key": shown.walks[pair], "t": numbers(walk["t"]), "x": numbers(walk["x"]), "y": numbers(walk["y"])}
        for pair, walk in wanted.groupby(["condition", "trajectory"], sort=False)
        if pair in shown.walks
    ]


def numbers(values: Iterable[Any]) -> list[int | float]:
    """Numbers as JSON has them, whole ones without a point."""
    return [int(value) if float(value).is_integer() else float(value) for value in values]


def wall_of(study: Study) -> int:
    """How far from the centre the walls stand."""
    return int(study.params.get("half_width", 25))


def walls_matter(study: Study) -> bool:
    """Whether more than 5% of unbiased walks of this length would have met a wall, so that the free walk is no null."""
    return float(unbiased_radius(study.steps)) > wall_of(study) - max(map(abs, centre_of(study)))


def _remark(drawn: int, total: int, steps: int) -> str:
    """What the picture leaves out."""
    walks = f"{drawn} of {total:,} walks drawn" if drawn < total else ""
    thinned = f"long walks drawn with {MOST_POINTS} points" if steps > MOST_POINTS else ""
    return ", ".join(part for part in (walks, thinned) if part)


def _room(half_width: int, steps: int) -> Message:
    """The walls, the unbiased walk's circle, and how far the picture reaches at first."""
    radius = float(unbiased_radius(steps))
    near = max(5, min(steps, math.ceil(1.6 * radius)))
    reach = half_width if half_width <= 1.4 * near else near
    return {"kind": "plane", "wall": half_width, "radius": radius, "reach": reach}
