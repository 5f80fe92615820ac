"""Attention along the sequence of results, with the switch marked."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.attention import profiles
from lmwalk.figures._attention import FEW, attends, observed, rows_of
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout, safe
from lmwalk.figures._traces import band, null_line


def along(material: DrawData) -> pd.DataFrame:
    """As ``analysis.attention.profiles`` gives it, with switch and shown in words and at, the switch as a number."""
    found = profiles(rows_of(material)).rename(columns={"switch": "at"})
    switch = ["no switch" if at < 0 else f"switch after {at}" for at in found["at"]]
    return found.assign(switch=switch, shown=[f"{n} shown" for n in found["n"]])


@drawing(
    "attention-profile",
    title="Attention",
    about="What the position that answers gives to each result shown, over what it gives to the mean result of the "
    f"same question: on the dashed line all results have the same. {FEW}. The original took the largest of any head.",
    processes=("in-context", "switching", "double-distribution"),
    place=7,
    table=along,
    choose=("attention", "switch", "shown"),
    applies=attends,
)
def attention_profile(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each label over the place of the result."""
    hues, traces = colours(list(dict.fromkeys(frame["label"]))), []
    for label, rows in frame.groupby("label", sort=False):
        rows, sure = rows.sort_values("place"), rows[rows["low"].notna()].sort_values("place")
        group: dict[str, Any] = {"legendgroup": safe(label)}
        ends = (sure["low"].tolist(), sure["high"].tolist())
        traces.append(band(sure["place"].tolist(), *ends, hues[str(label)], **group))
        traces.append(_line(str(label), rows, hues[str(label)]) | group)
    far = int(frame["place"].max())
    traces.append(null_line([1, far], [1, 1], "the same to every result", hoverinfo="skip"))
    at = int(frame["at"].iloc[0])
    axes = {
        "xaxis": {"range": [0, far + 1]},
        "yaxis": {"rangemode": "tozero"},
        "shapes": _marked(at) if 0 <= at < far else [],
        "annotations": [_named(at)] if 0 <= at < far else [],
    }
    x_title, y_title = "result shown, the oldest first", "attention to it, mean result = 1"
    return go.Figure(
        {"data": traces, "layout": layout("Attention along the sequence", words, x_title, y_title, **axes)}
    )


def _line(label: str, rows: pd.DataFrame, colour: str) -> dict[str, Any]:
    told = [f"all results together: {row['held']:.3g} of all attention<br>{observed(row)}" for row in _dicts(rows)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": safe(label),
        "x": rows["place"].tolist(),
        "y": rows["weight"].tolist(),
        "customdata": told,
        "line": {"color": colour, "width": 2},
        "hovertemplate": "result %{x}: %{y:.3f} times the mean<br>%{customdata}<extra>%{fullData.name}</extra>",
    }


def _dicts(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return rows.to_dict("records")


def _marked(at: int) -> list[dict[str, Any]]:
    """The switch, between the last result before it and the first one after it."""
    line = {"color": NULL, "width": 1.5, "dash": "dot"}
    return [{"type": "line", "x0": at + 0.5, "x1": at + 0.5, "yref": "paper", "y0": 0, "y1": 1, "line": line}]


def _named(at: int) -> dict[str, Any]:
    place = {"x": at + 0.5, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    return {"text": "switch", "font": {"color": NULL, "size": 12}, **place}
