"""What the live stage of chains is told: a snapshot when a view opens, afterwards only what is new.

Two things arrive at their own pace, the texts of the chain that is read and the measured properties of all chains
drawn. Messages are counted; each repeats the one before it, so that one lost message leaves no gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lmwalk.store import Store
from lmwalk.ui.families.chains.scene import ChainScene
from lmwalk.ui.families.chains.selection import ChainSelection
from lmwalk.ui.families.family import Message

MOST_VALUES = 20_000
"""New values beyond which a snapshot is the shorter message."""


@dataclass
class ChainFeed:
    """One session's place in the stream of one study of chains: where it is, and where it was a message before."""

    view: str = ""
    count: int = 0
    steps: tuple[int, int] = (0, 0)
    values: tuple[int, int] = (0, 0)

    def snapshot(self, store: Store, shown: ChainSelection) -> Message:
        """Everything the stage needs to show a view, whatever it knows."""
        chains = ChainScene(shown)
        rows, values = _rows(store, shown, 0), chains.values(store)
        self.view, self.count = shown.view, self.count + 1
        self.steps, self.values = (_last(rows, 0),) * 2, (_last(values, 0),) * 2
        return {
            "kind": "snapshot",
            "view": shown.view,
            "study": shown.study.name,
            "from": 0,
            "to": self.count,
            "points": chains.points(values),
            "texts": [chains.first, *chains.texts(rows)],
            "replies": [],
            "heading": shown.heading,
            "simulation": shown.simulated,
            "many": False,
            **chains.scene(),
        }

    def delta(self, store: Store, shown: ChainSelection) -> Message:
        """What has come since the message before the last; a snapshot where that is too much or another view."""
        if shown.view != self.view:
            return self.snapshot(store, shown)
        chains = ChainScene(shown)
        values = chains.values(store, self.values[0])
        if len(values) > MOST_VALUES:
            return self.snapshot(store, shown)
        rows = _rows(store, shown, self.steps[0])
        self.count += 1
        self.steps = (self.steps[1], _last(rows, self.steps[1]))
        self.values = (self.values[1], _last(values, self.values[1]))
        return {
            "kind": "delta",
            "view": shown.view,
            "from": self.count - 2,
            "to": self.count,
            "points": chains.points(values),
            "texts": chains.texts(rows),
            "replies": [],
        }


def _rows(store: Store, shown: ChainSelection, after: int) -> pd.DataFrame:
    """Steps of the chain that is read."""
    return store.steps(shown.study.name, after, conditions=shown.ids[:1], trajectory=shown.chain)


def _last(rows: pd.DataFrame, otherwise: int) -> int:
    return int(rows["id"].max()) if len(rows) else otherwise
