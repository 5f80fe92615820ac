"""Figures of grid walks, and what an unbiased walk would show.

Frames in, frames out, one row a condition unless said otherwise. Where there is no data a value is NaN, never 0.
scipy is imported where it is needed: the dashboard's first page is not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]


def wilson(count: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Wilson's score interval of a share, taking the n answers as independent.

    (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = count/n. NaN where n is 0.

    Wilson (1927), J. Am. Stat. Assoc. 22, 209.
    """
    from scipy.special import ndtri

    k, m = np.asarray(count, float), np.asarray(n, float)
    z = float(ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / m
        centre = p + z**2 / (2 * m)
        spread = z * np.sqrt(p * (1 - p) / m + z**2 / (4 * m**2))
        scale = 1 + z**2 / m
        low, high = (centre - spread) / scale, (centre + spread) / scale
    return np.where(k == 0, np.where(m > 0, 0.0, np.nan), low), np.where((k == m) & (m > 0), 1.0, high)


def end_distances(paths: pd.DataFrame) -> pd.DataFrame:
    """How far each walk has come.

    Parameters
    ----------
    paths : DataFrame
        condition, trajectory, t, x, y, the start included.

    Returns
    -------
    DataFrame
        condition, trajectory, t (steps taken), distance (Euclidean, in cells, from the first to the last position).
    """
    ordered = paths.sort_values("t", kind="stable").groupby(["condition", "trajectory"], sort=True)
    first, last = ordered[["x", "y"]].first(), ordered[["t", "x", "y"]].last()
    distance = np.hypot(last["x"] - first["x"], last["y"] - first["y"])
    return last[["t"]].assign(distance=distance).reset_index()


def mean_distances(ends: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Mean distance from the start over the walks of a condition, with Student's interval.

    Parameters
    ----------
    ends : DataFrame
        As ``end_distances`` gives it.

    Returns
    -------
    DataFrame
        condition, n (walks), t (mean steps taken), mean, low, high, unbiased (the mean an unbiased walk of the same
        lengths has). The interval is mean ± t(n-1) s / sqrt(n), not below 0; NaN where n < 2.
    """
    from scipy.special import stdtrit

    grouped = ends.assign(unbiased=unbiased_distance(ends["t"])).groupby("condition", sort=False)
    table = grouped.agg(
        n=("distance", "size"),
        t=("t", "mean"),
        mean=("distance", "mean"),
        deviation=("distance", "std"),
        unbiased=("unbiased", "mean"),
    ).reset_index()
    n = table["n"].to_numpy(float)
    quantile = np.where(n > 1, stdtrit(np.maximum(n - 1, 1), (1 + level) / 2), np.nan)
    half = quantile * table.pop("deviation") / np.sqrt(n)
    return table.assign(low=(table["mean"] - half).clip(lower=0), high=table["mean"] + half)


def direction_shares(tallies: pd.DataFrame, outcomes: tuple[str, ...]) -> pd.DataFrame:
    """The share of each direction among the answers that could be read.

    Parameters
    ----------
    tallies : DataFrame
        condition, outcome, status, count.
    outcomes : tuple of str
        Every answer there is; one that never came has count 0.

    Returns
    -------
    DataFrame
        One row a condition and outcome: condition, outcome, count, n (answers read), share, low, high (``wilson``).
    """
    read = tallies[tallies["status"] == "ok"]
    counts = read.pivot_table(index="condition", columns="outcome", values="count", aggfunc="sum", fill_value=0)
    counts = counts.reindex(index=tallies["condition"].unique(), columns=list(outcomes), fill_value=0)
    counts = counts.rename_axis(index="condition", columns="outcome")
    table = counts.reset_index().melt(id_vars="condition", value_name="count").sort_values("condition", kind="stable")
    table["n"] = table.groupby("condition")["count"].transform("sum")
    return _with_share(table)


def unread_shares(tallies: pd.DataFrame) -> pd.DataFrame:
    """The share of answers that could not be read; failed calls are no answers.

    Returns
    -------
    DataFrame
        condition, count (not read), n (answers), share, low, high (``wilson``).
    """
    answers = tallies[tallies["status"] != "error"]
    unread = answers["count"].where(answers["status"] != "ok", 0)
    grouped = answers.assign(unread=unread).groupby("condition", sort=False)
    return _with_share(grouped.agg(count=("unread", "sum"), n=("count", "sum")).reset_index())


def unbiased_radius(steps: npt.ArrayLike, share: float = 0.95) -> Array:
    """Radius of the circle in which that share of unbiased walks ends, far from walls.

    Each step moves along one axis with probability 1/2, so after n steps each coordinate has variance n/2 and, for
    large n, R² / (n/2) follows chi² with 2 degrees of freedom: R = sqrt(-n ln(1 - share)).

    Pearson (1905), Nature 72, 294; Rayleigh, ibid. 318.
    """
    radius: Array = np.sqrt(-np.asarray(steps, float) * np.log1p(-share))
    return radius


def unbiased_distance(steps: npt.ArrayLike) -> Array:
    """Mean distance from the start of an unbiased walk after n steps, far from walls: sqrt(pi n) / 2.

    The mean of the Rayleigh distribution of ``unbiased_radius``; within 1% from n = 10 on.
    """
    distance: Array = np.sqrt(np.pi * np.asarray(steps, float)) / 2
    return distance


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    low, high = wilson(table["count"], table["n"])
    share = table["count"] / table["n"].where(table["n"] > 0)
    return table.assign(share=share, low=low, high=high)


def mean_moves(x: npt.ArrayLike, y: npt.ArrayLike, p: npt.ArrayLike) -> pd.DataFrame:
    """The mean move at positions under a policy.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Positions.
    p : array_like, shape (n, 4)
        Probabilities of UP, DOWN, LEFT, RIGHT.

    Returns
    -------
    DataFrame
        x, y, u, v (mean move in cells per step), strength (its length, from 0 for no preference to 1 for certainty).
    """
    up, down, left, right = np.asarray(p, float).T
    u, v = right - left, up - down
    return pd.DataFrame({"x": np.asarray(x), "y": np.asarray(y), "u": u, "v": v, "strength": np.hypot(u, v)})
