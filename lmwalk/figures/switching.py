"""Belief toss by toss while the coin is exchanged: the model, the ideal observer, a filter that forgets, the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.beliefs import filtered, tosses
from lmwalk.analysis.fitting import fit_filter
from lmwalk.analysis.overviews import observations
from lmwalk.analysis.resampling import Resampling
from lmwalk.analysis.summaries import beliefs
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, OKABE_ITO, SHARE, Words, drawing, layout, safe
from lmwalk.figures._traces import band

POINT_ONLY = Resampling(repeats=2)


def by_toss(material: DrawData) -> pd.DataFrame:
    """label, n, theta, what ``over_wordings`` gives, ideal, filter (the fitted one's belief), gamma."""
    said, unit = material.answers[material.answers["event"].notna()], ("cell", "paraphrase")
    table = beliefs(material.answers, ("label", "n"), unit).sort_values(["label", "n"], kind="stable")
    parts = [
        _fitted(said[said["label"] == label], rows, material.event)
        for label, rows in table.groupby("label", sort=False)
    ]
    return pd.concat(parts, ignore_index=True) if parts else table


def _fitted(said: pd.DataFrame, rows: pd.DataFrame, event: str) -> pd.DataFrame:
    """Mean over the sequences of the filter that is nearest to the answers."""
    fit = fit_filter(observations(said, event), POINT_ONLY)
    longest = said.loc[said.groupby("cell")["n"].idxmax(), "results"]
    strength = float(np.clip(np.nan_to_num(fit.strength.value, nan=2.0), 1e-6, 1e6))
    followed = [filtered(tosses(shown, {event}), fit.mean.value, strength, fit.gamma.value) for shown in longest]
    steps = min(map(len, followed))
    mean = np.mean([each[:steps] for each in followed], axis=0)
    belief = rows["n"].map(dict(enumerate(mean.tolist())))
    return rows.assign(filter=belief, gamma=fit.gamma.value)


@drawing(
    "switching",
    title="Belief after each toss",
    about="Mean probability of the event after each toss, with 95% intervals over wordings and sequences, each toss "
    "for itself, where there are enough; the true probability grey and dashed, the ideal observer's belief, which "
    "takes the coin for one and the same, dotted, and the nearest filter that discounts old tosses.",
    processes=("switching",),
    place=1,
    table=by_toss,
    one=True,
)
def switching(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Lines over the toss."""
    rows = frame.sort_values("n")
    x, sure = rows["n"].tolist(), rows[rows["low"].notna()]
    reach = band(sure["n"].tolist(), sure["low"].tolist(), sure["high"].tolist(), OKABE_ITO[0])
    gamma = f"fitted filter, gamma = {rows['gamma'].iloc[0]:.3f}"
    lines = [
        ("true probability", "theta", {"color": NULL, "dash": "dash", "shape": "hv", "width": 1.5}),
        ("ideal observer", "ideal", {"color": NULL, "dash": "dot", "width": 1.5}),
        (safe(words.subject or "model"), "mean", {"color": OKABE_ITO[0], "width": 2}),
        (gamma, "filter", {"color": OKABE_ITO[1], "dash": "dashdot", "width": 1.8}),
    ]
    hover = {"type": "scatter", "mode": "lines", "x": x, "hovertemplate": "%{y:.3f}<extra>%{fullData.name}</extra>"}
    drawn = [{**hover, "name": name, "y": rows[column].tolist(), "line": line} for name, column, line in lines]
    axes = {"xaxis": {"rangemode": "nonnegative"}, "yaxis": SHARE, "hovermode": "x unified"}
    told = layout(f"Belief in {safe(words.event)} after each toss", words, "n, tosses shown", words.chance, **axes)
    return go.Figure({"data": [reach, *drawn], "layout": told})
