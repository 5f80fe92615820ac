"""Holding single trajectories: a held one asks a question only when it is sent by hand; all others go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lmwalk.types import Prompt

Key = tuple[str, int]
"""A condition's id and the number of a trajectory."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it will be sent.

    Attributes
    ----------
    t : int
        The step it belongs to.
    sent : mapping
        The sampler settings that go with it.
    seed : int
        Its own seed, for models that take one.
    """

    condition: str
    trajectory: int
    t: int
    prompt: Prompt
    sent: Mapping[str, Any]
    seed: int

    @property
    def key(self) -> Key:
        return self.condition, self.trajectory


class ManualSteps:
    """Which trajectories are held, and which question of each has not gone out yet.

    ``hold``, ``holds``, ``question`` and ``waiting`` may be called from any thread, the rest on the event loop.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._held: set[Key] = set()
        self._asking: dict[Key, Question] = {}
        self._sent: dict[Key, int] = {}

    def hold(self, condition: str, trajectory: int) -> None:
        """Let no further question of a trajectory go out; one that is with the model is answered and kept."""
        self._held.add((condition, trajectory))

    def holds(self, condition: str, trajectory: int) -> bool:
        """Whether a trajectory is held."""
        return (condition, trajectory) in self._held

    def question(self, condition: str, trajectory: int) -> Question | None:
        """The next question of a trajectory, held or not, while it has not gone out; None where there is none."""
        question = self._asking.get((condition, trajectory))
        return None if question and self.sent(question) else question

    def waiting(self) -> tuple[Question, ...]:
        """The questions that wait to be sent, one of each held trajectory that has come to one."""
        return tuple(question for key in tuple(self._held) if (question := self.question(*key)))

    def release(self, condition: str, trajectory: int) -> None:
        """Let a trajectory go on with the others."""
        self._held.discard((condition, trajectory))
        self._tell()

    def send(self, condition: str, trajectory: int, t: int) -> None:
        """Send the question of step t, of a held trajectory or in a pause; no other one, so that none goes unseen."""
        self._sent[condition, trajectory] = t
        self._tell()

    # ---- asked by whoever wants to put a question

    def barred(self, question: Question) -> bool:
        """Whether the question has to wait until it is sent by hand."""
        return question.key in self._held and not self.sent(question)

    def sent(self, question: Question) -> bool:
        """Whether it was sent by hand."""
        return self._sent.get(question.key) == question.t

    def asking(self, question: Question) -> None:
        """It is to go out next: until it does, it can be seen."""
        self._asking[question.key] = question

    def gone(self, question: Question) -> None:
        """It went out, or nobody asks it any more."""
        del self._asking[question.key]
