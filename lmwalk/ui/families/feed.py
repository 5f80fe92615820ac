"""What the live stage is told of steps: a snapshot when a view opens, afterwards only the points that are new.

Each message covers the rows with id in (``from``, ``to``] and repeats those of the message before it, so one lost
message leaves no gap; the stage merges by (line, t) and asks for a snapshot where it sees one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import pandas as pd

from lmwalk.store import Store
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import points_each
from lmwalk.ui.families.replies import MOST_REPLIES, replies
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
class Feed:
    """One session's place in the stream of one study."""

    scene_of: Callable[[Any], Scene]
    view: str = ""
    cursor: int = 0
    before: int = 0
    means_to: int = 0
    means_at: float = 0.0

    def snapshot(self, store: Store, shown: Selection) -> Message:
        """Everything the stage needs to show a view, whatever it knows."""
        scene, rows = self.scene_of(shown), store.latest(shown.study.name, MOST_REPLIES, shown.ids)
        self.view = shown.view
        self.cursor = self.before = int(rows["id"].max()) if len(rows) else 0
        paths = store.paths(shown.study.name, points_each(shown), shown.ids)
        self.means_to, self.means_at = self.cursor, time.monotonic()
        return {
            "kind": "snapshot",
            "view": shown.view,
            "study": shown.study.name,
            "from": 0,
            "to": self.cursor,
            "points": [*scene.starts(), *scene.points(paths), *scene.means(paths)],
            "replies": replies(rows, shown, scene.beside),
            "heading": shown.heading,
            "simulation": shown.simulated,
            "many": len(shown.conditions) > 1,
            **scene.setting(),
        }

    def delta(self, store: Store, shown: Selection) -> Message:
        """What has come since the message before the last; a snapshot where that is too much or another view."""
        if shown.view != self.view:
            return self.snapshot(store, shown)
        rows = store.steps(shown.study.name, self.before, MOST_ROWS, shown.ids)
        if len(rows) >= MOST_ROWS:
            return self.snapshot(store, shown)
        scene, to = self.scene_of(shown), int(rows["id"].max()) if len(rows) else self.cursor
        message: Message = {
            "kind": "delta",
            "view": shown.view,
            "from": self.before,
            "to": to,
            "points": [*scene.points(rows[rows["status"] != "error"]), *self._new_means(scene, store, shown, to)],
            "replies": replies(rows, shown, scene.beside),
        }
        self.before, self.cursor = self.cursor, to
        return message

    def _new_means(self, scene: Scene, store: Store, shown: Selection, to: int) -> list[Message]:
        """Means are over all points, so they are computed anew; at most about once a second."""
        if not scene.averaged or to == self.means_to or time.monotonic() - self.means_at < MEANS_EVERY_S:
            return []
        self.means_to, self.means_at = to, time.monotonic()
        return scene.means(store.paths(shown.study.name, points_each(shown), shown.ids))
