"""How many units it takes: against statsmodels, and against studies that are simulated and tested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind
from statsmodels.stats.power import TTestIndPower
from validity.stopping import STEPS, distances, mean_distance

from lmwalk.analysis.nulls import Room
from lmwalk.analysis.power import (
    power_of,
    sequence_spread,
    smallest_detectable,
    spread,
    units_for_difference,
    units_for_width,
    walk_spread,
    width_of,
)


@pytest.mark.parametrize("units", [2, 3, 5, 20, 500])
@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_the_smallest_difference_is_that_of_the_noncentral_t(units: int, power: float) -> None:
    """As statsmodels has it, and it scales with the spread."""
    expected = TTestIndPower().solve_power(None, units, 0.05, power)

    assert smallest_detectable(3.0, units, power=power) == pytest.approx(3 * expected, rel=5e-3)
    unequal = TTestIndPower().solve_power(None, units, 0.05, power, ratio=2)
    assert smallest_detectable(1.0, units, 2 * units, power=power) == pytest.approx(unequal, rel=2e-3)


def test_a_difference_of_that_size_is_found_as_often_as_said() -> None:
    """In 80 of 100 studies of ten walks each; where there is none, in 5."""
    difference = smallest_detectable(walk_spread("distance", STEPS, Room(STEPS)), 10)
    chance, studies = np.random.default_rng(0), 2000
    first, second = (distances(chance, 10 * studies).reshape(studies, 10) for _ in range(2))

    assert (ttest_ind(first, second, axis=1).pvalue < 0.05).mean() == pytest.approx(0.05, abs=0.02)
    assert (ttest_ind(first, second + difference, axis=1).pvalue < 0.05).mean() == pytest.approx(0.8, abs=0.04)


def test_as_many_units_as_are_needed_and_not_one_fewer() -> None:
    """The number found is enough, and one less is not."""
    needed, wide = units_for_difference(2.0, 0.7), units_for_width(2.0, 0.7)

    assert needed and power_of(0.7, 2.0, needed) >= 0.8 > power_of(0.7, 2.0, needed - 1)
    assert wide and width_of(2.0, wide) <= 0.7 < width_of(2.0, wide - 1)
    assert units_for_width(2.0, 1e-6) is None


def test_one_unit_finds_nothing_and_says_so() -> None:
    """Nor does a spread that nobody knows."""
    assert np.isnan(smallest_detectable(1.0, 1)) and np.isnan(width_of(1.0, 1))
    assert np.isnan(smallest_detectable(np.nan, 20))
    assert smallest_detectable(0.0, 20) == 0


def test_simulated_units_spread_as_theory_says() -> None:
    """Unbiased walks: mean square distance is the number of steps. Fair sequences: as counted over all of them."""
    sd = walk_spread("distance", STEPS, Room(STEPS))
    assert sd == pytest.approx(np.sqrt(STEPS - mean_distance(STEPS) ** 2), rel=0.05)

    coins = np.array(np.meshgrid(*[[0, 1]] * 8)).reshape(8, -1)
    assert sequence_spread("share", 8, 2) == pytest.approx(coins.mean(axis=0).std())
    assert sequence_spread("alternation", 8, 2) == pytest.approx((coins[1:] != coins[:-1]).mean(axis=0).std())


def test_a_pilot_counts_copies_once_and_compares_within_conditions() -> None:
    """Conditions that differ do not make units differ; a copy adds nothing; a unit without a value is none."""
    units = pd.DataFrame(
        {
            "condition": ["a"] * 4 + ["b"] * 4,
            "value": [1.0, 3.0, 3.0, np.nan, 101.0, 103.0, 105.0, 105.0],
            "copy": ["1", "3", "3", "x", "1", "3", "5", "5"],
        }
    )
    sd, every, distinct = spread(units)

    assert sd == pytest.approx(np.sqrt((2.0 * 1 + 4.0 * 2) / 3))
    assert (every, distinct) == (7, 5)
