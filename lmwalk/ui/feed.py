"""What the live stage is told: a snapshot when a view opens, afterwards only the points that are new.

Each message covers the rows with id in (``from``, ``to``] and repeats those of the message before it, so one lost
message leaves no gap; the stage merges by (walk, t) and asks for a snapshot where it sees one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from lmwalk.analysis.walks import unbiased_radius
from lmwalk.store import Store
from lmwalk.study import Condition, Study, start_position

Message = dict[str, Any]

MOST_WALKS = 60
MOST_POINTS = 500
MOST_ROWS = 4000
"""New rows beyond which a snapshot, thinned in the database, is the shorter message."""
MOST_REPLIES = 150
MOST_CHARACTERS = 600
REFERENCE = "95% of unbiased walks end inside"
REPLY_COLUMNS = ["id", "condition", "model", "temperature", "trajectory", "t", "outcome", "status", "reply", "error"]


@dataclass(frozen=True)
class Shown:
    """What the stage shows: some conditions of a study."""

    study: Study
    conditions: tuple[Condition, ...]
    simulated: bool = False

    @property
    def view(self) -> str:
        """Changes whenever the picture has to be drawn anew."""
        return f"{' '.join(self.ids)} {self.study.trajectories} {self.study.steps}"

    @property
    def ids(self) -> list[str]:
        """The ids of the conditions."""
        return [condition.id for condition in self.conditions]

    @property
    def heading(self) -> str:
        """What it is, for people."""
        if len(self.conditions) == 1:
            return label(self.conditions[0])
        return f"{len(self.conditions)} conditions together"

    @cached_property
    def walks(self) -> dict[tuple[str, int], str]:
        """The walks that are drawn: (condition, trajectory) to a short key."""
        each = range(min(self.study.trajectories, MOST_WALKS // max(1, len(self.conditions)) or 1))
        pairs = [(condition.id, trajectory) for condition in self.conditions for trajectory in each]
        return {pair: str(place) for place, pair in enumerate(pairs[:MOST_WALKS])}


def label(condition: Condition) -> str:
    """A condition in few words."""
    return f"{condition.model} · T = {condition.temperature:g}"


@dataclass
class Feed:
    """One session's place in the stream of one study."""

    view: str = ""
    cursor: int = 0
    before: int = 0

    def snapshot(self, store: Store, shown: Shown) -> Message:
        """Everything the stage needs to show a view, whatever it knows."""
        rows = store.latest(shown.study.name, MOST_REPLIES, shown.ids)
        self.view = shown.view
        self.cursor = self.before = int(rows["id"].max()) if len(rows) else 0
        paths = store.paths(shown.study.name, MOST_POINTS, shown.ids)
        return {
            "kind": "snapshot",
            "view": shown.view,
            "from": 0,
            "to": self.cursor,
            "points": [*_starts(shown), *_points(paths, shown)],
            "replies": _replies(rows, shown),
            **_scene(shown),
        }

    def delta(self, store: Store, shown: Shown) -> Message:
        """What has come since the message before the last; a snapshot where that is too much or another view."""
        if shown.view != self.view:
            return self.snapshot(store, shown)
        rows = store.steps(shown.study.name, self.before, MOST_ROWS, shown.ids)
        if len(rows) >= MOST_ROWS:
            return self.snapshot(store, shown)
        message: Message = {
            "kind": "delta",
            "view": shown.view,
            "from": self.before,
            "to": int(rows["id"].max()) if len(rows) else self.cursor,
            "points": _points(rows[rows["status"] != "error"], shown),
            "replies": _replies(rows, shown),
        }
        self.before, self.cursor = self.cursor, message["to"]
        return message


def _scene(shown: Shown) -> Message:
    study, drawn = shown.study, len(shown.walks)
    total = study.trajectories * len(shown.conditions)
    half_width = wall_of(study)
    return {
        "walks": [{"key": key, "trajectory": trajectory} for (_, trajectory), key in shown.walks.items()],
        "room": _room(half_width, study.steps),
        "heading": shown.heading,
        "simulation": shown.simulated,
        "remark": _remark(drawn, total, study.steps),
        "many": len(shown.conditions) > 1,
        "reference": REFERENCE + (", beyond the walls" if walls_matter(study) else ""),
        "alt": f"Paths of {drawn} walks of up to {study.steps:,} steps on a grid, start and current end marked.",
    }


def _remark(drawn: int, total: int, steps: int) -> str:
    """What the picture leaves out."""
    walks = f"{drawn} of {total:,} walks drawn" if drawn < total else ""
    points = f"long walks drawn with {MOST_POINTS} points" if steps > MOST_POINTS else ""
    return ", ".join(part for part in (walks, points) if part)


def wall_of(study: Study) -> int:
    """How far from the centre the walls stand."""
    return int(study.params.get("half_width", 25))


def walls_matter(study: Study) -> bool:
    """Whether more than 5% of unbiased walks of this length would have met a wall, so that the free walk is no null."""
    return float(unbiased_radius(study.steps)) > wall_of(study)


def _room(half_width: int, steps: int) -> Message:
    """The walls, the unbiased walk's circle, and how far the picture reaches at first."""
    radius = float(unbiased_radius(steps))
    near = max(5, min(steps, math.ceil(1.6 * radius)))
    reach = half_width if half_width <= 1.4 * near else near
    return {"wall": half_width, "radius": radius, "reach": reach}


def _starts(shown: Shown) -> list[Message]:
    """Where every walk sets out, also where nothing has been answered yet."""
    process, seed = shown.study.make_process(), shown.study.seed
    places = {key: start_position(process, seed, number) for (_, number), key in shown.walks.items()}
    return [{"key": key, "t": [0], "x": [place[0]], "y": [place[1]]} for key, place in places.items() if place]


def _points(frame: pd.DataFrame, shown: Shown) -> list[Message]:
    """Positions by walk, each in the order of t."""
    wanted = frame[frame["x"].notna()]
    return [
        {"key": shown.walks[pair], "t": _list(walk["t"]), "x": _list(walk["x"]), "y": _list(walk["y"])}
        for pair, walk in wanted.groupby(["condition", "trajectory"], sort=False)
        if pair in shown.walks
    ]


def _list(values: Iterable[Any]) -> list[int | float]:
    return [int(value) if float(value).is_integer() else float(value) for value in values]


def _replies(frame: pd.DataFrame, shown: Shown) -> list[Message]:
    """The newest replies of the conditions shown, oldest first."""
    rows = frame[REPLY_COLUMNS].tail(MOST_REPLIES)
    several = len(shown.conditions) > 1
    return [_reply(row, several) for row in rows.itertuples(index=False)]


def _reply(row: Any, several: bool) -> Message:
    said = row.error if row.status == "error" else row.reply
    text = said if isinstance(said, str) else ""
    return {
        "id": int(row.id),
        "trajectory": int(row.trajectory),
        "t": int(row.t),
        "asked": f"{row.model} · T = {row.temperature:g}" if several else "",
        "text": text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}… ({len(text):,} characters)",
        "outcome": row.outcome if isinstance(row.outcome, str) else None,
        "status": row.status,
    }
