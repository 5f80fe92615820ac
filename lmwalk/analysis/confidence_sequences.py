"""Intervals of a mean that hold however often they are looked at, so that a study may stop when it is decided.

For values in known bounds, as they come, one a unit. No law of the values is assumed beyond their bounds and that each
has the same mean given those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
GRID = 1000
"""Means that are tried; an end lies at most so many parts of the bounds too far out."""
AT_ONCE = 2000
"""Values that are worked on together, so that many need no more room."""
LARGEST_BET = 0.5


class Verdict(NamedTuple):
    """Whether a mean is decided.

    Attributes
    ----------
    units, distinct : int
        Units with a value that were looked at: those up to the decision where there is one.
    mean, low, high : float
        Their mean and its interval; NaN where there is none.
    decided : bool
        Whether the rule is met.
    """

    units: int
    distinct: int
    mean: float
    low: float
    high: float
    decided: bool


def running_intervals(
    values: npt.ArrayLike, bounds: tuple[float, float] = (0.0, 1.0), level: float = 0.95
) -> tuple[Array, Array]:
    """The interval of the mean after each value; all of them together hold it with probability ``level``.

    Parameters
    ----------
    values : array_like, shape (n,)
        In the order in which they came; finite.
    bounds : (float, float)
        The least and the most that a value can be. Raises ValueError for a value beyond.

    Returns
    -------
    low, high : array, shape (n,)
        They only ever close in.

    Notes
    -----
    The hedged capital process of Waudby-Smith and Ramdas (2024), J. R. Stat. Soc. B 86, 1, theorem 3 with its
    predictable plug-in bets and c = 1/2: for each candidate mean m, one gambler bets that the mean is larger and one
    that it is smaller, with half of the capital each; a candidate against which either has made 1 / (1 - level) of the
    whole is ruled out for good (Ville's inequality).

    >>> low, high = running_intervals([0.5] * 100)
    >>> bool(low[-1] < 0.5 < high[-1] and high[-1] - low[-1] < 0.15)
    True
    """
    least, most = bounds
    x = (np.asarray(values, float) - least) / (most - least)
    if ((x < -1e-9) | (x > 1 + 1e-9) | ~np.isfinite(x)).any():
        raise ValueError(f"values from {least:g} to {most:g}")
    x = np.clip(x, 0, 1)
    bets = _bets(x, 1 - level)
    low, high, inner = np.empty(len(x)), np.empty(len(x)), np.linspace(0, 1, GRID + 1)[1:-1]
    above, below = np.zeros((2, GRID - 1))
    floor, ceiling = 0, GRID
    threshold = np.log(2 / (1 - level))
    for begin in range(0, len(x), AT_ONCE):
        part, bet = x[begin : begin + AT_ONCE, None], bets[begin : begin + AT_ONCE, None]
        more = above + np.cumsum(np.log1p(np.minimum(bet, LARGEST_BET / inner) * (part - inner)), axis=0)
        less = below + np.cumsum(np.log1p(-np.minimum(bet, LARGEST_BET / (1 - inner)) * (part - inner)), axis=0)
        above, below = more[-1], less[-1]
        # a gambler's capital falls as m comes nearer to what it bets on, so that what is ruled out are two ends
        floors = np.maximum.accumulate(np.maximum((more >= threshold).sum(axis=1), floor))
        ceilings = np.minimum.accumulate(np.minimum(GRID - (less >= threshold).sum(axis=1), ceiling))
        floor, ceiling = int(floors[-1]), int(ceilings[-1])
        low[begin : begin + AT_ONCE], high[begin : begin + AT_ONCE] = floors / GRID, ceilings / GRID
    return least + (most - least) * low, least + (most - least) * high


def _bets(x: Array, alpha: float) -> Array:
    """Each from the values before it: sqrt(2 log(2/alpha) / (variance so far t log(1 + t)))."""
    t = np.arange(1, len(x) + 1)
    means = (0.5 + np.cumsum(x)) / (t + 1)
    variances = (0.25 + np.cumsum((x - means) ** 2)) / (t + 1)
    known = np.concatenate([[0.25], variances[:-1]])
    return np.asarray(np.sqrt(2 * np.log(2 / alpha) / (known * t * np.log(1 + t))))


def verdicts(
    values: Sequence[float],
    copies: Sequence[object],
    bounds: tuple[float, float],
    *,
    width: float | None = None,
    differs_from: float | None = None,
    level: float = 0.95,
) -> Verdict:
    """Whether units decide a mean, and after how many of them.

    Parameters
    ----------
    values : sequence of float
        One a unit, in the order of the units, whichever came first; NaN where a unit has none.
    copies : sequence
        What each unit is, to the letter. Equal ones, as at temperature 0, may be one that was copied, or may have come
        by chance: the interval is the hull of that over all units and that over each of them once.
    width, differs_from : float, optional
        Decided once the interval is no wider, or does not hold the value.
    """
    frame = pd.DataFrame({"value": np.asarray(values, float), "copy": pd.Series(list(copies), dtype=object)})
    known = frame[frame["value"].notna()].reset_index(drop=True)
    if known.empty:
        return Verdict(0, 0, np.nan, np.nan, np.nan, decided=False)
    first = ~known["copy"].duplicated().to_numpy()
    distinct = np.cumsum(first)
    low, high = running_intervals(known["value"], bounds, level)
    if not first.all():
        once = running_intervals(known.loc[first, "value"], bounds, level)
        low, high = np.minimum(low, once[0][distinct - 1]), np.maximum(high, once[1][distinct - 1])
    # within one part of the grid, width is met
    met = high - low <= width + 1e-12 if width is not None else np.zeros(len(low), bool)
    if differs_from is not None:
        met |= (low > differs_from) | (high < differs_from)
    at = int(met.argmax()) if met.any() else len(known) - 1
    mean = float(known["value"].iloc[: at + 1].mean())
    return Verdict(at + 1, int(distinct[at]), mean, float(low[at]), float(high[at]), decided=bool(met.any()))
