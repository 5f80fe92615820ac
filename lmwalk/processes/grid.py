"""A walk on a square grid: the model says where to go, the grid moves it.

Source of the experiment: attentionmech/TILDNN (2024). Its rules are kept as ``rules="legacy"``: the prompt says
``G x G`` while each coordinate is clamped to [-G, G], and a reply is searched, case-sensitively, for UP, then DOWN,
LEFT, RIGHT. The ``corrected`` rules say the size that holds and read what a reply answers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from lmwalk.errors import InputError
from lmwalk.geometry import SquareGrid
from lmwalk.processes._walks import Walk
from lmwalk.registry import processes
from lmwalk.types import Chance, Measures, Outcome, Parsed, Span, State

MOVES: Mapping[Outcome, tuple[int, int]] = {"UP": (0, 1), "DOWN": (0, -1), "LEFT": (-1, 0), "RIGHT": (1, 0)}
STAY = "STAY"


@processes.register("grid")
class Grid(Walk):
    """A walk on a square grid centred on (0, 0); UP is +y. Walls stop a move, they do not bounce it."""

    name: ClassVar[str] = "grid"
    title: ClassVar[str] = "Grid walk"
    prompts: ClassVar[str] = "grid"
    template: ClassVar[str] = "memoryless"
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
        description="Distance of the walls from the centre; the grid is 2 x this + 1 wide.",
    )
    rules: Literal["corrected", "legacy"] = Field(
        "corrected",
        description="corrected: what a reply answers, true size. legacy: as the original experiment, which finds UP in "
        "any reply that contains it and tells the model half the width.",
    )
    memory: int = Field(
        10, ge=0, le=200, strict=True, description="How many past moves a template can show as {moves}."
    )

    stay: bool = Field(False, description="For templates that offer STAY: standing still is an answer, too.")

    @model_serializer(mode="wrap")
    def _as_ever(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is off is not written, so that conditions without it keep their ids and draws."""
        return {name: value for name, value in plain(self).items() if name != "stay" or value}

    @cached_property
    def alphabet(self) -> tuple[Outcome, ...]:
        return (*MOVES, STAY) if self.stay else tuple(MOVES)

    @property
    def geometry(self) -> SquareGrid:
        return SquareGrid(self.half_width)

    def start(self, chance: Chance, case: int = 0) -> State:
        return {"t": 0, "x": 0, "y": 0, "moves": []}

    def placed(self, numbers: Sequence[int], t: int) -> State:
        """The state of a walker that stands at x, y = ``numbers`` at time ``t`` and remembers no moves.

        Raises InputError beyond the walls.
        """
        x, y = map(int, numbers)
        if max(abs(x), abs(y)) > self.half_width:
            raise InputError(f"({x}, {y}) is not on the grid. Accepted: from {-self.half_width} to {self.half_width}.")
        return {"t": t, "x": x, "y": y, "moves": []}

    def view(self, state: State) -> Mapping[str, object]:
        size = self.half_width if self.rules == "legacy" else 2 * self.half_width + 1
        moves = ", ".join(state["moves"]) or "none yet"
        return {**state, "moves": moves, "size": size, "half_width": self.half_width}

    def parse(self, reply: str) -> Parsed:
        return _parse_legacy(reply) if self.rules == "legacy" else super().parse(reply)

    def spans(self, reply: str) -> tuple[Span, ...]:
        if self.rules != "legacy":
            return super().spans(reply)
        found = _parse_legacy(reply).outcome
        begin = reply.find(found) if found else 0
        return ((begin, begin + len(found)),) if found else ()

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        dx, dy = MOVES.get(outcome or STAY, (0, 0))
        wall = self.half_width
        moves = [*state["moves"], "stay" if outcome in (None, STAY) else outcome]
        return {
            "t": state["t"] + 1,
            "x": min(wall, max(-wall, state["x"] + dx)),
            "y": min(wall, max(-wall, state["y"] + dy)),
            "moves": moves[max(0, len(moves) - self.memory) :],
        }

    def measures(self, steps: int) -> Measures:
        """Those of ``analysis.motion``, and the share of each direction among a walk's answers that could be read."""
        times = (0.0, float(steps))
        return {
            "distance": (0.0, min(steps, 2 * math.sqrt(2) * self.half_width)),
            **dict.fromkeys((f"{move.lower()}-share" for move in MOVES), (0.0, 1.0)),
            "repeats": (0.0, 1.0),
            "sites": (1.0, steps + 1.0),
            "wall hits": times,
            "returns": times,
            "return time": times,
            "passage time": times,
            **dict.fromkeys(("exponent", "directions", "entropy", "entropy rate", "dependence")),
        }

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float]:
        return state["x"], state["y"]


def _parse_legacy(reply: str) -> Parsed:
    found = next((move for move in MOVES if move in reply), None)
    return Parsed(found, "ok", "first of several") if found else Parsed(None, "unparsed", "no outcome")
