"""How positive a text is, by the lexicon and rules of VADER (Hutto & Gilbert 2014)."""

from __future__ import annotations

from functools import lru_cache

from lmwalk.properties import _vader
from lmwalk.properties._property import Texts, measured, without_hashtags
from lmwalk.similarity import words

KEPT = 4096
"""Texts whose scores are kept: a text that comes again, as at T = 0, is scored once."""
COMPOUND = "VADER compound: -1 all negative, 0 neutral, 1 all positive words. Made for English."
_compound = lru_cache(KEPT)(_vader.compound)
_compound_nltk = lru_cache(KEPT)(_vader.compound_nltk)


@measured("positivity", title="Positivity", unit="VADER", about=COMPOUND, low=-1, high=1, place=2)
def positivity(texts: Texts) -> float:
    """The compound score of the package vaderSentiment, -1 to 1; NaN for a text without a word."""
    text = without_hashtags(texts.text)
    return _compound(text) if words(text) else float("nan")


@measured(
    "positivity-nltk",
    title="Positivity (NLTK)",
    unit="VADER",
    about=f"{COMPOUND} As NLTK counts it, which published values are of.",
    low=-1,
    high=1,
    place=3,
)
def positivity_nltk(texts: Texts) -> float:
    """The compound score of NLTK's VADER, of which published values are; NaN for a text without a word."""
    text = without_hashtags(texts.text)
    return _compound_nltk(text) if words(text) else float("nan")
