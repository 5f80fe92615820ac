"""Summaries of draws: means over wordings with intervals over wordings, belief against the evidence shown.

A wording is what was sampled, and each has one weight: the mean over the wordings and its interval are of the same
number. Of one wording alone replies are independent, and the interval is of this wording. Frames as
``analysis.answers.answers`` gives them in, frames out. Where there is no data a value is NaN, never 0. scipy is
imported where it is needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.answers import answered
from lmwalk.analysis.crossed import as_many, crossed_mean, table_of
from lmwalk.analysis.intervals import clopper_pearson
from lmwalk.analysis.units import unit_mean

Array = npt.NDArray[np.float64]
OVER = [
    "mean",
    "low",
    "high",
    "least",
    "most",
    "least_low",
    "most_high",
    "sd",
    "units",
    "answers",
    "distinct",
    "count",
    "points",
]
"""What ``over_wordings`` gives of each group."""


def independent(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """How many answers of each group are independent: at temperature 0 one, where a model always said the same.

    What was said stands in ``said`` where ``outcome`` is what is told apart, else in ``outcome``. Token probabilities
    are one answer a wording, however often they were asked for.
    """
    groups = frame.groupby(list(keys), sort=False)
    sizes = groups.size()
    same = groups["said" if "said" in frame else "outcome"].nunique(dropna=False).le(1)
    cold = groups["temperature"].max().eq(0) if "temperature" in frame else pd.Series(False, sizes.index)
    return sizes.where(~(groups["scored"].any() | (cold & same)), 1)


def over_wordings(
    frame: pd.DataFrame, by: Sequence[str], values: tuple[str, str, str], unit: Sequence[str] = ("paraphrase",)
) -> pd.DataFrame:
    """The mean of a probability over the wordings, or over cases and wordings, with what is not known of it.

    Parameters
    ----------
    frame : DataFrame
        As ``answers`` gives it; answers that could not be read among them.
    by : sequence of str
        What to tell apart.
    values : (str, str, str)
        Columns of the probability, and of the least and the most that it can be. An answer that could not be read has
        none, and can be anything from 0 to 1.
    unit : sequence of str
        What was sampled: ``paraphrase``, or a case and a wording, ``("cell", "paraphrase")``.

    Returns
    -------
    DataFrame
        One row a group that has a probability: *by, mean (of the units' means), low, high (of a share, by ``unit_mean``
        over the units, or ``crossed_mean``; of one wording's replies ``clopper_pearson``; NaN where there is none),
        least, most (the mean where all that is not known goes to one side), least_low, most_high (the ends of their
        intervals: mean and interval where all is known), sd (over the units; NaN for one), units, answers (that
        count), distinct (of these the independent ones), count (for replies how often it came), points (a tuple of the
        units' means, where they are several and too few for an interval; else None).
    """
    value, least, most = values
    keys, units = list(by), [*by, *unit]
    unread = frame[value].isna()
    known = frame.assign(
        **{least: frame[least].where(frame[least].notna() | ~unread, 0.0)},
        **{most: frame[most].where(frame[most].notna() | ~unread, 1.0)},
    )
    groups = known.groupby(units, sort=False, observed=True)
    each = groups.agg(
        mean=(value, "mean"), least=(least, "mean"), most=(most, "mean"), read=(value, "count"), count=(value, "sum")
    )
    each["distinct"] = independent(known[~unread], units).reindex(each.index, fill_value=0)
    each["asked"] = independent(known, units)
    each["scored"] = groups["scored"].any()
    table = each.reset_index()
    codes = table.groupby(keys, sort=False, observed=True).ngroup().to_numpy()
    order = np.argsort(codes, kind="stable")
    begins = np.flatnonzero(np.diff(codes[order], prepend=-1))
    # slices of arrays: a study has thousands of groups, and a frame of each takes a millisecond
    columns = {name: table[name].to_numpy() for name in dict.fromkeys([*each.columns, *unit])}
    places = [part for part in np.split(order, begins[1:]) if len(part) and columns["read"][part].any()]
    rows = [_over({name: column[part] for name, column in columns.items()}, unit) for part in places]
    firsts = table.iloc[[part[0] for part in places]][keys].reset_index(drop=True)
    return pd.concat([firsts, pd.DataFrame(rows, columns=OVER)], axis=1)


Units = dict[str, npt.NDArray[Any]]
"""One entry a unit: mean, least, most, read, count, distinct, asked, scored, and what names it."""


def _over(part: Units, unit: Sequence[str]) -> tuple[object, ...]:
    some = part["read"] > 0
    read = {name: column[some] for name, column in part.items()}
    mean, low, high = _share(read, "mean", "distinct", unit)
    least, least_low, most, most_high = mean, low, mean, high
    if not (np.array_equal(part["least"], part["mean"]) and np.array_equal(part["most"], part["mean"])):
        least, least_low, _ = _share(part, "least", "asked", unit)
        most, _, most_high = _share(part, "most", "asked", unit)
    each = read["mean"]
    sd = float(each.std(ddof=1)) if len(each) > 1 else math.nan
    ends = (mean, low, high, least, most, least_low, most_high)
    count = math.nan if part["scored"].any() else float(read["count"].sum())
    points = tuple(each.tolist()) if np.isnan(low) and len(each) > 1 else None
    return (*ends, sd, len(each), int(read["read"].sum()), int(read["distinct"].sum()), count, points)


def _share(units: Units, value: str, size: str, unit: Sequence[str]) -> tuple[float, float, float]:
    """Mean and interval of a column over the units, each a mean of so many independent answers."""
    scored, sizes, each = bool(units["scored"].any()), units[size].astype(float), units[value].astype(float)
    if len(each) == 1:
        mean, one = float(each[0]), float(sizes[0])
        low, high = clopper_pearson(mean * one, one) if not scored and one > 1 else (np.array(np.nan),) * 2
        return mean, float(low), float(high)
    answers = np.inf if scored else as_many(sizes)
    if len(unit) > 1:
        table = table_of(each, units[unit[0]].tolist(), units[unit[1]].tolist())
        return crossed_mean(table, share=True, answers=answers)[:3]
    return unit_mean(each, share=True, answers=answers)[:3]


def outcome_shares(
    frame: pd.DataFrame,
    outcomes: Sequence[str],
    by: Sequence[str] = ("condition",),
    unit: Sequence[str] = ("paraphrase",),
) -> pd.DataFrame:
    """The probability of each outcome, over the wordings, or over cases and wordings.

    Parameters
    ----------
    frame : DataFrame
        As ``answers`` gives it.
    outcomes : sequence of str
        Every outcome, in order.
    by : sequence of str
        What to tell apart.
    unit : sequence of str
        What was sampled (see ``over_wordings``).

    Returns
    -------
    DataFrame
        One row a group and outcome: *by, outcome, what ``over_wordings`` gives, expected (the ideal observer's),
        outside (mean mass of no outcome, over all answers).
    """
    by = list(by)
    said = answered(frame)
    if not said["probabilities"].notna().any():
        return pd.DataFrame(columns=[*by, "outcome", *OVER, "expected", "outside"])
    outside = said.groupby(by, sort=False)["outside"].mean()
    long = _by_outcome(said, outcomes, [*by, *unit])
    expected = long.groupby([*by, "outcome"], sort=False, observed=True)["expected"].mean()
    table = over_wordings(long, [*by, "outcome"], ("probability", "least", "most"), unit)
    table["outcome"] = pd.Categorical(table["outcome"], categories=list(outcomes), ordered=True)
    return table.merge(expected.reset_index(), on=[*by, "outcome"]).merge(outside.reset_index(), on=by, how="left")


def _by_outcome(frame: pd.DataFrame, outcomes: Sequence[str], by: list[str]) -> pd.DataFrame:
    carried = [name for name in (*by, "paraphrase", "temperature", "scored") if name in frame]
    repeated = frame.loc[frame.index.repeat(len(outcomes)), list(dict.fromkeys(carried))].reset_index(drop=True)
    said = frame["outcome"].repeat(len(outcomes)).to_numpy()
    unknown = (math.nan,) * len(outcomes)
    probability, expected = (
        np.array([value for chances in frame[name] for value in (chances if chances is not None else unknown)], float)
        for name in ("probabilities", "expected")
    )
    # mass that may belong to any outcome, where a server gives the likeliest tokens only
    mass, most = (
        (frame[name] if name in frame else pd.Series(math.nan, frame.index)).repeat(len(outcomes)).to_numpy(float)
        for name in ("mass", "mass_most")
    )
    spare = np.nan_to_num(np.maximum(0.0, most - mass) / np.where(mass > 0, mass, np.nan))
    names = pd.Categorical(list(outcomes) * len(frame), categories=list(outcomes), ordered=True)
    return repeated.assign(
        outcome=names,
        probability=probability,
        least=probability / (1 + spare),
        most=(probability + spare) / (1 + spare),
        expected=expected,
        said=said,
    )


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
        What was sampled (see ``over_wordings``).

    Returns
    -------
    DataFrame
        One row a group: *by, n, theta, hits, stated, statement (the first of each group), what ``over_wordings`` gives,
        ideal (mean).
    """
    said = answered(frame)
    keys = list(by)
    firsts = [name for name in ("n", "theta", "hits", "stated", "statement") if name not in keys]
    parts = said.groupby(keys, sort=False).agg(
        **{name: (name, "first") for name in firsts},
        ideal=("ideal", "mean"),
    )
    return parts.reset_index().merge(over_wordings(said, keys, ("event", "low", "high"), unit), on=keys)


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


def distributions(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Distributions that a distance can be taken of, one row a case in a wording.

    Parameters
    ----------
    frame : DataFrame
        As ``answers`` gives it, with label.
    outcomes : sequence of str
        Every outcome.

    Returns
    -------
    DataFrame
        label, n, case, theta, answer and ideal (tuples over the outcomes: mean probabilities, or shares of the replies
        that could be read), unit (the wording), replies (how many independent ones the shares are of; infinite for
        probabilities), answers (how many were read).
    """
    said = frame[frame["probabilities"].notna()]
    keys = ["label", "n", "cell", "paraphrase"]
    codes = said.groupby(keys, sort=False).ngroup().to_numpy()
    firsts = said.groupby(keys, sort=False).agg(theta=("theta", "first"), ideal=("expected", "first"))
    each = np.array(said["probabilities"].tolist(), float).reshape(len(said), len(outcomes))
    sums = np.zeros((len(firsts), len(outcomes)))
    np.add.at(sums, codes, each)
    sizes = np.bincount(codes, minlength=len(firsts))
    replies = np.full(len(firsts), np.inf) if frame["scored"].any() else independent(said, keys).to_numpy(float)
    answer = pd.Series(list(map(tuple, (sums / sizes[:, None]).tolist())), index=firsts.index, dtype=object)
    table = firsts.assign(answer=answer, replies=replies, answers=sizes).reset_index()
    return table.rename(columns={"cell": "case", "paraphrase": "unit"})


def truths(thetas: pd.Series, event: str, outcomes: Sequence[str]) -> pd.Series:
    """The true distribution of each theta: the event at theta, the other outcomes equally often. None where NaN."""
    rest = max(1, len(outcomes) - 1)
    found = [
        tuple(theta if each == event else (1 - theta) / rest for each in outcomes) if theta == theta else None
        for theta in thetas
    ]
    return pd.Series(found, index=thetas.index, dtype=object)
