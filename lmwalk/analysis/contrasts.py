"""Two conditions compared by one value of each whole unit: how far apart, how surely, and whether alike.

A p-value is the share of all ways to deal the units out under which the studentised difference is at least as large as
the one seen: exact where both conditions have one law, and right for many units where they have one mean only. Of few
units more is asked: of two conditions p is never smaller than Welch's, and where values are skewed no interval is
narrower, and no p smaller, than the mean of each condition allows (``units.unit_mean``). The interval holds the shifts
that are not refused, so that it reaches beyond 0 where p is larger than .05 and only there.

Janssen (1997), Stat. Probab. Lett. 36, 9; Chung and Romano (2013), Ann. Stat. 41, 484; Schuirmann (1987), J.
Pharmacokinet. Biopharm. 15, 657.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lmwalk.analysis.arrangements import Tested, smallest_flip_p, smallest_split_p
from lmwalk.analysis.effects import NOTHING, alike_by, bonett, hedges, student_alike, student_p, welch
from lmwalk.analysis.shifts import Copies, Interval, Units, flip_test, inverted, split_test
from lmwalk.analysis.units import FEWEST, unit_mean

SKEWED = 1.0
"""Skewness of a condition's values from which on its few units may mislead both tests."""
SMALLEST = 0.002
"""The smallest p that the bootstrap of ``units.unit_mean`` can tell."""


@dataclass(frozen=True)
class Asked:
    """What is asked of two conditions.

    Attributes
    ----------
    within : float
        Differences smaller than this count as alike, in units of the measure; no such test where NaN.
    share : bool
        Whether values lie from 0 to 1.
    level : float
        Of intervals; p at most 1 - level speaks.
    """

    within: float = float("nan")
    share: bool = False
    level: float = 0.95

    @property
    def alpha(self) -> float:
        """The p-value from which on a difference counts as found."""
        return 1 - self.level


USUAL = Asked()


@dataclass(frozen=True)
class Contrast(Tested):
    """The first condition minus the second. What cannot be told is NaN.

    Attributes
    ----------
    means : (float, float)
        Of the two conditions, over units; copies keep their weight.
    difference, low, high : float
        In units of the measure. No interval where a condition has fewer than ``units.FEWEST`` distinct units, or where
        no unit differs from another.
    p : float
        Two-sided, by permutation of whole distinct units; NaN where a condition has fewer than two.
    smallest_p : float
        The smallest that so few units can give.
    effect, effect_low, effect_high : float
        Hedges' g: the difference in standard deviations over units, corrected for few of them.
    within, p_alike : float
        The margin, and the larger p of the two one-sided tests that the difference lies inside it.
    units, distinct : (int, int)
        How many there are of each condition, and how many of them differ; of pairs, the pairs twice.
    paired : bool
        Whether units were compared within pairs.
    level : float
        Of the intervals.
    """

    means: tuple[float, float]
    difference: float
    low: float
    high: float
    p: float
    smallest_p: float
    effect: float
    effect_low: float
    effect_high: float
    within: float
    p_alike: float
    units: tuple[int, int]
    distinct: tuple[int, int]
    paired: bool = False
    level: float = 0.95

    @property
    def alike(self) -> bool:
        """Whether the difference was shown to lie inside the margin."""
        return bool(self.p_alike <= 1 - self.level)


def contrast(
    a: npt.ArrayLike, b: npt.ArrayLike, copies: tuple[Copies, Copies] = (None, None), asked: Asked = USUAL
) -> Contrast:
    """Compare the means of two conditions.

    Parameters
    ----------
    a, b : array_like, shape (units,)
        One value a unit; NaN where it has none.
    copies : pair of sequences, optional
        What each unit is, to the letter: equal entries of one condition are one unit. All differ where left out.

    Returns
    -------
    Contrast
        Its interval is the wider of the inverted test's and Student's with the smaller condition's degrees of freedom;
        where values are skewed, and of shares that all units of a condition agree on, also that from the intervals of
        both means. g has the noncentral t's interval, that of normal values of equal spread; p_alike is Welch's, of
        such shares that of the interval where it is larger.

    Notes
    -----
    Newcombe (1998), Stat. Med. 17, 873, method 10; Zou and Donner (2008), Stat. Med. 27, 1693; Hedges (1981), J. Educ.
    Stat. 6, 107; Welch (1947), Biometrika 34, 28.

    >>> found = contrast([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])
    >>> found.difference, round(found.p, 4)
    (-5.0, 0.0079)
    """
    one, other = (Units.of(values, same) for values, same in zip((a, b), copies, strict=True))
    units, distinct = (one.counted, other.counted), (len(one.value), len(other.value))
    difference = one.mean - other.mean
    if min(distinct) < 2:
        return _untold((one.mean, other.mean), units, distinct, asked)
    p_at = split_test(one, other)
    smallest = smallest_split_p(*distinct)
    p = max(p_at(0.0), student_p(difference, *welch(one, other)))
    skewed = min(distinct) >= FEWEST and max(one.skewness, other.skewness) > SKEWED
    if skewed:
        p = max(p, _p_by(lambda level: from_both(one, other, level, share=asked.share)))
    if min(distinct) < FEWEST or (one.error + other.error <= 0 and not asked.share):
        ends, alike, effect = NOTHING, np.nan, (np.nan, *NOTHING)
    else:
        error = one.error + other.error
        careful = _student(difference, error, min(one.effective, other.effective) - 1, asked.level)
        ends = _hull(inverted(p_at, difference, float(np.sqrt(error)), asked.alpha), careful)
        if skewed or (asked.share and min(one.error, other.error) <= 0):
            ends = _hull(ends, from_both(one, other, asked.level, share=asked.share))
        ends = _agreeing(ends, difference, p, asked.alpha)
        alike, effect = _alike(one, other, asked), hedges(one, other, asked.level)
    means = (one.mean, other.mean)
    return Contrast(
        means, difference, *ends, p, smallest, *effect, asked.within, alike, units, distinct, level=asked.level
    )


def paired_contrast(a: npt.ArrayLike, b: npt.ArrayLike, copies: Copies = None, asked: Asked = USUAL) -> Contrast:
    """Compare two conditions whose units belong together in pairs, as those of one text or wording do.

    Parameters
    ----------
    a, b : array_like, shape (pairs,)
        In the same order. A pair without both values is left out.
    copies : sequence, optional
        What each pair is, to the letter.

    Returns
    -------
    Contrast
        p by turning whole pairs round; the interval is the wider of the inverted test's and that of the mean of the
        differences (``units.unit_mean``). g is in standard deviations over units, not over differences, so that it
        means the same as of conditions without pairs, with Bonett's interval.

    Notes
    -----
    Bonett (2008), Psychol. Methods 13, 99, equations 10 to 12.
    """
    first, second = np.asarray(a, float), np.asarray(b, float)
    both = np.where(np.isnan(first) | np.isnan(second), np.nan, 1.0)
    one, other, apart = (Units.of(each, copies) for each in (first * both, second * both, first - second))
    pairs = len(apart.value)
    counts, distinct = (apart.counted, apart.counted), (pairs, pairs)
    if pairs < 2:
        return _untold((one.mean, other.mean), counts, distinct, asked, paired=True)
    p_at = flip_test(apart)
    p, smallest = p_at(0.0), smallest_flip_p(pairs)
    still = apart.error <= 0
    if pairs < FEWEST or (still and not asked.share):
        ends, alike, effect = NOTHING, np.nan, (np.nan, *NOTHING)
    else:
        if still:
            ends = from_both(one, other, asked.level, share=True)
        else:
            ends = unit_mean(apart.value, apart.weight, level=asked.level)[1:3]
            if smallest <= asked.alpha:
                ends = _hull(ends, inverted(p_at, apart.mean, float(np.sqrt(apart.error)), asked.alpha))
        ends = _agreeing(ends, apart.mean, p, asked.alpha)
        if still:
            alike = alike_by(lambda level: from_both(one, other, level, share=True), asked.within)
        else:
            alike = student_alike(apart.mean, apart.error, apart.effective - 1, asked.within)
        effect = bonett(one, other, apart, asked.level)
    return Contrast(
        (one.mean, other.mean),
        apart.mean,
        *ends,
        p,
        smallest,
        *effect,
        asked.within,
        alike,
        counts,
        distinct,
        paired=True,
        level=asked.level,
    )


def _untold(
    means: tuple[float, float], units: tuple[int, int], distinct: tuple[int, int], asked: Asked, *, paired: bool = False
) -> Contrast:
    nan = float("nan")
    numbers = (means[0] - means[1], nan, nan, nan, 1.0, nan, nan, nan, asked.within, nan)
    return Contrast(means, *numbers, units, distinct, paired, asked.level)


def _student(centre: float, error: float, freedom: float, level: float) -> Interval:
    from scipy.special import stdtrit

    half = float(stdtrit(max(freedom, 1e-3), (1 + level) / 2)) * float(np.sqrt(error))
    return centre - half, centre + half


def from_both(one: Units, other: Units, level: float, *, share: bool = False) -> Interval:
    """The interval of a difference of means from the interval of each (``units.unit_mean``)."""
    a, b = (unit_mean(each.value, each.weight, share=share, level=level) for each in (one, other))
    difference = a.mean - b.mean
    low = difference - float(np.hypot(a.mean - a.low, b.high - b.mean))
    high = difference + float(np.hypot(a.high - a.mean, b.mean - b.low))
    return (max(-1.0, low), min(1.0, high)) if share else (low, high)


def _p_by(interval: Callable[[float], Interval]) -> float:
    """The p from which on an interval of level 1 - p leaves out 0; 0 where that is less than it can tell."""
    small, large = SMALLEST, 1.0
    for _ in range(10):
        middle = (small * large) ** 0.5
        low, high = interval(1 - middle)
        small, large = (small, middle) if low > 0 or high < 0 else (middle, large)
    return large if small > SMALLEST else 0.0


def _hull(first: Interval, second: Interval) -> Interval:
    return min(first[0], second[0]), max(first[1], second[1])


def _agreeing(ends: Interval, difference: float, p: float, alpha: float) -> Interval:
    """The interval with 0 in it where the test does not speak, and without it where it does."""
    low, high = ends
    if p > alpha:
        return min(low, 0.0), max(high, 0.0)
    return (max(low, 0.0), high) if difference > 0 else (low, min(high, 0.0))


def _alike(one: Units, other: Units, asked: Asked) -> float:
    found = student_alike(one.mean - other.mean, *welch(one, other), asked.within)
    if asked.share and min(one.error, other.error) <= 0:
        found = max(found, alike_by(lambda level: from_both(one, other, level, share=True), asked.within))
    return found
