"""What all walks share: where answers that name a move come from, and walks on finitely many sites."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from lmwalk.processes._reading import Reader
from lmwalk.sites import Sites
from lmwalk.types import Chance, Measures, Outcome, Parsed, Span, State


class Walk(BaseModel):
    """Each answer is a move from a finite alphabet, and every one of them is allowed everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str] = "walk"
    prompts: ClassVar[str]
    template: ClassVar[str]
    passes_text: ClassVar[bool] = False
    cases: ClassVar[int] = 1
    case_labels: ClassVar[tuple[str, ...]] = ("",)
    answers_at_once: ClassVar[int] = 1
    length: ClassVar[None] = None
    room: ClassVar[int] = 64

    @property
    def alphabet(self) -> tuple[Outcome, ...]:
        """Every outcome."""
        raise NotImplementedError

    @cached_property
    def reader(self) -> Reader:
        """What reads its replies by the corrected rules."""
        return Reader(self.alphabet)

    def parse(self, reply: str) -> Parsed:
        return self.reader(reply).parsed

    def spans(self, reply: str) -> tuple[Span, ...]:
        return self.reader(reply).spans

    def outcomes(self, state: State) -> tuple[Outcome, ...]:
        return self.alphabet

    def over(self, state: State) -> None:
        return None

    def ideal(self, state: State) -> Mapping[Outcome, float]:
        return dict.fromkeys(self.alphabet, 1 / len(self.alphabet))


class SiteWalk(Walk):
    """A walk from site to site; an answer that could not be read leaves it where it is."""

    template: ClassVar[str] = "memoryless"

    memory: int = Field(
        10, ge=0, le=200, strict=True, description="How many past moves a template can show as {moves}."
    )

    @property
    def geometry(self) -> Sites:
        """Its sites, and the moves between them."""
        raise NotImplementedError

    @cached_property
    def alphabet(self) -> tuple[Outcome, ...]:
        return tuple(self.geometry.moves)

    def start(self, chance: Chance, case: int = 0) -> State:
        return {"t": 0, "site": 0, "moves": []}

    def view(self, state: State) -> Mapping[str, object]:
        return {**state, "moves": ", ".join(state["moves"]) or "none yet"}

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        moves = [*state["moves"], outcome or "stay"]
        return {
            "t": state["t"] + 1,
            "site": self.geometry.moved(state["site"], outcome) if outcome else state["site"],
            "moves": moves[max(0, len(moves) - self.memory) :],
        }

    def measures(self, steps: int) -> Measures:
        """The distance at a walk's end, and the share of each move among a walk's answers that could be read."""
        shares = dict.fromkeys((f"{move.lower()}-share" for move in self.alphabet), (0.0, 1.0))
        return {"distance": (0.0, float(min(steps, max(self.geometry.hops)))), **shares}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float]:
        return self.geometry.points[state["site"]]
