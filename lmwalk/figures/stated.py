"""The probability of the event against the percentage that the question states."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.analysis.summaries import beliefs
from lmwalk.analysis.units import FEWEST
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import SHARE, Words, colours, drawing, layout, published_labels, safe
from lmwalk.figures._traces import band, bounds, line, null_line, points, told


def by_statement(material: DrawData) -> pd.DataFrame:
    """label, statement, stated (NaN for even and odd), what ``over_wordings`` gives."""
    return beliefs(material.answers, ("label", "statement"))


def of_others(material: DrawData) -> pd.DataFrame:
    """The same columns of published models; nothing where no coin is tossed."""
    table = reference_data.coin_stated_bias()
    names = {"model": "label", "p_heads_mean": "mean", "p_heads_sd": "sd"}
    table = table.rename(columns=names).assign(stated=table["stated_heads_percent"] / 100)
    return table.loc[[material.thing == "coin"] * len(table), ["label", "stated", "mean", "sd"]]


@drawing(
    "stated",
    title="Stated and answered",
    about="Mean probability of the event against the percentage that the question states, with bands of 95% intervals "
    f"over the wordings; where there are fewer than {FEWEST}, circles are the wordings. Flat signs: all replies that "
    "could not be read counted to one side. On the dashed diagonal the answer is what was stated.",
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
    x, mean = (100 * rows["stated"]).tolist(), rows["mean"].tolist()
    group: dict[str, Any] = {"legendgroup": safe(label)}
    if thin:
        hover = "stated %{x:g}%<br>%{y:.3f} ± %{customdata:.3f} (sd over wordings)"
        return [line(label, x, mean, colour, hover, thin=True, customdata=rows["sd"].tolist(), **group)]
    hover = "stated %{x:g}%<br>%{y:.3f}<br>%{customdata}"
    own = line(label, x, mean, colour, hover, customdata=told(rows), **group)
    beside = [*points(x, rows, **group), *bounds(x, rows, **group)]
    if rows["low"].isna().any():
        return [own, *beside]
    return [band(x, rows["low"].tolist(), rows["high"].tolist(), colour, **group), own, *beside]
