"""How soon the end of a chain is decided: by the first step, and by an early generation."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.chains import first_steps, prediction
from lmwalk.figures._chains import CHAINS, begun, names, symbols
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout, safe
from lmwalk.figures._traces import whiskers
from lmwalk.properties import properties

EARLY = 10


def pace(material: ChainData) -> pd.DataFrame:
    """label, task, property, first_step and r2 (with low, high), at (what r2 predicts from), even (a pace), counts."""
    measured, last = names(material), int(material.chains["generation"].max())
    at = EARLY if last > EARLY else max(1, last // 2)
    firsts = first_steps(material.chains, measured)
    firsts = firsts.rename(columns={"mean": "first_step", "low": "first_step_low", "high": "first_step_high"})
    found = prediction(material.chains, measured, at)
    keys = ["label", "task", "property"]
    ends = ["r2", "r2_low", "r2_high", "at"]
    both = firsts.merge(found[[*keys, *ends]], on=keys, how="left")
    return both.assign(even=1 / last)


@drawing(
    "chain-pace",
    title="Pace",
    about="Above: the share of a chain's whole way that its first step makes (1: all of it; dashed: an even pace, 1 "
    "over the number of generations). Below: how much of the variance of the last texts an early generation explains "
    "(0: nothing is decided yet). 95% intervals over the initial texts, however many chains each has.",
    families=CHAINS,
    place=4,
    table=pace,
    choose=("task",),
    applies=begun,
)
def chain_pace(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Two panels over the properties, a sign for each condition."""
    frame = frame.assign(title=[properties[name].title for name in frame["property"]])
    labels = list(dict.fromkeys(frame["label"]))
    hues, forms = colours(labels), symbols(labels)
    traces: list[dict[str, Any]] = []
    for name, rows in frame.groupby("label", sort=False):
        colour = hues[str(name)]
        for column, axis in (("first_step", "y"), ("r2", "y2")):
            trace: dict[str, Any] = {"type": "scatter", "mode": "markers", "name": safe(name), "yaxis": axis}
            trace |= {"x": rows["title"].tolist(), "y": rows[column].tolist(), "showlegend": axis == "y"}
            trace |= {
                "marker": {"color": colour, "size": 9, "symbol": forms[str(name)]},
                "hovertemplate": "%{x}<br>%{y:.3f}<extra>%{fullData.name}</extra>",
            }
            bars = whiskers(rows[column], rows[f"{column}_low"], rows[f"{column}_high"], colour)
            traces.append(trace | {"error_y": bars})
    at = int(frame["at"].dropna().max()) if frame["at"].notna().any() else EARLY
    axes = {
        "xaxis": {"type": "category", "anchor": "y2", "automargin": True},
        "yaxis": {"domain": [0.56, 1], "range": [-0.03, 1.03]},
        "yaxis2": {"domain": [0, 0.44], "range": [-0.03, 1.03], "title": {"text": f"r2 from generation {at}"}},
        "height": 540 + 20 * len(labels),
        "scattermode": "group",
        "shapes": [_even(float(frame["even"].iloc[0]))],
    }
    title = "How soon the end is decided"
    return go.Figure({"data": traces, "layout": layout(title, words, "property", "share of the first step", **axes)})


def _even(level: float) -> dict[str, Any]:
    line = {"color": NULL, "dash": "dash", "width": 1.5}
    place = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": level, "y1": level, "layer": "below"}
    return {**place, "line": line, "name": "even pace", "showlegend": True}
