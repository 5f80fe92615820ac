"""What the latest toss does to belief: the last-flip effect, and how often a sequence changes sides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from lmwalk.analysis.beliefs import beta_predictive
from lmwalk.analysis.resampling import Resampling, grouped_means
from lmwalk.analysis.units import proportion


def last_flip(
    observations: pd.DataFrame,
    by: Sequence[str] = ("condition", "n"),
    prior: tuple[float, float] = (1.0, 1.0),
    resampling: Resampling | None = None,
) -> pd.DataFrame:
    """P(heads) after heads and after tails, beside what an ideal observer of the same tosses expects.

    Who expects tails after heads falls for the gambler's fallacy: evidence for heads can only raise P(heads).

    Parameters
    ----------
    observations : DataFrame
        condition, tosses (tuple of 0/1 shown, oldest first), p (the model's P(heads)), unit (what is drawn together).
        Questions that show no toss and rows where p is NaN do not count.
    by : sequence of str
        What to tell apart; ``n`` is the number of tosses shown.
    prior : (float, float)
        The ideal observer's Beta(a, b).

    Returns
    -------
    DataFrame
        One row a group and last toss, where there is any: *by, last (heads or tails), mean, low, high (bootstrap over
        units), answers, units, ideal (mean of the ideal observer's P(heads)).
    """
    shown = observations[(observations["tosses"].map(len) > 0) & observations["p"].notna()]
    n, heads = shown["tosses"].map(len), shown["tosses"].map(sum)
    last = shown["tosses"].map(lambda tosses: "heads" if tosses[-1] else "tails")
    ideal = beta_predictive(heads.to_numpy(float), n.to_numpy(float), *prior)
    frame = shown.assign(n=n, last=last, ideal=ideal)
    keys = [*by, "last"]
    found = grouped_means(frame, keys, ["p"], "unit", resampling).drop(columns="value")
    ideals = frame.groupby(keys, sort=False)["ideal"].mean().reset_index()
    return found.merge(ideals, on=keys, how="left")


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
        condition, changes, pairs, rate (changes / pairs; NaN without pairs), low, high (``proportion``), fair (the rate
        of a fair sequence, 1 - 1/outcomes: 1/2 for a coin). The interval is exact where pairs change independently of
        each other, as they do in a fair sequence.
    """
    read = sequences[sequences["outcome"].notna()].sort_values("t", kind="stable")
    walks = read.groupby(["condition", "trajectory"], sort=False)["outcome"].agg(list)
    counted = walks.map(lambda each: (sum(a != b for a, b in pairwise(each)), len(each) - 1))
    table = pd.DataFrame(counted.tolist(), index=counted.index, columns=["changes", "pairs"])
    table = table.groupby("condition", sort=False).sum().reset_index()
    low, high = proportion(table["changes"], table["pairs"])
    rate = table["changes"] / table["pairs"].where(table["pairs"] > 0)
    fair = 1 - 1 / outcomes
    return table.assign(rate=rate, low=low, high=high, fair=fair)
