"""One number under the stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """One number: its name, its value, the two lines below it, and what it means."""

    name: str
    value: str
    below: str
    meaning: str
