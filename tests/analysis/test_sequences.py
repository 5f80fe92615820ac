"""Sequence tests keep their error rate under fair draws, find what is not fair, and agree with exact laws."""

from __future__ import annotations

from itertools import groupby, pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lmwalk.analysis import pvalues, sequences
from lmwalk.analysis.sequences import Fair, randomness_tests

COIN = ("heads", "tails")
SEQUENCES = 1000
SIMULATIONS = 4000
CONTINUOUS = ("serial correlation", "runs")


def frame(*rows: str, condition: str = "a") -> pd.DataFrame:
    """Words over H and T as sequences."""
    names = {"H": "heads", "T": "tails", "-": None}
    return pd.DataFrame(
        [
            (condition, trajectory, t, names[each])
            for trajectory, word in enumerate(rows)
            for t, each in enumerate(word)
        ],
        columns=["condition", "trajectory", "t", "outcome"],
    )


@pytest.mark.parametrize("length", [20, 50, 200])
@pytest.mark.parametrize("test", sequences.STATISTICS)
def test_fair_coins_are_rejected_no_more_than_5_percent(test: str, length: int) -> None:
    """At the 5% level, within the Monte-Carlo error of 1,000 sequences and 4,000 simulations (3.1 sd).

    Statistics with many values reach 5%: they are not so careful that they see nothing.
    """
    statistic, one_sided = sequences.STATISTICS[test], test in sequences.ONE_SIDED
    null = statistic(sequences.fair_draws(SIMULATIONS, length, 2, seed=0), 2)

    p = pvalues.monte_carlo_p(
        statistic(sequences.fair_draws(SEQUENCES, length, 2, seed=1), 2), null, one_sided=one_sided
    )

    error = np.sqrt(0.05 * 0.95 * (1 / SEQUENCES + 1 / SIMULATIONS))
    rate = (p <= 0.05).mean()
    assert rate <= 0.05 + 3.1 * error
    if test in CONTINUOUS:
        assert rate >= 0.05 - 3.1 * error - 0.01


@pytest.mark.parametrize("length", [20, 200])
def test_half_ties_bring_the_rate_near_its_nominal_value(length: int) -> None:
    """Counting half of the ties, alternation is rejected more often, and still about 5% of the time."""
    null, fair = (sequences.alternation(sequences.fair_draws(4000, length, 2, seed), 2) for seed in (0, 1))

    full, mid = (pvalues.monte_carlo_p(fair, null, mid=mid) for mid in (False, True))

    assert (mid <= full).all()
    assert (full <= 0.05).mean() <= (mid <= 0.05).mean() < 0.08


@pytest.mark.parametrize(
    ("word", "test"),
    [
        ("HT" * 10, "alternation"),
        ("HT" * 10, "runs"),
        ("HT" * 10, "serial correlation"),
        ("HT" * 10, "entropy rate"),
        ("HHTT" * 25, "compressibility"),
        ("H" * 10 + "T" * 10, "longest run"),
        ("H" * 17 + "THT", "counts"),
    ],
)
def test_what_is_not_fair_is_found(word: str, test: str) -> None:
    """A pattern that fair draws hardly ever show has a small p in the test that looks for it."""
    table = randomness_tests(frame(word), COIN).set_index("test")

    assert table.loc[test, "p"] < 0.01


def test_bias_is_no_memory() -> None:
    """A coin that is forgetful but far from fair is found by its counts; by other tests in a twentieth, as any is."""
    chance = np.random.default_rng(4)
    rows = ["".join(chance.choice(["H", "T"], p=[0.85, 0.15], size=50)) for _ in range(60)]
    found = randomness_tests(frame(*rows), COIN, Fair(400)).assign(low=lambda table: table["p"] <= 0.05)

    rates = found.groupby("asks")["low"].mean()
    assert rates["bias"] > 0.9
    assert rates["memory"] <= stats.binom.ppf(0.999, 60, 0.05) / 60


@pytest.mark.parametrize("again", [0.15, 0.85])
def test_memory_is_found(again: float) -> None:
    """Who repeats the toss before more or less often than not has memory."""
    chance = np.random.default_rng(6)
    rows = np.cumsum(chance.random((1, 200)) > again, axis=1) % 2
    table = randomness_tests(frame("".join("HT"[each] for each in rows[0])), COIN).set_index("test")

    assert table.loc[table["asks"] == "memory", "p_adjusted"].min() < 0.01


def test_memory_is_tested_by_all_orders_of_what_was_drawn() -> None:
    """Alternation of HHHHTTTT: p is twice the share of the 70 orders that change sides no more often."""
    word = "HHHHTTTT"
    orders = {order for order in product("HT", repeat=8) if sorted(order) == sorted(word)}
    changes = [sum(a != b for a, b in pairwise(order)) for order in orders]

    table = randomness_tests(frame(word), COIN, Fair(20_000)).set_index("test")

    assert len(orders) == 70
    assert table.loc["alternation", "p"] == pytest.approx(2 * np.mean(np.array(changes) <= 1), abs=0.005)


def test_copies_of_a_sequence_are_one_test() -> None:
    """Five equal sequences have the adjusted p of one, and say that they are five."""
    once = randomness_tests(frame("HHTHTTTTHT" * 2), COIN)
    often = randomness_tests(frame(*["HHTHTTTTHT" * 2] * 5), COIN)

    assert often["copies"].eq(5).all()
    assert len(often) == 5 * len(once)
    for _, rows in often.groupby("trajectory"):
        assert rows["p_adjusted"].tolist() == pytest.approx(once["p_adjusted"].tolist(), nan_ok=True)


@given(st.lists(st.integers(0, 2), min_size=3, max_size=30))
def test_statistics_agree_with_plain_counting(codes: list[int]) -> None:
    """Longest run, alternation and correlation, by itertools and numpy, one sequence at a time."""
    array = np.array([codes])
    lengths = [len(list(run)) for _, run in groupby(codes)]

    assert sequences.longest_run(array, 3)[0] == max(lengths)
    assert sequences.alternation(array, 3)[0] == pytest.approx((len(lengths) - 1) / (len(codes) - 1))
    if len(set(codes[:-1])) > 1 and len(set(codes[1:])) > 1:
        correlation = np.corrcoef(codes[:-1], codes[1:])[0, 1]
        assert sequences.serial_correlation(array, 3)[0] == pytest.approx(correlation, abs=1e-8)
    else:
        assert np.isnan(sequences.serial_correlation(array, 3)[0])


@pytest.mark.parametrize(("k", "word"), [(2, "00011011"), (3, "0012201")])
def test_runs_are_standardised_by_their_mean_and_variance(k: int, word: str) -> None:
    """Over all orders of the same outcomes, listed, the score has mean 0 and variance 1."""
    codes = np.array([int(each) for each in word])
    orders = np.array([order for order in product(range(k), repeat=len(codes)) if sorted(order) == sorted(codes)])

    scores = sequences.runs(orders, k)

    assert scores.mean() == pytest.approx(0, abs=1e-8)
    assert scores.var() == pytest.approx(1, abs=1e-6)


def test_entropy_rate_of_known_sequences() -> None:
    """An alternating sequence tells its next outcome: 0 bits. HHTTHHTTH tells half: 1 bit."""
    assert sequences.entropy_rate(np.array([[0, 1] * 20]), 2) == pytest.approx([0])
    assert sequences.entropy_rate(np.array([[0, 0, 1, 1] * 10 + [0]]), 2) == pytest.approx([1])


@pytest.mark.parametrize("heads", [0, 3, 6, 10])
def test_a_coin_s_counts_are_tested_exactly(heads: int) -> None:
    """20 tosses: the p of the table is the binomial test's."""
    table = randomness_tests(frame("H" * heads + "T" * (20 - heads)), COIN, Fair(100)).set_index("test")

    assert table.loc["counts", "p"] == pytest.approx(stats.binomtest(heads, 20).pvalue)


def test_counts_of_a_die_approach_the_exact_multinomial_test() -> None:
    """4 rolls, all the same face: p is the sum over all 6^4 rolls whose counts are no likelier."""
    every = np.array(list(product(range(6), repeat=4)))
    exact = (sequences.surprise(every, 6) >= sequences.surprise(np.zeros((1, 4), int), 6)).mean()
    rolls = pd.DataFrame({"condition": "a", "trajectory": 0, "t": range(4), "outcome": "6"})

    table = randomness_tests(rolls, tuple("123456"), Fair(50_000)).set_index("test")

    assert exact == pytest.approx(6 / 6**4)
    assert table.loc["counts", "p"] == pytest.approx(exact, abs=4 * np.sqrt(exact / 50_000))


def test_monte_carlo_p_approaches_the_exact_p() -> None:
    """Longest run of 8 tosses, all 256 listed."""
    every = sequences.longest_run(np.array(list(product(range(2), repeat=8))), 2)
    null = sequences.longest_run(sequences.fair_draws(20_000, 8, 2, 3), 2)

    found = pvalues.monte_carlo_p([5.0], null)[0]

    exact = 2 * min((every >= 5).mean(), (every <= 5).mean())
    assert found == pytest.approx(exact, abs=0.01)


def test_p_is_never_zero_and_never_above_one() -> None:
    """The observed value counts among the simulated ones: with 99 of them p is at least 1/100 on one side."""
    null = np.arange(99.0)

    assert pvalues.monte_carlo_p([1000.0], null, one_sided=True) == pytest.approx([0.01])
    assert pvalues.monte_carlo_p([1000.0, 49.0, np.nan], null) == pytest.approx([0.02, 1, np.nan], nan_ok=True)


def test_a_constant_answer_has_no_correlation() -> None:
    """Where all outcomes are the same, correlation and runs are not defined: NaN, left out of the adjustment."""
    table = randomness_tests(frame("H" * 20), COIN).set_index("test")

    undefined = table.loc[["serial correlation", "runs"]]
    assert undefined[["statistic", "p", "p_adjusted"]].isna().all(axis=None)
    assert table.loc["counts", "p_adjusted"] < 0.001


def test_adjusted_p_is_benjamini_and_hochberg_s() -> None:
    """By the definition: the least of p_j m / rank_j over all that are no smaller."""
    p = np.array([0.01, 0.04, 0.03, np.nan, 0.5])

    assert pvalues.fdr(p) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, np.nan, 0.5], nan_ok=True)


def test_the_table_has_a_row_for_every_sequence_and_test() -> None:
    """Lengths differ, unread outcomes are left out, rows come in any order."""
    rows = pd.concat([frame("HTHHT-", "HT"), frame("TTTTTTTTTT", condition="b")]).iloc[::-1]

    table = randomness_tests(rows, COIN, Fair(200))

    keys = table.drop_duplicates(["condition", "trajectory"]).set_index(["condition", "trajectory"])["n"]
    assert keys.to_dict() == {("a", 0): 5, ("a", 1): 2, ("b", 0): 10}
    assert len(table) == 3 * len(sequences.STATISTICS)
    changes = table.set_index(["condition", "trajectory", "test"])["statistic"]
    assert changes["a", 0, "alternation"] == pytest.approx(3 / 4)


def test_no_sequence_gives_an_empty_table() -> None:
    """Nothing read is nothing tested."""
    assert randomness_tests(frame("--"), COIN).empty
