"""Two conditions compared: exact where units are few, equal to kept libraries, silent where nothing can be told."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nct, permutation_test, ttest_ind
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from lmwalk.analysis.arrangements import flips, smallest_flip_p, smallest_split_p, splits
from lmwalk.analysis.contrasts import Asked, contrast, paired_contrast
from lmwalk.analysis.effects import few
from lmwalk.analysis.outcome_contrasts import outcome_distance
from lmwalk.analysis.pairs import How, compared, matrix
from lmwalk.analysis.sequences import fdr

A = np.array([3.1, 4.0, 2.2, 5.7, 4.4])
B = np.array([6.3, 5.1, 7.9, 4.9, 6.0, 8.2])


def studentised(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
    errors = a.var(axis=axis, ddof=1) / a.shape[axis] + b.var(axis=axis, ddof=1) / b.shape[axis]
    return np.abs(a.mean(axis=axis) - b.mean(axis=axis)) / np.sqrt(errors)


def test_p_is_the_share_of_all_ways_to_deal_the_units_out() -> None:
    """The same as scipy's exact permutation test with the studentised difference, or Welch's where that is larger."""
    larger = set()
    for a, b in ((A, B), (A, B - 1), (3 * A[:4], B)):
        exact = permutation_test((a, b), studentised, vectorized=True, n_resamples=np.inf, alternative="greater").pvalue
        welch = ttest_ind(a, b, equal_var=False).pvalue
        assert contrast(a, b).p == pytest.approx(max(exact, welch))
        larger.add(exact > welch)

    assert larger == {True, False}


def test_the_interval_holds_the_shifts_that_are_not_refused() -> None:
    """A shift just inside it is not refused, one just outside is, where Student's interval is not the wider."""
    one, other = np.linspace(0, 1, 6) ** 2, np.linspace(0, 1, 7)
    found = contrast(one, other)
    for end, out in ((found.low, -1), (found.high, 1)):
        beyond = end + out * 0.01
        assert contrast(one - beyond, other).p <= 0.05
    assert contrast(one - (found.low + found.high) / 2, other).p > 0.05


@pytest.mark.parametrize("seed", range(20))
def test_p_and_interval_say_the_same(seed: int) -> None:
    """0 lies strictly inside the interval only where p is above its level, whatever the kind of value."""
    chance = np.random.default_rng(seed)
    a, b = chance.random((2, 7)) ** 3
    for found in (
        contrast(a, b),
        contrast(a, b + 0.4),
        contrast(a.round(), b.round(), asked=Asked(share=True)),
        paired_contrast(a, b),
        paired_contrast(a, b + 0.4),
    ):
        if np.isfinite(found.low):
            assert (found.low < 0 < found.high) <= (found.p > 0.05)
            assert (found.low > 0 or found.high < 0) <= (found.p <= 0.05)


def test_alike_is_schuirmanns_two_one_sided_tests() -> None:
    """The same as statsmodels', with unequal variances and of pairs."""
    found = contrast(A, B, asked=Asked(within=3.5))
    assert found.p_alike == pytest.approx(ttost_ind(A, B, -3.5, 3.5, usevar="unequal")[0])

    pairs = paired_contrast(A, B[:5], asked=Asked(within=3.5))
    assert pairs.p_alike == pytest.approx(ttost_paired(A, B[:5], -3.5, 3.5)[0])


def test_effect_size_is_hedges_g_with_the_noncentral_interval() -> None:
    """By the formulas, written out."""
    found, df = contrast(B, A), len(A) + len(B) - 2
    pooled = np.sqrt(((len(A) - 1) * A.var(ddof=1) + (len(B) - 1) * B.var(ddof=1)) / df)
    d, size = (B.mean() - A.mean()) / pooled, np.sqrt(1 / len(A) + 1 / len(B))

    assert few(df) == pytest.approx(1 - 3 / (4 * df - 1), abs=1e-3)
    assert found.effect == pytest.approx(d * few(df))
    low, high = (end / few(df) / size for end in (found.effect_low, found.effect_high))
    assert nct.sf(d / size, df, low) == pytest.approx(0.025, abs=1e-4)
    assert nct.cdf(d / size, df, high) == pytest.approx(0.025, abs=1e-4)
    mirrored = contrast(A, B)
    assert (mirrored.effect, mirrored.effect_low) == pytest.approx((-found.effect, -found.effect_high))


def test_pairs_are_turned_round() -> None:
    """p is the share of all signs whose mean difference is at least as large."""
    a, b = np.array([1.0, 2, 3, 4, 6, 9, 7]), np.array([1.5, 1, 5, 7, 6.5, 9.2, 8])
    apart = a - b
    means = [abs(np.mean(np.array(signs) * apart)) for signs in product((1, -1), repeat=len(apart))]

    found = paired_contrast(a, b)

    assert found.p == pytest.approx(np.mean(np.array(means) >= abs(apart.mean()) - 1e-12))
    assert found.paired
    assert found.low <= apart.mean() <= found.high


@pytest.mark.parametrize(("first", "second"), [(3, 3), (3, 4), (5, 5), (2, 6)])
def test_the_smallest_p_is_that_of_the_clearest_difference(first: int, second: int) -> None:
    """Two groups that do not overlap reach it, and no test is called able to tell below it."""
    found = contrast(np.arange(first) / 100, 10 + np.arange(second) / 100)

    assert found.smallest_p == smallest_split_p(first, second)
    assert found.p >= found.smallest_p
    assert found.p == pytest.approx(found.smallest_p) or first != second
    assert found.can_tell == (found.smallest_p <= 0.05)


def test_arrangements_are_all_there_are_where_they_are_few() -> None:
    """Each once, the one that was seen first."""
    rows = splits(3, 4)
    assert {tuple(np.flatnonzero(row)) for row in rows} == set(combinations(range(7), 3))
    assert rows[0].tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert len({tuple(row) for row in flips(6)}) == 2**6
    assert smallest_flip_p(5) == 2 / 32
    assert splits(30, 30)[0].tolist() == [1.0] * 30 + [0.0] * 30
    assert (splits(30, 30).sum(axis=1) == 30).all()


def test_copies_count_once() -> None:
    """A unit that was copied is the same evidence as the unit alone, and weighs more in the mean."""
    once = contrast(A, B)
    twice = contrast(np.repeat(A, 2), B, (list(np.repeat(list("abcde"), 2)), None))

    assert (twice.units, twice.distinct) == ((10, 6), (5, 6))
    assert (twice.p, twice.low, twice.high, twice.effect) == pytest.approx((once.p, once.low, once.high, once.effect))


@pytest.mark.parametrize("other", [1, 20])
def test_one_path_tells_nothing(other: int) -> None:
    """However often it was copied: no p, no interval, no effect."""
    found = contrast([3.0] * 9, np.arange(other), (["same"] * 9, None))

    assert np.isnan([found.p, found.low, found.high, found.effect, found.p_alike]).all()
    assert found.distinct == (1, other)
    assert not found.can_tell
    assert not found.differs


def test_too_few_units_have_a_p_and_no_interval() -> None:
    """Three and three can never be told apart at .05."""
    found = contrast([1.0, 1.1, 1.2], [9.0, 9.1, 9.2])

    assert found.p == pytest.approx(0.1)
    assert not found.can_tell
    assert np.isnan([found.low, found.high, found.effect]).all()


def test_what_never_varies_has_no_interval_unless_it_is_a_share() -> None:
    """Five walks that hit no wall say nothing of how often others do; of a share they exclude what five can."""
    assert np.isnan(contrast([0.0] * 5, [0.0] * 5).low)

    found = contrast([1.0] * 5, [1.0] * 5, asked=Asked(0.1, share=True))
    assert found.low == pytest.approx(-found.high)
    assert found.high > 0.4
    assert not found.alike


def test_outcomes_two_at_a_time_are_apart_by_the_difference_of_their_shares() -> None:
    """Total variation by its definition, and p by going through all ways to deal units out."""
    a, b = np.array([0.9, 0.8, 0.7, 0.8]), np.array([0.5, 0.4, 0.75, 0.3, 0.6])
    found = outcome_distance(np.stack([a, 1 - a], 1), np.stack([b, 1 - b], 1))
    every = np.concatenate([a, b])
    null = [abs(every[list(chosen)].mean() - np.delete(every, chosen).mean()) for chosen in combinations(range(9), 4)]

    assert found.distance == pytest.approx(abs(a.mean() - b.mean()))
    assert found.p == pytest.approx(np.mean(np.array(null) >= found.distance - 1e-12))
    assert found.by_chance == pytest.approx(np.mean(null))
    assert 0 <= found.low <= found.distance <= found.high <= 1


def test_a_question_that_a_unit_did_not_answer_counts_for_nothing() -> None:
    """The distance is the mean over the questions that both answered."""
    a, b = np.full((5, 2, 2), 0.5), np.full((5, 2, 2), 0.5)
    b[:, 0] = (0.9, 0.1)
    assert outcome_distance(a, b).distance == pytest.approx(0.2)
    b[:, 1] = np.nan
    assert outcome_distance(a, b).distance == pytest.approx(0.4)


def test_pairs_are_compared_as_pairs_once_they_can_tell() -> None:
    """Six of one name belong together; five are compared as they are, since turning five round shows nothing."""
    for n, paired in ((5, False), (6, True)):
        a = pd.DataFrame({"unit": range(n), "copy": range(n), "value": np.arange(n) * 10.0})
        found = compared(a, a.assign(value=a["value"] + 1 + a["unit"] / 10).iloc[::-1], How(paired=True))
        assert found.paired == paired
    assert found.p == pytest.approx(2 / 64)


def test_a_matrix_holds_every_pair_adjusted_together() -> None:
    """As many rows as pairs, each what the pair alone gives."""
    chance = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"condition": np.repeat(list("abc"), 6), "unit": range(18), "copy": range(18), "value": chance.normal(size=18)}
    )
    frame.loc[frame["condition"] == "c", "value"] += 5
    table = matrix(frame, How())

    assert list(zip(table["first"], table["second"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert table["p_adjusted"].to_numpy() == pytest.approx(fdr(table["p"]))
    parts = [part["value"].to_numpy() for _, part in frame.groupby("condition")]
    assert table["p"][1] == contrast(parts[0], parts[2]).p
    assert (table["p_adjusted"] <= 0.05).tolist() == [False, True, True]
