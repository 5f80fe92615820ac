"""Poisson marks: a text carries marks at a rate, stated or shown; the model writes on, and its marks are counted.

Source of the experiment: rcorona/llm-coin-flips (arXiv 2503.04722). Its texts held at most one mark after a word, so
that a nominal rate lambda was truly 1 - exp(-lambda); that inserter is kept as ``legacy``. The ``corrected`` one puts a
Poisson count into every gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from lmwalk.marked_text import gap_counts, marked
from lmwalk.processes._draws import Picture
from lmwalk.processes._neutral import NEUTRAL
from lmwalk.processes._reading import empty_or_refused, refusing, stripped
from lmwalk.registry import processes
from lmwalk.thoughts import split
from lmwalk.types import Chance, Measures, Outcome, Parsed, Span, State

Rate = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]


@processes.register("poisson")
class Poisson(BaseModel):
    """A text with marks at a Poisson rate; each answer is the next piece of the text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = "poisson"
    title: ClassVar[str] = "Poisson marks"
    family: ClassVar[str] = "draw"
    prompts: ClassVar[str] = "poisson"
    picture: ClassVar[Picture] = "marks"
    template: ClassVar[str] = "messages"
    passes_text: ClassVar[bool] = False
    of: ClassVar[str] = ""
    followed: ClassVar[Outcome] = ""
    alphabet: ClassVar[tuple[Outcome, ...]] = ()
    answers_at_once: ClassVar[int] = 1
    geometry: ClassVar[None] = None
    length: ClassVar[None] = None
    room: ClassVar[int] = 200
    variables: ClassVar[Mapping[str, str]] = {
        "text": "the text so far, the model's own words included",
        "mark": "the mark",
        "stated": "a sentence that states the rate, with a space behind it; empty where the marks alone show it",
        "words": "how many words are asked for",
    }

    mode: Literal["explicit", "in-context"] = Field(
        "in-context",
        description="explicit: the rate is stated, the text has no mark yet. in-context: the text carries marks at it.",
    )
    rates: tuple[Rate, ...] = Field(
        (0.1, 0.3, 0.5, 0.7, 0.9),
        min_length=1,
        max_length=1000,
        description="Mean number of marks after a word, one text each.",
    )
    mark: str = Field(
        "*", min_length=1, max_length=1, description="The mark: a sign that is no letter, digit or space."
    )
    inserter: Literal["corrected", "legacy"] = Field(
        "corrected",
        description="corrected: a Poisson number of marks after every word. legacy: at most one, as the original "
        "experiment, so that the true rate is 1 - exp(-rate).",
    )
    shown: int = Field(60, ge=1, le=200, strict=True, description="Words of the text before the question.")
    words: int = Field(40, ge=1, le=1000, strict=True, description="Words asked for in each answer.")
    memory: int = Field(200, ge=1, le=10_000, strict=True, description="The latest words that each question shows.")
    evidence_seed: int = Field(0, ge=0, le=2**53 - 1, strict=True, description="Same evidence seed, same marks.")

    @field_validator("mark")
    @classmethod
    def _a_sign(cls, mark: str) -> str:
        if mark.isalnum() or mark.isspace() or mark in "'\u2019-_":
            raise ValueError("a sign that is no letter, digit, space, apostrophe, hyphen or underscore")
        return mark

    @property
    def cases(self) -> int:
        """One text for each rate."""
        return len(self.rates)

    @property
    def case_labels(self) -> tuple[str, ...]:
        return tuple(f"λ = {rate:g}" for rate in self.rates)

    def counts(self, case: int, words: int) -> list[int]:
        """How many marks the inserter puts after each of so many words."""
        drawn = np.random.default_rng([self.evidence_seed, case]).poisson(self.rates[case], size=words)
        return [int(count) for count in (np.minimum(drawn, 1) if self.inserter == "legacy" else drawn)]

    def start(self, chance: Chance, case: int = 0) -> State:
        words = NEUTRAL.split()[: self.shown]
        counts = self.counts(case, len(words)) if self.mode == "in-context" else [0] * len(words)
        text = marked(words, counts, self.mark)
        return {"cell": case, "rate": self.rates[case], "text": text, "marks": 0, "words": 0}

    def view(self, state: State) -> Mapping[str, object]:
        return {"text": state["text"], "mark": self.mark, "stated": self._sentence(state["rate"]), "words": self.words}

    def _sentence(self, rate: float) -> str:
        if self.mode == "in-context":
            return ""
        behind = "each word is followed by a Poisson-distributed number of marks"
        if self.inserter == "legacy":
            behind = "a mark is put after a word whenever a Poisson process has an event there"
        return f"In this text {behind}, the mark being {self.mark} and the rate {rate:g} per word. "

    def parse(self, reply: str) -> Parsed:
        parsed = empty_or_refused(reply)
        return Parsed(split(reply).answer.strip(), "ok", "whole text") if parsed.status == "unparsed" else parsed

    def spans(self, reply: str) -> tuple[Span, ...]:
        return refusing(reply) or stripped(reply)

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        if outcome is None:
            return state
        gaps = gap_counts(outcome, self.mark)
        text = " ".join(f"{state['text']} {outcome}".split()[-self.memory :])
        return {**state, "text": text, "marks": state["marks"] + sum(gaps), "words": state["words"] + len(gaps)}

    def outcomes(self, state: State) -> None:
        return None

    def event_of(self, state: State) -> tuple[Outcome, ...]:
        return ()

    def over(self, state: State) -> None:
        return None

    def ideal(self, state: State) -> None:
        return None

    def measures(self, steps: int) -> Measures:
        """Marks over those that the rates ask for, and variance over mean of the marks after a word."""
        return {"ratio": None, "dispersion": None}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """The model's words so far, and its marks for each of them."""
        return (state["words"], state["marks"] / state["words"]) if state["words"] else None
