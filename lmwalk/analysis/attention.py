"""What models attend to of the results that a question shows: along the sequence, after a switch, against the error.

A question is of a case (one sequence of results) in a wording. Sequences are drawn independently of each other and are
shown in every wording, so that both carry intervals (``crossed.factors``); tokens and results of one question are no
observations of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.crossed import factors, student, variances
from lmwalk.analysis.line_fits import interval, lines

Array = npt.NDArray[np.float64]
MEAN, MAXIMUM = "mean over heads and layers", "largest of any head (legacy)"
KINDS = {"mean": MEAN, "maximum": MAXIMUM}
"""Columns of what was attended to, and what they are called."""
TARGETS = {"ideal": "ideal observer", "theta": "true probability after the switch"}
"""What a belief is held against, by its column."""
MOST_SIZES = 8
"""Numbers of results shown of which each is looked at; of more, four that are evenly spaced."""
PERMUTATIONS = 4999
MOST_NUMBERS = 10_000_000
"""Of all permutations together; of so many pairs that there are more, fewer permutations are drawn."""
ROUNDING = 1e-6
"""What is smaller than this share of the largest is what numbers of 32 bits leave."""
KEYS = ["condition", "trajectory", "t"]
PROFILE = ["label", "attention", "switch", "n", "place", "weight", "low", "high", "held", "cases", "units"]
SHARES = ["label", "attention", "switch", "n", "part", "after", "low", "high", "cases", "units"]
FIT = ["slope", "slope_low", "slope_high", "r", "r_low", "r_high", "p", "within_r", "within_p"]


def attended(answers: pd.DataFrame, attention: pd.DataFrame, switches: Sequence[int | None]) -> pd.DataFrame:
    """One row an answer that shows results and each kind of attention.

    Parameters
    ----------
    answers : DataFrame
        As ``analysis.answers.answers`` gives it, with label.
    attention : DataFrame
        condition, trajectory, t, mean, maximum: arrays with a number for each result shown, oldest first.
    switches : sequence
        Of each case the number of results before the switch; None where there is none.

    Returns
    -------
    DataFrame
        label, cell, paraphrase, n, event, ideal, theta, switch (-1 where there is none), attention (``KINDS``), weights
        (array of n numbers).
    """
    columns = ["label", "cell", "paraphrase", "n", "event", "ideal", "theta", "switch"]
    if attention.empty or answers.empty:
        return pd.DataFrame(columns=[*columns, "attention", "weights"])
    both = answers.merge(attention[[*KEYS, *KINDS]], on=KEYS)
    both["switch"] = [-1 if (at := switches[cell]) is None else at for cell in both["cell"]]
    each = [both[columns].assign(attention=name, weights=both[kind].map(_numbers)) for kind, name in KINDS.items()]
    return pd.concat(each, ignore_index=True)


def profiles(rows: pd.DataFrame) -> pd.DataFrame:
    """Attention along the sequence, over that to its mean result: 1 everywhere where every result has the same.

    Parameters
    ----------
    rows : DataFrame
        As ``attended`` gives it.

    Returns
    -------
    DataFrame
        label, attention, switch, n, place (of the result, from 1), weight, low, high (95%, each place for itself; NaN
        where neither cases nor wordings are enough), held (what all results hold together), cases, units (wordings).
    """
    found = []
    for keys, part in _of_sizes(rows).groupby(["label", "attention", "switch", "n"], sort=False):
        weights = np.stack(part["weights"].tolist())
        total = weights.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            table = _table(weights / total * weights.shape[1], part)
        mean, low, high = _over_both(table)
        held, (cases, units) = float(np.nanmean(total)) if np.isfinite(total).any() else np.nan, table.shape[:2]
        found += [
            (*keys, place + 1, *each, held, cases, units)
            for place, each in enumerate(zip(mean, np.maximum(low, 0), high, strict=True))
        ]
    return pd.DataFrame(found, columns=PROFILE)


def after_switch(rows: pd.DataFrame) -> pd.DataFrame:
    """How much of the attention to all results is on those after the switch.

    Returns
    -------
    DataFrame
        label, attention, switch, n, part (of the results that are after the switch; what flat attention would give),
        after, low, high, cases, units.
    """
    found = []
    known = rows[(rows["switch"] >= 0) & (rows["n"] > rows["switch"])]
    for keys, part in known.groupby(["label", "attention", "switch", "n"], sort=False):
        switch, n = int(part["switch"].iloc[0]), int(part["n"].iloc[0])
        table = _table(shares_after(part)[:, None], part)
        mean, low, high = _over_both(table)
        ends = (max(0.0, float(low[0])), min(1.0, float(high[0]))) if np.isfinite(low[0]) else (np.nan, np.nan)
        found.append((*keys, (n - switch) / n, float(mean[0]), *ends, *table.shape[:2]))
    return pd.DataFrame(found, columns=SHARES)


def shares_after(rows: pd.DataFrame) -> Array:
    """Of each row how much of the attention to its results is on those after the switch; NaN where it has none."""
    totals = np.array([weights.sum() for weights in rows["weights"]])
    after = [weights[switch:].sum() for weights, switch in zip(rows["weights"], rows["switch"], strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.array(after) / totals)


def updates(rows: pd.DataFrame) -> pd.DataFrame:
    """Attention after the switch against the error of the update, one row a sequence, when all its results are shown.

    Returns
    -------
    DataFrame
        label, attention, target (``TARGETS``), cell, switch, n, after (as ``after_switch``), update_error (how far the
        belief in the event is from the target's; mean over the wordings), units (wordings), and of all sequences
        together what ``fitted`` gives.
    """
    known = rows[(rows["switch"] >= 0) & (rows["n"] > rows["switch"]) & rows["event"].notna()]
    parts = []
    for (label, kind), part in known.groupby(["label", "attention"], sort=False):
        last = part[part["n"] == part.groupby("cell")["n"].transform("max")]
        last = last.assign(after=shares_after(last))
        for column, target in TARGETS.items():
            error = last.assign(update_error=(last["event"] - last[column]).abs(), unit=last["paraphrase"])
            each = error.groupby("cell").agg(
                switch=("switch", "first"),
                n=("n", "first"),
                after=("after", "mean"),
                update_error=("update_error", "mean"),
                units=("unit", "nunique"),
            )
            each = each.dropna().reset_index()
            fit = fitted(each["after"].to_numpy(float), each["update_error"].to_numpy(float), each["switch"].to_numpy())
            parts.append(each.assign(label=str(label), attention=str(kind), target=target, **fit))
    names = ["label", "attention", "target", "cell", "switch", "n", "after", "update_error", "units", *FIT]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def fitted(x: Array, y: Array, stratum: npt.NDArray[Any], seed: int = 0) -> dict[str, float]:
    """The line through independent pairs, their correlation, and how likely as much is where they are none's.

    Parameters
    ----------
    x, y : ndarray, shape (pairs,)
    stratum : ndarray, shape (pairs,)
        Inside which a second correlation is taken: what strata have in common is then no part of it.

    Returns
    -------
    dict
        slope, slope_low, slope_high (least squares; jackknife over pairs); r, r_low, r_high (the same on Fisher's
        scale); p (two-sided, by permutation of the pairs); within_r and within_p (both values less their mean in the
        stratum, and permuted inside it; NaN where there is one alone). NaN where it cannot be told.
    """
    found = lines(x, y, np.arange(len(x)))
    slope, r = float(found.slope[0]), float(found.correlation[0])
    ends = interval(found.slope, found)
    with np.errstate(divide="ignore"):
        r_ends = np.tanh(interval(np.arctanh(found.correlation), found))
    inner_x, inner_y = (_within(values, stratum) for values in (x, y))
    alone = len(np.unique(stratum)) < 2
    inner = np.nan if alone else correlation(inner_x, inner_y)
    inner_p = np.nan if alone else permuted(inner_x, inner_y, stratum, seed)
    p = permuted(x, y, np.zeros(len(x)), seed)
    return dict(zip(FIT, (slope, *ends, r, float(r_ends[0]), float(r_ends[1]), p, inner, inner_p), strict=True))


def correlation(x: Array, y: Array) -> float:
    """Pearson's; NaN where one of both does not vary."""
    a, b = x - x.mean() if len(x) else x, y - y.mean() if len(y) else y
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else float("nan")


def permuted(x: Array, y: Array, stratum: npt.NDArray[Any], seed: int = 0) -> float:
    """How likely a correlation as far from 0 is where pairs are dealt out anew inside strata, the one seen included."""
    order = np.argsort(stratum, kind="stable")
    a, b, codes = x[order], y[order], pd.factorize(stratum[order])[0]
    seen = abs(correlation(a, b))
    if not np.isfinite(seen):
        return float("nan")
    a, b = a - a.mean(), b - b.mean()
    dealt = _dealt(codes.tobytes(), seed)
    beyond = np.abs(b[dealt] @ a) >= (seen - ROUNDING) * np.sqrt((a @ a) * (b @ b))
    return float((1 + beyond.sum()) / (1 + len(dealt)))


@lru_cache(maxsize=4)
def _dealt(codes: bytes, seed: int) -> npt.NDArray[np.int32]:
    """Orders that move pairs inside their strata alone, shape (permutations, pairs); pairs stand by stratum."""
    each = np.frombuffer(codes, np.intp)
    count = int(np.clip(MOST_NUMBERS // max(1, len(each)), 499, PERMUTATIONS))
    keys = np.random.default_rng(seed).random((count, len(each)), np.float32) + each
    return np.argsort(keys, axis=1).astype(np.int32)


def _within(values: Array, stratum: npt.NDArray[Any]) -> Array:
    """Values less their mean in the stratum; 0 where what is left is rounding."""
    left = values - pd.Series(values).groupby(stratum).transform("mean").to_numpy()
    return np.where(np.abs(left).max(initial=0) > ROUNDING * np.abs(values).max(initial=0), left, 0.0)


def _numbers(weights: npt.ArrayLike) -> Array:
    return np.asarray(weights, float)


def _of_sizes(rows: pd.DataFrame) -> pd.DataFrame:
    """Those rows whose number of results is looked at, the largest first."""
    sizes = sorted({int(n) for n in rows["n"]}, reverse=True)
    if len(sizes) > MOST_SIZES:
        sizes = [sizes[len(sizes) * quarter // 4] for quarter in range(4)]
    return rows[rows["n"].isin(sizes)].sort_values("n", ascending=False, kind="stable")


def _table(values: Array, rows: pd.DataFrame) -> Array:
    """Means of each case in each wording, shape (cases, wordings, places); NaN where there is none."""
    case, cases = pd.factorize(rows["cell"])
    wording, wordings = pd.factorize(rows["paraphrase"])
    known = np.isfinite(values)
    sums, counts = (np.zeros((len(cases), len(wordings), values.shape[1])) for _ in range(2))
    np.add.at(sums, (case, wording), np.where(known, values, 0.0))
    np.add.at(counts, (case, wording), known)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


def _over_both(table: Array) -> tuple[Array, Array, Array]:
    """Mean, lower and upper end at each place, as ``crossed.crossed_mean`` has them of values without bounds."""
    cases, wordings, places = table.shape
    by_case, by_wording = factors(cases, wordings)
    mean, low, high = (np.full(places, np.nan) for _ in range(3))
    for place in range(places):
        known = ~np.isnan(table[:, :, place])
        if not known.any():
            continue
        own = table[:, :, place]
        mean[place] = own[known].mean()
        if not (by_case or by_wording):
            continue
        spread = np.where(known, own - mean[place], 0.0) / known.sum()
        levels = min(size for size, carries in ((cases, by_case), (wordings, by_wording)) if carries)
        reach = student(levels, 0.95) * np.sqrt(_variance(spread, by_case, by_wording))
        low[place], high[place] = mean[place] - reach, mean[place] + reach
    return mean, low, high


def _variance(spread: Array, by_case: bool, by_wording: bool) -> float:
    if by_case and by_wording:
        of_cases, of_wordings, of_cells = variances(spread)
        return max(of_cases + of_wordings - of_cells, of_cases, of_wordings)
    sums = spread.sum(axis=1 if by_case else 0)
    return len(sums) / (len(sums) - 1) * float((sums**2).sum())
