"""What counts as one observation, and the interval that so few of them allow.

A unit is what was sampled as a whole: a walk, a wording, a sequence, a text. What happens within a unit is not
independent, so that the spread between units alone says how sure a mean is. Units that are equal to the letter, as at
temperature 0, are one unit that was copied: they keep their weight in the mean, and count once in its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.intervals import clopper_pearson
from lmwalk.analysis.resampling import unit_counts

Array = npt.NDArray[np.float64]
REPEATS = 999
ROUNDING = 1e-9
FEWEST = 4
"""Distinct units below which no interval is given: no method holds its level for so few (see bench_validity)."""


class Estimate(NamedTuple):
    """A mean over units.

    Attributes
    ----------
    mean : float
        Weighted mean; NaN where there is no unit.
    low, high : float
        Its interval; NaN where fewer than ``FEWEST`` units are distinct.
    units, distinct : int
        Units with a value, and how many of them differ.
    effective : float
        How many units of equal weight would say as much: (sum of weights)² over the sum of their squares, copies
        counted as one (Kish 1965, Survey Sampling, section 11.7).
    """

    mean: float
    low: float
    high: float
    units: int
    distinct: int
    effective: float


NO_UNIT = Estimate(np.nan, np.nan, np.nan, 0, 0, 0.0)


def unit_mean(
    values: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    copies: Sequence[object] | None = None,
    *,
    share: bool = False,
    answers: float = np.inf,
    level: float = 0.95,
) -> Estimate:
    """The mean of one value a unit, with an interval over distinct units.

    Parameters
    ----------
    values : array_like, shape (units,)
        NaN where a unit has none.
    weights : array_like, shape (units,), optional
        As the number of answers in each unit, for a share of all answers; equal where left out.
    copies : sequence, optional
        What each unit is, to the letter: equal entries are one unit. All differ where left out.
    share : bool
        Whether values lie from 0 to 1, and so must the interval.
    answers : float
        How many answers the values are shares of: no interval of a share is narrower than that of so many independent
        answers.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        The interval is Student's, with the variance of a ratio over clusters, u/(u-1) sum w²(v - mean)² / (sum w)²,
        and effective - 1 degrees of freedom, or the studentised bootstrap's where that is wider, as it is of skewed
        values; it may be infinite to one side for few units, one of which is far from all others.

        Of a share it is the exact one (``clopper_pearson``) of as many answers as have that variance, corrected by
        Student's quantile for few units; where it is so near to 0 or 1 that units at the other end may just not have
        come, of hardly more answers than there are effective units.

    Notes
    -----
    Korn and Graubard (1998), Survey Methodology 24, 193; Hall (1992), The Bootstrap and Edgeworth Expansion, 3.10.

    >>> unit_mean([0.2, 0.4, 0.6, 0.8], share=True)[3:5]
    (4, 4)
    """
    known = ~np.isnan(np.asarray(values, float))
    value, weight = merged(values, weights, copies)
    if not weight.sum():
        return NO_UNIT
    mean, distinct = float(value @ weight / weight.sum()), len(weight)
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    if distinct < FEWEST or effective <= 1:
        return Estimate(mean, np.nan, np.nan, int(known.sum()), distinct, effective)
    variance = distinct / (distinct - 1) * float((weight**2 * (value - mean) ** 2).sum()) / float(weight.sum()) ** 2
    if share:
        ends = share_ends(mean, variance, effective, answers, level)
    else:
        ends = _ends(value, weight, mean, variance, effective, level)
    return Estimate(mean, *ends, int(known.sum()), distinct, effective)


def merged(
    values: npt.ArrayLike, weights: npt.ArrayLike | None = None, copies: Sequence[object] | None = None
) -> tuple[Array, Array]:
    """The value and the weight of each distinct unit, as ``unit_mean`` takes them; units without a value left out."""
    of = np.asarray(values, float)
    known = ~np.isnan(of)
    each = np.ones(len(of)) if weights is None else np.asarray(weights, float)
    codes = copy_codes(copies, known)
    # copies have one value, but what is the same to the letter may have been measured with noise
    weight = np.bincount(codes, each[known]).astype(float)
    return np.bincount(codes, each[known] * of[known]).astype(float) / np.where(weight > 0, weight, 1), weight


def copy_codes(copies: Sequence[object] | None, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """The number of the distinct unit that each known unit is; its own where nothing is said of copies."""
    if copies is None:
        return np.arange(known.sum())
    return np.asarray(pd.factorize(pd.Series(list(copies), dtype=object)[known])[0])


def _quantile(effective: float, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(effective - 1, (1 + level) / 2))


def _ends(
    value: Array, weight: Array, mean: float, variance: float, effective: float, level: float
) -> tuple[float, float]:
    """Student's quantiles, or those of the studentised bootstrap where they are wider."""
    if variance <= (ROUNDING * float(np.abs(value).max())) ** 2:  # equal, but for the order in which they were added up
        return mean, mean
    drawn = unit_counts(len(value), REPEATS, 0)
    totals = weight @ drawn
    means = (weight * value) @ drawn / totals
    squares = (weight**2)[:, None] * (value[:, None] - means) ** 2
    errors = np.sqrt(len(value) / (len(value) - 1) * (squares * drawn).sum(axis=0)) / totals
    with np.errstate(divide="ignore", invalid="ignore"):
        # below that it is what rounding leaves where one unit was drawn alone
        scores = np.where(
            errors > ROUNDING * np.sqrt(variance), (means - mean) / errors, np.sign(means - mean) * np.inf
        )
    rank, ordered = int((REPEATS + 1) * (1 - level) / 2), np.sort(np.where(np.isnan(scores), 0.0, scores))
    student = _quantile(effective, level)
    low, high = min(-student, ordered[rank - 1]), max(student, ordered[-rank])
    error = float(np.sqrt(variance))
    return float(mean - high * error), float(mean - low * error)


def share_ends(mean: float, variance: float, effective: float, answers: float, level: float) -> tuple[float, float]:
    """The interval of a share whose mean has that variance over so many effective units (see ``unit_mean``)."""
    from scipy.special import ndtri

    inside = mean * (1 - mean)
    if inside <= 0:
        size = effective
    else:
        few = (float(ndtri((1 + level) / 2)) / _quantile(effective, level)) ** 2
        size = min(answers, few * inside / variance) if variance > 0 else answers
        rare = effective * min(mean, 1 - mean)  # units far from the others that may just not have come
        size = min(size, effective * max(1.0, 3 * rare**6))  # the power is the least that holds by simulation
    if not np.isfinite(size):
        return mean, mean
    low, high = clopper_pearson(mean * size, size, level)
    return float(low), float(high)


def unit_means(
    frame: pd.DataFrame,
    by: Sequence[str],
    value: str,
    *,
    weight: str | None = None,
    copy: str | None = None,
    answers: str | None = None,
    share: bool = False,
    level: float = 0.95,
) -> pd.DataFrame:
    """``unit_mean`` of each group.

    Parameters
    ----------
    frame : DataFrame
        One row a unit: the columns of ``by``, the value, and those that are named: weight, copy (equal entries are
        one unit), answers (how many the value is a share of; they are added up).

    Returns
    -------
    DataFrame
        One row a group: *by, and the fields of ``Estimate``.
    """
    rows = [
        (
            *(key if isinstance(key, tuple) else (key,)),
            *unit_mean(
                part[value],
                None if weight is None else part[weight],
                None if copy is None else part[copy].tolist(),
                share=share,
                answers=np.inf if answers is None else float(part[answers].sum()),
                level=level,
            ),
        )
        for key, part in frame.groupby(list(by), sort=False)
    ]
    return pd.DataFrame(rows, columns=[*by, *Estimate._fields])
