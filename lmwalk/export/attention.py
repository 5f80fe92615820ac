"""What a study's models attended to as they answered, a line of JSON a question."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from lmwalk.export.told_lines import words_of, write_lines
from lmwalk.store.attention import KeptAttention

ATTENTION = "attention.jsonl"
DIGITS = 7
"""Digits that tell one number of 32 bits from any near it that matters."""


def write_attention(rows: Iterable[KeptAttention], out: Path) -> int:
    """Write rows, such as what the steps of a study refer to; how many there are."""
    return write_lines(rows, _plain, out)


def _plain(kept: KeptAttention) -> dict[str, object]:
    """A row as JSON has it."""
    return words_of(kept) | {
        "spans": json.loads(kept.spans),
        "mean": _numbers(kept.mean),
        "maximum": _numbers(kept.maximum),
        "each": None if kept.each is None else _numbers(kept.each),
    }


def _numbers(values: Sequence[float]) -> list[float | None]:
    return [float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None for value in values]
