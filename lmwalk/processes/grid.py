"""A walk on a square grid: the model says where to go, the grid moves it.

Source of the experiment: attentionmech/TILDNN (2024). Its rules are kept as ``rules="legacy"``: the prompt says
``G x G`` while each coordinate is clamped to [-G, G], and a reply is searched, case-sensitively, for UP, then DOWN,
LEFT, RIGHT. The ``corrected`` rules say the size that holds and read whole words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from lmwalk.processes._reading import empty_or_refused, refusing, whole_words
from lmwalk.registry import processes
from lmwalk.types import Chance, Outcome, Parsed, Span, State

MOVES: Mapping[Outcome, tuple[int, int]] = {"UP": (0, 1), "DOWN": (0, -1), "LEFT": (-1, 0), "RIGHT": (1, 0)}
_WORDS = whole_words(MOVES)


@processes.register("grid")
class Grid(BaseModel):
    """A walk on a square grid centred on (0, 0); UP is +y. Walls stop a move, they do not bounce it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = "grid"
    title: ClassVar[str] = "Grid walk"
    family: ClassVar[str] = "walk"
    prompts: ClassVar[str] = "grid"
    template: ClassVar[str] = "memoryless"
    cells: ClassVar[int] = 1
    length: ClassVar[None] = None
    variables: ClassVar[Mapping[str, str]] = {
        "t": "time: how many questions came before this one",
        "x": "where the walker stands, to the right",
        "y": "where the walker stands, upwards",
        "size": "the side of the grid as the prompt states it",
        "half_width": "the furthest x or y that can be reached",
        "moves": "the latest moves, oldest first, or 'none yet'",
    }

    half_width: int = Field(
        25,
        ge=1,
        le=10_000,
        strict=True,
        description="The walls stand this far from the centre; the grid is 2 x this + 1 wide.",
    )
    rules: Literal["corrected", "legacy"] = Field(
        "corrected",
        description="corrected: whole words, true size. legacy: as the original experiment, which finds UP in any "
        "reply that contains it and tells the model half the width.",
    )
    memory: int = Field(
        10, ge=0, le=200, strict=True, description="How many past moves a template can show as {moves}."
    )

    def start(self, chance: Chance, cell: int = 0) -> State:
        return {"t": 0, "x": 0, "y": 0, "moves": []}

    def view(self, state: State) -> Mapping[str, object]:
        size = self.half_width if self.rules == "legacy" else 2 * self.half_width + 1
        moves = ", ".join(state["moves"]) or "none yet"
        return {**state, "moves": moves, "size": size, "half_width": self.half_width}

    def parse(self, reply: str) -> Parsed:
        return _parse_legacy(reply) if self.rules == "legacy" else _parse_words(reply)

    def spans(self, reply: str) -> tuple[Span, ...]:
        if self.rules != "legacy":
            return tuple(found.span() for found in _WORDS.finditer(reply)) or refusing(reply)
        found = _parse_legacy(reply).outcome
        begin = reply.find(found) if found else 0
        return ((begin, begin + len(found)),) if found else ()

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        dx, dy = MOVES[outcome] if outcome else (0, 0)
        wall = self.half_width
        moves = [*state["moves"], outcome or "stay"]
        return {
            "t": state["t"] + 1,
            "x": min(wall, max(-wall, state["x"] + dx)),
            "y": min(wall, max(-wall, state["y"] + dy)),
            "moves": moves[max(0, len(moves) - self.memory) :],
        }

    def outcomes(self, state: State) -> tuple[Outcome, ...]:
        return tuple(MOVES)

    def over(self, state: State) -> None:
        return None

    def ideal(self, state: State) -> Mapping[Outcome, float]:
        return dict.fromkeys(MOVES, 1 / len(MOVES))

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float]:
        return state["x"], state["y"]


def _parse_legacy(reply: str) -> Parsed:
    found = next((move for move in MOVES if move in reply), None)
    return Parsed(found, "ok") if found else Parsed(None, "unparsed")


def _parse_words(reply: str) -> Parsed:
    named = {word.upper() for word in _WORDS.findall(reply)}
    if len(named) == 1:
        return Parsed(named.pop(), "ok")
    return Parsed(None, "ambiguous" if named else empty_or_refused(reply))
