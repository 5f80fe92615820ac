"""What every parser shares: whole words, and why a reply without an outcome has none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple

from lmwalk.types import Outcome, Parsed, Span, Status

Reading = Literal["one", "first"]

_REFUSAL = re.compile(
    r"\b(?:i(?:['\u2019 ])?m sorry|i am sorry|i (?:can(?:not|['\u2019]t)|won['\u2019]t|will not|am unable|am not able)"
    r"|as an ai\b|i['\u2019]m (?:unable|not able)|i (?:must )?(?:decline|refuse))",
    re.IGNORECASE,
)
_NUMBER_WORDS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
]
_SIDES = {"head": "heads", "h": "heads", "tail": "tails", "t": "tails"}


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words, in any case, not inside another word; ``_UP_`` and ``**UP**`` count."""
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?ai:{alternatives})(?![^\W_])")


def empty_or_refused(reply: str) -> Status:
    """Why a reply that names no outcome names none: ``empty``, ``refused`` or ``unparsed``."""
    if not reply.strip():
        return "empty"
    return "refused" if _REFUSAL.search(reply) else "unparsed"


def refusing(reply: str) -> tuple[Span, ...]:
    """Where a reply that names no outcome refuses to."""
    found = _REFUSAL.search(reply)
    return (found.span(),) if found else ()


def stripped(reply: str) -> tuple[Span, ...]:
    """Where the text of a reply stands, without the space around it."""
    text = reply.strip()
    begin = len(reply) - len(reply.lstrip())
    return ((begin, begin + len(text)),) if text else ()


class Named(NamedTuple):
    """An outcome that a reply names, and where."""

    outcome: Outcome
    span: Span


def outcomes_named(reply: str, alphabet: Sequence[Outcome]) -> list[Named]:
    """The outcomes that a reply names, in its order: sides of a coin, or numbers in digits and in words up to twenty.

    ``H`` and ``T`` count where they stand alone; a part of a decimal or negative number does not.
    """
    known = set(alphabet)
    pattern = _sides() if "heads" in known else _numbers()
    named = (Named(_canonical(found[0].lower()), found.span()) for found in pattern.finditer(reply))
    return [each for each in named if each.outcome in known]


def words_of(outcome: Outcome) -> list[str]:
    """The words by which ``outcomes_named`` and whole words know an outcome; a letter that stands alone left out."""
    if outcome in _SIDES.values():
        return [outcome, *(word for word, side in _SIDES.items() if side == outcome and len(word) > 1)]
    if outcome.isdigit() and int(outcome) < len(_NUMBER_WORDS):
        return [outcome, _NUMBER_WORDS[int(outcome)]]
    return [outcome.lower()]


def read_one(reply: str, alphabet: Sequence[Outcome], reading: Reading) -> Parsed:
    """The one outcome that a reply names, or with ``first`` the first of several."""
    named = [each.outcome for each in outcomes_named(reply, alphabet)]
    if named and (reading == "first" or len(set(named)) == 1):
        return Parsed(named[0], "ok")
    return Parsed(None, "ambiguous" if named else empty_or_refused(reply))


def spans_of_one(reply: str, alphabet: Sequence[Outcome], reading: Reading) -> tuple[Span, ...]:
    """Where the words stand that ``read_one`` goes by."""
    spans = tuple(each.span for each in outcomes_named(reply, alphabet))
    return (spans[:1] if reading == "first" else spans) or refusing(reply)


def _canonical(word: str) -> str:
    if word.isdigit():
        return str(int(word))
    return str(_NUMBER_WORDS.index(word)) if word in _NUMBER_WORDS else _SIDES.get(word, word)


@cache
def _sides() -> re.Pattern[str]:
    words = whole_words(["heads", "tails", "head", "tail"]).pattern
    # a single letter is an article or an initial unless only marks and other such letters stand around it
    letters = r"(?<![^\W_])[HT](?=[\s,;./|*_\-]*(?:[HTht]\b|heads?\b|tails?\b|$))"
    return re.compile(f"{words}|{letters}")


@cache
def _numbers() -> re.Pattern[str]:
    digits = r"(?<![^\W_])(?<![-\u2212])(?<!\d[.,])[0-9]{1,9}(?![^\W_])(?![.,]\d)"
    return re.compile(f"{digits}|{whole_words(_NUMBER_WORDS).pattern}")
