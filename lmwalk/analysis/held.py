"""Free answers beside answers that a server held to the outcomes. Frames in, frame out."""

from __future__ import annotations

import pandas as pd

UNREAD = "none"
_BY = ["model", "temperature", "outcome"]


def beside(free: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Shares of the outcomes in both, for each model and temperature that has answers in both.

    Parameters
    ----------
    free, held : DataFrame
        model, temperature, outcome, status, count. Failed calls are left out.

    Returns
    -------
    DataFrame
        model, temperature, outcome (``none``: no outcome was read), free, held (shares of all answers), difference
        (held - free), n_free, n_held.
    """
    both = _shares(free, "free").merge(_shares(held, "held"), on=_BY, how="outer")
    sizes = {name: _sizes(frame) for name, frame in (("free", free), ("held", held))}
    for name, n in sizes.items():
        both = both.merge(n.rename(f"n_{name}").reset_index(), on=_BY[:2], how="inner")
    both = both.fillna({"free": 0.0, "held": 0.0})
    both = both.assign(difference=both["held"] - both["free"], last=both["outcome"] == UNREAD)
    rows = both.sort_values(["model", "temperature", "last", "outcome"], ignore_index=True)
    return rows[[*_BY, "free", "held", "difference", "n_free", "n_held"]]


def _answered(rows: pd.DataFrame) -> pd.DataFrame:
    answered = rows[rows["status"] != "error"]
    return answered.assign(outcome=answered["outcome"].astype(object).fillna(UNREAD))


def _sizes(rows: pd.DataFrame) -> pd.Series:
    return _answered(rows).groupby(_BY[:2])["count"].sum()


def _shares(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    counts = _answered(rows).groupby(_BY)["count"].sum()
    return (counts / counts.groupby(_BY[:2]).transform("sum")).rename(name).reset_index()
