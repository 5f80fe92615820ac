"""Intervals of shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import binom

from lmwalk.analysis.intervals import clopper_pearson, wilson


@given(n=st.integers(1, 5000), data=st.data())
def test_wilson_agrees_with_scipy(n: int, data: st.DataObject) -> None:
    """Two independent implementations of one formula give one interval, which holds the share itself."""
    k = data.draw(st.integers(0, n))

    low, high = wilson(k, n)

    expected = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert [low, high] == pytest.approx([expected.low, expected.high], abs=1e-9)
    assert low <= k / n <= high


def test_wilson_covers_the_truth_as_often_as_it_says() -> None:
    """Over all outcomes of 50 answers with p = 1/4, the interval holds 1/4 with probability near 0.95."""
    k = np.arange(51)
    low, high = wilson(k, np.full(51, 50))

    covered = stats.binom.pmf(k, 50, 0.25)[(low <= 0.25) & (high >= 0.25)].sum()

    assert 0.92 < covered < 0.98


def test_no_answer_is_no_share() -> None:
    """Zero of zero is not zero."""
    low, high = wilson(0, 0)

    assert np.isnan([low, high]).all()


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (1, 1)])
def test_the_ends_of_an_exact_interval_leave_two_and_a_half_per_cent(count: int, n: int) -> None:
    """At the lower end so many or more come with 2.5%, at the upper end so many or fewer (Clopper and Pearson)."""
    low, high = (float(end) for end in clopper_pearson(count, n))

    assert low == 0 if count == 0 else binom.sf(count - 1, n, low) == pytest.approx(0.025)
    assert high == 1 if count == n else binom.cdf(count, n, high) == pytest.approx(0.025)


def test_no_answer_has_no_interval() -> None:
    """Nothing of nothing is no share."""
    assert np.isnan(clopper_pearson(0, 0)).all()
