"""The two pictures of draws that show means over trajectories: a belief, and answers to what was stated."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

import pandas as pd

from lmwalk.ui.families.draws import references as lines_of
from lmwalk.ui.families.draws.scene import UNIT, DrawScene, Keys, Line, wide
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers

MOST_STATED = 60
"""Trajectories of which what was stated is drawn."""


class Belief(DrawScene):
    """A belief that follows evidence: a mean for each case, or one case with each trajectory."""

    averaged: ClassVar[bool] = True
    by_case: ClassVar[bool] = True

    @cached_property
    def axes(self) -> Message:
        sizes = list(self.process.sizes)[: self.questions]
        last = len(sizes) - 1 if self.spaced else sizes[-1]
        ticks = [[place, str(size)] for place, size in enumerate(sizes)] if self.spaced else []
        y_title = self.event_words if self.scored else self.share_words
        x_title = "tosses shown, at equal distances" if self.spaced else "tosses shown"
        return {**UNIT, "yTitle": y_title, "x": wide(0, last), "xTitle": x_title, "ticks": ticks}

    @cached_property
    def references(self) -> list[Message]:
        lines = []
        for place, cell in enumerate(self.cells):
            curve = lines_of.curve(self.process, cell)
            at = self.place(curve.x, cell)
            lines.append(lines_of.line("" if place else "truth θ", at, curve.truth, "dash", shape="hv"))
            lines.append(lines_of.line("" if place else "ideal observer", at, curve.ideal, "dot"))
        return lines

    @cached_property
    def keys(self) -> Keys:
        return {} if len(self.cells) > 1 or not self.scored else super().keys

    def mean_lines(self, place: int) -> Iterable[Line]:
        for cell in self.cells:
            yield Line(f"m{place}.{cell}", f"{self.cases[cell]}, mean", place, self.warmth(place, cell), mean=True)

    def means(self, paths: pd.DataFrame) -> list[Message]:
        if paths.empty:
            return []
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        pieces = []
        for (condition, own), rows in self.mean_table(paths).groupby(["condition", "cell"], sort=False):
            cell = int(str(own))
            x, y = self.place(rows["x"], cell), numbers(rows["y"])
            pieces.append({"key": f"m{places[str(condition)]}.{cell}", "t": numbers(rows["t"]), "x": x, "y": y})
        return pieces

    def place(self, values: Iterable[Any], cell: int) -> list[int | float]:
        if not self.spaced:
            return numbers(values)
        order = {size: place for place, size in enumerate(self.process.sizes)}
        return [order.get(int(value), int(value)) for value in values]

    @property
    def spaced(self) -> bool:
        """Whether the numbers of tosses shown stand at equal distances, though they are not."""
        sizes = list(self.process.sizes)
        return sizes != list(range(len(sizes)))

    @property
    def dots(self) -> bool:
        return self.spaced


class Stated(DrawScene):
    """What is answered against what was stated: a line for each wording and their mean, at each place in a text."""

    averaged: ClassVar[bool] = True
    grows: ClassVar[bool] = False

    @cached_property
    def axes(self) -> Message:
        y_title = self.event_words if self.scored else self.share_words
        if not self.parities:
            title = f"stated probability of {self.process.followed}, %"
            return {**UNIT, "yTitle": y_title, "x": [-3, 103], "xTitle": title}
        ticks = [[place, name.partition(", ")[0]] for place, name in enumerate(self.cases[: self.statements])]
        x = [-0.5, len(ticks) - 0.5]
        return {**UNIT, "x": x, "xTitle": "stated", "ticks": ticks, "yTitle": "P(as stated)"}

    @cached_property
    def references(self) -> list[Message]:
        cells = self.cells[: self.statements]
        x = [self.place([lines_of.curve(self.process, cell).x[0]], cell)[0] for cell in cells]
        return [lines_of.line("as stated", x, lines_of.stated(self.process)[: self.statements], "dash")]

    @cached_property
    def keys(self) -> Keys:
        each = self.statements
        drawn = self.shown.trajectories[: MOST_STATED // len(self.shown.conditions) * each]
        return {(c, n): f"w{place}.{n // each}" for place, c in enumerate(self.shown.ids) for n in drawn}

    def warmth(self, condition: int, cell: int) -> float | None:
        return None if self.together else 0.0

    def mean_lines(self, place: int) -> Iterable[Line]:
        starts = range(0, int(self.process.cases), self.statements)
        where = [self.cases[cell].partition(", ")[2] for cell in starts]
        names = [f"{each}, mean" if each else "mean" for each in where]
        return [
            Line(f"m{place}.{number}", name, place, self.warmth(place, 0), mean=True)
            for number, name in enumerate(names)
        ]

    def means(self, paths: pd.DataFrame) -> list[Message]:
        if paths.empty:
            return []
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        pieces = []
        table = self.mean_table(paths)
        for (condition, line), rows in table.groupby(["condition", table["cell"] // self.statements], sort=False):
            x = [self.place([x], int(cell))[0] for x, cell in zip(rows["x"], rows["cell"], strict=True)]
            slots, y = numbers(rows["cell"]), numbers(rows["y"])
            pieces.append({"key": f"m{places[str(condition)]}.{line}", "t": slots, "x": x, "y": y})
        return pieces

    def slots(self, rows: pd.DataFrame, number: int) -> Iterable[Any]:
        return [number % int(self.process.cases)] * len(rows)

    def place(self, values: Iterable[Any], cell: int) -> list[int | float]:
        return [cell % self.statements for _ in values] if self.parities else numbers(values)

    @property
    def statements(self) -> int:
        """How many cases make up a line: what is stated, one after the other."""
        return len(self.process.each)

    @property
    def parities(self) -> bool:
        """Whether even and odd are stated."""
        return any(isinstance(each, str) for each in self.process.each)

    @property
    def dots(self) -> bool:
        return True

    @property
    def scale(self) -> list[str]:
        """None: the cases lie side by side, in one colour."""
        return []

    @property
    def scored_heading(self) -> str:
        return str(self.axes["yTitle"])
