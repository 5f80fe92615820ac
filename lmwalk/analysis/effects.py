"""Effect sizes of a difference with their intervals, and tests that it lies inside a margin."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lmwalk.analysis.shifts import Interval, Units

NOTHING: Interval = (float("nan"), float("nan"))


def few(freedom: float) -> float:
    """What a standardised difference is multiplied by, as it is too large on average for few units.

    Hedges (1981), equation 6e: gamma(m/2) / (sqrt(m/2) gamma((m - 1)/2)) of m degrees of freedom.
    """
    from scipy.special import gammaln

    if freedom <= 1:
        return float("nan")
    return float(np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2) - np.log(freedom / 2) / 2))


def hedges(one: Units, other: Units, level: float) -> tuple[float, float, float]:
    """Hedges' g of two conditions, with the interval that the noncentral t gives; NaN where no unit differs."""
    from scipy.special import nctdtrinc

    freedoms = [each.effective - 1 for each in (one, other)]
    freedom = sum(freedoms)
    pooled = sum(each.variance * own for each, own in zip((one, other), freedoms, strict=True)) / freedom
    if pooled <= 0:
        return np.nan, *NOTHING
    d, size = (one.mean - other.mean) / np.sqrt(pooled), np.sqrt(1 / one.effective + 1 / other.effective)
    # of the positive side, since the function is not good far to the other
    low, high = (nctdtrinc(freedom, tail, abs(d) / size) * size for tail in ((1 + level) / 2, (1 - level) / 2))
    ends = (low, high) if d >= 0 else (-high, -low)
    factor = few(freedom)
    return float(d * factor), float(ends[0] * factor), float(ends[1] * factor)


def bonett(one: Units, other: Units, apart: Units, level: float) -> tuple[float, float, float]:
    """The same of pairs, in standard deviations over units; ``apart`` are the differences."""
    from scipy.special import ndtri

    freedom, a, b = apart.effective - 1, one.variance, other.variance
    average = (a + b) / 2
    if average <= 0 or freedom <= 1:
        return np.nan, *NOTHING
    together = (a + b - apart.variance) / 2
    d = apart.mean / np.sqrt(average)
    variance = d**2 * (a**2 + b**2 + 2 * together**2) / (8 * freedom * average**2) + apart.variance / average / freedom
    half, factor = float(ndtri((1 + level) / 2)) * np.sqrt(variance), few(freedom)
    return float(d * factor), float((d - half) * factor), float((d + half) * factor)


def welch(one: Units, other: Units) -> tuple[float, float]:
    """The variance of a difference of means, and its degrees of freedom where variances are not the same."""
    error = one.error + other.error
    parts = sum(each.error**2 / (each.effective - 1) for each in (one, other) if each.effective > 1)
    return error, error**2 / parts if parts > 0 else 1.0


def student_p(difference: float, error: float, freedom: float) -> float:
    """Student's two-sided p that a difference is none."""
    from scipy.special import stdtr

    if error <= 0:
        return float(difference == 0)
    return float(2 * stdtr(freedom, -abs(difference) / np.sqrt(error)))


def student_alike(difference: float, error: float, freedom: float, within: float) -> float:
    """The larger p of the two one-sided tests."""
    from scipy.special import stdtr

    if not np.isfinite(within):
        return float("nan")
    if error <= 0:
        return float(abs(difference) >= within)
    return float(stdtr(freedom, (abs(difference) - within) / np.sqrt(error)))


def alike_by(interval: Callable[[float], Interval], within: float) -> float:
    """The least p for which the interval of level 1 - 2p lies inside the margin."""
    if not np.isfinite(within):
        return float("nan")
    small, large = 0.0005, 0.5
    for _ in range(12):
        middle = (small + large) / 2
        low, high = interval(1 - 2 * middle)
        small, large = (small, middle) if -within < low and high < within else (middle, large)
    return large
