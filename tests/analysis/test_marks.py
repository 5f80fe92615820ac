"""Marks in texts: counted by hand, and Poisson where they are drawn so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lmwalk.analysis import poisson_marks
from lmwalk.marked_text import marked

WORDS = ["river", "stone", "well-known", "it's", "green"] * 200
SIGNS = "*^#@$%&"


def text(rng: np.random.Generator, rate: float, mark: str = "*", words: int = 1000) -> str:
    return marked(WORDS[:words], rng.poisson(rate, words).tolist(), mark)


@pytest.mark.parametrize("mark", SIGNS)
@pytest.mark.parametrize(
    ("written", "gaps"),
    [
        ("one* two** three", (1, 2, 0)),
        ("one * two * * three*", (1, 2, 1)),
        ("** one two*, three", (0, 1, 0)),
        ("one*two three", (1, 0, 0)),
        ("one", (0,)),
    ],
)
def test_marks_belong_to_the_word_before(written: str, gaps: tuple[int, ...], mark: str) -> None:
    """Stuck to it, behind blanks or several at once; those before the first word belong to none; any sign will do."""
    found = poisson_marks.count_marks(written.replace("*", mark), mark)

    assert found.gaps == gaps
    assert found.rate == pytest.approx(sum(gaps) / len(gaps))


@pytest.mark.parametrize("written", ["", "  ", "* **", "..."])
def test_a_text_without_words_has_no_rate(written: str) -> None:
    """No words, no gaps: NaN, not 0."""
    found = poisson_marks.count_marks(written, "*")

    assert (found.words, found.marks) == (0, 0)
    assert np.isnan([found.rate, found.dispersion, found.dispersion_p]).all()


def test_distances_are_counted_in_words() -> None:
    """Marks after words 1, 1, 2 and 5 are 0, 1 and 3 words apart."""
    assert poisson_marks.count_marks("a** b* c d e*", "*").distances == (0, 1, 3)


def test_the_legacy_rate_counts_every_mark_over_pieces_between_blanks() -> None:
    """'* one*two three' has 2 marks, 2 pieces once they are gone, but 3 words and 1 mark behind a word."""
    found = poisson_marks.count_marks("* one*two three", "*")

    assert found.legacy_rate == pytest.approx(2 / 2)
    assert found.rate == pytest.approx(1 / 3)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_poisson_marks_pass_their_tests(rate: float) -> None:
    """Of 200 texts of 1,000 words the dispersion test and the chi-square reject about 5%."""
    rng = np.random.default_rng(int(10 * rate))
    counted = [poisson_marks.count_marks(text(rng, rate), "*") for _ in range(200)]

    dispersed = sum(each.dispersion_p < 0.05 for each in counted)
    misfit = sum(poisson_marks.poisson_test(each.gaps, rate)[2] < 0.05 for each in counted)

    low, high = stats.binom.ppf([0.0005, 0.9995], 200, 0.05)
    assert low <= dispersed <= high
    assert low <= misfit <= high


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.9])
def test_at_most_one_mark_is_not_poisson(rate: float) -> None:
    """The legacy inserter: the rate is 1 - exp(-lambda), the variance too small, and both tests see it."""
    drawn = np.minimum(np.random.default_rng(1).poisson(rate, 1000), 1)

    found = poisson_marks.count_marks(marked(WORDS, drawn.tolist(), "*"), "*")

    low, high = poisson_marks.poisson_interval(found.marks, found.words, 0.999)
    assert low < -np.expm1(-rate) < high
    assert found.dispersion == pytest.approx(np.exp(-rate), abs=0.06)
    assert found.dispersion_p < 1e-6
    assert poisson_marks.poisson_test(found.gaps, rate)[2] < 1e-6


def test_dispersion_is_variance_over_mean() -> None:
    """0, 0, 3, 1: variance 2, mean 1; p from chi-square with 3 degrees of freedom."""
    index, p = poisson_marks.dispersion([0, 0, 3, 1])

    assert index == pytest.approx(2)
    assert p == pytest.approx(2 * stats.chi2.sf(6, 3))


def test_rare_counts_are_pooled() -> None:
    """100 gaps at rate 0.5 expect 60.7, 30.3, 7.6, 1.4: three cells, the last for 2 and more."""
    gaps = [0] * 60 + [1] * 30 + [2] * 8 + [3] * 2

    statistic, freedom, p = poisson_marks.poisson_test(gaps, 0.5)

    expected = 100 * np.append(stats.poisson.pmf([0, 1], 0.5), stats.poisson.sf(1, 0.5))
    reference = stats.chisquare([60, 30, 10], expected)
    assert freedom == 2
    assert (statistic, p) == pytest.approx((reference.statistic, reference.pvalue))
    assert poisson_marks.poisson_test(gaps, 0.5, fitted=True)[1] == 1


def test_too_few_gaps_are_not_tested() -> None:
    """Where only one cell expects 5 there is nothing to compare."""
    statistic, freedom, p = poisson_marks.poisson_test([0, 1, 0], 0.3)

    assert freedom == 0
    assert np.isnan([statistic, p]).all()


def test_the_histogram_holds_every_gap() -> None:
    """Observed and expected both sum to the number of gaps."""
    table = poisson_marks.per_gap([0, 0, 1, 4], 0.7)

    assert table["observed"].tolist() == [2, 1, 0, 0, 1, 0]
    assert table["expected"].sum() == pytest.approx(4)
    assert table["expected"].iloc[1] == pytest.approx(4 * stats.poisson.pmf(1, 0.7))


def test_the_interval_of_a_rate_is_exact() -> None:
    """Its ends leave 2.5% in each Poisson tail; no mark gives 0 as the low end; no word gives NaN."""
    low, high = poisson_marks.poisson_interval([12, 0, 0], [40, 40, 0])

    assert stats.poisson.sf(11, 40 * low[0]) == pytest.approx(0.025)
    assert stats.poisson.cdf(12, 40 * high[0]) == pytest.approx(0.025)
    assert low[1] == 0
    assert stats.poisson.cdf(0, 40 * high[1]) == pytest.approx(0.025)
    assert np.isnan([low[2], high[2]]).all()


def test_rates_of_replies_by_condition_and_rate() -> None:
    """Pooled over texts, with the spread over texts beside; texts without words and missing replies do not count."""
    replies = pd.DataFrame(
        [
            ("a", 0.5, "one* two"),
            ("a", 0.5, "one two three* four*"),
            ("a", 0.5, "***"),
            ("a", 0.5, None),
            ("a", 0.9, ""),
        ],
        columns=["condition", "rate", "reply"],
    )

    table = poisson_marks.mark_rates(replies, "*").set_index("rate")

    row = table.loc[0.5]
    assert row[["n_texts", "words", "marks"]].tolist() == [2, 6, 3]
    assert row[["rate_hat", "median", "mean"]].tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert row["one_minus_exp"] == pytest.approx(1 - np.exp(-0.5))
    assert row["nominal"] == 0.5
    assert np.isnan(table.loc[0.9, ["rate_hat", "low", "median"]].astype(float)).all()


def test_rates_of_drawn_texts_are_recovered() -> None:
    """40 texts of 100 words at each of five rates: the interval of at least 4 holds the rate."""
    rng = np.random.default_rng(6)
    rates = [0.1, 0.3, 0.5, 0.7, 0.9]
    replies = pd.DataFrame([("a", rate, text(rng, rate, "#", 100)) for rate in rates for _ in range(40)])

    table = poisson_marks.mark_rates(replies.set_axis(["condition", "rate", "reply"], axis=1), "#")

    assert ((table["low"] <= table["nominal"]) & (table["nominal"] <= table["high"])).sum() >= 4
    assert (table["words"] == 4000).all()


def test_copied_texts_are_one_text() -> None:
    """Four equal texts and one other are two: no interval, and their gaps count once in the tests."""
    rng = np.random.default_rng(7)
    one, other = text(rng, 0.5), text(rng, 0.5)
    replies = pd.DataFrame({"condition": "a", "rate": 0.5, "reply": [one] * 4 + [other]})

    copied, plain = (poisson_marks.mark_rates(each, "*").iloc[0] for each in (replies, replies.iloc[3:]))

    assert (copied["units"], copied["distinct"]) == (5, 2)
    assert np.isnan(copied["low"])
    assert (copied["dispersion_p"], copied["chi2_p"]) == (plain["dispersion_p"], plain["chi2_p"])


def test_no_mark_at_all_leaves_the_poisson_interval() -> None:
    """Ten texts without a mark do not differ, but a rate that small is not known to be 0."""
    words = pd.DataFrame({"marks": 0, "words": 50, "text": [str(number) for number in range(10)], "unit": range(10)})

    found = poisson_marks.rate_of_texts(words)

    assert found.low == 0
    assert found.high == pytest.approx(float(poisson_marks.poisson_interval(0, 500)[1]))


def test_p_values_of_several_rates_are_adjusted_together() -> None:
    """By Benjamini and Hochberg, over all rows of the table."""
    rng = np.random.default_rng(8)
    replies = pd.DataFrame([("a", rate, text(rng, rate)) for rate in (0.3, 0.5, 0.7) for _ in range(4)])

    table = poisson_marks.mark_rates(replies.set_axis(["condition", "rate", "reply"], axis=1), "*")

    for name in ("dispersion_p", "chi2_p"):
        assert table[f"{name}_adjusted"].tolist() == pytest.approx(stats.false_discovery_control(table[name]).tolist())
