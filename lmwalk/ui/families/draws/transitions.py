"""The picture of Markov chains: how far what is expected next is from the truth, as the sequence grows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pandas as pd

from lmwalk.ui.families.draws import references as lines_of
from lmwalk.ui.families.draws.averaged import Belief
from lmwalk.ui.families.draws.scene import Keys, Line
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers

MOST_LINES = 20


class Transitions(Belief):
    """Distance from the true row, a line for each sequence and their mean; of replies, the share that are likeliest."""

    @cached_property
    def axes(self) -> Message:
        shown = "states shown, at equal distances" if self.spaced else "states shown"
        title = "distance from the true row" if self.scored else self.share_words
        return {**super().axes, "yTitle": title, "xTitle": shown}

    @cached_property
    def references(self) -> list[Message]:
        found = lines_of.expectation(self.process, self.cells, scored=self.scored)
        return [{**each, "x": self.place(each["x"], 0)} for each in found]

    @cached_property
    def keys(self) -> Keys:
        """Of all sequences together those of one wording, so that their mean can be seen among them."""
        if not self.scored or self.together:
            return {}
        most = len(self.shown.lines) if self.shown.case is not None else min(len(self.cells), MOST_LINES)
        return dict(list(self.shown.lines.items())[:most])

    @property
    def averaged_over(self) -> int:
        """Trajectories of every sequence shown."""
        return len(self.shown.trajectories)

    def warmth(self, condition: int, cell: int) -> float | None:
        """One colour for all sequences of a condition: they are alike, and their order says nothing."""
        return None if self.together else 0.0

    def mean_lines(self, place: int) -> Iterable[Line]:
        name = "mean of the sequences" if len(self.cells) > 1 else f"{self.cases[self.cells[0]]}, mean"
        yield Line(f"m{place}", name, place, self.warmth(place, 0), mean=True)

    def means(self, paths: pd.DataFrame) -> list[Message]:
        if paths.empty:
            return []
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        each = self.mean_table(paths)
        table = each.groupby(["condition", "x"], sort=True).agg(y=("y", "mean"), t=("t", "min")).reset_index()
        return [
            {
                "key": f"m{places[str(condition)]}",
                "t": numbers(rows["t"]),
                "x": self.place(rows["x"], 0),
                "y": numbers(rows["y"]),
            }
            for condition, rows in table.groupby("condition", sort=False)
        ]

    @property
    def scored_heading(self) -> str:
        return "P(likeliest)"

    @property
    def scale(self) -> list[str]:
        """None: sequences have one colour."""
        return []
