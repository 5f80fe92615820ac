"""Marks among words: putting them there, and counting them gap by gap. A gap is the place after a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")


def marked(words: Sequence[str], counts: Iterable[int], mark: str) -> str:
    """A text with so many marks right behind each word."""
    return " ".join(word + mark * count for word, count in zip(words, counts, strict=True))


def gap_counts(text: str, mark: str) -> list[int]:
    """How many marks stand in the gap after each word; those before the first word belong to no gap."""
    words = list(_WORD.finditer(text))
    nexts = [*(word.start() for word in words[1:]), len(text)]
    return [text.count(mark, word.end(), following) for word, following in zip(words, nexts, strict=bool(words))]
