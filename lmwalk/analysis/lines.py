"""Straight lines through pairs of values, by least squares, with a bootstrap over units.

The sums of each unit are all that a fit needs, so that a thousand resamples are one product of matrices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.resampling import Resampling, percentiles, unit_counts

Array = npt.NDArray[np.float64]
RESAMPLING = Resampling(repeats=2000)
FEWEST_UNITS = 3
LEAST = 1e-12
"""A variance that is smaller than this share of the mean square about the data's mean is rounding."""


class Lines(NamedTuple):
    """Slope, intercept and share of variance explained: of the data first, then of each resample; and the units."""

    slope: Array
    intercept: Array
    r2: Array
    units: int


def lines(x: npt.ArrayLike, y: npt.ArrayLike, unit: npt.ArrayLike, resampling: Resampling = RESAMPLING) -> Lines:
    """Least squares of y on x, for the data and for resamples of its units.

    NaN where x does not vary; r2 also where y does not.
    """
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    codes, names = pd.factorize(np.asarray(unit), sort=True)  # the same draws in whatever order rows come
    if not len(names):
        nothing = np.full(1, np.nan)
        return Lines(nothing, nothing, nothing, 0)
    # about the means, so that squares of great numbers do not drown what differs
    centre_x, centre_y = xs.mean(), ys.mean()
    a, b = xs - centre_x, ys - centre_y
    sums = np.array([np.bincount(codes, values) for values in (np.ones_like(a), a, b, a * a, a * b, b * b)])
    drawn = unit_counts(len(names), resampling.repeats, resampling.seed)
    slope, intercept, r2 = _solved(sums @ np.column_stack([np.ones(len(names)), drawn]))
    return Lines(slope, intercept + centre_y - slope * centre_x, r2, len(names))


def interval(samples: Array, units: int, level: float) -> tuple[float, float]:
    """The interval of a statistic of lines: of the data first, then of the resamples.

    NaN for fewer than 3 units, and where the data has no value.
    """
    if units < FEWEST_UNITS or np.isnan(samples[0]):
        return float("nan"), float("nan")
    return percentiles(samples[1:], units, level)


def _solved(sums: Array) -> tuple[Array, Array, Array]:
    """Slope, intercept and r2 from n and the sums of x, y, xx, xy, yy: one for each column."""
    n, x, y, xx, xy, yy = sums
    spread_x, spread_y, shared = xx - x * x / n, yy - y * y / n, xy - x * y / n
    varies_x, varies_y = (spread > LEAST * total for spread, total in ((spread_x, xx), (spread_y, yy)))
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(varies_x, shared / spread_x, np.nan)
        r2 = np.where(varies_x & varies_y, shared**2 / (spread_x * spread_y), np.nan)
    return slope, (y - slope * x) / n, r2
