"""The parse ledger: how many questions ended with each status. Frames in, frames out."""

from __future__ import annotations

import pandas as pd

from lmwalk.analysis.intervals import wilson
from lmwalk.types import STATUSES


def ledger_of(counts: pd.Series) -> pd.DataFrame:
    """One row a status, in the order of ``STATUSES``.

    Parameters
    ----------
    counts : Series
        How often each status came, by status; one that is absent came never.

    Returns
    -------
    DataFrame
        status, count, n (all questions), share, low, high (``wilson``; NaN where there is no question). The interval
        takes the questions as independent.
    """
    count = counts.reindex(list(STATUSES), fill_value=0).astype("int64")
    n = int(count.sum())
    low, high = wilson(count, n)
    share = count / n if n else count * float("nan")
    return pd.DataFrame(
        {
            "status": list(STATUSES),
            "count": count.to_numpy(),
            "n": n,
            "share": share.to_numpy(),
            "low": low,
            "high": high,
        }
    )


def status_counts(tallies: pd.DataFrame) -> pd.DataFrame:
    """How often each status came in each condition.

    Parameters
    ----------
    tallies : DataFrame
        condition, status, count, and anything else.

    Returns
    -------
    DataFrame
        condition, and a column for each of ``STATUSES``, 0 where it never came.
    """
    wide = tallies.pivot_table(index="condition", columns="status", values="count", aggfunc="sum", fill_value=0)
    return wide.reindex(columns=list(STATUSES), fill_value=0).rename_axis(columns=None).astype("int64").reset_index()
