"""How varied the words of a text are."""

from __future__ import annotations

from lmwalk.properties._property import Texts, measured, without_hashtags
from lmwalk.similarity import words


@measured(
    "variety",
    title="Type-token ratio",
    unit="",
    about="Different words over all words: 1, no word comes twice. Long texts have lower ratios.",
    low=0,
    high=1,
    place=6,
)
def variety(texts: Texts) -> float:
    """Different words over words, whatever their case; NaN for a text without a word."""
    every = words(without_hashtags(texts.text))
    return len(set(every)) / len(every) if every else float("nan")
