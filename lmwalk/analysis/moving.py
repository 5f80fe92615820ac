"""Whether chains of texts have left where they began, and whether they have come to rest: tests by text.

Chains of one text begin alike and are no independent observations. So each text counts once, however many chains it
has, and what is tested is its own change, from one time to another. If nothing moves, a text's change could as well
have gone the other way: p is the share of signs, drawn for the texts, with which all changes together are as far from
none as they are. That is exact for one chain a text, of which either time could have come first, and close for more
(a multiplier bootstrap: van der Vaart and Wellner 1996, Weak Convergence, section 2.9). Fewer than 6 texts cannot have
a small p, and get none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.chains import CHAIN, GROUP
from lmwalk.analysis.pvalues import fdr

Array = npt.NDArray[np.float64]
FEWEST_FLIPPED = 6
EVERY = 12
"""Texts up to which all signs are gone through."""
FLIPS = 4999
ENOUGH = 20
"""Flips as far from none after which no more are drawn: p is not small (Besag and Clifford 1991, Biometrika 78)."""
AT_ONCE = 200_000
"""Products that are summed at once: few enough that no linear algebra library shares them among threads, which takes
many times longer where processors are busy."""
ROUNDING = 1e-5
"""What is nearer to the greatest mean, as a share of it, is as great."""
LAST = 10
"""Generations, the last ones, over which chains that have arrived should not move."""


def drift(chains: pd.DataFrame, names: Sequence[str], by: Sequence[str] = GROUP) -> pd.DataFrame:
    """How far the values of each generation are from those of the initial texts.

    Returns
    -------
    DataFrame
        *by, property, generation (from 1), ks (Kolmogorov-Smirnov distance of the two distributions, 0..1, in which
        each text has the same weight, shared by its chains), p (NaN for fewer than 6 texts), texts, chains (at that
        generation), p_adjusted (``fdr`` over the table).
    """
    rows = []
    for key, group in chains.groupby(list(by), sort=False):
        for name in names:
            values = group[["initial", "generation", name]].dropna()
            each = {int(str(at)): part for at, part in values.groupby("generation")}
            first = each.pop(0, values[:0])
            rows += [(*key, name, at, *_distance(first, part, name)) for at, part in each.items() if len(first)]
    table = pd.DataFrame(rows, columns=[*by, "property", "generation", "ks", "p", "texts", "chains"])
    return table.assign(p_adjusted=fdr(table["p"]))


def _distance(first: pd.DataFrame, later: pd.DataFrame, name: str) -> tuple[float, float, int, int]:
    texts = np.intersect1d(first["initial"], later["initial"])
    if not len(texts):
        return np.nan, np.nan, 0, 0
    first, later = (part[part["initial"].isin(texts)] for part in (first, later))
    places = np.unique([*first[name], *later[name]])
    changes = _not_above(first, name, texts, places) - _not_above(later, name, texts, places)
    return *_flipped(changes), len(texts), len(later)


def _not_above(values: pd.DataFrame, name: str, texts: Array, places: Array) -> Array:
    """The share of each text's values that are not above each place, shape (texts, places)."""
    whose = np.searchsorted(texts, values["initial"])
    steps = np.zeros((len(texts), len(places)))
    np.add.at(steps, (whose, np.searchsorted(places, values[name])), 1 / np.bincount(whose)[whose])
    return np.asarray(steps.cumsum(axis=1))


def moving(chains: pd.DataFrame, names: Sequence[str], by: Sequence[str] = GROUP) -> pd.DataFrame:
    """Whether chains still move at their end: over the last ten generations, or half of the chain where it is shorter.

    The change of a text is the mean over its chains of the later half of these generations less that of the earlier
    half. Tested are its mean over texts and how it goes with where the text began, since chains that still draw
    together from both sides have no mean change. Chains that ended early are at rest, and do not count.

    Returns
    -------
    DataFrame
        *by, property, since (the first of these generations), change (its mean over texts), p (NaN for fewer than 6
        texts), p_adjusted (``fdr`` over the table).
    """
    rows = []
    for key, group in chains.groupby(list(by), sort=False):
        last = int(group["generation"].max())
        half = LAST // 2 if last >= LAST else (last + 1) // 2
        since = last - 2 * half + 1
        end = group[group["generation"] >= since].reset_index(drop=True)
        first = group[group["generation"] == 0]
        chain = end.groupby([column for column in CHAIN if column in end], sort=False).ngroup()
        rows += [(*key, name, since, *_moved(end, chain, first, name, half)) for name in names]
    table = pd.DataFrame(rows, columns=[*by, "property", "since", "change", "p"])
    return table.assign(p_adjusted=fdr(table["p"]))


def _moved(end: pd.DataFrame, chain: pd.Series, first: pd.DataFrame, name: str, half: int) -> tuple[float, float]:
    """Mean change over texts, and p."""
    last = end["generation"].max()
    known, late = end[name].notna(), end["generation"] > last - half
    earlier, later = (end[known & part].groupby(chain)[name].mean() for part in (~late, late))
    arrived = chain[known & end["generation"].eq(last)]
    changes = (later - earlier).reindex(arrived)
    texts = changes.groupby(end.loc[arrived.index, "initial"].to_numpy()).mean().dropna()
    if texts.empty:
        return np.nan, np.nan
    begun = first.groupby("initial")[name].mean().reindex(texts.index)
    begun = (begun - begun.mean()).fillna(0.0)
    size = float(np.sqrt((begun**2).mean()))
    projected = np.column_stack([texts, texts * begun / size]) if size > 0 else texts.to_numpy()[:, None]
    return float(texts.mean()), _flipped(projected)[1]


def _flipped(changes: Array) -> tuple[float, float]:
    """The greatest absolute mean of the columns, and its p among those whose rows have other signs."""
    texts = len(changes)
    found = float(np.abs(changes.mean(axis=0)).max())
    if texts < FEWEST_FLIPPED:
        return found, np.nan
    if found == 0:
        return found, 1.0
    columns = (changes.T / (found * texts)).astype(np.float32)
    signs, beyond, drawn = _signs(texts), 0, 0
    while drawn < signs.shape[1]:
        flipped = columns @ signs[:, drawn : drawn + max(1, AT_ONCE // columns.size)]
        far = np.maximum(flipped.max(axis=0), -flipped.min(axis=0)) >= 1 - ROUNDING
        if texts > EVERY and beyond + far.sum() >= ENOUGH:
            return found, ENOUGH / (drawn + int(np.flatnonzero(far)[ENOUGH - beyond - 1]) + 1)
        beyond, drawn = beyond + int(far.sum()), drawn + len(far)
    return found, beyond / drawn if texts <= EVERY else (1 + beyond) / (1 + drawn)


@lru_cache(maxsize=16)
def _signs(texts: int) -> npt.NDArray[np.float32]:
    """Signs of the texts, one column a flip: all of them for few texts (one of them stays), else drawn."""
    if texts <= EVERY:
        return np.asarray(1 - 2 * (np.arange(2 ** (texts - 1)) >> np.arange(texts)[:, None] & 1), np.float32)
    drawn = np.random.default_rng([0, texts]).integers(2, size=(texts, FLIPS))
    return np.asarray(1 - 2 * drawn, np.float32)
