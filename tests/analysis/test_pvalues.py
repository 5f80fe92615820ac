"""p-values against exact laws, also where simulations alone say no more than that they are small."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from lmwalk.analysis.pvalues import MOST_ENUMERATED, counts_p, rare_p, tail_probability


@pytest.mark.parametrize("counts", [(3, 2, 1, 1), (7, 0, 0, 0), (2, 2, 2, 1), (5, 2, 0, 0), (4, 4, 0, 0), (1, 0, 0, 0)])
def test_counts_of_four_are_tested_exactly(counts: tuple[int, ...]) -> None:
    """By listing all counts of as many answers that are no likelier, with scipy's multinomial law."""
    law = stats.multinomial(sum(counts), [0.25] * 4)
    every = [each for each in product(range(sum(counts) + 1), repeat=4) if sum(each) == sum(counts)]
    p = sum(law.pmf(each) for each in every if law.pmf(each) <= law.pmf(counts) * (1 + 1e-9))

    assert counts_p(counts) == pytest.approx(p)


def test_many_counts_have_nearly_the_exact_p() -> None:
    """Of as many as are still listed, the p of G's chi-square law, which takes over then, is the same within 5%."""
    counts = np.array([MOST_ENUMERATED // 4 + 30, *[MOST_ENUMERATED // 4 - 10] * 3])
    g = stats.power_divergence(counts, lambda_="log-likelihood")

    assert counts_p(counts) == pytest.approx(g.pvalue, rel=0.05)
    assert counts_p(counts * 3) == pytest.approx(stats.power_divergence(counts * 3, lambda_="log-likelihood").pvalue)


@pytest.mark.parametrize("name", ["normal", "exponential", "uniform", "lognormal"])
@pytest.mark.parametrize("beyond", [1e-4, 1e-6])
def test_a_fitted_tail_is_never_much_too_small(name: str, beyond: float) -> None:
    """At known quantiles: of 100 tails by 999 values, most give more than the truth, none a hundredth of it."""
    law = {"normal": stats.norm, "exponential": stats.expon, "uniform": stats.uniform, "lognormal": stats.lognorm(0.5)}
    chance = np.random.default_rng(1)
    drawn = [np.sort(law[name].rvs(size=999, random_state=chance)) for _ in range(100)]
    found = np.array([tail_probability(float(law[name].isf(beyond)), each) for each in drawn])
    found = found[~np.isnan(found)] / beyond

    assert (found > 0.01).all()
    assert (found < 1).mean() <= 0.25


def test_a_tail_that_is_known_tells_more_than_the_number_of_simulations() -> None:
    """Far beyond 999 exponential values p is far below a thousandth, and above 0; by both tails."""
    null = np.random.default_rng(2).exponential(size=999)

    assert 0 < rare_p(40.0, null, one_sided=True).p < 1e-6
    assert rare_p(-40.0, -null).p == pytest.approx(2 * rare_p(40.0, null, one_sided=True).p)
    assert not rare_p(40.0, null).sure


def test_where_no_tail_fits_the_bound_of_the_simulations_stands() -> None:
    """Values that are 0 or 1 have no tail: half of one in a thousand, by both sides."""
    null = np.tile([0.0, 1.0], 500)[:999]

    assert rare_p(5.0, null) == (pytest.approx(0.001), False)


def test_what_is_common_is_ranked() -> None:
    """A value among the simulated ones has the share of them that is beyond it."""
    found = rare_p(899.5, np.arange(999.0), one_sided=True)

    assert found == (pytest.approx(0.0995), True)
    assert np.isnan(rare_p(float("nan"), np.arange(9.0)).p)
