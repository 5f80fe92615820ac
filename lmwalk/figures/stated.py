"""The probability of the event against the percentage that the question states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk import published
from lmwalk.analysis.summaries import beliefs
from lmwalk.figures._drawing import SHARE, Material, Words, colours, drawing, layout, published_labels, safe
from lmwalk.figures._traces import band, line, null_line


def by_statement(material: Material) -> pd.DataFrame:
    """label, statement, stated (NaN for even and odd), mean, sd, low, high."""
    return beliefs(material.answers, ("label", "statement"))


def of_others(material: Material) -> pd.DataFrame:
    """The same columns of published models; nothing where no coin is tossed."""
    table = published.coin_stated_bias()
    names = {"model": "label", "p_heads_mean": "mean", "p_heads_sd": "sd"}
    table = table.rename(columns=names).assign(stated=table["stated_heads_percent"] / 100)
    return table.loc[[material.thing == "coin"] * len(table), ["label", "stated", "mean", "sd"]]


@drawing(
    "stated",
    title="Stated and answered",
    about="Mean probability of the event against the percentage that the question states; the bands are ± 1 sd over "
    "the wordings. On the dashed diagonal the answer is what was stated.",
    processes=("stated-bias",),
    place=1,
    table=by_statement,
    published=of_others,
    applies=lambda material: bool(material.answers["stated"].notna().any()),
)
def stated(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each label over the stated percentage."""
    frame = frame[frame["stated"].notna()]
    others = published_labels(frame)
    hues = colours(list(dict.fromkeys(frame["label"])), others)
    traces = [null_line([0, 100], [0, 1], "as stated", hoverinfo="skip")]
    for label, rows in frame.groupby("label", sort=False):
        traces += _lines(str(label), rows.sort_values("stated"), hues[str(label)], thin=label in others)
    axes = {"xaxis": {"range": [-2, 102], "ticksuffix": "%"}, "yaxis": SHARE}
    title = f"Does the answer follow the stated chance of {safe(words.event)}?"
    x_title = f"stated probability of {safe(words.event)}"
    return go.Figure({"data": traces, "layout": layout(title, words, x_title, words.chance, **axes)})


def _lines(label: str, rows: pd.DataFrame, colour: str, *, thin: bool) -> list[dict[str, Any]]:
    x, mean, sd = (100 * rows["stated"]).tolist(), rows["mean"].to_numpy(float), rows["sd"].to_numpy(float)
    group = {"legendgroup": safe(label)}
    hover = "stated %{x:g}%<br>%{y:.3f} ± %{customdata:.3f}"
    own = line(label, x, mean.tolist(), colour, hover, thin=thin, customdata=sd.tolist(), **group)
    if thin or not np.isfinite(sd).all():
        return [own]
    low, high = np.clip([mean - sd, mean + sd], 0, 1).tolist()
    return [band(x, low, high, colour, **group), own]
