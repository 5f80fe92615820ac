"""Chains of texts over their generations: how they go, where they end, how soon the end is known.

Frames in, frames out. ``chains`` has one row a generation of a chain: label, task, initial (number of the initial
text), seed, generation (0: the initial text), a column for each property, NaN where it was not measured, and ended (why
the chain stopped there before its last generation, else missing). A chain is one label, task, initial text and seed,
and one value of what is told apart. Chains can be of different length: one that has ended counts nowhere after its end,
and its last text is its last value.

What was sampled as a whole is the initial text: intervals are over texts, however many chains each has. Chains of one
text that are the same from beginning to end, as at temperature 0, are told apart from others in ``distinct``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lmwalk.analysis.line_fits import LEVEL, Lines, interval, lines
from lmwalk.analysis.units import unit_means

CHAIN = ("label", "task", "initial", "seed")
GROUP = ("label", "task")


def evolution(chains: pd.DataFrame, name: str) -> pd.DataFrame:
    """The mean course of a property for each initial text.

    Returns
    -------
    DataFrame
        label, task, initial, generation, mean, se (of distinct chains; NaN for one), seeds (still there), distinct.
    """
    keys = ["label", "task", "initial", "generation"]
    known = chains[chains[name].notna()].sort_values("generation", kind="stable")
    known = known.assign(course=courses(chains, [name]))
    found = known.groupby(keys, sort=False)[name].agg(["mean", "count"])
    apart = known.drop_duplicates([*keys, "course"]).groupby(keys, sort=False)[name].agg(["sem", "count"])
    apart = apart.rename(columns={"sem": "se", "count": "distinct"})
    found = found.rename(columns={"count": "seeds"}).join(apart).reset_index()
    return found[[*keys, "mean", "se", "seeds", "distinct"]]


def courses(chains: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """A number for each row, the same for chains whose course is the same from beginning to end.

    It is the column ``course`` where there is one, made of everything that was measured; else it is made of ``names``.
    """
    if "course" in chains:
        return chains["course"]
    rows = pd.util.hash_pandas_object(chains[["generation", *names]], index=False)
    keys = [column for column in CHAIN if column in chains]
    return rows.groupby([chains[key] for key in keys], sort=False).transform("sum")


def distinct(chains: pd.DataFrame, names: Sequence[str]) -> int:
    """How many chains differ: those of one condition, task and initial text with the same course are one."""
    keys = [column for column in CHAIN if column in chains and column != "seed"]
    return len(chains[keys].assign(course=courses(chains, names)).drop_duplicates())


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


def final_means(chains: pd.DataFrame, names: Sequence[str], by: Sequence[str] = GROUP) -> pd.DataFrame:
    """The mean of the chains' last values, each text with the same weight.

    Returns
    -------
    DataFrame
        *by, property, mean, low, high (over texts, as ``unit_mean``; NaN for fewer than 4), chains, distinct, texts.
    """
    ends = endpoints(chains, names, by=by)
    means = [_over_texts(ends[ends["property"] == name], "last", by).assign(property=name) for name in names]
    found = pd.concat(means, ignore_index=True) if means else pd.DataFrame()
    return _counted(found, chains, names, by, ["mean", "low", "high"])


def _over_texts(values: pd.DataFrame, value: str, by: Sequence[str]) -> pd.DataFrame:
    """*by, mean, low, high, texts, chains: of a value a chain, by text."""
    known = values[values[value].notna()]
    texts = known.groupby([*by, "initial"], sort=False)[value].agg(["mean", "count"]).reset_index()
    sizes = texts.groupby(list(by), sort=False)["count"].sum().rename("chains").reset_index()
    found = unit_means(texts.rename(columns={"mean": "value"}), by, "value")
    found = found.rename(columns={"units": "texts"})[[*by, "mean", "low", "high", "texts"]]
    # of no text at all, pandas has no type for what groups are told apart by
    return found.astype(texts[list(by)].dtypes.to_dict()).merge(sizes, on=list(by))


def _counted(
    found: pd.DataFrame, chains: pd.DataFrame, names: Sequence[str], by: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """The columns, with how many chains of each group differ."""
    apart = [(*key, distinct(part, names)) for key, part in chains.groupby(list(by), sort=False)]
    counts = pd.DataFrame(apart, columns=[*by, "distinct"])
    whole = found.merge(counts, on=list(by), how="left")
    whole["distinct"] = whole[["distinct", "chains"]].min(axis=1)
    return whole[[*by, "property", *columns, "chains", "distinct", "texts"]]


def prediction(
    chains: pd.DataFrame, names: Sequence[str], at: int = 10, by: Sequence[str] = GROUP, *, level: float = LEVEL
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
        distinct, texts. Intervals by leaving out one text at a time, that of r2 by Fisher's z of the correlation. NaN
        where a value does not vary; no intervals for fewer than 4 texts.
    """
    rows = []
    for key, part in endpoints(chains, names, at, by).groupby([*by, "property"], sort=False):
        fits = lines(part["first"], part["last"], part["initial"])
        slope = float(fits.slope[0]), *interval(fits.slope, fits, level)
        rows.append((*key, at, *_explained(fits, level), *slope, len(part), fits.units))
    ends = [f"{name}{end}" for name in ("r2", "slope") for end in ("", "_low", "_high")]
    found = pd.DataFrame(rows, columns=[*by, "property", "at", *ends, "chains", "texts"])
    return _counted(found, chains, names, by, ["at", *ends])


def _explained(fits: Lines, level: float) -> tuple[float, float, float]:
    """The squared correlation with its interval."""
    most = 1 - 1e-12
    low, high = np.tanh(interval(np.arctanh(np.clip(fits.correlation, -most, most)), fits, level))
    least = 0.0 if low <= 0 <= high else min(low**2, high**2)
    return float(fits.correlation[0] ** 2), float(least if np.isfinite(low) else low), float(max(low**2, high**2))


def first_steps(chains: pd.DataFrame, names: Sequence[str], by: Sequence[str] = GROUP) -> pd.DataFrame:
    """The share of the change that the first step makes.

    Of each chain |x1 - x0| over the sum of |x(t) - x(t - 1)|, all the way that it goes and not how far it comes; then
    the mean over the chains of a text, and over texts. It is 1 for who is there after one step, 1 over the number of
    steps for who never stops.

    Returns
    -------
    DataFrame
        *by, property, mean, low, high (over texts, as ``unit_mean``), chains (that move, and whose first two
        generations were measured), distinct, texts. mean is NaN where no chain moves.
    """
    keys = list(dict.fromkeys([*by, *CHAIN]))
    ordered = chains.sort_values("generation", kind="stable", ignore_index=True)
    number = ordered.groupby(keys, sort=False, dropna=False).ngroup()
    steps = ordered[list(names)].groupby(number).diff().abs()
    firsts = steps[ordered["generation"] == 1].groupby(number).first()
    paths = steps.groupby(number).sum()
    shares = (firsts / paths.where(paths > 0)).join(ordered[keys].groupby(number).first())
    every = shares[list(by)].drop_duplicates()
    parts = [every.merge(_over_texts(shares, name, by), how="left").assign(property=name) for name in names]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    found[["chains", "texts"]] = found[["chains", "texts"]].fillna(0).astype(int)
    return _counted(found, chains, names, by, ["mean", "low", "high"])
