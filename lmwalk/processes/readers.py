"""Ways to read a reply: those that a process offers, and lists of words of one's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from typing import Any, Protocol, cast, get_args, runtime_checkable

from lmwalk.errors import InputError
from lmwalk.processes._reading import Reader as Corrected
from lmwalk.processes._reading import empty_or_refused
from lmwalk.processes._reading.rules import Rule
from lmwalk.processes._reading.words import words_of
from lmwalk.randomness import chance
from lmwalk.types import Outcome, Parsed, Process

Reader = Callable[[str], Parsed]
"""From a reply to how it is read."""
CHOICES = ("rules", "reading")
"""Parameters of processes that say how a reply is read."""
_AROUND = " \n\t*_`\"'([{$"
_ENDED = re.compile(r"[.!?\n\u3002\uff01\uff1f]")
"""What ends a sentence."""
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
"""Scripts that put no spaces between words, as the names of their letters begin."""


@runtime_checkable
class HasReader(Protocol):
    """A process with something of its own that reads its replies."""

    @property
    def reader(self) -> Any:
        """What reads a reply: ``_reading.Reader`` where that goes by rules."""


def readers_of(process: Process) -> dict[str, Reader]:
    """Every way in which a process can read a reply, by the name of its setting; none where answers are free text.

    >>> from lmwalk.processes.grid import Grid
    >>> {name: read("I SUPPOSE so").outcome for name, read in readers_of(Grid()).items()}
    {'corrected': None, 'legacy': 'UP'}
    """
    name = _setting(process)
    if name is None or not alphabet_of(process):
        return {}
    owner: Any = process
    values = get_args(type(owner).model_fields[name].annotation)
    return {value: owner.model_copy(update={name: value}).parse for value in values}


def reader_of(process: Process) -> str | None:
    """Which of ``readers_of`` the process itself is set to."""
    name, owner = _setting(process), cast("Any", process)
    return None if name is None else str(owner.model_dump()[name])


def _setting(process: Process) -> str | None:
    """The parameter of a process that says how it reads replies, where it has one."""
    fields = cast("Any", type(process)).model_fields
    return next((name for name in CHOICES if name in fields), None)


def _rules_reader(process: Process) -> Corrected | None:
    """What reads the replies of a process by rules; None where nothing does."""
    reader = process.reader if isinstance(process, HasReader) else None
    return reader if isinstance(reader, Corrected) else None


def rules_of(process: Process) -> tuple[Rule, ...]:
    """The rules by which a process reads replies, in their order; none where answers are free text or read as legacy.

    Each has a ``name``, which is what ``Parsed.why`` says, a sentence ``says``, and ``examples`` for an alphabet:
    reply -> outcome, or the reason for none.

    >>> from lmwalk.processes.grid import Grid
    >>> rule = next(each for each in rules_of(Grid()) if each.name == "negated")
    >>> rule.name, rule.says, rule.examples(Grid().alphabet)["never LEFT"]
    ('negated', 'What is negated, excluded, rejected or struck through does not count.', 'unparsed')
    """
    reader = None if reader_of(process) == "legacy" else _rules_reader(process)
    return reader.rules if reader else ()


def stands(process: Process, reply: str, parsed: Parsed) -> bool:
    """Whether the end of a reply that was cut off could not have made another outcome of it.

    It could not where the reply begins with its outcome, where the sentence that names it is whole, or where the first
    outcome named counts; but for a word at the very end that another outcome begins with: 1 of 10. A list of results,
    or text without an alphabet, stands as far as it goes.
    """
    if parsed.outcome is None:
        return False
    reader, spans = _rules_reader(process), process.spans(reply)
    if reader is None or not spans:
        return True
    begin, behind, last = spans[0][0], reply[spans[-1][1] :], parsed.outcome.split(", ")[-1]
    if not behind and any(other != last and other.startswith(last) for other in reader.alphabet):
        return False
    freely = reader.first or bool(reader.many)
    return freely or not reply[:begin].strip(_AROUND) or bool(_ENDED.search(behind))


def alphabet_of(process: Process) -> tuple[Outcome, ...]:
    """Every outcome that one reply can name; empty where answers are free text or hold many results."""
    return process.outcomes(process.start(chance(0, 0, 0))) or ()


@dataclass(frozen=True)
class Words:
    """A reader: a reply names an outcome if one of its words stands in it; words of two outcomes are ambiguous.

    Words count in any case and not inside other words. Scripts without spaces between words, such as Chinese, Japanese
    or Thai, count anywhere, and so do words without a letter or digit, such as arrows. A number is not found inside a
    decimal or negative one. A longer word goes before a shorter one that it begins with.

    Attributes
    ----------
    words : mapping
        Outcome -> its words or phrases.

    Raises
    ------
    InputError
        There is no word at all, or one stands for two outcomes.

    >>> read = Words({"UP": ("up", "nach oben", "↑"), "DOWN": ("down", "↓")})
    >>> read("Ich gehe NACH  OBEN.")
    Parsed(outcome='UP', status='ok')
    >>> read("↑ or ↓?").status
    'ambiguous'
    """

    words: Mapping[Outcome, Sequence[str]]

    def __post_init__(self) -> None:
        owners: dict[str, Outcome] = {}
        for outcome, words in self.words.items():
            for word in words:
                other = owners.setdefault(folded(word), outcome)
                if other != outcome:
                    raise InputError(f"{word!r} stands for both {other} and {outcome}. A word can stand for one only.")
        if not any(owners):
            raise InputError("There is no word to look for. Write a line for each outcome, such as 'UP: up, north'.")

    @classmethod
    def of(cls, text: str, outcomes: Sequence[Outcome]) -> Words:
        """From lines ``OUTCOME: word, word``; an outcome without a line is never read.

        Raises
        ------
        InputError
            A line cannot be used; the sentences name each by its number.
        """
        known = {folded(outcome): outcome for outcome in outcomes}
        words: dict[Outcome, tuple[str, ...]] = {}
        complaints = []
        for number, line in enumerate(text.splitlines(), start=1):
            name, _, after = line.partition(":")
            own = tuple(word.strip() for word in after.split(",") if folded(word))
            outcome = known.get(folded(name))
            if outcome is None and line.strip():
                complaints.append(f"Line {number} begins with no outcome and a colon. {_accepted(outcomes)}")
            elif outcome is not None and not own:
                complaints.append(f"Line {number} names no word for {outcome}. Write them after the colon.")
            elif outcome is not None:
                words[outcome] = (*words.get(outcome, ()), *own)
        if complaints:
            raise InputError("\n".join(complaints))
        return cls(words)

    def __call__(self, reply: str) -> Parsed:
        found = {self._owners[" ".join(match.split())] for match in self._pattern.findall(_caseless(reply))}
        if len(found) == 1:
            return Parsed(found.pop(), "ok", "only word")
        return Parsed(None, "ambiguous", "two outcomes") if found else empty_or_refused(reply)

    @cached_property
    def _owners(self) -> dict[str, Outcome]:
        owners = {folded(word): outcome for outcome, words in self.words.items() for word in words}
        return {word: outcome for word, outcome in owners.items() if word}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._owners, key=len, reverse=True)
        return re.compile("|".join(_bounded(edges, words) for edges, words in groupby(longest_first, _edges)))


def usual_words(process: Process) -> str:
    """Lines for ``Words.of`` that read nearly as the process does, as a beginning for a list of one's own.

    >>> from lmwalk.processes.grid import Grid
    >>> usual_words(Grid()).splitlines()[0]
    'UP: up'
    """
    return "\n".join(f"{outcome}: {', '.join(words_of(outcome))}" for outcome in alphabet_of(process))


def folded(word: str) -> str:
    """A word as it is compared: without case, one form of every letter, single spaces."""
    return " ".join(_caseless(word).split())


def _caseless(text: str) -> str:
    """Canonical caseless form, as Unicode defines it (The Unicode Standard, D145)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _accepted(outcomes: Sequence[Outcome]) -> str:
    shown = outcomes if len(outcomes) <= 12 else (*outcomes[:5], "...", outcomes[-1])
    return f"Accepted: {', '.join(shown)}."


def _edges(word: str) -> tuple[str, str]:
    """What may stand on each side of a word: ``free``, ``number``, or the end of a ``word``."""
    return _edge(word[0]), _edge(word[-1])


def _edge(character: str) -> str:
    if character.isdigit():
        return "number"
    spaced = character.isalnum() and not unicodedata.name(character, "").startswith(_UNSPACED)
    return "word" if spaced else "free"


def _bounded(edges: tuple[str, str], words: Iterable[str]) -> str:
    alternatives = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    before = {"free": "", "word": _before(), "number": _before() + r"(?<![-\u2212])(?<!\d[.,])"}[edges[0]]
    after = {"free": "", "word": _after(), "number": _after() + r"(?![.,]\d)"}[edges[1]]
    return f"{before}(?:{alternatives}){after}"


def _before() -> str:
    return rf"(?<![^\W_])(?<![{_marks()}])"


def _after() -> str:
    return rf"(?![^\W_])(?![{_marks()}])"


@cache
def _marks() -> str:
    r"""Combining marks, which are parts of letters and which ``\w`` leaves out; variation selectors are not."""
    found = [
        code
        for code in range(0x300, 0x1F000)
        if unicodedata.category(chr(code)) in ("Mn", "Mc") and not 0xFE00 <= code <= 0xFE0F
    ]
    runs = [list(run) for _, run in groupby(enumerate(found), lambda pair: pair[1] - pair[0])]
    return "".join(rf"\U{run[0][1]:08x}-\U{run[-1][1]:08x}" for run in runs)
