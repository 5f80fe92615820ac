"""The five pictures of draws: a belief, what was stated, a prior, a share, and marks. A process names its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

import pandas as pd

from lmwalk.study import Study
from lmwalk.ui.families.draws import references as lines_of
from lmwalk.ui.families.draws.scene import DrawScene, Keys, Line
from lmwalk.ui.families.draws.selection import DrawSelection
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers

MOST_STATED = 60
"""Trajectories of which what was stated is drawn."""
UNIT: Message = {"y": [-0.03, 1.03], "ticks": [], "single": False}
"""The axis upwards of probabilities and shares."""


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
        return {**UNIT, "yTitle": y_title, "x": wide(0, last), "xTitle": "tosses shown", "ticks": ticks}

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
    """What is answered against what was stated: a line for each wording, and their mean."""

    averaged: ClassVar[bool] = True
    grows: ClassVar[bool] = False

    @cached_property
    def axes(self) -> Message:
        y_title = self.event_words if self.scored else self.share_words
        if not self.parities:
            title = f"stated probability of {self.process.followed}, %"
            return {**UNIT, "yTitle": y_title, "x": [-3, 103], "xTitle": title}
        ticks = [[place, name] for place, name in enumerate(self.cases)]
        x = [-0.5, len(ticks) - 0.5]
        return {**UNIT, "x": x, "xTitle": "stated", "ticks": ticks, "yTitle": "P(as stated)"}

    @cached_property
    def references(self) -> list[Message]:
        ideal = lines_of.stated(self.process)
        x = [self.place([lines_of.curve(self.process, cell).x[0]], cell)[0] for cell in self.cells]
        return [lines_of.line("as stated", x, ideal, "dash")]

    @cached_property
    def keys(self) -> Keys:
        each = int(self.process.cases)
        drawn = self.shown.trajectories[: MOST_STATED // len(self.shown.conditions) * each]
        return {(c, n): f"w{place}.{n // each}" for place, c in enumerate(self.shown.ids) for n in drawn}

    def warmth(self, condition: int, cell: int) -> float | None:
        return None if self.together else 0.0

    def mean_lines(self, place: int) -> Iterable[Line]:
        return [Line(f"m{place}.0", "mean", place, self.warmth(place, 0), mean=True)]

    def means(self, paths: pd.DataFrame) -> list[Message]:
        if paths.empty:
            return []
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        pieces = []
        for condition, rows in self.mean_table(paths).groupby("condition", sort=False):
            x = [self.place([x], int(cell))[0] for x, cell in zip(rows["x"], rows["cell"], strict=True)]
            slots, y = numbers(rows["cell"]), numbers(rows["y"])
            pieces.append({"key": f"m{places[str(condition)]}.0", "t": slots, "x": x, "y": y})
        return pieces

    def slots(self, rows: pd.DataFrame, number: int) -> Iterable[Any]:
        return [number % int(self.process.cases)] * len(rows)

    def place(self, values: Iterable[Any], cell: int) -> list[int | float]:
        return [cell for _ in values] if self.parities else numbers(values)

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


class Prior(DrawScene):
    """What is answered without evidence: a point for each wording."""

    scored_only: ClassVar[bool] = True
    grows: ClassVar[bool] = False

    @cached_property
    def axes(self) -> Message:
        wordings = self.study.variants // self.process.cases
        x = [0.4, wordings + 0.6]
        return {**UNIT, "yTitle": self.event_words, "x": x, "xTitle": "wording", "single": True}

    @cached_property
    def references(self) -> list[Message]:
        chance = lines_of.chance_of(self.process)
        return [lines_of.line("uniform", self.axes["x"], [chance, chance], "dash")]

    @cached_property
    def keys(self) -> Keys:
        return {(c, n): f"p{place}" for place, c in enumerate(self.shown.ids) for n in self.shown.trajectories}

    def slots(self, rows: pd.DataFrame, number: int) -> Iterable[Any]:
        return [number] * len(rows)


class Share(DrawScene):
    """How often the event came so far, beside what fair draws do."""

    own_history: ClassVar[bool] = True

    @cached_property
    def axes(self) -> Message:
        return {**UNIT, "yTitle": self.share_words, "x": wide(0, self._longest), "xTitle": "results so far"}

    @cached_property
    def references(self) -> list[Message]:
        return lines_of.fair(self.process, self._longest)

    @property
    def _longest(self) -> int:
        """How many results a trajectory is meant to hold."""
        return int(self.questions * self.process.answers_at_once)

    def warmth(self, condition: int, cell: int) -> float | None:
        return None


class Marks(DrawScene):
    """Marks for each word of a text, beside the rate that was stated or shown."""

    by_case: ClassVar[bool] = True

    @cached_property
    def axes(self) -> Message:
        most = 1.6 * max(self.process.rates[cell] for cell in self.cells)
        y = {**UNIT, "y": [-0.03 * most, most], "yTitle": self.event_words}
        return {**y, "x": wide(0, self._longest), "xTitle": "words written"}

    @cached_property
    def references(self) -> list[Message]:
        return lines_of.marks(self.process, self.cells, self._longest)

    @property
    def _longest(self) -> int:
        """How many words a trajectory is meant to hold."""
        return int(self.questions * self.process.words)

    @property
    def dots(self) -> bool:
        return True

    @property
    def event_words(self) -> str:
        return "marks for each word"

    @property
    def counts_answers(self) -> bool:
        return True

    def counted(self, outcome: str) -> str:
        return f"{outcome.count(self.process.mark):,} marks"


PICTURES: Mapping[str, type[DrawScene]] = {
    "belief": Belief,
    "stated": Stated,
    "prior": Prior,
    "share": Share,
    "marks": Marks,
}
"""By what a process says its ``picture`` is."""


def picture_of(study: Study) -> type[DrawScene]:
    """The picture of a study of draws."""
    process: Any = study.make_process()
    found = PICTURES[process.picture]
    return Share if found.scored_only and study.measurement != "probabilities" else found


def scene_of(shown: DrawSelection) -> DrawScene:
    """The picture of a selection."""
    return picture_of(shown.study)(shown)


def wide(low: float, high: float) -> list[float]:
    """A range with a little air on both sides."""
    air = max(0.03 * (high - low), 0.3)
    return [low - air, high + air]
