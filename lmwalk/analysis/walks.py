"""Figures of walks, and what an unbiased walk would show.

Frames in, frames out, one row a condition unless said otherwise. Where there is no data a value is NaN, never 0.
scipy is imported where it is needed: the dashboard's first page is not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.units import unit_means
from lmwalk.geometry import Geometry

Array = npt.NDArray[np.float64]


def end_distances(paths: pd.DataFrame, geometry: Geometry) -> pd.DataFrame:
    """How far each walk has come.

    Parameters
    ----------
    paths : DataFrame
        condition, trajectory, t, x, y, the start included.

    Returns
    -------
    DataFrame
        condition, trajectory, t (steps taken), distance (from the first to the last position, in the geometry's unit),
        unbiased (the mean distance of unbiased walks of as many steps).
    """
    ordered = paths.sort_values("t", kind="stable").groupby(["condition", "trajectory"], sort=True)
    first, last = ordered[["x", "y"]].first(), ordered[["t", "x", "y"]].last()
    distance = pd.Series(np.nan, last.index)
    for start in set(zip(first["x"].tolist(), first["y"].tolist(), strict=True)):
        own = (first["x"] == start[0]) & (first["y"] == start[1])
        distance[own] = geometry.distances(start, last.loc[own, "x"], last.loc[own, "y"])
    unbiased = geometry.unbiased_distances(last["t"].to_numpy())
    return last[["t"]].assign(distance=distance, unbiased=unbiased).reset_index()


def mean_distances(ends: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Mean distance from the start over the walks of a condition, with an interval over those that differ.

    Parameters
    ----------
    ends : DataFrame
        As ``end_distances`` gives it; where walks may be copies, with ``copy``: walks with the same entry are the same.

    Returns
    -------
    DataFrame
        condition, n (walks), distinct (of them), t (mean steps taken), mean, low, high (``unit_mean``, not below 0; NaN
        for fewer than ``FEWEST`` distinct walks), unbiased (the mean of unbiased walks of the same lengths).
    """
    grouped = ends.groupby("condition", sort=False)
    copy = "copy" if "copy" in ends else None
    table = unit_means(ends, ["condition"], "distance", copy=copy, level=level).drop(columns="effective")
    table = table.rename(columns={"units": "n"}).assign(low=table["low"].clip(lower=0))
    means = grouped[["t", "unbiased"]].mean().reset_index()
    return table.merge(means, on="condition", how="left")


def direction_shares(tallies: pd.DataFrame, outcomes: tuple[str, ...]) -> pd.DataFrame:
    """The share of each direction among the answers that could be read, with an interval over walks.

    Parameters
    ----------
    tallies : DataFrame
        condition, trajectory, copy (trajectories of a condition with the same entry are the same), outcome, status,
        count.
    outcomes : tuple of str
        Every answer there is; one that never came has count 0.

    Returns
    -------
    DataFrame
        One row a condition and outcome: condition, outcome, count, n (answers read), share, low, high (``unit_mean`` of
        each walk's share), walks, distinct.
    """
    keys = ["condition", "trajectory", "copy"]
    read = tallies.assign(count=tallies["count"].where(tallies["status"] == "ok", 0))
    counts = read.pivot_table(index=keys, columns="outcome", values="count", aggfunc="sum", fill_value=0, sort=False)
    every = pd.MultiIndex.from_frame(tallies[keys].drop_duplicates())
    wide = counts.reindex(index=every, columns=list(outcomes), fill_value=0)
    long = wide.reset_index().melt(id_vars=keys, var_name="outcome", value_name="count")
    long = long.sort_values("condition", kind="stable", key=lambda each: pd.factorize(each)[0])
    return _shares(long.assign(n=long.groupby(keys)["count"].transform("sum")), ["condition", "outcome"])


def bounded_shares(tallies: pd.DataFrame, outcomes: tuple[str, ...]) -> pd.DataFrame:
    """``direction_shares`` with what each share would be if all answers that could not be read had named it, or none.

    Returns
    -------
    DataFrame
        The same, and: unread (answers), least (count over all answers), most (count and unread over all answers).
    """
    unread = unread_shares(tallies)[["condition", "count"]].rename(columns={"count": "unread"})
    table = direction_shares(tallies, outcomes).merge(unread, on="condition", how="left")
    answers = (table["n"] + table["unread"]).where(lambda every: every > 0)
    return table.assign(least=table["count"] / answers, most=(table["count"] + table["unread"]) / answers)


def unread_shares(tallies: pd.DataFrame) -> pd.DataFrame:
    """The share of answers that could not be read, with an interval over walks; failed calls are no answers.

    Parameters
    ----------
    tallies : DataFrame
        As ``direction_shares`` takes it.

    Returns
    -------
    DataFrame
        condition, count (not read), n (answers), share, low, high (``unit_mean`` of walks' shares), walks, distinct.
    """
    answers = tallies[tallies["status"] != "error"]
    unread = answers["count"].where(answers["status"] != "ok", 0)
    grouped = answers.assign(unread=unread).groupby(["condition", "trajectory", "copy"], sort=False)
    return _shares(grouped.agg(count=("unread", "sum"), n=("count", "sum")).reset_index(), ["condition"])


def _shares(walks: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """*by, count, n, share, low, high, walks, distinct; of a frame with count and n of each walk."""
    first = ~walks.duplicated([*by, "copy"])
    each = walks.assign(share=walks["count"] / walks["n"].where(walks["n"] > 0), own=walks["n"].where(first, 0))
    found = unit_means(each, by, "share", weight="n", copy="copy", answers="own", share=True)
    totals = each.groupby(by, sort=False)[["count", "n"]].sum().reset_index()
    names = {"mean": "share", "units": "walks"}
    return totals.merge(found.rename(columns=names).drop(columns="effective"), on=by, how="left")


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
