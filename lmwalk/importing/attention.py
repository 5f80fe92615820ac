"""What models attended to, in a bundle: every line is looked at before one of them is kept, as somebody else's."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from lmwalk.errors import InputError
from lmwalk.intake import plain_json
from lmwalk.store.attention import KeptAttention
from lmwalk.store.distributions import IMPORTED, digest_of
from lmwalk.study import Study

ATTENTION = "attention.jsonl"
ACCEPTED = "Accepted: the attention of a study as 'lmwalk export' writes it."
LONGEST = 2**26
"""Bytes of a line: 1,000 results in 32 layers of 32 heads have some ten million."""
LARGEST = 1_000_000
ROUNDING = 1e-3
TEXTS = {"name", "question", "model", "server", "prompt", "asked_at"}
MAYBE = {"fingerprint", "system", "prefill"}


def attention_of(table: Path, study: Study) -> Iterator[KeptAttention]:
    """The rows of a file, in order.

    Raises
    ------
    InputError
        A line is no attention of this study's models, or is not what its name says.
    """
    with table.open("rb") as file:
        for number in range(1, 10**9):
            line = file.readline(LONGEST + 1)
            if not line:
                return
            if len(line) > LONGEST:
                raise InputError(f"{ATTENTION!r} holds a line of more than {LONGEST:,} bytes. {ACCEPTED}")
            try:
                yield _checked(plain_json(line), study)
            except (ValueError, TypeError, KeyError, OverflowError) as cause:
                short = str(cause)[:120] or type(cause).__name__
                raise InputError(f"{ATTENTION!r} cannot be read in line {number:,}: {short}. {ACCEPTED}") from cause


def _checked(held: Any, study: Study) -> KeptAttention:
    """One row. Raises ValueError, TypeError, KeyError or OverflowError where it is none."""
    if not isinstance(held, dict) or set(held) != set(KeptAttention._fields):
        raise ValueError("it has other fields than attention has")
    for name in TEXTS | MAYBE:
        if not (isinstance(held[name], str) or (name in MAYBE and held[name] is None)):
            raise TypeError(f"{name} is no text")
        (held[name] or "").encode()  # a letter by half is a ValueError
    if held["model"] not in study.models:
        raise ValueError("it is of no model of this study")
    spans = _spans(held["spans"])
    counts = [held[name] for name in ("tokens", "layers", "heads")]
    if not all(type(count) is int and 1 <= count <= LARGEST for count in counts):
        raise TypeError("tokens, layers or heads cannot be")
    whole = len(spans) * counts[1] * counts[2]
    each = None if held["each"] is None else _numbers(held["each"], whole)
    mean, maximum = (_numbers(held[name], len(spans)) for name in ("mean", "maximum"))
    asked_at = _named(held, spans)
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


def _named(held: dict[str, Any], spans: list[list[int]]) -> datetime:
    """When it was asked. Raises ValueError where its name is not that of what it holds."""
    asked_at = datetime.fromisoformat(held["asked_at"])
    if asked_at.tzinfo:
        raise ValueError("asked_at names a zone")
    question = digest_of(held["prompt"], held["system"], held["prefill"], spans)
    own = (held["model"], held["server"], held["fingerprint"])
    if held["question"] != question or held["name"] != digest_of(*own, question, asked_at.isoformat()):
        raise ValueError("its name is not that of what it holds")
    return asked_at
