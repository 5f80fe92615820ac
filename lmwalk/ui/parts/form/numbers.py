"""A whole number that lives in the address."""

from __future__ import annotations

from typing import Any


def whole_number(place: Any, words: str, key: str, value: int, bounds: tuple[int, int], meaning: str) -> int:
    """A whole number that lives in the address."""
    low, high = bounds
    chosen = place.number_input(words, low, high, value, key=key, bind="query-params", help=meaning)
    return int(chosen)
