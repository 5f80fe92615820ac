"""How many units a difference or a width needs, and which difference so many units can find.

A unit is what was sampled as a whole (``analysis.units``); two conditions are compared by their means over units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.nulls import Room
from lmwalk.analysis.unit_values import values_of

POWER, LEVEL, CONFIDENCE = 0.8, 0.05, 0.95
MOST_UNITS = 1_000_000
MOST_MOVES = 400_000
"""Of all simulated walks together."""
WALKS = 2000
FEWEST_WALKS = 100
PARTS = 4000


def power_of(difference: float, sd: float, units: int, other: int | None = None, level: float = LEVEL) -> float:
    """How often Student's test of two means finds a difference.

    1 - F(t) + F(-t), with F the noncentral t distribution of units + other - 2 degrees of freedom and noncentrality
    difference / (sd sqrt(1/units + 1/other)), and t the two-sided quantile at the level.

    Cohen (1988), Statistical Power Analysis, 2nd edition, chapter 2.

    Parameters
    ----------
    sd : float
        Standard deviation of the units of one condition.
    units, other : int
        Of each condition; as many in both where ``other`` is left out. NaN for fewer than 2.
    """
    from scipy.special import gammaincinv, ndtr, stdtrit

    second = units if other is None else other
    if units < 2 or second < 2:
        return float("nan")
    if sd <= 0:
        return float(difference > 0) or level
    freedom = units + second - 2
    shift = abs(difference) / (sd * np.sqrt(1 / units + 1 / second))
    # over the estimated deviation, chi over its root of freedom: scipy's noncentral t is NaN for few units far apart
    scale = np.sqrt(2 / freedom * gammaincinv(freedom / 2, (np.arange(PARTS) + 0.5) / PARTS))
    at = float(stdtrit(freedom, 1 - level / 2)) * scale
    return float((ndtr(shift - at) + ndtr(-shift - at)).mean())


def smallest_detectable(
    sd: float, units: int, other: int | None = None, *, power: float = POWER, level: float = LEVEL
) -> float:
    """The smallest difference of two means that Student's test finds with that power.

    In the units of ``sd``; ``power_of`` says which test. NaN where sd is NaN or a condition has fewer than 2 units.

    >>> round(smallest_detectable(1.0, 64), 2)
    0.5
    """
    second = units if other is None else other
    if not np.isfinite(sd) or units < 2 or second < 2:
        return float("nan")
    return sd * _smallest(units, second, power, level) if sd else 0.0


@lru_cache(maxsize=256)
def _smallest(units: int, second: int, power: float, level: float) -> float:
    """The same in standard deviations."""
    from scipy.optimize import brentq

    far = float(np.sqrt(1 / units + 1 / second))
    while power_of(far, 1.0, units, second, level) < power:
        far *= 2
    return float(brentq(lambda d: power_of(d, 1.0, units, second, level) - power, 0, far, xtol=1e-9))


def units_for_difference(sd: float, difference: float, *, power: float = POWER, level: float = LEVEL) -> int | None:
    """The fewest units of each condition with which that difference is found; None where a million are too few."""
    return _fewest(lambda units: power_of(difference, sd, units, level=level) >= power)


def width_of(sd: float, units: int, level: float = CONFIDENCE) -> float:
    """Width of Student's interval of a mean over so many units; NaN for fewer than 2."""
    from scipy.special import stdtrit

    return float(2 * stdtrit(units - 1, (1 + level) / 2) * sd / np.sqrt(units)) if units > 1 else float("nan")


def units_for_width(sd: float, width: float, level: float = CONFIDENCE) -> int | None:
    """The fewest units with which Student's interval is no wider; None where a million are too few."""
    return _fewest(lambda units: width_of(sd, units, level) <= width)


def _fewest(enough: Callable[[int], bool]) -> int | None:
    """The smallest number from 2 for which a condition holds that holds for all larger ones, too."""
    if not enough(MOST_UNITS):
        return None
    low, high = 1, MOST_UNITS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def spread(units: pd.DataFrame, by: tuple[str, ...] = ("condition",)) -> tuple[float, int, int]:
    """The standard deviation of units within their groups, copies counted once.

    Parameters
    ----------
    units : DataFrame
        *by, value, copy (equal entries are one unit), one row a unit. Units without a value do not count.

    Returns
    -------
    sd : float
        Pooled over the groups; NaN where none has two distinct units.
    units, distinct : int
        How many there are of all groups together.
    """
    known = units[units["value"].notna()]
    once = known.drop_duplicates([*by, "copy"])
    groups = once.groupby(list(by), sort=False)["value"].agg(["var", "size"])
    freedom = groups["size"] - 1
    total = float(freedom.sum())
    sd = float(np.sqrt((groups["var"].fillna(0) * freedom).sum() / total)) if total else float("nan")
    return sd, len(known), len(once)


@lru_cache(maxsize=64)
def walk_spread(measure: str, steps: int, room: Room) -> float:
    """The standard deviation over unbiased walks of a measure of single walks; NaN for walks too long to simulate."""
    walks = min(WALKS, MOST_MOVES // steps)
    if walks < FEWEST_WALKS:
        return float("nan")
    codes = np.random.default_rng(0).integers(4, size=(walks, steps)).astype(np.int8)
    return _sd(values_of(codes, measure, room))


def share_spread(answers: int, outcomes: int) -> float:
    """The same of the share of one outcome among so many answers, where all outcomes are equally likely."""
    return float(np.sqrt((1 - 1 / outcomes) / outcomes / answers)) if answers > 0 else float("nan")


def sequence_spread(measure: str, results: int, outcomes: int) -> float:
    """The same of fair sequences: of the share of one outcome, or of how often neighbours differ.

    Both are means of independent trials: sqrt(p (1 - p) / n), with p = 1/outcomes over n = results, and p = 1 -
    1/outcomes over the results - 1 pairs.
    """
    return share_spread(results if measure == "share" else results - 1, outcomes)


def text_spread(measure: str, rates: Sequence[float], words: int) -> float:
    """The same of texts with Poisson marks, over texts of all rates: of ``ratio`` or ``dispersion`` (``marks``).

    A count of mean m has variance m, so that the ratio has 1 / (rate words); (words - 1) x dispersion is chi-square
    with words - 1 degrees of freedom (Fisher 1950), so that it has 2 / (words - 1).
    """
    if measure == "ratio":
        return float(np.sqrt(np.mean([1 / (rate * words) for rate in rates])))
    return float(np.sqrt(2 / (words - 1))) if words > 1 else float("nan")


def _sd(values: npt.NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(known.std(ddof=1)) if len(known) > 1 else float("nan")
