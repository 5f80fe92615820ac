"""Marks among words: how many are put there, and how many are counted."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import chisquare, poisson

from lmwalk.marked_text import gap_counts, marked
from lmwalk.processes.poisson import Poisson

CHANCE = partial(np.random.default_rng, 0)
GAPS = 20_000


def observed(inserter: str, rate: float) -> list[int]:
    """How many marks the inserter put into each of many gaps, read back from texts."""
    counts: list[int] = []
    for seed in range(GAPS // 200):
        process = Poisson(inserter=inserter, rates=(rate,), shown=200, evidence_seed=seed)
        counts += gap_counts(process.start(CHANCE)["text"], "*")
    return counts


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_the_corrected_inserter_is_poisson(rate: float) -> None:
    """Counts in the gaps pass a chi-square test against Poisson(lambda)."""
    counts = np.bincount(observed("corrected", rate), minlength=20)
    law = poisson(rate).pmf(np.arange(20)) * counts.sum()
    most = int(np.nonzero(law >= 5)[0].max())

    pooled = [np.append(each[:most], each[most:].sum()) for each in (counts, law)]

    assert chisquare(pooled[0], pooled[1] * counts.sum() / pooled[1].sum()).pvalue > 0.001


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_the_legacy_inserter_marks_with_one_minus_exp(rate: float) -> None:
    """It puts at most one mark into a gap, with probability 1 - exp(-lambda)."""
    counts = observed("legacy", rate)
    marks = sum(counts)

    assert set(counts) <= {0, 1}
    truth = 1 - np.exp(-rate)
    assert chisquare([marks, len(counts) - marks], np.array([truth, 1 - truth]) * len(counts)).pvalue > 0.001


@given(counts=st.lists(st.integers(0, 4), min_size=1, max_size=30), mark=st.sampled_from("*^#@$%&"))
def test_what_was_put_is_counted(counts: list[int], mark: str) -> None:
    """Counting gap by gap gives back what was inserted."""
    words = ["word", "it's", "well-made", "x1"] * 8

    assert gap_counts(marked(words[: len(counts)], counts, mark), mark) == counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [("", []), ("***", []), ("* one", [0]), ("one * * two*", [2, 1]), ("one.** Two", [2, 0]), ("(one*) two", [1, 0])],
)
def test_gaps_lie_behind_words(text: str, counts: list[int]) -> None:
    """Marks before the first word belong to no gap; spaces and points between do not matter."""
    assert gap_counts(text, "*") == counts


def test_the_text_grows_by_what_the_model_wrote() -> None:
    """Its words and marks are counted apart from the text it was given."""
    process = Poisson()
    start = process.start(CHANCE, 4)

    after = process.advance(start, "down* to** the sea", CHANCE)

    assert after["text"] == start["text"] + " down* to** the sea"
    assert (after["marks"], after["words"]) == (3, 4)
    assert process.position(after) == (4, 0.75)
    assert process.position(start) is None
    assert process.advance(start, None, CHANCE) == start


def test_a_stated_rate_comes_with_an_unmarked_text() -> None:
    """Explicit states the rate and shows no mark; in-context shows marks and states nothing."""
    explicit, shown = (Poisson(mode=mode) for mode in ("explicit", "in-context"))

    told, seen = (process.view(process.start(CHANCE, 2)) for process in (explicit, shown))

    assert "the rate 0.5 per word" in str(told["stated"])
    assert "*" not in str(told["text"])
    assert seen["stated"] == ""
    assert str(seen["text"]).count("*") == sum(shown.counts(2, 60))


@pytest.mark.parametrize("mark", ["a", "7", " ", "'", "**", ""])
def test_a_mark_is_one_sign(mark: str) -> None:
    """Letters, digits and what stands inside words cannot be told from the text."""
    with pytest.raises(ValidationError):
        Poisson(mark=mark)


@pytest.mark.parametrize(
    ("reply", "status"), [("", "empty"), (" \n", "empty"), ("I'm sorry, I can't do that.", "refused")]
)
def test_no_continuation_is_no_outcome(reply: str, status: str) -> None:
    """Nothing and a refusal are named."""
    assert Poisson().parse(reply) == (None, status)
