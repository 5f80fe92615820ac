"""Points of lines as the browser takes them, and how many of them a picture can hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lmwalk.ui.parts.selection import Selection

MOST_POINTS = 40_000
"""Of all lines drawn together, so that the browser can replay them smoothly."""


def numbers(values: Iterable[Any]) -> list[int | float]:
    """Numbers as JSON has them, whole ones without a point."""
    return [int(value) if float(value).is_integer() else float(value) for value in values]


def points_each(shown: Selection) -> int:
    """At most so many points of each line are sent."""
    return MOST_POINTS // max(20, len(shown.lines))
