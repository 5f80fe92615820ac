"""The picture of many switches, the belief against the probability after the switch, and the numbers below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import ClassVar

import pandas as pd

from lmwalk.number_format import DASH
from lmwalk.ui.families.draws import references as lines_of
from lmwalk.ui.families.draws.scene import UNIT, DrawScene, Keys, Line
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.shell.escape import counted


class Followed(DrawScene):
    """A line for each cutoff: means over the probabilities before the switch, and over wordings."""

    averaged: ClassVar[bool] = True
    grows: ClassVar[bool] = False

    @cached_property
    def axes(self) -> Message:
        y_title = self.event_words if self.scored else self.share_words
        title = f"probability of {self.process.followed} after the switch"
        return {**UNIT, "yTitle": y_title, "x": [-0.03, 1.03], "xTitle": title}

    @cached_property
    def references(self) -> list[Message]:
        return [lines_of.line("followed whole", [0, 1], [0, 1], "dash")]

    @cached_property
    def keys(self) -> Keys:
        return {}

    def mean_lines(self, place: int) -> Iterable[Line]:
        return [
            Line(f"m{place}.{number}", f"switch after {at}, mean", place, self._warmth(number), mean=True)
            for number, at in enumerate(self.process.cutoffs)
        ]

    def means(self, paths: pd.DataFrame) -> list[Message]:
        if paths.empty:
            return []
        cutoff = paths["trajectory"] % self.process.cases % len(self.process.cutoffs)
        found = paths.assign(cutoff=cutoff)[paths["x"].notna()].groupby(["condition", "cutoff", "x"], sort=True)["y"]
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        slots = {after: slot for slot, after in enumerate(sorted(self.process.after))}
        pieces = []
        for (condition, number), rows in found.mean().reset_index().groupby(["condition", "cutoff"], sort=False):
            t = [slots[after] for after in rows["x"]]
            x, y = numbers(rows["x"]), numbers(rows["y"])
            pieces.append({"key": f"m{places[str(condition)]}.{number}", "t": t, "x": x, "y": y})
        return pieces

    def _warmth(self, number: int) -> float | None:
        return None if self.together else number / max(1, len(self.process.cutoffs) - 1)

    @property
    def dots(self) -> bool:
        return True

    @property
    def scale(self) -> list[str]:
        cutoffs = self.process.cutoffs
        several = len(cutoffs) > 1 and not self.together
        return [f"switch after {at}" for at in (cutoffs[0], cutoffs[-1])] if several else []

    def _legend(self, references: Sequence[Message]) -> list[list[str]]:
        each = len(self.process.before) * self.study.trajectory_count // self.process.cases
        return [["lmw-thick", f"mean of {each:,}"], *super()._legend(references)[1:]]


def followed_metrics(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    """How far beliefs are from the probability after the switch, and from what an ideal observer believes."""
    known = frame[frame["event"].notna()]
    cases = counted(int(known["cell"].nunique()), "sequence")
    below = f"{cases} in {counted(int(known['paraphrase'].nunique()), 'wording')}" if len(known) else "no answer yet"
    return [
        Metric(name, _apart(known, column), f"mean distance\n{below}", meaning)
        for name, column, meaning in (
            (
                f"{series.event_words} from θ",
                "theta",
                "Mean distance of the belief from the true probability after the switch: 0 where it has followed.",
            ),
            (
                f"{series.event_words} from ideal",
                "ideal",
                "Mean distance from an ideal observer, who takes the coin for one and the same.",
            ),
        )
    ]


def _apart(known: pd.DataFrame, column: str) -> str:
    return f"{(known['event'] - known[column]).abs().mean():.3f}" if len(known) else DASH
