"""The joint fit finds who made the answers, and its intervals hold the truth as often as they say."""

from __future__ import annotations

from dataclasses import astuple
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy import stats

from lmwalk.analysis.beliefs import filtered
from lmwalk.analysis.fitting import Estimate, fit_filter
from lmwalk.analysis.legacy import legacy_filtered, legacy_fit
from lmwalk.analysis.resampling import Resampling

Array = npt.NDArray[np.float64]
SIZES = (0, 1, 3, 5, 10, 20, 50, 100)
THETAS = np.arange(11) / 10
SIMULATIONS = 100


def asked(sequences: Array, believed: Array, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Observations of answers, shape (units, sequences, sizes)."""
    rows = [
        (tuple(sequence[:n].tolist()), believed[unit, cell, place], unit)
        for cell, sequence in enumerate(sequences)
        for place, n in enumerate(sizes)
        for unit in range(len(believed))
    ]
    return pd.DataFrame(rows, columns=["tosses", "p", "unit"])


def coins(rng: np.random.Generator, thetas: Array = THETAS) -> Array:
    return (rng.random((len(thetas), 100)) < thetas[:, None]).astype(int)


@cache
def logit_locations() -> tuple[Array, Array]:
    """Means of logistic(location + z) for standard normal z, by Gauss-Hermite quadrature, and the locations."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    locations = np.linspace(-20, 20, 4001)
    return (1 / (1 + np.exp(-locations[:, None] - nodes))) @ (weights / weights.sum()), locations


def noisy(believed: Array, z: Array, noise: str) -> Array:
    """Answers whose mean over z is the belief: logit-normal (certainty stays certainty), or added up with sd 0.1."""
    if noise == "added":
        return believed + 0.1 * z
    inside = (believed > 0) & (believed < 1)
    answers = 1 / (1 + np.exp(-np.interp(believed, *logit_locations()) - z))
    return np.where(inside, answers, believed)


def covered(estimate: Estimate, truth: float) -> bool:
    return estimate.low <= truth <= estimate.high


@pytest.mark.parametrize(
    ("gamma", "noise"),
    [(0, "logit"), (0.3, "logit"), (0.6, "logit"), (0.9, "logit"), (1, "logit"), (0, "added"), (1, "added")],
)
def test_intervals_hold_the_truth_as_often_as_they_say(gamma: float, noise: str) -> None:
    """Filters with drawn priors, asked in 10 wordings with noise that each wording shares: 95% of 100 intervals cover.

    Half of the noise's variance (1 on the logit scale) belongs to the wording, half to the single answer. At an end of
    gamma the interval must be able to reach it.
    """
    rng = np.random.default_rng(int(10 * gamma))
    hits = np.zeros(3)
    for _ in range(SIMULATIONS):
        mean, strength, sequences = rng.uniform(0.2, 0.8), np.exp(rng.uniform(0, np.log(20))), coins(rng)
        believed = filtered(sequences, mean, strength, gamma)[:, list(SIZES)]
        z = (rng.normal(size=(10, 1, 1)) + rng.normal(size=(10, *believed.shape))) / np.sqrt(2)
        fit = fit_filter(asked(sequences, noisy(believed, z, noise)), Resampling(repeats=200))
        hits += [covered(fit.mean, mean), covered(fit.strength, strength), covered(fit.gamma, gamma)]

    assert (hits >= stats.binom.ppf(0.001, SIMULATIONS, 0.95)).all(), hits


@pytest.mark.parametrize("gamma", [0.05, 0.3, 0.6, 0.9, 0.99, 1])
@pytest.mark.parametrize(("mean", "strength"), [(0.5, 2.0), (0.1, 9.0), (2 / 3, 9.0), (0.9, 0.5), (0.4, 60.0)])
def test_answers_without_noise_give_the_filter_back(mean: float, strength: float, gamma: float) -> None:
    """The least squares lie where the answers come from, wherever that is."""
    sequences = coins(np.random.default_rng(2))
    believed = filtered(sequences, mean, strength, gamma)[None, :, list(SIZES)]

    fit = fit_filter(asked(sequences, believed))

    assert fit.gamma.value == pytest.approx(gamma, abs=1e-4)
    assert fit.mean.value == pytest.approx(mean, abs=1e-4)
    assert fit.strength.value == pytest.approx(strength, rel=1e-2)
    assert fit.error == pytest.approx(0, abs=1e-4)


def test_replies_are_fitted_like_probabilities() -> None:
    """Answers drawn as 1 or 0 with P(heads) lead to the same filter, less sharply."""
    rng = np.random.default_rng(3)
    sequences = coins(rng)
    believed = filtered(sequences, 0.7, 6, 0.8)[:, list(SIZES)]

    fit = fit_filter(asked(sequences, (rng.random((100, *believed.shape)) < believed).astype(float)))

    assert covered(fit.gamma, 0.8)
    assert covered(fit.mean, 0.7)
    assert 0.7 < fit.gamma.value < 0.9


def test_a_weight_is_as_many_answers() -> None:
    """An answer of weight 2 counts like two."""
    rng = np.random.default_rng(4)
    sequences = coins(rng)
    frame = asked(sequences, filtered(sequences, 0.7, 6, 0.8)[None, :, list(SIZES)] + rng.normal(0, 0.1, (5, 11, 8)))
    weight = np.where(frame["tosses"].map(len) > 5, 2, 1)

    weighted = fit_filter(frame.assign(weight=weight))
    repeated = fit_filter(pd.concat([frame, frame[weight == 2]]))

    assert astuple(weighted.gamma) == pytest.approx(astuple(repeated.gamma), rel=1e-6)
    assert astuple(weighted.strength) == pytest.approx(astuple(repeated.strength), rel=1e-6)


def test_without_memory_the_strength_is_unknown() -> None:
    """At gamma = 0 no prior survives a toss: strength is NaN and its interval is everything; memory is one toss."""
    sequences = coins(np.random.default_rng(5))
    believed = filtered(sequences, 0.6, 5, 0.0)[:, list(SIZES)]

    fit = fit_filter(asked(sequences, np.broadcast_to(believed, (5, *believed.shape))))

    assert astuple(fit.gamma) == (0, 0, 0)
    assert astuple(fit.memory) == (1, 1, 1)
    assert astuple(fit.mean) == pytest.approx((0.6, 0.6, 0.6))
    assert np.isnan(fit.strength.value)
    assert (fit.strength.low, fit.strength.high) == (0, np.inf)


def test_nothing_asked_fits_nothing() -> None:
    """No answers give NaN throughout; one unit gives estimates without intervals."""
    empty = fit_filter(pd.DataFrame({"tosses": [(1,)], "p": [np.nan], "unit": [0]}))
    single = fit_filter(pd.DataFrame({"tosses": [(), (1,), (1, 1)], "p": [0.5, 2 / 3, 3 / 4], "unit": [0, 0, 0]}))

    assert np.isnan([empty.gamma.value, empty.mean.low, empty.error]).all()
    assert single.error == pytest.approx(0, abs=1e-4)
    assert np.isnan([single.gamma.low, single.gamma.high]).all()


def test_one_start_at_one_half_sticks() -> None:
    """A perfect Bayesian with the legacy fit's own prior makes its error 0 at gamma = 1, which it does not find.

    On tosses of a fair coin its error has a second valley below 0.5, where clamped counts answer about 1/2.
    """
    sequences = np.random.default_rng(0).integers(0, 2, size=(20, 100))
    sizes = (1, 3, 5, 10, 20, 50, 100)
    frame = asked(sequences, filtered(sequences, 0.5, 2, 1.0)[None, :, list(sizes)], sizes)

    stuck, joint = legacy_fit(frame), fit_filter(frame)

    assert stuck.gamma < 0.5
    assert stuck.error > 0.05
    assert joint.gamma.value == pytest.approx(1, abs=1e-3)
    assert joint.error == pytest.approx(0, abs=1e-4)


def test_the_legacy_fit_finds_what_lies_in_its_valley() -> None:
    """Where the truth is next to its start, it is found."""
    sequences = np.random.default_rng(1).integers(0, 2, size=(20, 30))
    sizes = (1, 3, 5, 10, 20, 30)
    frame = asked(sequences, legacy_filtered(sequences, 0.6)[None, :, list(sizes)], sizes)

    assert legacy_fit(frame).gamma == pytest.approx(0.6, abs=1e-3)
