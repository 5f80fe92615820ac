"""What all walks share: where answers that name a move come from, and walks on finitely many sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from lmwalk.errors import InputError
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
    remembered: ClassVar[frozenset[str]] = frozenset({"moves"})
    """Variables of the way that a walker came, which a position and a time do not give."""

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

    def placed(self, numbers: Sequence[int], t: int) -> State:
        """The state of a walker that stands somewhere at a time and remembers no moves.

        Parameters
        ----------
        numbers : sequence of int
            The site's coordinates, one for each dimension of ``geometry.shape``.
        t : int
            How many questions came before.

        Raises
        ------
        InputError
            There is no such site.
        """
        shape = self.geometry.shape
        site = 0
        for number, length in zip(numbers, shape, strict=True):
            if not 0 <= number < length:
                raise InputError(f"There is no site {tuple(numbers)}. Accepted: from 0 to below {shape}.")
            site = site * length + int(number)
        return {"t": t, "site": site, "moves": []}

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
