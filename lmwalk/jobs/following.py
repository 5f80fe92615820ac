"""Which condition of a run is worth watching: the one that is being answered, for as long as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

OVER_S = 2.0
"""A condition with nothing left, or nothing yet, is watched so long while others are answered."""
SILENT_S = 5.0
"""One that still waits for answers, so long at least."""


class Pulse(NamedTuple):
    """When a condition was last answered.

    Attributes
    ----------
    left : int
        Its trajectories that have not ended.
    answers : int
        The answers of the whole run by then; 0 where it was not answered in this run.
    at_s : float
        The time then; where it was not answered, when the run began.
    """

    left: int
    answers: int
    at_s: float


def followed(current: str | None, pulses: Mapping[str, Pulse], now_s: float) -> str | None:
    """The id of the condition to show: ``current`` as long as it gets answers, or no other does.

    Answers to many conditions at once come in turns, so one that waits for its turn is left only after two rounds of
    answers to the others. None where no condition is known yet.
    """
    if current is None or current not in pulses:
        return next((condition for condition, pulse in pulses.items() if pulse.left), next(iter(pulses), None))
    own = pulses[current]
    idle = not own.left or not own.answers
    patience_s = OVER_S if idle else SILENT_S
    others = [
        condition
        for condition, pulse in pulses.items()
        if pulse.left and pulse.answers > own.answers and now_s - pulse.at_s < patience_s
    ]
    if not others or now_s - own.at_s < patience_s:
        return current
    since = max(pulse.answers for pulse in pulses.values()) - own.answers
    return others[0] if idle or since >= 2 * len(pulses) else current
