"""Units carry intervals: copies count once, few units have none, and what a level promises is kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmwalk.analysis.intervals import clopper_pearson
from lmwalk.analysis.units import FEWEST, Estimate, unit_mean, unit_means
from lmwalk.number_format import counted_units, no_interval


def test_copies_weigh_in_the_mean_and_count_once_in_the_interval() -> None:
    """Each of five units twice is as sure as each of them once."""
    values = np.array([0.1, 0.4, 0.5, 0.8, 0.9])
    once = unit_mean(values)
    twice = unit_mean(np.repeat(values, 2), copies=list(np.repeat(list("abcde"), 2)))

    assert (twice.units, twice.distinct) == (10, 5)
    assert (*twice[:3], twice.effective) == pytest.approx((*once[:3], once.effective))


@pytest.mark.parametrize("share", [False, True])
def test_one_path_has_no_interval(share: bool) -> None:
    """However often it was copied; nor have fewer units than any method holds for."""
    assert np.isnan(unit_mean([0.4] * 50, copies=["same"] * 50, share=share)[1:3]).all()
    assert np.isnan(unit_mean(np.linspace(0.1, 0.9, FEWEST - 1), share=share)[1:3]).all()
    assert np.isfinite(unit_mean(np.linspace(0.1, 0.9, 2 * FEWEST), share=share)[1:3]).all()


def test_units_of_equal_weight_have_students_interval() -> None:
    """Of twelve values without a skew, by scipy's own formula; the studentised bootstrap makes it little wider."""
    from scipy.stats import t

    values = np.linspace(-1, 1, 12)
    found = unit_mean(values)
    low, high = t.interval(0.95, 11, loc=values.mean(), scale=values.std(ddof=1) / np.sqrt(12))

    assert found.low <= low + 1e-12
    assert found.high >= high - 1e-12
    assert found.high - found.low < 1.2 * (high - low)


def test_a_share_that_all_units_agree_on_is_one_answer_a_unit() -> None:
    """Eight wordings that always say heads exclude what eight tosses exclude, and no more."""
    found = unit_mean([1.0] * 8, share=True, answers=800)

    assert found[1:3] == pytest.approx([float(end) for end in clopper_pearson(8, 8)])


def test_units_that_agree_as_independent_answers_do_have_the_exact_interval() -> None:
    """Where wordings do not differ at all, the share is one of so many answers."""
    found = unit_mean([0.5] * 10, share=True, answers=200)

    assert found[1:3] == pytest.approx([float(end) for end in clopper_pearson(100, 200)])


@pytest.mark.parametrize(
    ("name", "draw", "truth", "share"),
    [
        ("normal", lambda chance, n: chance.normal(size=n), 0.0, False),
        ("exponential", lambda chance, n: chance.exponential(size=n), 1.0, False),
        ("clustered", lambda chance, n: chance.binomial(20, chance.beta(1.5, 1.5, n)) / 20, 0.5, True),
        ("0 or 1", lambda chance, n: chance.integers(2, size=n).astype(float), 0.5, True),
        ("near 1", lambda chance, n: chance.beta(6.87, 0.21, n), 6.87 / 7.08, True),
    ],
)
@pytest.mark.parametrize("units", [5, 20])
def test_intervals_hold_what_they_promise(name: str, draw, truth: float, share: bool, units: int) -> None:
    """At least 93 in 100, less two simulation errors, whatever the shape."""
    chance = np.random.default_rng([units, *name.encode()])
    found = [unit_mean(draw(chance, units), share=share, answers=20 * units if share else np.inf) for _ in range(300)]

    held = np.mean([each.low <= truth <= each.high for each in found])
    assert held >= 0.93 - 2 * np.sqrt(0.05 * 0.95 / 300)


def test_groups_are_told_apart() -> None:
    """A frame of units gives the same as each group alone, and a missing value counts for nothing."""
    frame = pd.DataFrame({"model": ["a"] * 5 + ["b"] * 2, "p": [0.1, 0.2, 0.3, 0.4, np.nan, 0.5, 0.5], "n": 20})
    table = unit_means(frame, ["model"], "p", answers="n", share=True)

    assert list(table.columns) == ["model", *Estimate._fields]
    assert table["units"].tolist() == [4, 2]
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx(
        unit_mean([0.1, 0.2, 0.3, 0.4], share=True, answers=100)[1:3]
    )
    assert np.isnan(table.loc[1, "low"])


def test_what_is_said_of_copies() -> None:
    """Beside every number stands how many observations it rests on."""
    assert counted_units(5, 1, "walk") == "5 walks, 1 distinct"
    assert counted_units(5, 5, "walk") == "5 walks"
    assert no_interval(1, "walk", 4) == "one distinct walk, no interval"
    assert no_interval(3, "text", 4) == "3 distinct texts, an interval needs 4"


def test_one_unit_far_from_all_others_leaves_one_end_open() -> None:
    """Where most samples drawn anew hold one value alone, no finite end is known, and none is made up."""
    found = unit_mean([0.0, 0.0, 0.0, 0.0, 1e6])

    assert np.isinf(found.high)


def test_what_rounding_leaves_is_no_spread() -> None:
    """Equal values that were added up in another order differ in their last digit, and their interval has no width."""
    found = unit_mean([0.45, 0.45 + 6e-17, 0.45 - 6e-17, 0.45, 0.45, 0.1 + 0.15 + 0.2])

    assert (found.low, found.high) == pytest.approx((0.45, 0.45))
