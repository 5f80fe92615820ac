"""Marks in texts: how many stand after each word, at what rate, and whether they are Poisson.

A gap is the place after a word. Where a text has no word there is no rate: NaN, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.marking import gap_counts

Array = npt.NDArray[np.float64]
LEAST_EXPECTED = 5.0
"""Cells of the chi-square that expect fewer counts are pooled with their neighbour."""


@dataclass(frozen=True)
class Marks:
    """The marks of a text.

    Attributes
    ----------
    gaps : tuple of int
        Marks after each word.
    rate : float
        Marks for each word; marks before the first word belong to none.
    legacy_rate : float
        The original's: every mark in the text, over the pieces between blanks once the marks are taken out.
    dispersion, dispersion_p : float
        Variance over mean of the gaps, and its two-sided p against Poisson: (words - 1) x dispersion follows
        chi-square with words - 1 degrees of freedom (Fisher 1950, Biometrics 6, 17). NaN without a mark or with fewer
        than 2 words.
    distances : tuple of int
        Words from each mark to the next; 0 where two stand in one gap.
    """

    gaps: tuple[int, ...]
    rate: float
    legacy_rate: float
    dispersion: float
    dispersion_p: float
    distances: tuple[int, ...]

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self.gaps)

    @property
    def marks(self) -> int:
        """How many marks stand behind words."""
        return sum(self.gaps)


def count_marks(text: str, mark: str) -> Marks:
    """Count the marks of a text, gap by gap.

    >>> count_marks("one* two *^* three", "*").gaps
    (1, 2, 0)
    """
    gaps = tuple(gap_counts(text, mark))
    pieces = len(text.replace(mark, "").split())
    places = np.repeat(np.arange(len(gaps)), gaps)
    return Marks(
        gaps,
        sum(gaps) / len(gaps) if gaps else np.nan,
        text.count(mark) / pieces if pieces else np.nan,
        *dispersion(gaps),
        tuple(np.diff(places).tolist()),
    )


def dispersion(gaps: Sequence[int]) -> tuple[float, float]:
    """Variance over mean of counts, 1 under Poisson, and its two-sided p (see ``Marks``)."""
    from scipy.special import chdtr, chdtrc

    counts = np.asarray(gaps, float)
    if len(counts) < 2 or not counts.any():
        return np.nan, np.nan
    index = float(counts.var(ddof=1) / counts.mean())
    freedom = len(counts) - 1
    below, above = float(chdtr(freedom, freedom * index)), float(chdtrc(freedom, freedom * index))
    return index, min(1.0, 2 * min(below, above))


def poisson_interval(marks: npt.ArrayLike, words: npt.ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Exact interval of a rate from so many marks behind so many words. NaN where there is no word.

    Garwood (1936), Biometrika 28, 437.
    """
    from scipy.special import gammaincinv

    k, exposure = np.asarray(marks, float), np.asarray(words, float)
    tail = (1 - level) / 2
    low = np.where(k > 0, gammaincinv(np.maximum(k, 1), tail), 0.0)
    known = np.where(exposure > 0, exposure, np.nan)
    return low / known, gammaincinv(k + 1, 1 - tail) / known


def poisson_test(gaps: Sequence[int], rate: float, *, fitted: bool = False) -> tuple[float, int, float]:
    """Chi-square of counts per gap against Poisson(rate), cells that expect fewer than 5 pooled.

    Parameters
    ----------
    gaps : sequence of int
        Marks after each word.
    rate : float
        The mean under the hypothesis.
    fitted : bool
        Whether the rate was estimated from these gaps, which costs a degree of freedom.

    Returns
    -------
    (float, int, float)
        Statistic, degrees of freedom, p; NaN, 0, NaN where fewer cells remain than the test needs.
    """
    from scipy.special import chdtrc

    observed, expected = _pooled(np.asarray(gaps, int), rate)
    freedom = len(observed) - 1 - fitted
    if freedom < 1:
        return np.nan, 0, np.nan
    statistic = float(((observed - expected) ** 2 / expected).sum())
    return statistic, freedom, float(chdtrc(freedom, statistic))


def per_gap(gaps: Sequence[int], rate: float) -> pd.DataFrame:
    """How many gaps hold 0, 1, 2, ... marks, beside Poisson(rate); the last row stands for so many or more.

    Returns
    -------
    DataFrame
        marks, observed, expected (gaps); both columns sum to the number of gaps.
    """
    observed, expected = _cells(np.asarray(gaps, int), rate)
    return pd.DataFrame({"marks": np.arange(len(observed)), "observed": observed.astype(int), "expected": expected})


def _cells(gaps: npt.NDArray[np.int64], rate: float) -> tuple[Array, Array]:
    from scipy.special import gammaln, xlogy

    k = np.arange(int(gaps.max(initial=0)) + 2)
    chances = np.exp(xlogy(k, rate) - rate - gammaln(k + 1))
    chances[-1] = max(0.0, 1 - chances[:-1].sum())
    return np.bincount(gaps, minlength=len(k)).astype(float), len(gaps) * chances


def _pooled(gaps: npt.NDArray[np.int64], rate: float) -> tuple[Array, Array]:
    """Cells of neighbouring counts, each expecting enough."""
    pools: list[list[float]] = []
    for observed, expected in zip(*_cells(gaps, rate), strict=True):
        if pools and pools[-1][1] < LEAST_EXPECTED:
            pools[-1] = [pools[-1][0] + observed, pools[-1][1] + expected]
        else:
            pools.append([observed, expected])
    if len(pools) > 1 and pools[-1][1] < LEAST_EXPECTED:
        last = pools.pop()
        pools[-1] = [pools[-1][0] + last[0], pools[-1][1] + last[1]]
    return np.array([pool[0] for pool in pools]), np.array([pool[1] for pool in pools])


def mark_rates(replies: pd.DataFrame, mark: str, by: Sequence[str] = ("condition", "rate")) -> pd.DataFrame:
    """Estimated rates of marks by nominal rate.

    Parameters
    ----------
    replies : DataFrame
        condition, rate (nominal), reply (text; missing ones are left out).
    mark : str
        The mark.
    by : sequence of str
        What to tell apart; holds rate.

    Returns
    -------
    DataFrame
        One row a group: *by, n_texts (with a word in them), words, marks, rate_hat (marks over words of all texts),
        low, high (``poisson_interval``: exact where marks are Poisson, too narrow where the dispersion is above 1),
        median, mean (over texts, of each text's rate), legacy_median, legacy_mean (of the original's estimate),
        dispersion (variance over mean of all gaps), dispersion_p, chi2, chi2_p (counts per gap against Poisson(rate)),
        nominal, one_minus_exp (1 - exp(-rate), the true rate where a gap holds at most one mark).
    """
    known = replies[replies["reply"].notna()]
    rows = [
        (*key, *_rates(part["reply"], float(part["rate"].iloc[0]), mark))
        for key, part in known.groupby(list(by), sort=False)
    ]
    table = pd.DataFrame(rows, columns=[*by, *_RATES])
    low, high = poisson_interval(table["marks"], table["words"])
    nominal = table["rate"].astype(float)
    return table.assign(low=low, high=high, nominal=nominal, one_minus_exp=-np.expm1(-nominal))


_RATES = ["n_texts", "words", "marks", "rate_hat", "median", "mean", "legacy_median", "legacy_mean"]
_RATES += ["dispersion", "dispersion_p", "chi2", "chi2_p"]


def _rates(texts: pd.Series, rate: float, mark: str) -> tuple[float, ...]:
    counted = [count_marks(text, mark) for text in texts]
    gaps = [gap for each in counted for gap in each.gaps]
    rates = pd.Series([each.rate for each in counted], dtype=float)
    legacy = pd.Series([each.legacy_rate for each in counted], dtype=float)
    words, marks = len(gaps), sum(gaps)
    statistic, _, p = poisson_test(gaps, rate)
    pooled = marks / words if words else np.nan
    averages = (rates.median(), rates.mean(), legacy.median(), legacy.mean())
    return (int(rates.count()), words, marks, pooled, *averages, *dispersion(gaps), statistic, p)
