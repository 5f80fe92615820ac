"""How difficult a text is to read, by the Gunning fog index (Gunning 1952)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from lmwalk.properties._familiar import FAMILIAR
from lmwalk.properties._property import Texts, measured, without_hashtags

COMPLEX = 3
"""Syllables from which a word that is not familiar counts as complex."""
_SENTENCE = re.compile(r"\b[^.!?]+[.!?]*")
_MARK = re.compile(r"[^\w\s]")
_WORD = re.compile(r"[\w='\u2018\u2019]+")


@measured(
    "difficulty",
    title="Difficulty",
    unit="fog index",
    about="Gunning fog: roughly the years of school it takes to read the text with ease. Made for English.",
    low=0,
    place=4,
)
def difficulty(texts: Texts) -> float:
    """Gunning fog: 0.4 (words / sentences + 100 complex words / words); NaN for a text without a word.

    Counted as textstat 0.7.4 counts, since the published values are of that kind, but not rounded: a sentence of at
    most two words is none, a hyphenated word is one, syllables are the places where a word can be hyphenated plus one,
    familiar words are not complex, and a complex word that comes twice counts once.
    """
    text = without_hashtags(texts.text)
    count = _count(text)
    if not count:
        return float("nan")
    complex_words = sum(map(_is_complex, set(_WORD.findall(text.lower()))))
    return 0.4 * (count / _sentences(text) + 100 * complex_words / count)


def _count(text: str) -> int:
    return len(_MARK.sub("", text).split())


def _sentences(text: str) -> int:
    return max(1, sum(_count(sentence) > 2 for sentence in _SENTENCE.findall(text)))


@lru_cache(maxsize=65536)
def _is_complex(word: str) -> bool:
    if word in FAMILIAR:
        return False
    return sum(len(_hyphens().positions(part)) + 1 for part in _MARK.sub("", word).split()) >= COMPLEX


@cache
def _hyphens() -> Any:
    from pyphen import Pyphen

    return Pyphen(lang="en_US")
