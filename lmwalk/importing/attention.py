"""What models attended to, in a bundle: every line is looked at before one of them is kept, as somebody else's."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lmwalk.importing.told_lines import asked_at_of, check_words, rows_in
from lmwalk.store.attention import KeptAttention
from lmwalk.store.distributions import IMPORTED
from lmwalk.study import Study

ATTENTION = "attention.jsonl"
ACCEPTED = "Accepted: the attention of a study as 'lmwalk export' writes it."
LONGEST = 2**26
"""Bytes of a line: 1,000 results in 32 layers of 32 heads have some ten million."""
LARGEST = 1_000_000
ROUNDING = 1e-3


def attention_of(table: Path, study: Study) -> Iterator[KeptAttention]:
    """The rows of a file, in order.

    Raises
    ------
    InputError
        A line is no attention of this study's models, or is not what its name says.
    """
    return rows_in(table, lambda held: _checked(held, study), ATTENTION, LONGEST, ACCEPTED)


def _checked(held: Any, study: Study) -> KeptAttention:
    """One row. Raises ValueError, TypeError, KeyError or OverflowError where it is none."""
    check_words(held, KeptAttention._fields, "attention", study)
    spans = _spans(held["spans"])
    counts = [held[name] for name in ("tokens", "layers", "heads")]
    if not all(type(count) is int and 1 <= count <= LARGEST for count in counts):
        raise TypeError("tokens, layers or heads cannot be")
    whole = len(spans) * counts[1] * counts[2]
    each = None if held["each"] is None else _numbers(held["each"], whole)
    mean, maximum = (_numbers(held[name], len(spans)) for name in ("mean", "maximum"))
    asked_at = asked_at_of(held, spans)
    plain = {"spans": json.dumps(spans), "mean": mean, "maximum": maximum, "each": each, "asked_at": asked_at}
    return KeptAttention(**(held | plain | {"server": IMPORTED + held["server"]}))


def _spans(held: Any) -> list[list[int]]:
    if not isinstance(held, list) or not held:
        raise TypeError("spans are no list")
    for span in held:
        if not isinstance(span, list) or [type(place) for place in span] != [int, int] or not 0 <= span[0] < span[1]:
            raise TypeError("a span is no pair of places")
    return held


def _numbers(held: Any, count: int) -> list[float]:
    """Shares from 0 to 1, so many as there have to be; NaN for null."""
    if not isinstance(held, list) or len(held) != count:
        raise TypeError("it has not as many numbers as results")
    for value in held:
        if value is not None and (type(value) not in (int, float) or not -ROUNDING <= value <= 1 + ROUNDING):
            raise ValueError("a number is no share")
    return [math.nan if value is None else float(value) for value in held]
