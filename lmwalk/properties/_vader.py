"""VADER's compound score (Hutto & Gilbert 2014) as its two implementations give it, in time that grows with the text.

vaderSentiment is what its authors keep up; NLTK's is an older copy that was changed. They part words from punctuation
in different ways, NLTK leaves words of one character out and judges a word that comes again by its first place, and
their lists of intensifiers and idioms differ. The lexicon is vaderSentiment's for both.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from functools import cache
from heapq import heappop, heappush
from typing import Any

_LESS, _CAPITALS, _NOT = -0.293, 0.733, -0.74
_NOT_NLTK = """
considerable enormous exceptional extreme frackin fracking fuckin fuggin fugging incredible major marginal occasional
scarce slight total tremendous utter
"""
"""Intensifiers of vaderSentiment that NLTK does not have."""
_IDIOMS = {
    "the shit": 3.0,
    "the bomb": 3.0,
    "bad ass": 1.5,
    "yeah right": -2.0,
    "cut the mustard": 2.0,
    "kiss of death": -1.5,
    "hand to mouth": -2.0,
}
_MARKS = frozenset([*".!?,;:-'\"", "!!", "!!!", "??", "???", "?!?", "!?!", "?!?!", "!?!?"])
_PUNCTUATION = frozenset(string.punctuation)
_FAR = (1.0, 0.95, 0.9)
"""What is left of an intensifier one, two and three words before."""


def compound(text: str) -> float:
    """The score of the package vaderSentiment, -1 to 1."""
    return float(_analyser().polarity_scores(text)["compound"])


@cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import (
        BOOSTER_DICT,
        NEGATE,
        SPECIAL_CASES,
        SentimentIntensityAnalyzer,
        SentiText,
    )

    turning = frozenset([*NEGATE, "so", "this"])
    telling = frozenset(max(phrase.split(), key=len) for phrase in [*SPECIAL_CASES, *BOOSTER_DICT] if " " in phrase)

    class Quick(SentimentIntensityAnalyzer):  # type: ignore[misc]
        """The same, but no word makes it go through the whole text, and most words are passed by."""

        def polarity_scores(self, text: str) -> dict[str, float]:
            if not self.emojis.keys().isdisjoint(text):
                return dict(super().polarity_scores(text))
            whole = SentiText(text.strip())
            words, values = whole.words_and_emoticons, []
            lower = [word.lower() for word in words]
            for place, word in enumerate(lower):
                kind_of = word == "kind" and lower[place + 1 : place + 2] == ["of"]
                if kind_of or word in BOOSTER_DICT or word not in self.lexicon:
                    values.append(0.0)
                else:
                    values = self.sentiment_valence(0.0, whole, words[place], place, values)
            return dict(self.score_valence(self._but_check(words, values), whole.text))

        @staticmethod
        def _but_check(words_and_emoticons: list[str], sentiments: list[float]) -> list[float]:
            lower = [word.lower() for word in words_and_emoticons]
            return _turned_by_value(sentiments, lower.index("but")) if "but" in lower else sentiments

        @staticmethod
        def _special_idioms_check(valence: float, words_and_emoticons: list[str], i: int) -> float:
            near, place = _near(words_and_emoticons, i)
            if telling.isdisjoint(word.lower() for word in near):
                return valence
            return float(SentimentIntensityAnalyzer._special_idioms_check(valence, near, place))

        @staticmethod
        def _negation_check(valence: float, words_and_emoticons: list[str], start_i: int, i: int) -> float:
            near, place = _near(words_and_emoticons, i)
            if not any(word in turning or "n't" in word for word in map(str.lower, near[:place])):
                return valence
            return float(SentimentIntensityAnalyzer._negation_check(valence, near, start_i, place))

    return Quick()


def _turned_by_value(values: list[float], but: int) -> list[float]:
    """What vaderSentiment makes of a "but": for each value the first that is equal by now is weighed by its place."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(values):
        places.setdefault(value, []).append(place)
    for now in range(len(values)):
        value = values[now]
        if value == 0:
            continue
        equal = places[value]
        while values[equal[0]] != value:
            heappop(equal)
        first = equal[0]
        if first != but:
            values[first] = value * (0.5 if first < but else 1.5)
            heappush(places.setdefault(values[first], []), first)
    return values


def _near(words: list[str], place: int) -> tuple[list[str], int]:
    first = max(0, place - 3)
    return words[first : place + 3], place - first


@cache
def _intensifiers() -> dict[str, float]:
    from vaderSentiment.vaderSentiment import BOOSTER_DICT

    return {word: float(by) for word, by in BOOSTER_DICT.items() if word not in _NOT_NLTK.split()}


@cache
def _negations() -> frozenset[str]:
    from vaderSentiment.vaderSentiment import NEGATE

    return frozenset(NEGATE)


def compound_nltk(text: str) -> float:
    """The score of NLTK 3.9, ``nltk.sentiment.vader``, -1 to 1."""
    words = [word for token in text.split() if len(token) > 1 for word in [_without_mark(token)]]
    if not words:
        return 0.0
    firsts: dict[str, int] = {}
    for place, word in enumerate(words):
        firsts.setdefault(word, place)
    capitals = sum(word.isupper() for word in words)
    some = 0 < capitals < len(words)
    values = {word: _value(words, place, some_capitals=some) for word, place in firsts.items()}
    total = float(sum(_turned([word.lower() for word in words], [values[word] for word in words])))
    emphasis = _emphasis(text)
    total += emphasis if total > 0 else -emphasis if total < 0 else 0.0
    return round(total / math.sqrt(total * total + 15), 4)


def _without_mark(token: str) -> str:
    """The token without the one mark behind or before it, where that leaves a word without any."""
    if token.isalpha():
        return token
    for word, mark in ((token.rstrip(string.punctuation), 1), (token.lstrip(string.punctuation), -1)):
        taken = token[len(word) :] if mark == 1 else token[: len(token) - len(word)]
        if taken in _MARKS and len(word) > 1 and _PUNCTUATION.isdisjoint(word):
            return word
    return token


def _value(words: Sequence[str], place: int, *, some_capitals: bool) -> float:
    """What a word adds, with what stands near it."""
    lexicon, word = _analyser().lexicon, words[place]
    lower = word.lower()
    of_kind = lower == "kind" and place + 1 < len(words) and words[place + 1].lower() == "of"
    if of_kind or lower in _intensifiers() or lower not in lexicon:
        return 0.0
    value = float(lexicon[lower])
    if word.isupper() and some_capitals:
        value += _CAPITALS if value > 0 else -_CAPITALS
    for far in range(min(3, place)):
        before = words[place - far - 1]
        if before.lower() in lexicon:
            continue
        value += _intensified(before, value, some_capitals=some_capitals) * _FAR[far]
        value = _negated(words, place, far, value)
        if far == 2:
            value = _idiom(words, place, value)
    return value * (_NOT if _least(words, place) else 1.0)


def _intensified(word: str, value: float, *, some_capitals: bool) -> float:
    by = _intensifiers().get(word.lower(), 0.0)
    if not by:
        return 0.0
    by = -by if value < 0 else by
    if word.isupper() and some_capitals:
        by += _CAPITALS if value > 0 else -_CAPITALS
    return by


def _negated(words: Sequence[str], place: int, far: int, value: float) -> float:
    so = ("so", "this")
    if far == 1 and words[place - 2] == "never" and words[place - 1] in so:
        return value * 1.5
    if far == 2 and ((words[place - 3] == "never" and words[place - 2] in so) or words[place - 1] in so):
        return value * 1.25
    before = words[place - far - 1].lower()
    return value * _NOT if before in _negations() or "n't" in before else value


def _idiom(words: Sequence[str], place: int, value: float) -> float:
    """Idioms as they are written, that end with the word or begin with it."""
    three, two, one, own = words[place - 3 : place + 1]
    ending = (f"{one} {own}", f"{two} {one} {own}", f"{two} {one}", f"{three} {two} {one}", f"{three} {two}")
    value = next((_IDIOMS[idiom] for idiom in ending if idiom in _IDIOMS), value)
    for length in (2, 3):
        value = _IDIOMS.get(" ".join(words[place : place + length]), value)
    weak = {f"{three} {two}", f"{two} {one}"} & set(_intensifiers())
    return value + _LESS if weak else value


def _least(words: Sequence[str], place: int) -> bool:
    """Whether "least" stands before, but neither "at least" nor "very least"."""
    if place == 0 or words[place - 1].lower() != "least":
        return False
    return place == 1 or words[place - 2].lower() not in ("at", "very")


def _turned(words: list[str], values: list[float]) -> list[float]:
    """Half of what stands before the first "but", one and a half of what stands behind."""
    if "but" not in words:
        return values
    but = words.index("but")
    return [value * (0.5 if place < but else 1.5 if place > but else 1.0) for place, value in enumerate(values)]


def _emphasis(text: str) -> float:
    asked = text.count("?")
    return 0.292 * min(4, text.count("!")) + (0.0 if asked < 2 else 0.18 * asked if asked <= 3 else 0.96)
