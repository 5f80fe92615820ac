"""The share of an event in a sequence as it grows, and the funnel in which fair sequences stay."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
MOST_POINTS = 200


def running_shares(results: pd.DataFrame, event: Collection[str], chance: float) -> pd.DataFrame:
    """The share of the event among the first t results of each sequence.

    Parameters
    ----------
    results : DataFrame
        label, trajectory, t (from 1), outcome.
    event : collection of str
        What counts.
    chance : float
        Its probability under the null.

    Returns
    -------
    DataFrame
        label, trajectory, t, count, share, funnel_low, funnel_high (``funnel`` at t). At most 200 evenly spaced t of
        each sequence, its last one among them.
    """
    ordered = results.sort_values(["trajectory", "t"], kind="stable").reset_index(drop=True)
    sequences = ordered.groupby(["label", "trajectory"], sort=False)
    count = (
        ordered["outcome"].isin(set(event)).astype("int64").groupby([ordered["label"], ordered["trajectory"]]).cumsum()
    )
    last = sequences["t"].transform("max")
    every = np.ceil(last / MOST_POINTS)
    table = ordered[["label", "trajectory", "t"]].assign(count=count, share=count / ordered["t"])
    kept: pd.DataFrame = table[(ordered["t"] % every == 0) | (ordered["t"] == last)]
    low, high = funnel(kept["t"].to_numpy(), chance)
    return pd.DataFrame(kept.assign(funnel_low=low, funnel_high=high).reset_index(drop=True))


def funnel(n: npt.ArrayLike, chance: float, level: float = 0.95) -> tuple[Array, Array]:
    """The central interval of the share of n independent results: binomial quantiles over n."""
    from scipy.stats import binom

    size = np.asarray(n)
    tail = (1 - level) / 2
    low, high = binom.ppf(tail, size, chance), binom.ppf(1 - tail, size, chance)
    return np.asarray(low / size), np.asarray(high / size)
