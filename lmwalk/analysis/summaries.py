"""Summaries of draws: means over wordings, shares with exact intervals, belief against the evidence shown.

Frames as ``analysis.answers.answers`` gives them in, frames out. Where there is no data a value is NaN, never 0.
scipy is imported where it is needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.answers import answered
from lmwalk.analysis.units import proportion

Array = npt.NDArray[np.float64]


def outcome_shares(frame: pd.DataFrame, outcomes: Sequence[str], by: Sequence[str] = ("condition",)) -> pd.DataFrame:
    """The probability of each outcome, over the wordings.

    Parameters
    ----------
    frame : DataFrame
        As ``answers`` gives it.
    outcomes : sequence of str
        Every outcome, in order.
    by : sequence of str
        What to tell apart.

    Returns
    -------
    DataFrame
        One row a group and outcome: *by, outcome, mean (over wordings), sd (over wordings; NaN for one), n (answers
        that count), count and low, high (replies only: how often it came, and ``proportion`` of all answers read;
        NaN for probabilities), expected (the ideal observer's), outside (mean mass of no outcome, over all answers).
    """
    by = list(by)
    said = answered(frame)
    outside = said.groupby(by, sort=False)["outside"].mean()
    long = _by_outcome(said[said["probabilities"].notna()], outcomes, by)
    wordings = long.groupby([*by, "paraphrase", "outcome"], sort=False, observed=True)["probability"].mean()
    spread = wordings.groupby([*by, "outcome"], sort=False, observed=True).agg(mean="mean", sd="std")
    parts = long.groupby([*by, "outcome"], sort=False, observed=True)
    table = spread.join(
        parts.agg(n=("probability", "size"), count=("probability", "sum"), expected=("expected", "mean"))
    )
    table = table.reset_index().merge(outside.reset_index(), on=by, how="left")
    return _exact(table, "n", replies=not frame["scored"].any())


def _by_outcome(frame: pd.DataFrame, outcomes: Sequence[str], by: list[str]) -> pd.DataFrame:
    repeated = frame.loc[frame.index.repeat(len(outcomes)), [*by, "paraphrase"]].reset_index(drop=True)
    unknown = (math.nan,) * len(outcomes)
    flat = {
        "probability": [value for chances in frame["probabilities"] for value in chances],
        "expected": [value for chances in frame["expected"] for value in (chances or unknown)],
    }
    names = pd.Categorical(list(outcomes) * len(frame), categories=list(outcomes), ordered=True)
    return repeated.assign(outcome=names, **{name: np.array(values, float) for name, values in flat.items()})


def _exact(table: pd.DataFrame, size: str, *, replies: bool) -> pd.DataFrame:
    if not replies:
        return table.assign(count=np.nan, low=np.nan, high=np.nan)
    low, high = proportion(table["count"].round(), table[size])
    return table.assign(low=low, high=high)


def beliefs(
    frame: pd.DataFrame, by: Sequence[str] = ("condition", "n", "cell"), unit: Sequence[str] = ("paraphrase",)
) -> pd.DataFrame:
    """Belief in the event, over the wordings.

    Parameters
    ----------
    frame : DataFrame
        As ``answers`` gives it.
    by : sequence of str
        What to tell apart.
    unit : sequence of str
        What the standard deviation is taken over.

    Returns
    -------
    DataFrame
        One row a group: *by, n, theta, hits, stated, statement (the first of each group), mean, sd (over the units; NaN
        for one), answers (that count), count and low, high (replies only: how often the event came, and
        ``proportion``), least, most (means of the bounds where a server gives the likeliest tokens only; equal to mean
        where it is exact), ideal (mean).
    """
    said = frame[frame["event"].notna()]
    keys = list(by)
    units = said.groupby([*keys, *unit], sort=False)["event"].mean()
    spread = units.groupby(keys, sort=False).agg(mean="mean", sd="std")
    firsts = [name for name in ("n", "theta", "hits", "stated", "statement") if name not in keys]
    parts = said.groupby(keys, sort=False).agg(
        **{name: (name, "first") for name in firsts},
        answers=("event", "size"),
        count=("event", "sum"),
        least=("low", "mean"),
        most=("high", "mean"),
        ideal=("ideal", "mean"),
    )
    return _exact(spread.join(parts).reset_index(), "answers", replies=not frame["scored"].any())


def credible(table: pd.DataFrame, event: float, others: float, level: float = 0.95) -> pd.DataFrame:
    """Where the true probability lies, for an observer who has seen the evidence: theta ~ Beta(event, others).

    The posterior is Beta(event + hits, others + n - hits); with several outcomes it is the Dirichlet's marginal.

    Parameters
    ----------
    table : DataFrame
        n and hits.
    event, others : float
        Pseudo-counts of the event and of everything else.

    Returns
    -------
    DataFrame
        ``table`` with band_low, band_high: the central interval.
    """
    from scipy.special import betaincinv

    a, b = event + table["hits"].to_numpy(float), others + (table["n"] - table["hits"]).to_numpy(float)
    tail = (1 - level) / 2
    return table.assign(band_low=betaincinv(a, b, tail), band_high=betaincinv(a, b, 1 - tail))


def pooled_shares(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Distributions that a distance can be taken of: each answer's where it is one, else the shares of pooled replies.

    Parameters
    ----------
    frame : DataFrame
        As ``answers`` gives it, with label.
    outcomes : sequence of str
        Every outcome.

    Returns
    -------
    DataFrame
        label, n, cell, theta, answer and ideal (tuples over the outcomes), unit (what is drawn together: a case in a
        wording, or a case where replies are pooled over repeats and wordings).
    """
    said = frame[frame["probabilities"].notna()]
    columns = ["label", "n", "cell", "theta"]
    if frame["scored"].any():
        unit = said["cell"].astype(str) + "/" + said["paraphrase"].astype(str)
        return said[columns].assign(answer=said["probabilities"], ideal=said["expected"], unit=unit)
    keys = ["label", "n", "cell"]
    counted = said.groupby([*keys, "outcome"], sort=False).size().unstack("outcome", fill_value=0)
    shares = counted.reindex(columns=list(outcomes), fill_value=0).pipe(lambda each: each.div(each.sum(axis=1), axis=0))
    first = said.groupby(keys, sort=False).agg(theta=("theta", "first"), ideal=("expected", "first"))
    first["answer"] = pd.Series(list(map(tuple, shares.to_numpy(float).tolist())), index=shares.index, dtype=object)
    return first.reset_index().assign(unit=lambda table: table["cell"])


def truths(thetas: pd.Series, event: str, outcomes: Sequence[str]) -> pd.Series:
    """The true distribution of each theta: the event at theta, the other outcomes equally often. None where NaN."""
    rest = max(1, len(outcomes) - 1)
    found = [
        tuple(theta if each == event else (1 - theta) / rest for each in outcomes) if theta == theta else None
        for theta in thetas
    ]
    return pd.Series(found, index=thetas.index, dtype=object)
