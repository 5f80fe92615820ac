"""The picture of walks: paths in the plane, walls, and the circle in which unbiased walks end."""

from __future__ import annotations

import math

import pandas as pd

from lmwalk.datasets.walks import centre_of, wall_of, walls_matter
from lmwalk.geometry import unbiased_radius
from lmwalk.study import start_position
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers, points_each
from lmwalk.ui.families.walks.selection import WalkSelection

REFERENCE = "95% of unbiased walks end inside"
SHORTER = "95% of unbiased walks"


def scene(shown: WalkSelection) -> Message:
    """The part of a snapshot that sets up the picture."""
    study, drawn = shown.study, len(shown.walks)
    total = study.trajectory_count * len(shown.conditions)
    reference = (SHORTER if shown.before else REFERENCE) + (", beyond the walls" if walls_matter(study) else "")
    return {
        "walks": [{"key": key, "trajectory": trajectory} for (_, trajectory), key in shown.walks.items()],
        "remark": _remark(drawn, total, study.steps, points_each(shown)),
        "clock": {"word": "t", "total": study.steps},
        "room": {**_room(wall_of(study), study.steps), **_set_out(shown)},
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


def _room(half_width: int, steps: int) -> Message:
    """The walls, the unbiased walk's circle, and how far the picture reaches at first."""
    radius = float(unbiased_radius(steps))
    near = max(5, min(steps, math.ceil(1.6 * radius)))
    reach = half_width if half_width <= 1.4 * near else near
    return {"kind": "plane", "wall": half_width, "radius": radius, "reach": reach}
