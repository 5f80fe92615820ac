"""Texts are compared word for word, and nothing of a text is lost in showing what changed."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.similarity import cosines, differences, edit_distance, words

WORDS = st.lists(st.sampled_from("abcde"), max_size=8)


@given(st.text(), st.text())
def test_the_pieces_of_a_difference_are_the_later_text(before: str, after: str) -> None:
    """What was kept and what came in is the later text to the letter, whatever the texts hold."""
    pieces = differences(before, after)

    assert "".join(piece.text for piece in pieces if piece.change != "delete") == after
    assert all(piece.text for piece in pieces)


@given(WORDS, WORDS)
def test_the_edit_distance_is_levenshtein_s(ours: list[str], theirs: list[str]) -> None:
    """Insertions, deletions and replacements of words, over the longer length."""
    table = np.zeros((len(ours) + 1, len(theirs) + 1))
    table[:, 0], table[0] = range(len(ours) + 1), range(len(theirs) + 1)
    for i, a in enumerate(ours, 1):
        for j, b in enumerate(theirs, 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b))
    longest = max(len(ours), len(theirs))

    found = edit_distance(" ".join(ours), " ".join(theirs))

    assert found == pytest.approx(table[-1, -1] / longest) if longest else math.isnan(found)


@given(WORDS, WORDS)
def test_the_cosine_is_that_of_tf_idf_vectors(ours: list[str], theirs: list[str]) -> None:
    """Term counts times ln(3 / (1 + texts that hold the term)) + 1, as for a corpus of two texts."""
    a, b = Counter(ours), Counter(theirs)

    def weight(word: str) -> float:
        return math.log(3 / (1 + (word in a) + (word in b))) + 1

    dot = sum(a[word] * b[word] * weight(word) ** 2 for word in a)
    norms = [math.sqrt(sum((n * weight(word)) ** 2 for word, n in each.items())) for each in (a, b)]

    found = cosines([" ".join(ours), " ".join(theirs)])[0, 1]

    assert found == pytest.approx(dot / math.prod(norms)) if all(norms) else math.isnan(found)


def test_case_and_punctuation_are_no_words() -> None:
    """A word keeps its apostrophe and its hyphen, and nothing else but letters and digits."""
    text = "The well-known girl's 3 dogs - «Don\u2019t!»"

    assert words(text) == ["the", "well-known", "girl's", "3", "dogs", "don\u2019t"]


def test_a_changed_word_is_taken_out_before_the_new_one_comes() -> None:
    """A replacement reads as deletion, then insertion, between what stayed."""
    assert differences("the cat sat", "the dog sat") == [
        ("equal", "the "),
        ("delete", "cat "),
        ("insert", "dog "),
        ("equal", "sat"),
    ]
