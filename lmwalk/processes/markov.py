"""Markov chains: a growing sequence of states, drawn by the world, after which a model is asked for the next one.

The experiment was made with the code of "Enough coin flips can make LLMs act Bayesian" (arXiv 2503.04722) and is not in
the paper. Nothing but the sequence tells the model how the chain moves. The right answer is the true row of the latest
state; the best that can be known of it is what an ideal observer expects, whose rows are independent Dirichlet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lmwalk.processes._draws import Picture
from lmwalk.processes._evidence import Rate, Size
from lmwalk.processes._reading import Reader, Reading
from lmwalk.processes._transitions import Preset, drawn_places, preset
from lmwalk.registry import processes
from lmwalk.types import Chance, Measures, Outcome, Parsed, Span, State

MOST_STATES = 26
OFF = 1e-6
"""How far from 1 a row may be, as it is where numbers were rounded."""


@processes.register("markov")
class Markov(BaseModel):
    """What comes next in a growing sequence that a Markov chain drew: does a model learn how the chain moves?"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = "markov"
    title: ClassVar[str] = "Markov chain"
    family: ClassVar[str] = "draw"
    prompts: ClassVar[str] = "markov"
    picture: ClassVar[Picture] = "transitions"
    template: ClassVar[str] = "messages"
    passes_text: ClassVar[bool] = False
    of: ClassVar[str] = ""
    followed: ClassVar[Outcome] = "the likeliest state"
    answers_at_once: ClassVar[int] = 1
    geometry: ClassVar[None] = None
    room: ClassVar[int] = 64
    variables: ClassVar[Mapping[str, str]] = {
        "choices": "every state, such as A, B, C or D",
        "sequence": "the states so far, each with a space before and a comma behind; empty where there is none",
        "spaced": "the same without commas",
        "n": "how many states are shown",
    }

    states: tuple[str, ...] = Field(
        ("A", "B", "C", "D"),
        min_length=2,
        max_length=MOST_STATES,
        description="The names of the states, 2 to 26. Letters and common words are one token for most models.",
    )
    matrix: Preset = Field(
        "sticky",
        description="How the chain moves. uniform: anywhere. sticky: stays with .7. last: goes to the last state with "
        ".7, from everywhere. cycle: goes to the next state with .7. The rest is shared evenly.",
    )
    rows: tuple[Rate, ...] | None = Field(
        None,
        description="A transition matrix of your own, row after row: from each state, the probability of every state. "
        "Left out: the matrix chosen.",
    )
    mixed: Rate = Field(0.0, description="How much of the uniform chain is mixed in: 0 nothing of it, 1 nothing else.")
    sequences: int = Field(20, ge=1, le=1000, strict=True, description="Different sequences of the same chain.")
    lengths: tuple[Size, ...] = Field(
        (0, 1, 2, 5, 10, 20, 50, 100, 200),
        min_length=1,
        max_length=1001,
        description="How many states are shown, question after question; each sequence goes on where it ended.",
    )
    alpha: float = Field(
        1.0, gt=0, le=1000, allow_inf_nan=False, description="The ideal observer's pseudo-count of every transition."
    )
    evidence_seed: int = Field(
        0,
        ge=0,
        le=2**53 - 1,
        strict=True,
        description="Same evidence seed, same sequences, for every model and wording.",
    )
    reading: Reading = Field(
        "one",
        description="one: a reply has to name a single state. first: the first one named counts, for models that "
        "complete a text and go on.",
    )

    @field_validator("states", mode="before")
    @classmethod
    def _numbers_are_names(cls, states: Any) -> Any:
        """States that are called 1, 2, 3 come as numbers from files and forms."""
        plain = isinstance(states, list | tuple)
        return [str(each) if type(each) is int else each for each in states] if plain else states

    @field_validator("states")
    @classmethod
    def _told_apart(cls, states: tuple[str, ...]) -> tuple[str, ...]:
        words = all(0 < len(each) <= 20 and each.isalnum() for each in states)
        if not words or len({each.lower() for each in states}) < len(states):
            raise ValueError("different letters, numbers or single words of at most 20 letters")
        return states

    @field_validator("rows", mode="before")
    @classmethod
    def _one_after_the_other(cls, rows: Any) -> Any:
        """Rows may come as lists of their own."""
        if not isinstance(rows, list | tuple) or not any(isinstance(row, list | tuple) for row in rows):
            return rows
        return [value for row in rows for value in (row if isinstance(row, list | tuple) else [row])]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if list(self.lengths) != sorted(set(self.lengths)):
            raise ValueError("lengths that grow, the shortest first")
        k = len(self.states)
        if self.rows is None:
            return self
        if len(self.rows) != k * k:
            raise ValueError(f"rows of {k} x {k} probabilities for {k} states; there are {len(self.rows)} numbers")
        for state, row in zip(self.states, np.reshape(self.rows, (k, k)), strict=True):
            if abs(row.sum() - 1) > OFF:
                raise ValueError(f"rows that sum to 1 each; that of {state} sums to {row.sum():.6g}")
        return self

    @cached_property
    def transitions(self) -> tuple[tuple[float, ...], ...]:
        """The true matrix: from each state, the probability of every state; rows sum to 1."""
        k = len(self.states)
        chosen = preset(self.matrix, k) if self.rows is None else np.reshape(np.array(self.rows), (k, k))
        whole = (1 - self.mixed) * chosen / chosen.sum(axis=1, keepdims=True) + self.mixed / k
        return tuple(map(tuple, whole.tolist()))

    @property
    def cases(self) -> int:
        """One for each sequence."""
        return self.sequences

    @property
    def case_labels(self) -> tuple[str, ...]:
        return tuple(f"sequence {case + 1}" for case in range(self.cases))

    @property
    def alphabet(self) -> tuple[Outcome, ...]:
        return self.states

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many states each question shows."""
        return self.lengths

    @property
    def length(self) -> int:
        return len(self.lengths)

    def drawn(self, case: int) -> tuple[Outcome, ...]:
        """The whole sequence of a case. The first state is any, equally often; the chain draws the others."""
        seed = (self.evidence_seed, case)
        return tuple(self.states[place] for place in drawn_places(self.transitions, self.lengths[-1], seed))

    def truth(self, results: Sequence[Outcome]) -> tuple[float, ...]:
        """The true probability of every state after these: the latest one's row, and even odds of the first."""
        k = len(self.states)
        return self.transitions[self.states.index(results[-1])] if results else (1 / k,) * k

    def start(self, chance: Chance, case: int = 0) -> State:
        return {"cell": case, "answers": 0, "events": 0, "question": 0, **self._evidence(case, 0)}

    def _evidence(self, case: int, question: int) -> dict[str, Any]:
        n = self.lengths[min(question, len(self.lengths) - 1)]
        results = list(self.drawn(case)[:n])
        return {"n": n, "theta": max(self.truth(results)), "results": results}

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        read = {"answers": state["answers"] + 1, "events": state["events"] + (outcome in self.event_of(state))}
        question = state["question"] + 1
        return {**state, **(read if outcome else {}), "question": question, **self._evidence(state["cell"], question)}

    def view(self, state: State) -> Mapping[str, object]:
        return {
            "choices": f"{', '.join(self.states[:-1])} or {self.states[-1]}",
            "sequence": "".join(f" {each}," for each in state["results"]),
            "spaced": "".join(f" {each}" for each in state["results"]),
            "n": state["n"],
        }

    @cached_property
    def reader(self) -> Reader:
        """What reads its replies."""
        return Reader(self.states, first=self.reading == "first")

    def parse(self, reply: str) -> Parsed:
        return self.reader(reply).parsed

    def spans(self, reply: str) -> tuple[Span, ...]:
        return self.reader(reply).spans

    def outcomes(self, state: State) -> tuple[Outcome, ...]:
        return self.states

    def event_of(self, state: State) -> tuple[Outcome, ...]:
        """The state that truly comes next most often, the first of several."""
        truth = self.truth(state.get("results", ()))
        return (self.states[truth.index(max(truth))],)

    def over(self, state: State) -> None:
        return None

    def ideal(self, state: State) -> Mapping[Outcome, float]:
        """What independent Dirichlet rows expect: (count + alpha) / (counts of the row + k alpha)."""
        results = state["results"]
        last = results[-1] if results else None
        followed = [after for before, after in pairwise(results) if before == last]
        total = len(followed) + self.alpha * len(self.states)
        return {each: (followed.count(each) + self.alpha) / total for each in self.states}

    def measures(self, steps: int) -> Measures:
        """The numbers that Compare has below its pictures."""
        return {"distance": None, "observer": None, "area": None}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """States shown, and the total variation distance of the answer from the true row.

        One reply is no distribution, so its distance would say nothing: of replies, whether it is the likeliest state.
        """
        if asked is None or answer is None:
            return None
        if len(answer) == 1:
            return asked["n"], float(next(iter(answer)) in self.event_of(asked))
        truth = self.truth(asked["results"])
        apart = math.fsum(abs(answer.get(each, 0.0) - p) for each, p in zip(self.states, truth, strict=True))
        return asked["n"], apart / 2
