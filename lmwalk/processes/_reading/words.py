"""The words that name outcomes: whole words in any case, sides of a coin, and numbers in digits and in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial

from lmwalk.processes._reading.text import Text, Word
from lmwalk.types import Outcome

LETTER = r"[^\W_\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]"
"""A letter or digit of a script that puts spaces between words."""
DIRECTIONS = frozenset(("UP", "DOWN", "LEFT", "RIGHT", "STAY"))
SIDES = {"head": "heads", "h": "heads", "tail": "tails", "t": "tails"}
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
VALUES = {
    "zero": 0,
    **{word: value for value, word in enumerate(_UNITS, start=1)},
    **{word: value for value, word in enumerate(_TEENS, start=10)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
_STANDING = r"(?: put| still| here| in place| where (?:i am|i'm|i stand|you are|it is))"
_STAY = (
    rf"stay(?:s|ing)?{_STANDING}?|(?:remain|stand)(?:s|ing)?{_STANDING}"
    r"|(?:do not|don't|won't|will not|not) move(?! (?:up|down|left|right|to|on|in|any))"
)


ONLY_LETTERS = re.compile(r"\W*(?:[ht](?:[\W\d]+|\Z))+", re.IGNORECASE)
"""A reply of H and T alone, which may be small letters then."""


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words, in any case, not inside another word; ``_UP_`` and ``**UP**`` count."""
    return _whole("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _whole(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!{LETTER})(?ai:{alternatives})(?!{LETTER})")


def words_of(outcome: Outcome) -> list[str]:
    """The words by which an outcome is known; a letter that stands alone and phrases left out."""
    if outcome in SIDES.values():
        return [outcome, *(word for word, side in SIDES.items() if side == outcome and len(word) > 1)]
    spelt = next((word for word, value in VALUES.items() if outcome == str(value)), None)
    return [outcome.lower(), *([spelt] if spelt else [])]


def finder(alphabet: Sequence[Outcome]) -> Callable[[Text], list[Word]]:
    """What finds every word of an alphabet in a text, in order, those that will not count included."""
    if "heads" in alphabet:
        return _sides_in
    if alphabet[0].isdigit():
        return _numbers_in
    return _moves_in if DIRECTIONS.intersection(alphabet) else partial(_names_in, tuple(alphabet))


def _names_in(alphabet: tuple[Outcome, ...], text: Text) -> list[Word]:
    """Outcomes by their own names, in any case."""
    known = {outcome.lower(): outcome for outcome in alphabet}
    return [Word(known[each[0].lower()], *each.span()) for each in _own_names(alphabet).finditer(text.plain)]


def _moves_in(text: Text) -> list[Word]:
    found = _moves().finditer(text.plain)
    return [Word(each[0].upper() if each["move"] else "STAY", *each.span()) for each in found]


def _sides_in(text: Text) -> list[Word]:
    found = (_letters() if ONLY_LETTERS.fullmatch(text.plain) else _sides()).finditer(text.plain)
    return [Word(SIDES.get(each[0].lower(), each[0].lower()), *each.span()) for each in found]


def _numbers_in(text: Text) -> list[Word]:
    return [Word(str(_value(each[0])), *each.span()) for each in _numbers().finditer(text.plain)]


def _value(number: str) -> int:
    """
    >>> _value("07"), _value("one hundred and twenty-one"), _value("a hundred"), _value("Ten")
    (7, 121, 100, 10)
    """
    if number.isdigit():
        return int(number)
    value = 0
    for word in re.split("[- ]", number.lower()):
        value = max(value, 1) * 100 if word == "hundred" else value + VALUES.get(word, 0)
    return value


@cache
def _moves() -> re.Pattern[str]:
    return _whole(rf"(?P<move>up|down|left|right)|{_STAY}")


@cache
def _own_names(alphabet: tuple[Outcome, ...]) -> re.Pattern[str]:
    return whole_words(alphabet)


@cache
def _letters() -> re.Pattern[str]:
    return re.compile(r"[HTht]")


@cache
def _sides() -> re.Pattern[str]:
    return re.compile(rf"{_whole('heads|tails|head|tail').pattern}|(?<!{LETTER})[HT](?!{LETTER})")


@cache
def _numbers() -> re.Pattern[str]:
    units, teens, tens = ("|".join(words) for words in (_UNITS, _TEENS, _TENS))
    small = rf"(?:{tens})(?:[- ](?:{units}))?|{teens}|{units}|zero"
    hundreds = rf"(?:a|{units})[- ]hundred(?:(?: and)?[- ](?:{small}))?"
    return re.compile(rf"{_whole(f'{hundreds}|{small}').pattern}|(?<!{LETTER})[0-9]{{1,9}}(?!{LETTER})")
