"""What temperature does to where texts end up, and to how strongly they are drawn there."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.chains import final_means
from lmwalk.figures._chains import CHAINS, axis, begun, known, names, within
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import Words, colours, drawing, layout
from lmwalk.figures._traces import line, whiskers

BY = ["model", "temperature", "task"]


def by_temperature(material: ChainData) -> pd.DataFrame:
    """Label (the model), temperature, task, property, mean, low, high (of the last texts), strength and more."""
    measured = names(material)
    means = within(final_means(material.chains, measured, BY))
    fits = attractors(material.chains, measured, BY)
    columns = [*BY, "property", "strength", "strength_low", "strength_high"]
    return means.merge(fits[columns], on=[*BY, "property"]).rename(columns={"model": "label"})


def several(material: ChainData) -> bool:
    """Whether there are temperatures to compare."""
    return begun(material) and material.chains["temperature"].nunique() > 1


@drawing(
    "chain-temperatures",
    title="Temperature",
    about="Above: the mean of the latest texts, each initial text with the same weight. Below: the strength of the "
    "attractor. Both with 95% intervals over the initial texts, a line for each model.",
    families=CHAINS,
    place=6,
    table=by_temperature,
    choose=("property", "task"),
    applies=several,
)
def chain_temperatures(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Two panels over the same temperatures."""
    of = known(frame)
    hues = colours(list(dict.fromkeys(frame["label"])))
    traces = []
    for label, rows in frame.groupby("label", sort=False):
        rows, colour = rows.sort_values("temperature"), hues[str(label)]
        x, hover = rows["temperature"].tolist(), "T = %{x:g}<br>%{y:.4g}"
        bars = whiskers(rows["mean"], rows["low"], rows["high"], colour)
        traces.append(line(str(label), x, rows["mean"].tolist(), colour, hover, error_y=bars))
        bars = whiskers(rows["strength"], rows["strength_low"], rows["strength_high"], colour)
        lower = line(str(label), x, rows["strength"].tolist(), colour, hover, error_y=bars)
        traces.append(lower | {"yaxis": "y2", "showlegend": False})
    axes = {
        "xaxis": {"anchor": "y2"},
        "yaxis": {"domain": [0.55, 1]},
        "yaxis2": {"domain": [0, 0.43], "title": {"text": "strength"}, "range": [0, 1.05], "zeroline": False},
        "height": 560,
    }
    title = f"{of.title} and temperature"
    return go.Figure({"data": traces, "layout": layout(title, words, "temperature", axis(of, "last "), **axes)})
