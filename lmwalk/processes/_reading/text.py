"""A reply as its rules look at it: one kind of quote, dash and space, and the way back to where a piece stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lmwalk.types import Outcome, Span

WINDOW = 120
"""Letters before and behind a word that a rule looks at: what stands further away says nothing of it."""
END = r"(?:[!?;\n]|\.(?![^\W_]))"
"""Where a sentence ends; the point of 3.5 ends none."""

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ALIKE: dict[int, str] = {
    **_FULL_WIDTH,
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u300e\u300f"), '"'),
    **dict.fromkeys(map(ord, "\u2012\u2013\u2014\u2015"), "\u2014"),
    **dict.fromkeys(map(ord, "\u2212\u2010\u2011"), "-"),
    **dict.fromkeys(map(ord, "\t\u00a0\u2007\u2009\u200a\u202f\u3000\u200b\u200c\u200d\u2060\ufeff"), " "),
    **dict.fromkeys(map(ord, "\r\v\f\u0085\u2028\u2029"), "\n"),
    **dict.fromkeys(map(ord, "\u3002"), ";"),
    **dict.fromkeys(map(ord, "\u3001"), ","),
    **dict.fromkeys(map(ord, "\u2026"), "."),
}
_RUNS = re.compile(r"[ \n]{2,}")
_TALK = re.compile(r"[^\W\d_]{2,}")
_LAST_END = re.compile(rf".*{END}", re.DOTALL)
_NEXT_END = re.compile(END)


def pattern(text: str) -> re.Pattern[str]:
    """A pattern written over several lines, in any case; a space in it stands behind a backslash."""
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


class Word(NamedTuple):
    """A word that may name an outcome, and where in the plain text it stands."""

    outcome: Outcome
    begin: int
    end: int


def inside(words: Sequence[Word], begin: int, end: int) -> Sequence[Word]:
    """Those of some words in order that begin in a piece."""
    return words[bisect_left(words, begin, key=_begin) : bisect_left(words, end, key=_begin)]


def within(words: Sequence[Word], pieces: Iterable[Span]) -> list[Word]:
    """Words that begin in one of some pieces."""
    return [word for begin, end in pieces for word in inside(words, begin, end)]


def _begin(word: Word) -> int:
    return word.begin


class Text:
    r"""A reply with marks made alike and runs of space made one, each character's place in the reply known."""

    def __init__(self, reply: str, alphabet: Sequence[Outcome], many: int | None = None) -> None:
        """``alphabet`` is what is looked for in it, ``many`` how many results it is to hold, None for one."""
        self.alphabet, self.many = frozenset(alphabet), many
        alike = reply.translate(_ALIKE)
        pieces, self._begins, self._shifts, at, plain = [], [0], [0], 0, 0
        for run in _RUNS.finditer(alike):
            pieces += [alike[at : run.start()], "\n" if "\n" in run[0] else " "]
            plain += run.start() - at + 1
            at = run.end()
            self._begins.append(plain)
            self._shifts.append(at - plain)
        self.plain = "".join([*pieces, alike[at:]])

    def span(self, begin: int, end: int) -> Span:
        """Where in the reply a piece of the plain text stands."""
        return self._place(begin), self._place(end - 1) + 1

    def before(self, at: int) -> str:
        """What stands before a place, as far as rules look."""
        return self.plain[max(0, at - WINDOW) : at]

    def behind(self, at: int) -> str:
        """What stands behind a place, as far as rules look."""
        return self.plain[at : at + WINDOW]

    def sentence_before(self, at: int) -> str:
        """The beginning of the sentence, up to a place."""
        before = self.before(at)
        found = _LAST_END.match(before)
        return before[found.end() :] if found else before

    def sentence_behind(self, at: int) -> str:
        """The rest of the sentence, its end mark included."""
        behind = self.behind(at)
        found = _NEXT_END.search(behind)
        return behind[: found.end()] if found else behind

    def line_before(self, at: int) -> str:
        """The beginning of the line, up to a place."""
        return self.before(at).rpartition("\n")[2]

    def between(self, one: Word, other: Word) -> str:
        """What stands between two words."""
        return self.plain[one.end : other.begin]

    def said(self, word: Word) -> str:
        """A word as it was written."""
        return self.plain[word.begin : word.end]

    def around(self, word: Word) -> str:
        """All but a word."""
        return self.plain[: word.begin] + self.plain[word.end :]

    def talks(self, words: Sequence[Word]) -> bool:
        """Whether it says anything but these words."""
        taken = {word.begin for word in words}
        return any(found.start() not in taken for found in _TALK.finditer(self.plain))

    def _place(self, at: int) -> int:
        return at + self._shifts[bisect_right(self._begins, at) - 1]
