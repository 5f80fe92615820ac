"""Many switches at once: every pair of probabilities before and after, at every cutoff, asked once all is shown.

The design by which "Enough coin flips can make LLMs act Bayesian" (arXiv 2503.04722) holds attention against the error
of the update.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from lmwalk.processes._draws import Picture
from lmwalk.processes._evidence import Array, GivenEvidence, Rate, Size
from lmwalk.registry import processes
from lmwalk.types import Measures, Outcome, State

TENTHS = tuple(tenth / 10 for tenth in range(11))


@processes.register("double-distribution")
class DoubleDistribution(GivenEvidence):
    """One question after all tosses of a coin that was exchanged on the way, for many pairs of coins and cutoffs."""

    name: ClassVar[str] = "double-distribution"
    title: ClassVar[str] = "Many switches"
    picture: ClassVar[Picture] = "followed"

    before: tuple[Rate, ...] = Field(
        TENTHS, min_length=1, max_length=100, description="Probabilities of the event before the switch."
    )
    after: tuple[Rate, ...] = Field(
        TENTHS, min_length=1, max_length=100, description="Probabilities after it, each behind each of those before."
    )
    cutoffs: tuple[Size, ...] = Field(
        tuple(range(10, 100, 10)), min_length=1, max_length=100, description="Tosses before the switch."
    )
    tosses_shown: Size = Field(100, description="Tosses in all; belief is asked for after the last one.")

    @model_validator(mode="after")
    def _switches_in_time(self) -> Any:
        if not all(0 < cutoff < self.tosses_shown for cutoff in self.cutoffs):
            raise ValueError(f"cutoffs from 1 to {self.tosses_shown - 1}, so that tosses are shown before and after")
        return self

    @property
    def cases(self) -> int:
        return len(self.before) * len(self.after) * len(self.cutoffs)

    @property
    def case_labels(self) -> tuple[str, ...]:
        each = (self._case(case) for case in range(self.cases))
        return tuple(f"θ = {before:g}, {after:g} after {cutoff}" for before, after, cutoff in each)

    @property
    def sizes(self) -> tuple[int, ...]:
        return (self.tosses_shown,)

    def rates(self, case: int) -> Array:
        before, after, cutoff = self._case(case)
        return np.where(np.arange(self.tosses_shown) < cutoff, before, after)

    def switch(self, case: int) -> int:
        return self._case(case)[2]

    def measures(self, steps: int) -> Measures:
        return {"distance": None}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """The event's probability after the switch, and what is answered to it."""
        return None if asked is None or answer is None else (asked["theta"], self._probability(asked, answer))

    def _case(self, case: int) -> tuple[float, float, int]:
        """The probabilities before and after, and the cutoff, which changes first."""
        pair, cutoff = divmod(case, len(self.cutoffs))
        before, after = divmod(pair, len(self.after))
        return self.before[before], self.after[after], self.cutoffs[cutoff]
