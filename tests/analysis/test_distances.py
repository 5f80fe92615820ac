"""Distances between distributions against brute force and scipy; what chance makes of replies against De Moivre."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance

from lmwalk import reference_data
from lmwalk.analysis import distances
from lmwalk.analysis.resampling import expanded_tail, percentiles
from tests import published_series

TENTHS = [(tenth / 10, 1 - tenth / 10) for tenth in range(11)]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    k = draw(st.integers(2, 6))
    weights = [draw(st.lists(st.floats(0.01, 1), min_size=k, max_size=k)) for _ in range(2)]
    return tuple(np.array(each) / sum(each) for each in weights)


@given(pair=pairs())
def test_total_variation_is_the_largest_disagreement_on_an_event(pair: tuple[np.ndarray, np.ndarray]) -> None:
    """Over all sets of outcomes, by brute force."""
    p, q = pair
    events = chain.from_iterable(combinations(range(len(p)), size) for size in range(len(p) + 1))

    largest = max(abs(p[list(event)].sum() - q[list(event)].sum()) for event in events)

    assert distances.total_variation(p, q) == pytest.approx(largest)


@given(pair=pairs())
def test_divergences_agree_with_scipy_in_bits(pair: tuple[np.ndarray, np.ndarray]) -> None:
    """Kullback-Leibler is scipy's relative entropy, Jensen-Shannon the square of its distance, both to base 2."""
    p, q = pair

    assert distances.kullback_leibler(p, q) == pytest.approx(stats.entropy(p, q, base=2), abs=1e-12)
    assert distances.jensen_shannon(p, q) == pytest.approx(distance.jensenshannon(p, q, base=2) ** 2, abs=1e-9)


def test_opposite_certainties_are_as_far_as_can_be() -> None:
    """Total variation 1, Jensen-Shannon 1 bit, Kullback-Leibler infinite; the same is at distance 0."""
    heads, tails = (1.0, 0.0), (0.0, 1.0)

    assert [measure(heads, tails) for measure in distances.MEASURES.values()] == [1, np.inf, 1]
    assert [measure(heads, heads) for measure in distances.MEASURES.values()] == [0, 0, 0]


def answered(answers: list[tuple[float, ...] | None], truths: list[tuple[float, ...] | None]) -> pd.DataFrame:
    rows = pd.DataFrame({"condition": "a", "n": 0, "unit": range(len(answers))})
    return rows.assign(
        answer=pd.Series(answers, dtype=object), truth=pd.Series(truths, dtype=object), ideal=[None] * len(rows)
    )


def test_a_constant_answer_scores_three_elevenths() -> None:
    """Over the 11 biases 0, 10, ... 100% the answer 50/50 has mean total variation 2 (.1 + ... + .5)/11 = .273."""
    table = distances.mean_distances(answered(TENTHS, TENTHS), references=["truth"]).set_index("measure")

    assert table.loc["tvd", "constant"] == pytest.approx(3 / 11)
    assert round(table.loc["tvd", "constant"], 3) == 0.273
    assert table["mean"].tolist() == pytest.approx([0, 0, 0])


def test_infinite_distances_are_counted_and_said() -> None:
    """Who rules out what happens is infinitely far by Kullback-Leibler, and the mean says so; the others are finite."""
    rows = answered([(1.0, 0.0), (0.5, 0.5), (0.5, 0.5)], [(0.5, 0.5)] * 3)

    table = distances.mean_distances(rows, references=["truth"]).set_index("measure")

    assert table["infinite"].to_dict() == {"tvd": 0, "kl": 1, "js": 0}
    assert table.loc["kl", "mean"] == np.inf
    assert np.isnan(table.loc["kl", "high"])  # what has no mean has no interval
    assert table.loc["tvd", "mean"] == pytest.approx(0.5 / 3)


def test_what_is_missing_has_no_distance() -> None:
    """An answer that could not be read, and a reference that does not exist, give NaN and are no part of a mean."""
    rows = answered([None, (1.0, 0.0)], [(0.5, 0.5)] * 2)

    found = distances.distances(rows)
    table = distances.mean_distances(rows).set_index(["reference", "measure"])

    assert np.isnan(found.loc[0, ["tvd_truth", "constant_tvd_truth"]].astype(float)).all()
    assert found["tvd_ideal"].isna().all()
    assert table.loc[("truth", "tvd"), ["mean", "answers"]].tolist() == [0.5, 1]
    assert np.isnan(table.loc[("ideal", "tvd"), "mean"])


def test_groups_keep_their_own_numbers() -> None:
    """Mean, constant and counts of each group stand in its own row, in whatever order rows come."""
    rows = answered([(0.9, 0.1), (0.5, 0.5), (0.7, 0.3), (0.6, 0.4)], [(0.9, 0.1), (0.9, 0.1), (0.5, 0.5), (0.5, 0.5)])

    table = distances.mean_distances(rows.assign(n=[5, 1, 1, 5]), measures=["tvd"], references=["truth"])

    assert table[["n", "mean", "constant"]].to_numpy().ravel() == pytest.approx([5, 0.05, 0.2, 1, 0.3, 0.2])


def test_published_distances_come_back() -> None:
    """Llama-3.1-8B: the mean over stems of each answer's distance is the published one, to 3 decimals."""
    series = published_series.coin_in_context_series().query("model == 'Llama-3.1-8B'")
    theta = series["theta_percent"] / 100
    rows = series.assign(
        answer=list(zip(series["p_heads"], 1 - series["p_heads"], strict=True)),
        truth=list(zip(theta, 1 - theta, strict=True)),
        unit=series["stem"],
    )

    found = distances.mean_distances(rows, ["model", "n", "theta_percent"], ["truth"], ["tvd"])

    both = found.merge(reference_data.coin_in_context(), on=["model", "n", "theta_percent"])
    assert len(both) == 66
    assert (both["mean"] - both["tvd"]).abs().max() < 5e-4


def test_the_tail_is_student_s() -> None:
    """With many units percentiles are read at (1 - level)/2; with few further out; with one not at all."""
    assert expanded_tail(100_000, 0.95) == pytest.approx(0.025, abs=1e-4)
    assert expanded_tail(5, 0.95) < 0.005
    assert np.isnan(expanded_tail(1, 0.95))
    assert np.isnan(percentiles([1.0, 2.0], 1, 0.95)).all()


def of_replies(shares: np.ndarray, size: float, truth: tuple[float, ...]) -> pd.DataFrame:
    """Rows of shares, shape (cases, wordings, outcomes)."""
    cases, wordings, _ = shares.shape
    rows = [(case, unit, tuple(shares[case, unit])) for case in range(cases) for unit in range(wordings)]
    table = pd.DataFrame(rows, columns=["case", "unit", "answer"])
    return table.assign(condition="a", n=0, truth=[truth] * len(rows), replies=size, answers=size)


def deviation(n: int, p: float) -> float:
    """E|X - np| of a binomial X (De Moivre): 2 v C(n, v) p^v (1 - p)^(n - v + 1) with v the floor of np, and one."""
    v = int(np.floor(n * p)) + 1
    return float(2 * v * (1 - p) * stats.binom.pmf(v, n, p)) if v <= n else 0.0


@pytest.mark.parametrize("size", [2, 5, 20])
@pytest.mark.parametrize("truth", [(0.5, 0.5), (0.1, 0.9), (1 / 6,) * 6])
def test_a_perfect_matcher_shows_what_chance_makes_of_so_many_replies(size: int, truth: tuple[float, ...]) -> None:
    """Its mean distance is half the summed mean deviations of the counts over their number, in 4 standard errors."""
    rows = of_replies(np.full((1, 1, len(truth)), 1 / len(truth)), size, truth)

    found = distances.mean_distances(rows, references=["truth"], measures=["tvd"]).iloc[0]

    expected = sum(deviation(size, p) for p in truth) / size / 2
    assert found["matcher"] == pytest.approx(expected, abs=4 * 0.35 / np.sqrt(distances.DRAWS))
    assert found["excess"] == pytest.approx(found["mean"] - found["matcher"])


def test_a_perfect_matcher_of_a_fair_coin_shows_two_tenths_with_five_replies() -> None:
    """Over the 11 biases with 5 replies each .123, which is no distance from the truth at all."""
    tenths = [of_replies(np.full((1, 5, 2), 0.5), 1, answer).assign(case=case) for case, answer in enumerate(TENTHS)]

    found = distances.mean_distances(pd.concat(tenths), references=["truth"], measures=["tvd"]).iloc[0]

    assert found["matcher"] == pytest.approx(0.123, abs=0.005)


def test_one_independent_reply_is_no_distribution() -> None:
    """One reply in one wording: no distance, and nothing is made of it; two wordings are two."""
    one, two = (
        distances.mean_distances(of_replies(np.full((1, units, 2), 0.5), 1, (0.5, 0.5)), references=["truth"]).iloc[0]
        for units in (1, 2)
    )

    assert np.isnan([one["mean"], one["matcher"]]).all()
    assert two["mean"] == 0


def test_the_jackknife_of_shares_far_from_the_truth_is_the_interval_of_a_linear_mean() -> None:
    """Where all shares err to one side the distance is linear, and its interval that of the crossed means."""
    heads = 0.2 + 0.1 * np.random.default_rng(0).random((6, 5))
    rows = of_replies(np.stack([heads, 1 - heads], axis=2), 20, (1.0, 0.0))

    replies, linear = (
        distances.mean_distances(each, references=["truth"], measures=["tvd"]).iloc[0]
        for each in (rows, rows.assign(replies=np.inf))
    )

    assert replies["mean"] == pytest.approx(linear["mean"])
    assert replies["high"] - replies["low"] == pytest.approx(linear["high"] - linear["low"], rel=0.15)
