"""What the latest toss does to belief: the last-flip effect, and how often a sequence changes sides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from lmwalk.analysis.beliefs import beta_predictive
from lmwalk.analysis.crossed import crossed_means
from lmwalk.analysis.units import unit_means


def last_flip(
    observations: pd.DataFrame,
    by: Sequence[str] = ("condition", "n"),
    prior: tuple[float, float] = (1.0, 1.0),
) -> pd.DataFrame:
    """P(heads) after heads and after tails, beside what an ideal observer of the same tosses expects.

    Who expects tails after heads falls for the gambler's fallacy: evidence for heads can only raise P(heads).

    Parameters
    ----------
    observations : DataFrame
        condition, tosses (tuple of 0/1 shown, oldest first), p (the model's P(heads)), unit (the wording) and, where
        there is one, case. Questions that show no toss and rows where p is NaN do not count.
    by : sequence of str
        What to tell apart; ``n`` is the number of tosses shown.
    prior : (float, float)
        The ideal observer's Beta(a, b).

    Returns
    -------
    DataFrame
        One row a group and last toss, where there is any: *by, last (heads or tails), answers, ideal (mean of the ideal
        observer's P(heads)), mean, low, high, units (wordings), cases (``crossed_means``).
    """
    shown = observations[(observations["tosses"].map(len) > 0) & observations["p"].notna()]
    n, heads = shown["tosses"].map(len), shown["tosses"].map(sum)
    last = shown["tosses"].map(lambda tosses: "heads" if tosses[-1] else "tails")
    ideal = beta_predictive(heads.to_numpy(float), n.to_numpy(float), *prior)
    frame = shown.assign(n=n, last=last, ideal=ideal)
    keys = [*by, "last"]
    whole = frame.groupby(keys, sort=False)["ideal"].agg(answers="size", ideal="mean").reset_index()
    return whole.merge(crossed_means(frame, keys, "p", share=True), on=keys)


def changes(results: Sequence[object]) -> int:
    """How often neighbours differ."""
    return sum(one != other for one, other in pairwise(results))


def alternations(sequences: pd.DataFrame, outcomes: int = 2) -> pd.DataFrame:
    """How often neighbours in a sequence of outcomes differ, against a fair one with as many outcomes.

    Parameters
    ----------
    sequences : DataFrame
        condition, trajectory, t, outcome; outcomes that are missing are left out.
    outcomes : int
        How many outcomes there are.

    Returns
    -------
    DataFrame
        condition, changes, pairs, rate (changes / pairs; NaN without pairs), low, high (``unit_mean`` of sequences' own
        rates), sequences, distinct (those that are equal to the letter are one), fair (the rate of a fair sequence,
        1 - 1/outcomes: 1/2 for a coin).
    """
    read = sequences[sequences["outcome"].notna()].sort_values("t", kind="stable")
    every = read.groupby(["condition", "trajectory"], sort=False)["outcome"].agg(tuple).rename("copy").reset_index()
    each = every.assign(changes=every["copy"].map(changes), pairs=every["copy"].map(len) - 1)
    first = ~each.duplicated(["condition", "copy"])
    each = each.assign(rate=each["changes"] / each["pairs"].where(each["pairs"] > 0), own=each["pairs"].where(first, 0))
    keys = ["condition"]
    found = unit_means(each, keys, "rate", weight="pairs", copy="copy", answers="own", share=True)
    totals = each.groupby(keys, sort=False)[["changes", "pairs"]].sum().reset_index()
    names = {"mean": "rate", "units": "sequences"}
    table = totals.merge(found.rename(columns=names).drop(columns="effective"), on=keys, how="left")
    return table.assign(fair=1 - 1 / outcomes)
