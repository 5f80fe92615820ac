"""Marks in texts: how many stand after each word, at what rate, and whether they are Poisson.

A gap is the place after a word. Where a text has no word there is no rate: NaN, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.pvalues import fdr
from lmwalk.analysis.units import Estimate, unit_mean
from lmwalk.marked_text import gap_counts

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


def sampled_texts(frame: pd.DataFrame) -> pd.Series:
    """What was sampled: the wording where there are several, else the text, of which each answer is a piece.

    Parameters
    ----------
    frame : DataFrame
        As ``analysis.answers.answers`` gives it.
    """
    several = frame["paraphrase"].nunique() > 1
    return frame["paraphrase"] if several else frame["condition"].astype(str) + "/" + frame["trajectory"].astype(str)


def rate_of_texts(counted: pd.DataFrame, level: float = 0.95) -> Estimate:
    """Marks for each word of all texts, with an interval over texts.

    Parameters
    ----------
    counted : DataFrame
        marks, words (or how many marks are expected), text, unit (what was sampled), one row a piece of text.

    Returns
    -------
    Estimate
        The interval of ``unit_mean``, each unit weighing as its words do, never below 0 and never narrower than
        ``poisson_interval`` of the distinct texts, which holds where marks are Poisson at one rate.
    """
    units = counted.groupby("unit", sort=False).agg(
        marks=("marks", "sum"), words=("words", "sum"), text=("text", lambda texts: tuple(texts))
    )
    units = units[units["words"] > 0]
    rates = units["marks"] / units["words"]
    found = unit_mean(rates, units["words"], units["text"].tolist(), level=level)
    if not np.isfinite(found.mean) or np.isnan(found.low):
        return found
    once = units.drop_duplicates("text")
    low, high = poisson_interval(once["marks"].sum(), once["words"].sum(), level)
    return found._replace(low=max(0.0, min(found.low, float(low))), high=max(found.high, float(high)))


def mark_rates(replies: pd.DataFrame, mark: str, by: Sequence[str] = ("condition", "rate")) -> pd.DataFrame:
    """Estimated rates of marks by nominal rate.

    Parameters
    ----------
    replies : DataFrame
        condition, rate (nominal), reply (text; missing ones are left out), unit where there is one (what was sampled;
        each reply where there is none).
    mark : str
        The mark.
    by : sequence of str
        What to tell apart; holds rate.

    Returns
    -------
    DataFrame
        One row a group: *by, n_texts (replies with a word in them), words, marks, rate_hat (marks over words of all
        texts), low, high (``rate_of_texts``), units, distinct, median, mean (over texts, of each text's rate),
        legacy_median, legacy_mean (of the original's estimate), dispersion (variance over mean of all gaps),
        dispersion_p, chi2, chi2_p (counts per gap against Poisson(rate)), each text counted once, however often it was
        copied; dispersion_p_adjusted, chi2_p_adjusted (``fdr`` over the table), nominal, one_minus_exp (1 - exp(-rate),
        the true rate where a gap holds at most one mark).
    """
    known = replies[replies["reply"].notna()]
    rows = [
        (*key, *_rates(part, float(part["rate"].iloc[0]), mark)) for key, part in known.groupby(list(by), sort=False)
    ]
    table = pd.DataFrame(rows, columns=[*by, *_RATES])
    adjusted = {f"{name}_adjusted": fdr(table[name]) for name in ("dispersion_p", "chi2_p")}
    nominal = table["rate"].astype(float)
    return table.assign(**adjusted, nominal=nominal, one_minus_exp=-np.expm1(-nominal))


_RATES = ["n_texts", "words", "marks", "rate_hat", "low", "high", "units", "distinct"]
_RATES += ["median", "mean", "legacy_median", "legacy_mean", "dispersion", "dispersion_p", "chi2", "chi2_p"]


def _rates(part: pd.DataFrame, rate: float, mark: str) -> tuple[float, ...]:
    counted = [count_marks(text, mark) for text in part["reply"]]
    rates = pd.Series([each.rate for each in counted], dtype=float)
    legacy = pd.Series([each.legacy_rate for each in counted], dtype=float)
    sizes = {"marks": [each.marks for each in counted], "words": [each.words for each in counted]}
    unit = part["unit"] if "unit" in part else pd.Series(range(len(part)), part.index)
    found = rate_of_texts(pd.DataFrame({**sizes, "text": part["reply"].tolist(), "unit": unit.tolist()}))
    once = dict(zip(part["reply"], counted, strict=True))
    gaps = [gap for each in once.values() for gap in each.gaps]
    statistic, _, p = poisson_test(gaps, rate)
    averages = (rates.median(), rates.mean(), legacy.median(), legacy.mean())
    pooled = (found.mean, found.low, found.high, found.units, found.distinct)
    written = (int(rates.count()), sum(sizes["words"]), sum(sizes["marks"]))
    return (*written, *pooled, *averages, *dispersion(gaps), statistic, p)
