"""The pictures of draws: a belief, what was stated, a prior, a share, marks, and moves. A process names its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

import pandas as pd

from lmwalk.study import Study
from lmwalk.ui.families.draws import references as lines_of
from lmwalk.ui.families.draws.averaged import Belief, Stated
from lmwalk.ui.families.draws.followed import Followed
from lmwalk.ui.families.draws.scene import UNIT, DrawScene, Keys, wide
from lmwalk.ui.families.draws.selection import DrawSelection
from lmwalk.ui.families.draws.transitions import Transitions
from lmwalk.ui.families.family import Message


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
    "transitions": Transitions,
    "followed": Followed,
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
