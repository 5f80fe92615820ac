"""What the live stage is told of steps: a snapshot when a view opens, afterwards only what is new, each row once.

A message covers the rows with id in (``from``, ``to``]. The stage notices where one is missing and says how far it has
come; the feed then goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import pandas as pd

from lmwalk.store import Store
from lmwalk.ui.families import tail
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import points_each
from lmwalk.ui.families.replies import MOST_REPLIES, replies
from lmwalk.ui.families.tail import tail_of
from lmwalk.ui.parts.selection import Selection

MOST_ROWS = 4000
"""New rows beyond which a snapshot, thinned in the database, is the shorter message."""
MEANS_EVERY_S = 0.9


class Scene(Protocol):
    """The picture of a selection."""

    averaged: ClassVar[bool]
    """Whether ``means`` are drawn."""

    def setting(self) -> Message:
        """The part of a snapshot that sets up the picture: its lines, and all that stands still."""

    def starts(self) -> list[Message]:
        """Points that are there before the first answer."""

    def points(self, frame: pd.DataFrame) -> list[Message]:
        """Points of single trajectories, from rows with condition, trajectory, t, x, y."""

    def means(self, paths: pd.DataFrame) -> list[Message]:
        """Points of lines that are means over trajectories, from all their points."""

    def beside(self, row: Any) -> Message:
        """What the stream says of an answer beside the reply, or instead of it."""


@dataclass
class Means:
    """When means were computed last, and which of their points were told."""

    to: int = 0
    at: float = field(default_factory=time.monotonic)
    told: dict[tuple[str, str], dict[float, tuple[float, float]]] = field(default_factory=dict)

    def due(self, to: int) -> bool:
        """Whether they are to be computed anew, as there are rows up to ``to``: about once a second."""
        if to == self.to or time.monotonic() - self.at < MEANS_EVERY_S:
            return False
        self.to, self.at = to, time.monotonic()
        return True

    def changed(self, pieces: list[Message], whose: str = "") -> list[Message]:
        """Of these points those that were not told before, or lay elsewhere; from now on they are told."""
        found = []
        for piece in pieces:
            known = self.told.setdefault((whose, piece["key"]), {})
            points = zip(piece["t"], piece["x"], piece["y"], strict=True)
            fresh = [(t, x, y) for t, x, y in points if known.get(t) != (x, y)]
            known.update({t: (x, y) for t, x, y in fresh})
            if fresh:
                t, x, y = (list(each) for each in zip(*fresh, strict=True))
                found.append({"key": piece["key"], "t": t, "x": x, "y": y})
        return found

    def forget(self) -> None:
        """All of them are to be told again."""
        self.told.clear()
        self.to = -1


@dataclass
class Feed:
    """One session's place in the stream of one study."""

    scene_of: Callable[[Any], Scene]
    view: str = ""
    cursor: int = 0
    means: Means = field(default_factory=Means)

    def snapshot(self, store: Store, shown: Selection) -> Message:
        """Everything the stage needs to show a view, whatever it knows."""
        scene = self.scene_of(shown)
        # looked up before the rest is read: what comes in between is told twice rather than never
        self.view, self.cursor = shown.view, tail_of(store, shown.study).newest(store)
        rows = store.latest(shown.study.name, MOST_REPLIES, shown.ids, tail.COLUMNS)
        paths = store.paths(shown.study.name, points_each(shown), shown.ids)
        self.means = Means(self.cursor)
        return {
            "kind": "snapshot",
            "view": shown.view,
            "study": shown.study.name,
            "from": 0,
            "to": self.cursor,
            "points": [*scene.starts(), *scene.points(paths), *self.means.changed(scene.means(paths))],
            "replies": replies(rows, shown, scene.beside),
            **dict(zip(("heading", "degrees"), shown.heading, strict=True)),
            "simulation": shown.simulated,
            "many": len(shown.conditions) > 1,
            **scene.setting(),
        }

    def delta(self, store: Store, shown: Selection) -> Message:
        """What has come since the last message; a snapshot where that is too much, or another view."""
        if shown.view != self.view:
            return self.snapshot(store, shown)
        every = tail_of(store, shown.study).after(store, self.cursor)
        if every is None or len(every) >= MOST_ROWS:
            return self.snapshot(store, shown)
        scene, rows = self.scene_of(shown), every[every["condition"].isin(shown.ids)] if len(every) else every
        before, self.cursor = self.cursor, int(every["id"].iloc[-1]) if len(every) else self.cursor
        return {
            "kind": "delta",
            "view": shown.view,
            "from": before,
            "to": self.cursor,
            "points": [*_points(scene, rows), *self._new_means(scene, store, shown)],
            "replies": replies(rows, shown, scene.beside) if len(rows) else [],
        }

    def rewind(self, cursor: int) -> None:
        """Tell again what came after a row."""
        self.cursor = min(self.cursor, cursor)
        self.means.forget()

    def _new_means(self, scene: Scene, store: Store, shown: Selection) -> list[Message]:
        """Means are over all points, so they are computed anew; those are told that have changed."""
        if not scene.averaged or not self.means.due(self.cursor):
            return []
        return self.means.changed(scene.means(store.paths(shown.study.name, points_each(shown), shown.ids)))


def _points(scene: Scene, rows: pd.DataFrame) -> list[Message]:
    """Points of single trajectories; of no rows at once, as that is asked several times a second."""
    return scene.points(rows[rows["status"] != "error"]) if len(rows) else []
