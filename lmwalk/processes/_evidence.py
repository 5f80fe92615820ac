"""True tosses before the question: the evidence of in-context learning and of the switching coin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from lmwalk.processes._draws import Draws, Picture
from lmwalk.types import Chance, Measures, Outcome, State

Array = npt.NDArray[np.float64]
Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Size = Annotated[int, Field(ge=0, le=1000, strict=True)]


class GivenEvidence(Draws):
    """True tosses before the question. The world appends the next ones, whatever the model said."""

    prompts: ClassVar[str] = "series"
    picture: ClassVar[Picture] = "belief"
    evidence: ClassVar[str] = "results"

    evidence_seed: int = Field(
        0, ge=0, le=2**53 - 1, strict=True, description="Same evidence seed, same tosses, for every model and wording."
    )
    prior: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] | None = Field(
        None, description="The ideal observer's pseudo-counts, one for each outcome. Left out: 1 each."
    )
    stated: Rate | None = Field(None, description="A probability of the event that is stated before the tosses.")

    @model_validator(mode="after")
    def _a_count_each(self) -> Any:
        if self.prior is not None and len(self.prior) != len(self.alphabet):
            raise ValueError(f"a prior of {len(self.alphabet)} numbers, one for each outcome")
        return self

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many tosses each question shows."""
        raise NotImplementedError

    def rates(self, case: int) -> Array:
        """The true probability of the event at each toss of a case, shape (largest size,)."""
        raise NotImplementedError

    def switch(self, case: int) -> int | None:
        """How many tosses of a case come before the coin is exchanged; None where it is not."""
        return None

    @property
    def length(self) -> int:
        return len(self.sizes)

    def tosses(self, case: int) -> list[Outcome]:
        """The true tosses of a case: the event at its rate, the other outcomes equally often."""
        rates = self.rates(case)
        rng = np.random.default_rng([self.evidence_seed, case])
        hits = rng.random(len(rates)) < rates
        others = [outcome for outcome in self.alphabet if outcome != self.followed]
        else_ = rng.integers(len(others), size=len(rates))
        return [self.followed if hit else others[other] for hit, other in zip(hits, else_, strict=True)]

    def start(self, chance: Chance, case: int = 0) -> State:
        stated = {} if self.stated is None else {"stated": self.stated}
        return {**super().start(chance, case), "question": 0, **stated, **self._evidence(case, 0)}

    def _evidence(self, case: int, question: int) -> dict[str, Any]:
        n = self.sizes[min(question, len(self.sizes) - 1)]
        rates = self.rates(case)
        theta = float(rates[min(n, len(rates) - 1)])  # of the toss that comes next
        return {"n": n, "theta": theta, "results": self.tosses(case)[:n]}

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        counted = super().advance(state, outcome, chance)
        question = state["question"] + 1
        return {**counted, "question": question, **self._evidence(state["cell"], question)}

    def ideal(self, state: State) -> Mapping[Outcome, float]:
        counts = np.array([state["results"].count(outcome) for outcome in self.alphabet], float)
        weights = counts + (np.ones(len(counts)) if self.prior is None else np.array(self.prior))
        return dict(zip(self.alphabet, (weights / weights.sum()).tolist(), strict=True))

    def measures(self, steps: int) -> Measures:
        return {"distance": None, "gamma": None}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """How many tosses were shown, and the event's probability (1 or 0 for a reply)."""
        return None if asked is None or answer is None else (asked["n"], self._probability(asked, answer))
