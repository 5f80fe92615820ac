"""Draws: a coin, a die or a number, asked for without evidence, with a stated bias, or after true tosses.

Five experiments of "Enough coin flips can make LLMs act Bayesian" (arXiv 2503.04722) and what they left out. Each
follows the probability of one *event*: heads, a face of the die, one of the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from lmwalk.processes._draws import Draws, Picture, Stated, Thing
from lmwalk.processes._evidence import Array, GivenEvidence, Rate, Size
from lmwalk.processes._filler import NEUTRAL, filler_of, hidden
from lmwalk.processes._reading import Reader
from lmwalk.registry import processes
from lmwalk.types import Chance, Measures, Outcome, State

Depth = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Length = Annotated[int, Field(ge=10, le=1000, strict=True)]
_OF_FILLER = ("filler", "depths", "lengths")
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
    filler: str | None = Field(
        None,
        min_length=1,
        max_length=100_000,
        description="A text that the statement is hidden in: neutral, which is a text of ours, or a text of your own. "
        "Left out: none.",
    )
    depths: tuple[Depth, ...] = Field(
        (0.0, 0.25, 0.5, 0.75, 1.0),
        min_length=1,
        max_length=101,
        description="With a filler, where the statement stands in it: 0 before all of it, 1 behind it, between two "
        "sentences in each case.",
    )
    lengths: tuple[Length, ...] = Field(
        (10, 100, 1000),
        min_length=1,
        max_length=100,
        description="With a filler, how many of its words are shown, from its beginning.",
    )

    @model_serializer(mode="wrap")
    def _as_ever(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without a filler nothing is written of it, so that conditions without it keep their ids and draws."""
        return {name: value for name, value in plain(self).items() if self.filler or name not in _OF_FILLER}

    @model_validator(mode="after")
    def _long_enough(self) -> Any:
        usual = type(self).model_fields
        if self.filler is None and any(getattr(self, name) != usual[name].default for name in _OF_FILLER):
            raise ValueError("a filler beside depths and lengths")
        words = len(filler_of(self.filler or NEUTRAL).split())
        if max(self.lengths) > words:
            raise ValueError(f"lengths of at most {words:,} words, as many as the filler has")
        return self

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
    def _designs(self) -> tuple[tuple[Stated, float, int], ...]:
        """What is stated, how deep in the filler, and how many words that has: a case each."""
        if self.filler is None:
            return tuple((stated, 0.0, 0) for stated in self.each)
        return tuple(
            (stated, depth, length) for length in self.lengths for depth in self.depths for stated in self.each
        )

    @property
    def cases(self) -> int:
        return len(self.each) * (len(self.depths) * len(self.lengths) if self.filler else 1)

    @property
    def case_labels(self) -> tuple[str, ...]:
        hidden_at = ", depth {:g} of {:,} words" if self.filler else ""
        return tuple(
            (stated if isinstance(stated, str) else f"{stated:g}%") + hidden_at.format(*place)
            for stated, *place in self._designs
        )

    def start(self, chance: Chance, case: int = 0) -> State:
        stated, depth, length = self._designs[case]
        begun = {**super().start(chance, case), "stated": stated if isinstance(stated, str) else stated / 100}
        return {**begun, "depth": depth, "length": length} if self.filler else begun

    def view(self, state: State) -> Mapping[str, object]:
        seen = super().view(state)
        if self.filler is None:
            return seen
        needle = str(seen["stated"]).rstrip()
        return {**seen, "stated": hidden(needle, filler_of(self.filler), state["length"], state["depth"]) + "\n\n"}

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
