"""One number of a condition in words, as Compare and the exports say it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stat:
    """One number of a condition in words; made once, drawn by the browser and by exports alike.

    Attributes
    ----------
    label : str
        What it is, in a few words; equal in all conditions of a study.
    text : str
        Its value in this condition, interval included.
    meaning : str
        What has to be known of it, where the label does not say it.
    bad : bool
        Whether it tells of a fault.
    moments : tuple of str
        Its value at each tick of the clock, where that is known; without an interval.
    """

    label: str
    text: str
    meaning: str = ""
    bad: bool = False
    moments: tuple[str, ...] = ()
