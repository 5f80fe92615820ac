"""Where a study branches off: the state of another study's trajectory, from which all its own trajectories go on."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from lmwalk.errors import InputError
from lmwalk.randomness import chance
from lmwalk.types import Process


class Branch(BaseModel):
    """Where a study branches off.

    The state is kept here, so that the study needs its parent no more: it runs where the parent was deleted, or never
    was. The study's own steps count from 1 as in any other, since how far a run is, where it goes on and how far a
    walk has come are all counted from where it set out; the questions go on counting, as the state holds their time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: str = Field(min_length=1, max_length=120, description="The parent: the study it branches off from.")
    condition: str = Field(min_length=1, max_length=64, description="The parent's condition.")
    trajectory: int = Field(ge=0, strict=True, description="The parent's trajectory; says the case and the wording.")
    t: int = Field(ge=0, strict=True, description="The parent's step after which the branch goes on; 0: the start.")
    asked: int = Field(0, ge=0, strict=True, description="Questions from the very start up to there, of all parents.")
    state: dict[str, JsonValue] = Field(description="The state there.")

    def must_fit(self, process: Process) -> None:
        """Raise InputError unless the process can go on from the state."""
        cell = self.trajectory % process.cases
        if missing := sorted(set(process.start(chance(0, 0, 0), cell)) - set(self.state)):
            raise InputError(f"the state lacks {missing[0]!r}. Accepted: a state of this {process.name}.")
        if self.state.get("cell", cell) != cell:
            raise InputError(f"the state is of another case than trajectory {self.trajectory}. Accepted: cell {cell}.")
        try:
            reason = process.over(self.state)
            process.view(self.state)
            process.ideal(self.state)
            process.position(self.state)
            process.advance(self.state, next(iter(process.outcomes(self.state) or ()), None), chance(0, 0, 1))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as cause:
            raise InputError(f"the state is none that this {process.name} can go on from ({cause}).") from cause
        if reason:
            raise InputError(f"the trajectory was over there ({reason}). Accepted: an earlier step.")


class Fork(NamedTuple):
    """A place in a stored study: a trajectory of one of its conditions, after so many of its steps, and the state."""

    condition: str
    trajectory: int
    t: int
    state: dict[str, JsonValue]
