"""What the live stage is told: a snapshot when a view opens, afterwards only the points that are new.

Each message covers the rows with id in (``from``, ``to``] and repeats those of the message before it, so one lost
message leaves no gap; the stage merges by (line, t) and asks for a snapshot where it sees one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lmwalk.store import Store
from lmwalk.ui.experiment.live.replies import MOST_REPLIES, replies
from lmwalk.ui.families.draws.scene import DrawScene
from lmwalk.ui.families.family import DRAWS, family_of
from lmwalk.ui.families.walks import scene
from lmwalk.ui.families.walks.scene import points_each
from lmwalk.ui.parts.selection import Selection

Message = dict[str, Any]

MOST_ROWS = 4000
"""New rows beyond which a snapshot, thinned in the database, is the shorter message."""
MEANS_EVERY_S = 0.9


@dataclass
class Feed:
    """One session's place in the stream of one study."""

    view: str = ""
    cursor: int = 0
    before: int = 0
    means_to: int = 0
    means_at: float = 0.0

    def snapshot(self, store: Store, shown: Selection) -> Message:
        """Everything the stage needs to show a view, whatever it knows."""
        rows = store.latest(shown.study.name, MOST_REPLIES, shown.ids)
        self.view = shown.view
        self.cursor = self.before = int(rows["id"].max()) if len(rows) else 0
        paths = store.paths(shown.study.name, points_each(shown), shown.ids)
        return {
            "kind": "snapshot",
            "view": shown.view,
            "study": shown.study.name,
            "from": 0,
            "to": self.cursor,
            "points": self._whole(paths, shown),
            "replies": replies(rows, shown),
            "heading": shown.heading,
            "simulation": shown.simulated,
            "many": len(shown.conditions) > 1,
            **_scene(shown),
        }

    def delta(self, store: Store, shown: Selection) -> Message:
        """What has come since the message before the last; a snapshot where that is too much or another view."""
        if shown.view != self.view:
            return self.snapshot(store, shown)
        rows = store.steps(shown.study.name, self.before, MOST_ROWS, shown.ids)
        if len(rows) >= MOST_ROWS:
            return self.snapshot(store, shown)
        to = int(rows["id"].max()) if len(rows) else self.cursor
        message: Message = {
            "kind": "delta",
            "view": shown.view,
            "from": self.before,
            "to": to,
            "points": [*_points(rows[rows["status"] != "error"], shown), *self._new_means(store, shown, to)],
            "replies": replies(rows, shown),
        }
        self.before, self.cursor = self.cursor, to
        return message

    def _whole(self, paths: pd.DataFrame, shown: Selection) -> list[Message]:
        if not _is_draw(shown):
            return [*scene.starts(shown), *scene.points(paths, shown)]
        series = DrawScene(shown)
        self.means_to, self.means_at = self.cursor, time.monotonic()
        return [*series.points(paths), *series.means(paths)]

    def _new_means(self, store: Store, shown: Selection, to: int) -> list[Message]:
        """Means are over all points, so they are computed anew; at most about once a second."""
        if not _is_draw(shown) or to == self.means_to or time.monotonic() - self.means_at < MEANS_EVERY_S:
            return []
        series = DrawScene(shown)
        self.means_to, self.means_at = to, time.monotonic()
        return series.means(store.paths(shown.study.name, points_each(shown), shown.ids)) if series.averaged else []


def _is_draw(shown: Selection) -> bool:
    return family_of(shown.study.process) == DRAWS.name


def _scene(shown: Selection) -> Message:
    return DrawScene(shown).scene() if _is_draw(shown) else scene.scene(shown)


def _points(rows: pd.DataFrame, shown: Selection) -> list[Message]:
    return DrawScene(shown).points(rows) if _is_draw(shown) else scene.points(rows, shown)
