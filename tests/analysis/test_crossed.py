"""Means over cases and wordings against statsmodels, and which factor carries an interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

from lmwalk.analysis import crossed
from lmwalk.analysis.units import unit_mean


def table(cases: int, wordings: int) -> np.ndarray:
    rng = np.random.default_rng(cases + wordings)
    return rng.normal(size=(cases, 1)) + rng.normal(size=(1, wordings)) + rng.normal(size=(cases, wordings))


@pytest.mark.parametrize(("cases", "wordings"), [(11, 5), (5, 5), (4, 20)])
def test_the_two_way_variance_is_statsmodels_s(cases: int, wordings: int) -> None:
    """Of a regression on a constant, clustered by both factors; its factor (n - 1)/(n - k) is 1."""
    told = table(cases, wordings)
    flat = pd.DataFrame({"y": told.ravel(), "case": np.repeat(range(cases), wordings)})
    flat["unit"] = np.tile(range(wordings), cases)
    both, of_case, of_unit = cov_cluster_2groups(
        sm.OLS(flat["y"], np.ones(len(flat))).fit(), flat["case"].to_numpy(), flat["unit"].to_numpy()
    )

    spread = (told - told.mean()) / told.size
    by_case, by_unit, by_cell = crossed.variances(spread)

    assert (by_case, by_unit) == pytest.approx((float(of_case.item()), float(of_unit.item())))
    assert by_case + by_unit - by_cell == pytest.approx(float(both.item()))
    found = crossed.crossed_mean(told)
    variance = max(float(both.item()), by_case, by_unit)
    reach = stats.t.ppf(0.975, min(cases, wordings) - 1) * variance**0.5
    assert (found.low, found.high) == pytest.approx((told.mean() - reach, told.mean() + reach))


def test_one_factor_is_the_mean_over_its_levels() -> None:
    """Of one case the wordings carry the interval, of one wording the cases; of three wordings none does."""
    told = table(6, 6)

    one_case, one_wording = crossed.crossed_mean(told[:1]), crossed.crossed_mean(told[:, :1])

    assert one_case[1:3] == pytest.approx(unit_mean(told[0])[1:3])
    assert one_wording[1:3] == pytest.approx(unit_mean(told[:, 0])[1:3])
    assert np.isnan(crossed.crossed_mean(told[:, :3]).low)
    assert np.isfinite(crossed.crossed_mean(told[:3]).low)  # three cases are meant, and the wordings carry it
    assert np.isnan(crossed.crossed_mean(told[:1, :1]).low)
    assert np.isnan(crossed.crossed_mean(np.full((2, 2), np.nan)).mean)


def test_a_mean_is_of_cells_whatever_is_missing() -> None:
    """Each case in each wording has one weight, repeats of it less."""
    told = crossed.table_of([1.0, 3.0, 4.0, np.nan], [0, 0, 1, 1], ["a", "a", "a", "b"])

    assert told.tolist() == [[2.0], [4.0]]
    assert crossed.crossed_mean(told).mean == 3


def test_both_factors_are_drawn_anew() -> None:
    """A cell comes as often as its case times its wording; factors that carry nothing stay as they are."""
    case, unit = (each.ravel() for each in np.indices((5, 4)))

    drawn, fewest = crossed.pigeonhole(case, unit, 50, 0)

    assert fewest == 4
    assert (drawn.reshape(5, 4, 50).sum(axis=(0, 1)) == 20).all()
    few, none = crossed.pigeonhole(case, unit % 3, 50, 0)
    assert none == 0
    assert (few == 1).all()
    assert [each.shape for each in crossed.without_one(case, unit)] == [(20, 5), (20, 4)]


def test_unequal_wordings_say_less_than_their_replies() -> None:
    """A mean of two wordings with 1 and 3 replies varies like one of 3: 4 / (1 + 1/3)."""
    assert crossed.as_many([1, 3]) == pytest.approx(3)
    assert crossed.as_many([20] * 5) == pytest.approx(100)
