"""What the live stage of chains is told: a snapshot when a view opens, afterwards only what is new.

Two things arrive at their own pace, the texts of the chain that is read and the measured properties of all chains
drawn. So messages are counted, and the feed remembers how far each of the last ones went.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from lmwalk.store import Store
from lmwalk.ui.families.chains.scene import ChainScene
from lmwalk.ui.families.chains.selection import ChainSelection
from lmwalk.ui.families.family import Message

MOST_VALUES = 20_000
"""New values beyond which a snapshot is the shorter message."""


REMEMBERED = 60
"""Messages that can be told again; where the stage lacks more, it gets a snapshot."""


@dataclass
class ChainFeed:
    """One session's place in the stream of one study of chains.

    Attributes
    ----------
    reached : dict
        The newest step and the newest value that were told, by the count of the message.
    """

    view: str = ""
    count: int = 0
    reached: dict[int, tuple[int, int]] = field(default_factory=lambda: {0: (0, 0)})

    def snapshot(self, store: Store, shown: ChainSelection) -> Message:
        """Everything the stage needs to show a view, whatever it knows."""
        chains = ChainScene(shown)
        rows, values = _rows(store, shown, 0), chains.values(store)
        self.view, self.count = shown.view, self.count + 1
        self.reached = {self.count: (_last(rows, 0), _last(values, 0))}
        return {
            "kind": "snapshot",
            "view": shown.view,
            "study": shown.study.name,
            "from": 0,
            "to": self.count,
            "points": chains.points(values),
            "texts": [chains.first, *chains.texts(rows)],
            "replies": [],
            **dict(zip(("heading", "degrees"), shown.heading, strict=True)),
            "simulation": shown.simulated,
            "many": False,
            **chains.scene(),
        }

    def delta(self, store: Store, shown: ChainSelection) -> Message:
        """What has come since the last message; a snapshot where that is too much, or another view."""
        if shown.view != self.view:
            return self.snapshot(store, shown)
        chains, (step, value) = ChainScene(shown), self.reached[self.count]
        values = chains.values(store, value)
        if len(values) > MOST_VALUES:
            return self.snapshot(store, shown)
        rows = _rows(store, shown, step)
        if len(rows) or len(values):
            self._reach((_last(rows, step), _last(values, value)))
        return {
            "kind": "delta",
            "view": shown.view,
            "from": self.count - bool(len(rows) or len(values)),
            "to": self.count,
            "points": chains.points(values),
            "texts": chains.texts(rows),
            "replies": [],
        }

    def _reach(self, cursors: tuple[int, int]) -> None:
        self.count += 1
        self.reached[self.count] = cursors
        self.reached.pop(self.count - REMEMBERED, None)

    def rewind(self, count: int) -> None:
        """Tell again what came after a message; all of it, where that is not remembered."""
        if count in self.reached:
            self.count, self.reached = count, {count: self.reached[count]}
        else:
            self.view = ""


def _rows(store: Store, shown: ChainSelection, after: int) -> pd.DataFrame:
    """Steps of the chain that is read."""
    return store.steps(shown.study.name, after, conditions=shown.ids[:1], trajectory=shown.chain)


def _last(rows: pd.DataFrame, otherwise: int) -> int:
    return int(rows["id"].max()) if len(rows) else otherwise
