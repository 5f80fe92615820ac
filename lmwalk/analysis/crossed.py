"""Means over cases and wordings at once, where each wording is asked every case: both factors carry the interval.

A factor of one level is no factor: the mean is then of this wording, or of this case. Two or three cases are a choice
of whoever made the study, and the mean is of these cases; of two or three wordings there is no interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.resampling import unit_counts
from lmwalk.analysis.units import FEWEST, share_ends, unit_mean

Array = npt.NDArray[np.float64]


class Crossed(NamedTuple):
    """A mean over cases and wordings, its interval (NaN where there is none), and how many of each there are."""

    mean: float
    low: float
    high: float
    units: int
    cases: int


def factors(cases: int, wordings: int) -> tuple[bool, bool]:
    """Whether cases carry an interval, and whether wordings do; neither where there is no interval."""
    if 1 < wordings < FEWEST:
        return False, False
    return cases >= FEWEST, wordings >= FEWEST


def as_many(sizes: npt.ArrayLike) -> float:
    """How many answers to one wording say as much as a mean of wordings with so many answers each."""
    each = np.asarray(sizes, float)
    return float(len(each) ** 2 / (1 / each).sum()) if len(each) and each.all() else float("nan")


def table_of(value: npt.ArrayLike, case: Sequence[object], unit: Sequence[object]) -> Array:
    """Means of each case in each wording, shape (cases, wordings); NaN where there is none."""
    frame = pd.DataFrame({"value": np.asarray(value, float), "case": list(case), "unit": list(unit)})
    known = frame[frame["value"].notna()]
    rows, names = pd.factorize(known["case"])
    columns, wordings = pd.factorize(known["unit"])
    shape = (len(names), len(wordings))
    places = rows * shape[1] + columns
    sums, sizes = (np.bincount(places, each, minlength=shape[0] * shape[1]) for each in (known["value"], None))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(sizes > 0, sums / np.where(sizes > 0, sizes, 1), np.nan).reshape(shape))


def crossed_mean(table: Array, *, share: bool = False, answers: float = np.inf, level: float = 0.95) -> Crossed:
    """The mean of a table of cases and wordings, each cell one weight.

    Parameters
    ----------
    table : ndarray, shape (cases, wordings)
        NaN where a case was not asked, or not read, in a wording.
    share : bool
        Whether values lie from 0 to 1, and so must the interval.
    answers : float
        As in ``unit_mean``.

    Returns
    -------
    Crossed
        With both factors the variance is that of cases and that of wordings less that of single cells, never less than
        one factor's alone, and Student's quantile has the smaller number of levels less one degrees of freedom. With
        one factor it is ``unit_mean`` over its levels.

    Cameron, Gelbach and Miller (2011), J. Bus. Econ. Stat. 29, 238, equation 2.12.
    """
    cases, wordings = table.shape
    known = ~np.isnan(table)
    if not known.any():
        return Crossed(np.nan, np.nan, np.nan, 0, 0)
    mean = float(table[known].mean())
    by_case, by_wording = factors(cases, wordings)
    if not np.isfinite(mean) or not (by_case or by_wording):
        return Crossed(mean, np.nan, np.nan, wordings, cases)
    if by_case and by_wording:
        spread = np.where(known, table - mean, 0.0) / known.sum()
        ends = _ends(mean, *variances(spread), min(cases, wordings), share=share, answers=answers, level=level)
        return Crossed(mean, *ends, wordings, cases)
    axis = 0 if by_wording else 1
    sizes = known.sum(axis=axis)
    each = np.where(known, table, 0.0).sum(axis=axis) / sizes
    found = unit_mean(each, sizes, share=share, answers=answers, level=level)
    return Crossed(mean, found.low, found.high, wordings, cases)


def variances(spread: Array) -> tuple[float, float, float]:
    """Variance of a sum of cells by case, by wording and by cell, each with its small-sample factor n/(n - 1)."""
    rows, columns = spread.shape
    cells = max(2, int(np.count_nonzero(spread)))
    return (
        rows / (rows - 1) * float((spread.sum(axis=1) ** 2).sum()),
        columns / (columns - 1) * float((spread.sum(axis=0) ** 2).sum()),
        cells / (cells - 1) * float((spread**2).sum()),
    )


def _ends(
    mean: float, of_cases: float, of_wordings: float, of_cells: float, fewest: int, *, share: bool, **about: float
) -> tuple[float, float]:
    variance = max(of_cases + of_wordings - of_cells, of_cases, of_wordings)
    if share:
        return share_ends(mean, variance, float(fewest), about["answers"], about["level"])
    reach = student(fewest, about["level"]) * float(np.sqrt(variance))
    return mean - reach, mean + reach


def student(levels: int, level: float) -> float:
    """Student's two-sided quantile with levels - 1 degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(levels - 1, (1 + level) / 2))


def crossed_means(
    frame: pd.DataFrame, by: Sequence[str], value: str, *, share: bool = False, level: float = 0.95
) -> pd.DataFrame:
    """``crossed_mean`` of each group.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``by``, the value, unit (the wording) and, where there is one, case.

    Returns
    -------
    DataFrame
        One row a group: *by, and the fields of ``Crossed``.
    """
    rows = []
    for key, part in frame.groupby(list(by), sort=False):
        case = part["case"].tolist() if "case" in part else [0] * len(part)
        table = table_of(part[value].to_numpy(float), case, part["unit"].tolist())
        names = key if isinstance(key, tuple) else (key,)
        rows.append((*names, *crossed_mean(table, share=share, level=level)))
    return pd.DataFrame(rows, columns=[*by, *Crossed._fields])


def pigeonhole(case: npt.ArrayLike, unit: npt.ArrayLike, repeats: int, seed: int) -> tuple[Array, int]:
    """How often each cell of a case and a wording is drawn, where both factors are drawn anew.

    Parameters
    ----------
    case, unit : array_like, shape (cells,)
        The number of each cell's case and of its wording, from 0.

    Returns
    -------
    (ndarray, int)
        Shape (cells, repeats), and how many levels the smaller of the factors that are drawn has; 0 where neither is.

    Owen (2007), Ann. Appl. Stat. 1, 386.
    """
    rows, columns = np.asarray(case, int), np.asarray(unit, int)
    sizes = int(rows.max(initial=-1)) + 1, int(columns.max(initial=-1)) + 1
    drawn, fewest = np.ones((len(rows), repeats)), 0
    for places, size, carries, begun in zip((rows, columns), sizes, factors(*sizes), (seed, seed + 1), strict=True):
        if carries:
            drawn = drawn * unit_counts(size, repeats, begun)[places]
            fewest = min(fewest or size, size)
    return drawn, fewest


def without_one(case: npt.ArrayLike, unit: npt.ArrayLike) -> list[Array]:
    """Which cells are left without each level of a factor, shape (cells, levels), for the factors that carry intervals.

    Parameters
    ----------
    case, unit : array_like, shape (cells,)
        As in ``pigeonhole``.
    """
    each = [np.asarray(places, int) for places in (case, unit)]
    sizes = [int(places.max(initial=-1)) + 1 for places in each]
    carrying = zip(each, sizes, factors(*sizes), strict=True)
    return [(places[:, None] != np.arange(size)).astype(float) for places, size, carries in carrying if carries]
