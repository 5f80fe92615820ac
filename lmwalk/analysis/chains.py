"""Chains of texts over their generations: how they go, where they end, how soon the end is known.

Frames in, frames out. ``chains`` has one row a generation of a chain: label, task, initial (number of the initial
text), seed, generation (0: the initial text), a column for each property, NaN where it was not measured, and ended (why
the chain stopped there before its last generation, else missing). A chain is one label, task, initial text and seed,
and one value of what is told apart. Chains can be of different length: one that has ended counts nowhere after its end,
and its last text is its last value. Intervals are drawn by a bootstrap over the initial texts, whose chains are drawn
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.lines import RESAMPLING, interval, lines
from lmwalk.analysis.pvalues import fdr
from lmwalk.analysis.resampling import Resampling, grouped_means

Array = npt.NDArray[np.float64]
CHAIN = ("label", "task", "initial", "seed")
GROUP = ("label", "task")
QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def evolution(chains: pd.DataFrame, name: str) -> pd.DataFrame:
    """The mean course of a property for each initial text.

    Returns
    -------
    DataFrame
        label, task, initial, generation, mean and se (over the seeds still there; se is NaN for one), seeds.
    """
    keys = ["label", "task", "initial", "generation"]
    known = chains[chains[name].notna()].sort_values("generation", kind="stable")
    found = known.groupby(keys, sort=False)[name].agg(["mean", "sem", "count"])
    return found.reset_index().rename(columns={"sem": "se", "count": "seeds"})


def endpoints(chains: pd.DataFrame, names: Sequence[str], first: int = 0, by: Sequence[str] = GROUP) -> pd.DataFrame:
    """Where each chain began, or was at another generation, and where it has come to.

    Returns
    -------
    DataFrame
        One row a chain and property that has both values: the columns of ``by``, label, task, initial, seed, property,
        first (the value at that generation), last (the latest value), generation (of the latest value).
    """
    keys = list(dict.fromkeys([*by, *CHAIN]))
    columns = [*keys, "property", "first", "last", "generation"]
    number = chains.groupby(keys, sort=False, dropna=False).ngroup()
    whose = chains[keys].groupby(number).first()
    parts = [
        whose.join(_ends(chains["generation"], chains[name], number, first), how="inner").assign(property=name)
        for name in names
    ]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _ends(generation: pd.Series, values: pd.Series, number: pd.Series, first: int) -> pd.DataFrame:
    """first, last and generation of each chain that has both, by its number."""
    known = pd.DataFrame({"number": number, "generation": generation, "last": values}).dropna(subset="last")
    begun = known[known["generation"] == first].set_index("number")["last"].rename("first")
    later = known[known["generation"] > first].sort_values("generation")
    ends = later.drop_duplicates("number", keep="last").set_index("number")
    return ends.join(begun, how="inner")


def spreads(chains: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """How the chains of a condition are spread at each generation.

    Returns
    -------
    DataFrame
        label, task, property, generation, mean, q05, q25, q50, q75, q95 (``QUANTILES``), chains (still there and
        measured).
    """
    keys = [*GROUP, "property", "generation"]
    long = chains.melt([*GROUP, "generation"], list(names), "property", "value").dropna(subset="value")
    groups = long.groupby(keys, sort=False)["value"]
    quantiles = groups.quantile(np.array(list(QUANTILES.values()))).unstack().set_axis(list(QUANTILES), axis=1)
    found = groups.agg(["mean", "count"]).join(quantiles).reset_index().rename(columns={"count": "chains"})
    return found[[*keys, "mean", *QUANTILES, "chains"]]


def final_means(
    chains: pd.DataFrame, names: Sequence[str], by: Sequence[str] = GROUP, *, resampling: Resampling = RESAMPLING
) -> pd.DataFrame:
    """The mean of the chains' last values.

    Returns
    -------
    DataFrame
        *by, property, mean, low, high, chains, texts. low and high are NaN for a single text.
    """
    ends = endpoints(chains, names, by=by)
    found = grouped_means(ends, [*by, "property"], ["last"], "initial", resampling)
    return found.drop(columns="value").rename(columns={"answers": "chains", "units": "texts"})


def prediction(
    chains: pd.DataFrame,
    names: Sequence[str],
    at: int = 10,
    by: Sequence[str] = GROUP,
    *,
    resampling: Resampling = RESAMPLING,
) -> pd.DataFrame:
    """How well an early generation predicts the last one, by least squares over the chains of a group.

    Parameters
    ----------
    at : int
        The early generation; chains that ended by then are left out.

    Returns
    -------
    DataFrame
        *by, property, at, r2 (share of the variance explained), r2_low, r2_high, slope, slope_low, slope_high, chains,
        texts. r2 is never below 0, so that its interval cannot show that nothing is predicted; that of the slope can.
        NaN where a value does not vary; no intervals for fewer than 3 texts.
    """
    rows = []
    for key, part in endpoints(chains, names, at, by).groupby([*by, "property"], sort=False):
        fits = lines(part["first"], part["last"], part["initial"], resampling)
        r2, slope = ((float(each[0]), *interval(each, fits.units, resampling.level)) for each in (fits.r2, fits.slope))
        rows.append((*key, at, *r2, *slope, len(part), fits.units))
    ends = [f"{name}{end}" for name in ("r2", "slope") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=[*by, "property", "at", *ends, "chains", "texts"])


def drift(chains: pd.DataFrame, names: Sequence[str], by: Sequence[str] = GROUP) -> pd.DataFrame:
    """How far the values of each generation are from those of the initial texts.

    Returns
    -------
    DataFrame
        *by, property, generation (from 1), ks (Kolmogorov-Smirnov distance of the two distributions, 0..1), p (of two
        samples), chains (at that generation), p_adjusted (``fdr`` over the table). p takes the chains as independent;
        those of one initial text begin alike, so that it is too small where texts keep what they had.
    """
    from scipy.stats import ks_2samp

    rows = []
    for key, group in chains.groupby(list(by), sort=False):
        for name in names:
            values = group[["generation", name]].dropna()
            samples: dict[Any, Array] = {at: part.to_numpy(float) for at, part in values.groupby("generation")[name]}
            initial = samples.pop(0, np.empty(0))
            for at, sample in samples.items() if len(initial) else ():
                few = min(len(sample), len(initial)) < 2  # of which the limit distribution says nothing
                test = ks_2samp(sample, initial, method="exact" if few else "asymp")
                rows.append((*key, name, at, float(test.statistic), float(test.pvalue), len(sample)))
    table = pd.DataFrame(rows, columns=[*by, "property", "generation", "ks", "p", "chains"])
    return table.assign(p_adjusted=fdr(table["p"]))


def first_steps(
    chains: pd.DataFrame, names: Sequence[str], by: Sequence[str] = GROUP, *, resampling: Resampling = RESAMPLING
) -> pd.DataFrame:
    """The share of the change that the first step makes.

    Of each chain |x1 - x0| over the sum of |x(t) - x(t - 1)|, all the way that it goes and not how far it comes; then
    the mean over chains. It is 1 for who is there after one step, 1 over the number of steps for who never stops.

    Returns
    -------
    DataFrame
        *by, property, mean, low, high, chains (that move, and whose first two generations were measured), texts.
    """
    keys = list(dict.fromkeys([*by, *CHAIN]))
    ordered = chains.sort_values("generation", kind="stable", ignore_index=True)
    number = ordered.groupby(keys, sort=False, dropna=False).ngroup()
    steps = ordered[list(names)].groupby(number).diff().abs()
    firsts = steps[ordered["generation"] == 1].groupby(number).first()
    paths = steps.groupby(number).sum()
    shares = (firsts / paths.where(paths > 0)).join(ordered[keys].groupby(number).first())
    found = grouped_means(shares, by, names, "initial", resampling)
    return found.rename(columns={"value": "property", "answers": "chains", "units": "texts"})
