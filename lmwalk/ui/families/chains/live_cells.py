"""The cells of chains in the live grid: the course of the property that is drawn on the stage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.chains.scene import ChainScene
from lmwalk.ui.families.chains.selection import ChainSelection
from lmwalk.ui.families.family import Message

MOST_VALUES = 20_000
"""New values beyond which all of them, thinned, are the shorter message."""


class CellScene(ChainScene):
    """The picture of chains as the live grid asks for it."""

    averaged: ClassVar[bool] = False

    def setting(self) -> Message:
        """The part of a snapshot that sets up the picture."""
        return self.scene()

    def starts(self) -> list[Message]:
        """What chains begin with is measured like all that follows."""
        return []

    def means(self, paths: pd.DataFrame) -> list[Message]:
        """Of chains no means are drawn."""
        return []

    def beside(self, row: object) -> Message:
        """Cells have no stream."""
        return {}


@dataclass
class ChainCells:
    """Where the points of cells of chains come from: the measured values of one property."""

    curve: str = ""

    def scene(self, shown: ChainSelection) -> CellScene:
        """The picture of a selection."""
        self.curve = shown.curve
        return CellScene(shown)

    def whole(self, store: Store, study: Study, most: int) -> tuple[int, pd.DataFrame]:
        """All values; of long chains some, evenly spaced."""
        values = store.measures.values(study.name, [self.curve])
        every = -(-study.steps // most)
        return _last(values, 0), values[values["t"] % every == 0]

    def fresh(self, store: Store, study: Study, after: int) -> tuple[int, pd.DataFrame] | None:
        """Values measured after one."""
        values = store.measures.values(study.name, [self.curve], after)
        return None if len(values) > MOST_VALUES else (_last(values, after), values)

    def done(self, store: Store, study: Study, rows: pd.DataFrame) -> Counter[str]:
        """How many texts were measured, which follows the answers closely."""
        return Counter(rows.loc[rows["t"] > 0, "condition"])


def _last(values: pd.DataFrame, otherwise: int) -> int:
    return int(values["id"].max()) if len(values) else otherwise
