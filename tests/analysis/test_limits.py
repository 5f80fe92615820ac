"""Fixed points, cycles and word counts against texts whose course is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.analysis.fixed_points import Limit, limit, limits, two_periodicity, word_flow

NONE = Limit("none", None, None)


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ("abcddd", Limit("fixed point", 1, 3)),
        ("aaaa", Limit("fixed point", 1, 0)),
        ("abcdcdcd", Limit("cycle", 2, 2)),
        ("xabcabc", Limit("cycle", 3, 1)),
        ("ababc", NONE),
        ("abca", NONE),
        ("abcdc", NONE),
        ("abcdcd", Limit("cycle", 2, 2)),
        ("abcdd", Limit("fixed point", 1, 3)),
        ("a", NONE),
        ("", NONE),
    ],
)
def test_limits_of_short_chains(course: str, expected: Limit) -> None:
    """A period counts once it is seen twice and holds to the end."""
    assert limit(list(course)) == expected


@given(st.text("abc", max_size=12))
def test_limit_is_the_least_period_of_brute_force(course: str) -> None:
    """Every period and every beginning tried: the least period that is seen twice, from the earliest generation."""
    held = [
        (period, entered)
        for period in range(1, len(course) + 1)
        for entered in range(len(course) - 2 * period + 1)
        if all(course[t] == course[t - period] for t in range(entered + period, len(course)))
    ]

    found = limit(list(course))

    assert (found.period, found.entered) == (min(held) if held else (None, None))
    assert (found.kind == "none") == (not held)


def test_two_periodicity_of_cycles_is_1() -> None:
    """1 for two texts in turn and for one text; 0 where no word comes back; between, the mean of what does."""
    assert two_periodicity(["one two", "three four"] * 3) == 1
    assert two_periodicity(["one two"] * 4) == 1
    assert two_periodicity(["one", "two", "three", "four"]) == 0
    assert two_periodicity(["one two", "x", "one three"]) == pytest.approx(0.5)


def test_two_periodicity_needs_three_texts_with_words() -> None:
    """Two texts say nothing, nor do texts without a word."""
    assert np.isnan(two_periodicity(["one", "two"]))
    assert np.isnan(two_periodicity(["", "", ""]))


def test_every_chain_has_a_row() -> None:
    """Chains are told apart, in whatever order their texts come."""
    courses = {0: ["p q", "r s", "p q", "r s", "p q"], 1: ["a", "b", "b"], 2: ["a", "b", "c", "d"]}
    rows = [("m", "rephrase", n, 0, t, text) for n, course in courses.items() for t, text in enumerate(course)]
    frame = pd.DataFrame(rows, columns=["label", "task", "initial", "seed", "generation", "text"])

    table = limits(frame.iloc[::-1]).set_index("initial").sort_index()

    assert table["kind"].tolist() == ["cycle", "fixed point", "none"]
    assert table["period"].tolist()[:2] == [2, 1]
    assert table["entered"].tolist()[:2] == [0, 1]
    assert table.loc[2, ["period", "entered"]].isna().all()
    assert table["tau"].tolist() == [1, 0, 0]


def test_word_flow_counts_what_texts_are_about() -> None:
    """Commonest first, ties by alphabet, no function words, and a count for every text."""
    table = word_flow(["The whale and the sea.", "A whale, a whale!", "The sea is it"], most=2)

    assert table["word"].tolist() == ["whale"] * 3 + ["sea"] * 3
    assert table["generation"].tolist() == [0, 1, 2] * 2
    assert table["count"].tolist() == [1, 2, 0, 1, 0, 1]
    assert word_flow(["the of and"]).empty
    assert word_flow([]).columns.tolist() == ["word", "generation", "count"]
