"""Bootstrap over units: whatever belongs to one wording or one sequence is drawn together.

An interval is the expanded percentile interval: the tail alpha/2 is replaced by Phi(sqrt(u/(u-1)) t), with t Student's
quantile for u - 1 degrees of freedom and u the number of units, because percentiles alone are too narrow for few units.

Hesterberg (2015), Am. Stat. 69, 371.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Resampling:
    """How intervals are drawn: repeats of the bootstrap, level of the interval, seed."""

    repeats: int = 400
    level: float = 0.95
    seed: int = 0


@lru_cache(maxsize=64)
def unit_counts(units: int, repeats: int, seed: int) -> Array:
    """How often each unit is drawn, shape (units, repeats); columns sum to the number of units."""
    counts = np.random.default_rng([seed, units]).multinomial(units, np.full(units, 1 / units), size=repeats)
    drawn = counts.T.astype(float)
    drawn.flags.writeable = False
    return drawn


def expanded_tail(units: int, level: float) -> float:
    """The tail probability at which percentiles of so many units are read; NaN for fewer than 2."""
    from scipy.special import ndtr, stdtrit

    if units < 2:
        return float("nan")
    return float(ndtr(np.sqrt(units / (units - 1)) * stdtrit(units - 1, (1 - level) / 2)))


def percentiles(samples: npt.ArrayLike, units: int, level: float) -> tuple[float, float]:
    """The interval of one statistic from its bootstrap samples; samples that are NaN (no data drawn) do not count."""
    known = np.asarray(samples, float)
    known = known[~np.isnan(known)]
    tail = expanded_tail(units, level)
    if not len(known) or np.isnan(tail):
        return float("nan"), float("nan")
    # order statistics, the outer ones: between a number and infinity nothing can be interpolated
    rank = max(1, int((len(known) + 1) * tail))
    ordered = np.sort(known)
    low, high = ordered[rank - 1], ordered[-rank]
    return float(low), float(high)
