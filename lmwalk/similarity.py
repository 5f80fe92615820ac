"""How alike two texts are, and where they differ, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Change = Literal["equal", "insert", "delete"]

_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
ONE_OF_TWO = float(np.log(3 / 2) + 1)
"""Inverse document frequency of a word that stands in one of two texts; of one in both it is 1."""


class Piece(NamedTuple):
    """A stretch of words that two texts share, or that one of them alone has."""

    change: Change
    text: str


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation; apostrophes and hyphens inside a word stay."""
    return list(_words(text))


@lru_cache(maxsize=16)
def _words(text: str) -> tuple[str, ...]:
    """Of the texts at hand, which several properties ask for one after the other."""
    return tuple(_WORD.findall(text.lower()))


def edit_distance(text: str, other: str) -> float:
    """Word edit distance (Levenshtein) over the length of the longer text: 0 the same words, 1 none in its place.

    NaN where neither text has a word.
    """
    from rapidfuzz.distance import Levenshtein

    ours, theirs = words(text), words(other)
    return float(Levenshtein.normalized_distance(ours, theirs)) if ours or theirs else float("nan")


def cosines(texts: Sequence[str]) -> Array:
    """TF-IDF cosine similarity of every pair of texts, shape (n, n), from 0 to 1; NaN where a text has no word.

    The two texts of a pair are its whole corpus, so that a number does not depend on what else is compared: a word in
    both weighs 1, a word in one of them ln(3/2) + 1 (Salton & Buckley 1988, with smoothed inverse frequencies).
    """
    counted = [Counter(words(text)) for text in texts]
    places = {word: place for place, word in enumerate(sorted(set().union(*counted)))}
    counts = np.zeros((len(texts), len(places)))
    for row, own in zip(counts, counted, strict=True):
        row[[places[word] for word in own]] = list(own.values())
    squares, there = counts**2, (counts > 0).astype(float)
    shared = squares @ there.T
    alone = squares.sum(axis=1)[:, None] - shared
    lengths = np.sqrt(shared + ONE_OF_TWO**2 * alone)
    with np.errstate(invalid="ignore"):
        found: Array = np.minimum(counts @ counts.T / (lengths * lengths.T), 1.0)
    return found


def differences(before: str, after: str) -> list[Piece]:
    """What became of one text in another, word for word, with as few words touched as can be.

    Joining the pieces that are not ``delete`` gives ``after`` to the letter.
    """
    from rapidfuzz.distance import Indel

    ours, theirs = _with_spaces(before), _with_spaces(after)
    codes = Indel.opcodes([piece.strip() for piece in ours], [piece.strip() for piece in theirs])
    pieces = []
    for same, run in groupby(codes, key=lambda code: code.tag == "equal"):
        stretch = list(run)
        gone = "".join(ours[stretch[0].src_start : stretch[-1].src_end])
        come = "".join(theirs[stretch[0].dest_start : stretch[-1].dest_end])
        pieces += [Piece("equal", come)] if same else [Piece("delete", gone), Piece("insert", come)]
    return [piece for piece in pieces if piece.text]


def _with_spaces(text: str) -> list[str]:
    """Words, each with the space behind it; space at the start is a piece of its own."""
    return re.findall(r"^\s+|\S+\s*", text)
