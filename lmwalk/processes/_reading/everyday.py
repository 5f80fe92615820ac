"""Everyday senses of words that also name outcomes: "it is up to you", "you're right", "no one"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml

from lmwalk.processes._reading.text import Text, Word
from lmwalk.processes._reading.words import ONLY_LETTERS

_VERB = r"(?:s|es|ed|d|ing)?"
_MOTION = re.compile(
    r"\b(?:go|goes|going|move|moves|moving|step|steps|stepping|turn|turns|walk|walks|head|heads|heading|way|to the) \Z",
    re.IGNORECASE,
)
_WAYS = ("UP", "DOWN", "LEFT", "RIGHT")
_OPENING = re.compile(r"[,.!](?: |\n|\Z)")
_ALONE_BEFORE = re.compile(
    r"(?:^|[.!?:;,\n\"'*(=>{\[_`$]|\b(?:number|numeral|than|says?|landed on|lands on"
    r"|(?:(?:roll|land|turn)(?:ed|s)?|got|get|is|was|it's|as|shows?|showing|up|threw|with|choose|chose|picked?|say) an?"
    r"|(?:answer|result|roll|number|outcome|it|die|dice) (?:is|was|shows|says)|(?:then|and) an?))[ \"'*_{]*(?:an? )?\Z",
    re.IGNORECASE,
)
_ALONE_BEHIND = re.compile(r"[\"'*_)\]}`$]*(?:\Z|[.,!?:;)\]}\n\"'<|]| (?:and|or|came|comes|\u2014|-) )")


class Sense(NamedTuple):
    before: re.Pattern[str]
    behind: re.Pattern[str]
    only_behind: bool
    place: bool

    def fits(self, text: Text, word: Word) -> bool:
        before = text.before(word.begin)
        if self.only_behind and not self.place and word.outcome in _WAYS and _MOTION.search(before):
            return False
        return bool(self.behind.match(text.behind(word.end)) and self.before.search(before))


def not_everyday(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words that are not used in an everyday sense; capitals in a reply that has small letters are none."""
    shouted = text.plain.isupper()
    return [word for word in words if not _is_everyday(text, words, word, shouted)]


def no_pronoun(text: Text, words: Sequence[Word]) -> list[Word]:
    """Numbers; "one" is one where it stands alone or where a number stands: "a one", "the number one"."""
    return [word for word in words if text.said(word).lower() != "one" or _counts(text, word)]


def no_initial(text: Text, words: Sequence[Word]) -> list[Word]:
    """Sides of a coin; a letter is one where it stands alone or among others: "H", "H, T", not "a T-shirt"."""
    if ONLY_LETTERS.fullmatch(text.plain):
        return list(words)
    if text.many:
        return [word for word in words if word.end - word.begin > 1 or not _is_joined(text, word)]
    letters = (word for word in words if text.said(word) in "HT")
    alone = {word: _stands_alone(text, word) for word in letters}
    return [word for word in words if alone.get(word, True)]


def _is_everyday(text: Text, words: Sequence[Word], word: Word, shouted: bool) -> bool:
    capital = word.end - word.begin > 1 and text.said(word).isupper() and not shouted
    senses = _senses().get(word.outcome, ())
    if any(each.fits(text, word) for each in senses if each.place or not capital):
        return True
    # "Right. UP" begins with a word of agreement; where all is shouted, nothing tells it from an answer
    opens = not (capital or shouted) and word.outcome == "RIGHT" and _OPENING.match(text.behind(word.end))
    return bool(opens and not text.sentence_before(word.begin).strip() and len({each.outcome for each in words}) > 1)


def _counts(text: Text, word: Word) -> bool:
    return bool(_ALONE_BEFORE.search(text.before(word.begin)) and _ALONE_BEHIND.match(text.behind(word.end)))


_JOINED_BEFORE = re.compile(r"[a-z]['-]\Z")
_JOINED_BEHIND = re.compile(r"['-][a-z]")
_LETTER_BEFORE = re.compile(
    r"(?:^|\d[.):]|[.:;,\n\"'*(=>{\[_`$|/-]|\b(?:or|and|is|to|got|it's)|\b[HThead]+s?)[ \"'*_{(]*\Z"
)
_LETTER_BEHIND = re.compile(
    r"[ ,;./|*_\"'()\]}`$!\n\u2014>-]*(?:\Z|\n|\d+[.):]|(?:[HT]|heads?|tails?|and|or)\b)| ?\(|[\"*_)\]}`$.!]+(?:\Z|\s)"
)


def _is_joined(text: Text, word: Word) -> bool:
    """The letter of "a T-shirt" or "don'T"."""
    return bool(_JOINED_BEFORE.search(text.before(word.begin)) or _JOINED_BEHIND.match(text.behind(word.end)))


def _stands_alone(text: Text, word: Word) -> bool:
    return bool(_LETTER_BEFORE.search(text.before(word.begin)) and _LETTER_BEHIND.match(text.behind(word.end)))


@cache
def _senses() -> Mapping[str, Sequence[Sense]]:
    listed = yaml.safe_load((resources.files(__package__) / "everyday.yaml").read_text(encoding="utf-8"))
    places = [sense(phrase, place=True) for phrase in listed.pop("places")]
    senses = {outcome: [sense(phrase) for phrase in phrases] for outcome, phrases in listed.items()}
    return {outcome: [*own, *(places if outcome in ("LEFT", "RIGHT") else ())] for outcome, own in senses.items()}


def sense(phrase: str, *, place: bool = False) -> Sense:
    before, behind = (side.split() for side in phrase.split("~"))
    first = "".join(_part(each, "{} ") for each in before)
    then = "".join(_part(each, r"[ -]{}(?![^\W_])") for each in behind)
    ahead = rf"(?<![^\W_])(?:{first})\Z" if first else r"\Z"
    return Sense(re.compile(ahead, re.IGNORECASE), re.compile(then, re.IGNORECASE), not before, place)


def _part(part: str, frame: str) -> str:
    """A word of a phrase as a pattern, with the space on its side."""
    optional = "?" if part.endswith("?") else ""
    words = (
        re.escape(word.removesuffix("+")) + _VERB * word.endswith("+") for word in part.removesuffix("?").split("/")
    )
    return f"(?:{frame.format('(?:' + '|'.join(words).replace(re.escape('*'), _ANY) + ')')}){optional}"


_ANY = r"[^\W\d]+"
