"""A sentence hidden in a text that has nothing to do with it: a needle in a haystack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

NEUTRAL = "neutral"
"""What our own text is called."""
_END = re.compile(r"""[.!?\u2026]["'\u2019\u201d)\]]*$""")
_NO_END = re.compile(r"^\W*(?:Mr|Mrs|Ms|Dr|Prof|St|etc|e\.g|i\.e|\w)\.$")
_LOOSE = re.compile(r"[,;:\u2013\u2014-]+$")


@cache
def neutral() -> str:
    """The text that ships, of about 1,200 words."""
    written = (resources.files(__package__) / "neutral.txt").read_text(encoding="utf-8")
    return written.partition("\n\n")[2]  # below the line on its origin


def filler_of(written: str) -> str:
    """Our own text by its name, or the text itself."""
    return neutral() if written == NEUTRAL else written


def cut(filler: str, length: int) -> list[str]:
    """The first ``length`` words of a text, without its paragraphs; a sentence that is cut ends in a full stop."""
    words = filler.split()[:length]
    if words and not _ends(words[-1]):
        words[-1] = f"{_LOOSE.sub('', words[-1])}."
    return words


def gaps(words: Sequence[str]) -> list[int]:
    """Where a sentence can stand among others, as the number of words before it: at both ends and after each end."""
    ends = (place for place, word in enumerate(words, start=1) if place == len(words) or _ends(word))
    return [0, *ends]


def place_of(words: Sequence[str], depth: float) -> int:
    """How many words stand before a sentence at ``depth``, 0 to 1: the gap nearest to it, the earlier one of two."""
    return min(gaps(words), key=lambda place: abs(place - depth * len(words)))


def hidden(needle: str, filler: str, length: int, depth: float) -> str:
    """The first ``length`` words of a filler, and between two of their sentences, nearest to ``depth``, the needle."""
    words = cut(filler, length)
    place = place_of(words, depth)
    return " ".join([*words[:place], needle, *words[place:]])


def _ends(word: str) -> bool:
    """Whether a sentence ends with a word; titles and initials end none."""
    return bool(_END.search(word)) and not _NO_END.match(word)
