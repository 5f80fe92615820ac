"""Draws: a coin, a die or a number, asked for without evidence, with a stated bias, or after true tosses.

Five experiments of "Enough coin flips can make LLMs act Bayesian" (arXiv 2503.04722) and what they left out. Each
follows the probability of one *event*: heads, a face of the die, one of the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from lmwalk.processes._draws import Draws, Picture, Stated, Thing
from lmwalk.processes._evidence import Array, GivenEvidence, Rate, Size
from lmwalk.processes._reading import Reader
from lmwalk.registry import processes
from lmwalk.types import Chance, Measures, Outcome, State

TENTHS = tuple(tenth / 10 for tenth in range(11))
_STATED: Mapping[Thing, tuple[Stated, ...]] = {
    "coin": tuple(float(percent) for percent in range(0, 101, 10)),
    "die": (60.0, 80.0),
    "number": ("even", "odd"),
}


@processes.register("prior")
class Prior(Draws):
    """What a model thinks without any evidence: the same question in many wordings."""

    name: ClassVar[str] = "prior"
    title: ClassVar[str] = "Prior"
    picture: ClassVar[Picture] = "prior"

    def measures(self, steps: int) -> Measures:
        return {"share": (0.0, 1.0), "distance": None}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """Probabilities: the number of the wording and the event's probability. Replies: the share so far."""
        if asked is None or answer is None or len(answer) == 1:
            return super().position(state, asked, answer)
        return asked.get("paraphrase", 0) + 1, self._probability(asked, answer)


@processes.register("stated-bias")
class StatedBias(Draws):
    """Whether a model that is told a bias answers with it."""

    name: ClassVar[str] = "stated-bias"
    title: ClassVar[str] = "Stated bias"
    picture: ClassVar[Picture] = "stated"

    stated: tuple[Stated, ...] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="What is stated, one after the other: percentages of the event, or even and odd for numbers. "
        "Left out: 0 to 100 by 10 for a coin, 60 and 80 for a die, even and odd for numbers.",
    )

    @model_validator(mode="after")
    def _parity_of_numbers(self) -> Any:
        if self.of == "coin" and any(isinstance(stated, str) for stated in self.each):
            raise ValueError("even and odd of a die or of numbers, not of a coin")
        return self

    @property
    def each(self) -> tuple[Stated, ...]:
        """Every statement, in order."""
        return self.stated or _STATED[self.of]

    @property
    def cases(self) -> int:
        return len(self.each)

    @property
    def case_labels(self) -> tuple[str, ...]:
        return tuple(each if isinstance(each, str) else f"{each:g}%" for each in self.each)

    def start(self, chance: Chance, case: int = 0) -> State:
        stated = self.each[case]
        return {**super().start(chance, case), "stated": stated if isinstance(stated, str) else stated / 100}

    def ideal(self, state: State) -> Mapping[Outcome, float]:
        return self._biased(state["stated"])

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """The stated percentage (100 for even and odd) and the event's probability, or its share so far."""
        if asked is None or answer is None:
            return None
        stated = asked["stated"]
        percent = 100.0 if isinstance(stated, str) else 100 * stated
        if len(answer) > 1:
            return percent, self._probability(asked, answer)
        return percent, state["events"] / state["answers"]


@processes.register("in-context")
class InContext(GivenEvidence):
    """How belief follows evidence: the same question after 0, 1, 3, ... true tosses of a biased coin."""

    name: ClassVar[str] = "in-context"
    title: ClassVar[str] = "In-context learning"

    thetas: tuple[Rate, ...] = Field(
        TENTHS,
        min_length=1,
        max_length=1000,
        description="True probabilities of the event, one sequence of tosses each.",
    )
    examples: tuple[Size, ...] = Field(
        (0, 1, 3, 5, 10, 20, 50, 100),
        min_length=1,
        max_length=1001,
        description="How many tosses are shown, question after question.",
    )

    @model_validator(mode="after")
    def _growing(self) -> Any:
        if list(self.examples) != sorted(set(self.examples)):
            raise ValueError("examples that grow, the question with fewest tosses first")
        return self

    @property
    def cases(self) -> int:
        return len(self.thetas)

    @property
    def case_labels(self) -> tuple[str, ...]:
        return tuple(f"θ = {theta:g}" for theta in self.thetas)

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.examples

    def rates(self, case: int) -> Array:
        return np.full(max(1, self.examples[-1]), self.thetas[case])


@processes.register("switching")
class Switching(GivenEvidence):
    """One growing sequence of tosses whose coin is exchanged on the way: how fast does belief follow?"""

    name: ClassVar[str] = "switching"
    title: ClassVar[str] = "Switching coin"

    before: Rate = Field(0.75, description="Probability of the event before the switch.")
    after: Rate = Field(0.25, description="Probability of the event after it.")
    at: Size = Field(50, description="Tosses before the switch.")
    tosses_shown: Size = Field(100, description="Tosses in all; belief is asked for after each.")
    sequences: int = Field(1, ge=1, le=1000, strict=True, description="Different sequences of tosses.")

    @property
    def cases(self) -> int:
        return self.sequences

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(range(self.tosses_shown + 1))

    def switch(self, case: int) -> int:
        return self.at

    def rates(self, case: int) -> Array:
        return np.where(np.arange(max(1, self.tosses_shown)) < self.at, self.before, self.after)


@processes.register("sequence")
class DrawnSequence(Draws):
    """A model that flips again and again: with its own results before it, independently, or all in one answer."""

    name: ClassVar[str] = "sequence"
    title: ClassVar[str] = "Sequence"
    prompts: ClassVar[str] = "series"
    variables: ClassVar[Mapping[str, str]] = {**Draws.variables, "flips": "how many results one answer is to hold"}

    way: Literal["own history", "independent", "batch"] = Field(
        "own history",
        description="own history: the model sees its latest results. independent: it sees none. batch: one answer "
        "holds many.",
    )
    memory: int = Field(200, ge=0, le=1000, strict=True, description="How many of its latest results it sees.")
    flips: int = Field(20, ge=1, le=1000, strict=True, description="How many results one answer holds, in a batch.")

    @property
    def answers_at_once(self) -> int:
        return self.flips if self.way == "batch" else 1

    @property
    def room(self) -> int:
        return 200 if self.way == "batch" else super().room

    @property
    def template(self) -> str:
        return "batch" if self.way == "batch" else "messages"

    def view(self, state: State) -> Mapping[str, object]:
        return {**super().view(state), "flips": self.flips}

    def shown(self, state: State) -> Sequence[Outcome]:
        return list(state["results"]) if self.way == "own history" else []

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.alphabet, many=self.flips) if self.way == "batch" else super().reader

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        for result in outcome.split(", ") if outcome else ():
            state = super().advance(state, result, chance)
            results = [*state["results"], result]
            state = {**state, "results": results[max(0, len(results) - self.memory) :]}
        return {**state, "n": len(self.shown(state))}

    def measures(self, steps: int) -> Measures:
        return {"share": (0.0, 1.0), "alternation": (0.0, 1.0)}

    def outcomes(self, state: State) -> tuple[Outcome, ...] | None:
        return None if self.way == "batch" else self.alphabet

    def ideal(self, state: State) -> Mapping[Outcome, float] | None:
        return None if self.way == "batch" else super().ideal(state)
