"""Straight lines through pairs of values, by least squares, with intervals by leaving out one unit at a time.

The sums of each unit are all that a fit needs, so that all fits are made at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.units import FEWEST

Array = npt.NDArray[np.float64]
LEVEL = 0.95
LEAST = 1e-12
"""A variance that is smaller than this share of the mean square about the data's mean is rounding."""
FEWEST_CROSSING = 6
"""Units below which no interval of a crossing is given: of those few that end too many miss."""
SHARE = 1.5
"""Degrees of freedom of an interval for each effective unit."""
GRID, ROUNDS = 101, 4


class Lines(NamedTuple):
    """Slope, intercept and correlation: of the data first, then without each unit; and the units.

    ``effective`` is how many units would share x's squares about its mean evenly: few where one is far from the others.
    """

    slope: Array
    intercept: Array
    correlation: Array
    units: int
    effective: float


def lines(x: npt.ArrayLike, y: npt.ArrayLike, unit: npt.ArrayLike, reached: npt.ArrayLike | None = None) -> Lines:
    """Least squares of y on x, for the data and without each unit.

    Parameters
    ----------
    x, y, unit : array_like, shape (n,)
        Values, and the unit that each pair belongs to.
    reached : array_like, shape (n,), optional
        How far along each y was seen, above 0, where it is 1 for others: if every step of G has the same law,
        E[x(t + 1)] = r x(t) + c, then E[y] = w x + i (1 - w)/(1 - s) with s = r^G, i the intercept at G and
        w = s^reached, by its size where s is below 0. Fitted by nonlinear least squares in s.

    Returns
    -------
    Lines
        NaN where x does not vary; the correlation also where y does not, and where ``reached`` differs.
    """
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    codes, names = pd.factorize(np.asarray(unit), sort=True)
    if not len(names):
        nothing = np.full(1, np.nan)
        return Lines(nothing, nothing, nothing, 0, 0.0)
    # about the means, so that squares of great numbers do not drown what differs
    (centre_x, a), (centre_y, b) = _about_mean(xs), _about_mean(ys)
    slope, intercept, correlation = _solved(_left_out(codes, np.ones_like(a), a, b, a * a, a * b, b * b))
    intercept = intercept + centre_y - slope * centre_x
    far = None if reached is None else np.asarray(reached, float)
    if far is not None and not np.all(far == 1) and np.isfinite(slope[0]):
        found = _censored(a, ys - centre_x, codes, far, slope)
        slope, correlation = found[0], np.full_like(correlation, np.nan)
        intercept = found[1] + centre_x * (1 - slope)
    shares = np.bincount(codes, a * a)
    effective = float(shares.sum() ** 2 / (shares**2).sum()) if shares.any() else 0.0
    return Lines(slope, intercept, correlation, len(names), effective)


def _about_mean(values: Array) -> tuple[float, Array]:
    """The mean, and how far values are from it: not at all where that is rounding, as of a cosine that is always 1."""
    centre = float(values.mean())
    apart = values - centre
    return centre, apart if np.abs(apart).max() > LEAST * abs(centre) else np.zeros_like(apart)


def interval(values: Array, found: Lines, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a number of lines: of the data first, then without each unit. NaN for fewer than 4 units.

    Student's, with the jackknife's variance (u - 1)/u sum (without one - all)², which is not too small where few units
    are far from the others (MacKinnon, Nielsen and Webb 2023, J. Appl. Econometrics 38, 671). Degrees of freedom are
    u - 2, and at most 1.5 times ``effective`` (after Carter, Schnepel and Steigerwald 2017, Rev. Econ. Stat. 99, 698):
    1.5, because that variance is itself the greater, the farther one unit is from the others (see bench_validity).
    """
    if found.units < FEWEST or not np.isfinite(values).all():
        return float("nan"), float("nan")
    half = _quantile(min(found.units - 2, max(2.0, SHARE * found.effective)), level) * np.sqrt(spread(values, values))
    return float(values[0] - half), float(values[0] + half)


def spread(one: Array, other: Array) -> float:
    """The jackknife's covariance of two numbers of lines, the data's first, then those without each unit."""
    units = len(one) - 1
    return float((units - 1) / units * ((one[1:] - one[0]) * (other[1:] - other[0])).sum()) if units else float("nan")


def crossing(found: Lines, level: float = LEVEL) -> tuple[float, float]:
    """Where the line may meet y = x: every place at which the two do not differ at that level, from low to high.

    NaN for fewer than 6 units, and where the places do not end: then the crossing is not determined.

    Fieller (1954), J. R. Stat. Soc. B 16, 175.
    """
    slope, intercept, units = found.slope, found.intercept, found.units
    if units < FEWEST_CROSSING or not np.isfinite(slope).all():
        return float("nan"), float("nan")
    q = _quantile(units - 2, level) ** 2
    left, start = 1 - slope[0], intercept[0]
    square = left**2 - q * spread(slope, slope)
    linear = start * left + q * spread(slope, intercept)
    constant = start**2 - q * spread(intercept, intercept)
    if square <= 0:
        return float("nan"), float("nan")
    half = np.sqrt(max(0.0, linear**2 - square * constant))
    return float((linear - half) / square), float((linear + half) / square)


def _quantile(freedom: float, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + level) / 2))


def _left_out(codes: npt.NDArray[np.intp], *columns: Array) -> Array:
    """Sums of columns over all rows first, then without each unit, shape (columns, 1 + units)."""
    sums = np.array([np.bincount(codes, column) for column in columns])
    total = sums.sum(axis=1, keepdims=True)
    return np.asarray(np.hstack([total, total - sums]))


def _solved(sums: Array) -> tuple[Array, Array, Array]:
    """Slope, intercept and correlation from n and the sums of x, y, xx, xy, yy: one for each column."""
    n, x, y, xx, xy, yy = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        spread_x, spread_y, shared = xx - x * x / n, yy - y * y / n, xy - x * y / n
        varies_x, varies_y = (each > LEAST * total for each, total in ((spread_x, xx), (spread_y, yy)))
        slope = np.where(varies_x, shared / spread_x, np.nan)
        correlation = np.where(varies_x & varies_y, shared / np.sqrt(spread_x * spread_y), np.nan)
        intercept = (y - slope * x) / n
    return slope, intercept, np.clip(correlation, -1, 1)


def _censored(x: Array, y: Array, codes: npt.NDArray[np.intp], reached: Array, usual: Array) -> tuple[Array, Array]:
    """Slope and intercept where rows were seen at different distances, for the data and without each unit.

    The sum of squares that is left is looked at over a grid, which closes in on the least one of every fit.
    """
    far = max(1.5, 2 * float(np.nanmax(np.abs(usual))))
    low, high = -far, far
    for _ in range(ROUNDS):
        grid = np.linspace(low, high, GRID)
        fits = [_given(slope, x, y, codes, reached) for slope in grid]
        left, intercepts = (np.array(each) for each in zip(*fits, strict=True))
        best = left.argmin(axis=0)
        step = grid[1] - grid[0]
        low, high = grid[best.min()] - step, grid[best.max()] + step
    return _between(grid, left, intercepts, np.clip(best, 1, GRID - 2))


def _between(grid: Array, left: Array, intercepts: Array, best: npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """Slope and intercept at the lowest point of the parabola through the best place and its neighbours."""
    fit = np.arange(left.shape[1])
    before, at, after = (left[best + place, fit] for place in (-1, 0, 1))
    bend = before - 2 * at + after
    with np.errstate(invalid="ignore", divide="ignore"):
        aside = np.where(bend > 0, np.clip((before - after) / (2 * bend), -1, 1), 0.0)
    side = np.where(aside < 0, -1, 1)
    start, end = intercepts[best, fit], intercepts[best + side, fit]
    return grid[best] + aside * (grid[1] - grid[0]), start + np.abs(aside) * (end - start)


def _given(slope: float, x: Array, y: Array, codes: npt.NDArray[np.intp], reached: Array) -> tuple[Array, Array]:
    """Sum of squares left and intercept if the slope is known: one for each fit."""
    weight = np.sign(slope) * np.abs(slope) ** reached
    part = reached if abs(slope - 1) < 1e-9 else (1 - weight) / (1 - slope)
    rest = y - weight * x
    squares, shared, parts = _left_out(codes, rest * rest, part * rest, part * part)
    intercept = shared / parts
    return squares - intercept * shared, intercept
