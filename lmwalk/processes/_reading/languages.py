"""Outcome words of other languages, and signs: "nach oben", "pile", "四", "⬆"; ``languages.yaml`` lists them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

from lmwalk.processes._reading.everyday import Sense, sense
from lmwalk.processes._reading.text import END, Text, Word
from lmwalk.processes._reading.words import DIRECTIONS, LETTER
from lmwalk.types import Outcome

_CJK = "\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_BESIDE = (
    re.compile(rf"(?:^|[^{_CJK}]|[是为為到在停就く了出选選择擇得字数數说說向往朝はで或和与跟かと還还、不非])\Z"),
    re.compile(rf"(?:\Z|[^{_CJK}]|[点點吧了だにへを或和与跟かと還还]|です|でした|の目|が出)"),
)
"""What may stand before and behind a single Chinese letter."""
_TEN = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_DIGITS = "零一二三四五六七八九"
_JOINING = frozenset("←⇐⟵◀⇦→⇒⟶➡▶⇨➔➜")
"""Arrows that join words, too: they count where nothing is said behind them in their line."""
_POINTING = frozenset("👆☝👇👈👉")
"""Signs that count where nothing else is said at all."""
_SAID = re.compile(r"[^\W_]+")
_MARKUP = re.compile(r"\\[a-zA-Z]+|<[^<>\n]{1,24}>|\"[^\"\n]{1,20}\" ?:|^```[a-z]*", re.MULTILINE)
_SPOKEN = re.compile(r"[^\W\d_]+")
_NEUTRAL = frozenset(
    (
        *("answer", "result", "outcome", "move", "direction", "roll", "flip", "number", "pick", "final"),
        *("or", "and", "oder", "ou", "o", "u", "oppure", "\u0438\u043b\u0438", "und", "et", "y", "e", "\u0438"),
    )
)
"""Labels and words that join: a reply of these and of outcome words says nothing else."""
_SENTENCE_ENDS = re.compile(rf"[\"'*_)` ]*(?:\Z|{END}|[,:]|です|だ|を|が出)")
_NOUN = re.compile(r"\ ([^\W\d_]+)")
_ARTICLE = re.compile(r"\b(?:eine?n?|une?|uno|una|uma?) \Z", re.IGNORECASE)
"""Before a number that is a noun: "eine Vier"."""
_ACCENTED = ("fr", "es", "it", "pt")
_ACCENTS = re.compile(r"[\u00e0-\u00ff\u00c0-\u00dd\u0153\u00a1\u00bf]")
_PIPS = frozenset(
    (
        "augen",
        "auge",
        "punkte",
        "points",
        "puntos",
        "punti",
        "pontos",
        "\u043e\u0447\u043a\u043e\u0432",
        "\u043e\u0447\u043a\u0430",
    )
)
_JOINS_TENS = re.compile(r"[ -]|\ (?:y|e|et)\ |-et-")


SHARED = frozenset(("six",))
"""English outcome words that are outcome words of another language, too; they leave it the word."""


class Named(NamedTuple):
    """What a word stands for in one language, and where it counts: ``free``, ``shared`` or ``article``."""

    language: str
    outcome: Outcome
    manner: str


def words(text: Text) -> list[Word]:
    """Every word or sign of another language that may name an outcome of the text's alphabet, in order."""
    kind = _kind(text)
    found = (Word(_outcome(kind, each[0]), *each.span()) for each in _pattern(kind).finditer(text.plain))
    return _joined(text, list(found)) if kind == "numbers" else list(found)


def counted(text: Text, found: Sequence[Word]) -> list[Word]:
    """Those of some words that name an outcome where they stand."""
    names, named = _names(_kind(text)), {}
    for said in {_folded(text.said(word)) for word in found}:
        named[said] = names.get(said, ())
    bare = _is_bare(text, found)
    spoken = {each.language for entries in named.values() for each in entries if each.manner != "free"}
    spoken = {language for language in spoken if _is_spoken(language, text)}
    return [word for word in found if _counts(text, word, named[_folded(text.said(word))], bare, spoken)]


def _counts(text: Text, word: Word, entries: Sequence[Named], bare: bool, spoken: set[str]) -> bool:
    said, before, behind = text.said(word), text.before(word.begin), text.behind(word.end)
    if said in _POINTING:
        return bare
    if said in _JOINING:
        return not _SAID.search(behind.partition("\n")[0])
    if _is_letter(said) and not (_BESIDE[0].search(before) and _BESIDE[1].match(behind)):
        return False
    if not entries:
        return True
    if word.outcome.isdigit() and not _ARTICLE.search(before) and _counts_things(entries, behind):
        return False
    return any(
        (bare or each.manner == "free" or (each.language in spoken and _ends(each, behind)))
        and not any(own.fits(text, word) for own in _senses(each.language, each.outcome))
        for each in entries
    )


def _is_spoken(language: str, text: Text) -> bool:
    """Whether a reply has words of a language, or letters that English has not."""
    return bool(_known(language).search(text.plain) or (language in _ACCENTED and _ACCENTS.search(text.plain)))


def _ends(each: Named, behind: str) -> bool:
    return each.manner != "article" or bool(_SENTENCE_ENDS.match(behind))


def _counts_things(entries: Sequence[Named], behind: str) -> bool:
    """Whether the next word is a thing that is counted: "sechs Seiten"."""
    noun = _NOUN.match(behind)
    if not noun or _folded(noun[1]) in _PIPS:
        return False
    return not any(_known(each.language).fullmatch(noun[1]) for each in entries)


def _is_bare(text: Text, found: Sequence[Word]) -> bool:
    """Whether a reply consists of outcome words, labels and what joins them."""
    at, rest = 0, []
    for word in found:
        rest.append(text.plain[at : word.begin])
        at = word.end
    said = _SPOKEN.finditer(_MARKUP.sub(" ", " ".join([*rest, text.plain[at:]])))
    return all(each[0].lower() in _NEUTRAL for each in said)


def _is_letter(said: str) -> bool:
    return bool(re.fullmatch(rf"[{_CJK}]|[一二三四五六七八九]?十[一二三四五六七八九]?", said))


def _kind(text: Text) -> str:
    if "heads" in text.alphabet:
        return "sides"
    return "moves" if DIRECTIONS & text.alphabet else "numbers"


def _joined(text: Text, found: list[Word]) -> list[Word]:
    """Tens and ones that make one number: "treinta y dos"."""
    joined: list[Word] = []
    for word in found:
        last = joined[-1] if joined else None
        if last and _is_tens(last) and int(word.outcome) < 10 and _JOINS_TENS.fullmatch(text.between(last, word)):
            joined[-1] = Word(str(int(last.outcome) + int(word.outcome)), last.begin, word.end)
        else:
            joined.append(word)
    return joined


def _is_tens(word: Word) -> bool:
    return int(word.outcome) >= 20 and int(word.outcome) % 10 == 0


def _outcome(kind: str, said: str) -> Outcome:
    tens = _TEN.fullmatch(said) if kind == "numbers" else None
    if tens:
        return str((_DIGITS.index(tens[1]) if tens[1] else 1) * 10 + (_DIGITS.index(tens[2]) if tens[2] else 0))
    return _names(kind)[_folded(said)][0].outcome


def _folded(said: str) -> str:
    return unicodedata.normalize("NFC", said).lower()


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    spaced: list[str] = []
    signs: list[str] = []
    for word in _names(kind):
        (spaced if re.search(LETTER, word) and not re.match(r"[^\w]|[\u2460-\u24ff]", word) else signs).append(word)
    both = sorted({form for word in spaced for form in (word, unicodedata.normalize("NFD", word))}, key=_longest)
    ten = [_TEN.pattern.replace("(", "(?:")] if kind == "numbers" else []
    free = "|".join([*ten, *map(re.escape, sorted(signs, key=_longest))])
    return re.compile(rf"(?<!{LETTER})(?i:{'|'.join(map(re.escape, both))})(?!{LETTER})(?!\u0301|\u0308)|{free}")


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word


@cache
def _names(kind: str) -> Mapping[str, Sequence[Named]]:
    found: dict[str, list[Named]] = defaultdict(list)
    for language, listed in _listed().items():
        for outcome, word in _entries(kind, listed):
            manner = "article" if word in listed["articles"] else "shared" if word in listed["shared"] else "free"
            found[_folded(word)].append(Named(language, outcome, manner))
    return dict(found)


def _entries(kind: str, listed: Mapping[str, Any]) -> Iterator[tuple[Outcome, str]]:
    if kind != "numbers":
        own = ("heads", "tails") if kind == "sides" else ("UP", "DOWN", "LEFT", "RIGHT")
        yield from ((outcome, word) for outcome in own for word in listed[outcome])
        return
    values = [*enumerate(listed["numbers"]), *((10 * tens, words) for tens, words in enumerate(listed["tens"], 3))]
    yield from ((str(value), word) for value, words in values for word in words.split("/") if word)


@cache
def _known(language: str) -> re.Pattern[str]:
    if not _listed()[language]["known"]:
        return re.compile(r"(?!)")
    known = "|".join(map(re.escape, sorted(_listed()[language]["known"].split(), key=_longest)))
    return re.compile(rf"(?<!{LETTER})(?i:{known})(?!{LETTER})")


@cache
def _senses(language: str, outcome: Outcome) -> Sequence[Sense]:
    return [sense(phrase) for phrase in _listed()[language]["senses"].get(outcome, ())]


@cache
def _listed() -> Mapping[str, Any]:
    listed: Mapping[str, Any] = yaml.safe_load(
        (resources.files(__package__) / "languages.yaml").read_text(encoding="utf-8")
    )
    return listed
