"""How positive a text is, by the lexicon and rules of VADER (Hutto & Gilbert 2014)."""

from __future__ import annotations

from functools import cache
from typing import Any

from lmwalk.likeness import words
from lmwalk.properties._property import Texts, measured, without_hashtags


@measured(
    "positivity",
    title="Positivity",
    unit="VADER",
    about="VADER compound: -1 all negative, 0 neutral, 1 all positive words. Made for English.",
    low=-1,
    high=1,
    place=2,
)
def positivity(texts: Texts) -> float:
    """The compound score, -1 to 1; NaN for a text without a word."""
    text = without_hashtags(texts.text)
    return float(_analyser().polarity_scores(text)["compound"]) if words(text) else float("nan")


@cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
