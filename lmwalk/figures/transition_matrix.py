"""The transition matrix that a model has learnt late in its sequences, beside the true one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.transitions import learnt
from lmwalk.figures._cells import COOL_TO_WARM, axis, cells
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import Words, drawing, layout, safe
from lmwalk.figures._transitions import PROCESSES, true_matrix

MOST_INTERVALS = 5
"""States beyond which cells have room for a number alone."""
MOST_NUMBERS = 10
"""States beyond which they have room for none."""


def late(material: DrawData) -> pd.DataFrame:
    """What ``learnt`` gives."""
    return learnt(material.answers, true_matrix(material), material.outcomes)


@drawing(
    "transition-matrix",
    title="Learnt matrix",
    about="On the left the true matrix: from the state of the row, the probability of the state of the column. On the "
    "right the model's own, the mean of what it expects next late in its sequences, when half of the longest or more "
    "is shown, with 95% intervals over sequences and wordings where four sequences or more were in that state. Rows of "
    "states that none was in are empty.",
    processes=PROCESSES,
    place=2,
    table=late,
    one=True,
)
def transition_matrix(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Two maps of one scale, side by side."""
    names = [str(each) for each in frame["outcome"].cat.categories] if len(frame) else []
    tables = {
        name: frame.pivot(index="state", columns="outcome", values=name).reindex(index=names, columns=names)
        for name in ("true", "mean", "low", "high", "expected")
    }
    traces = [*_map(tables, "true", "x"), *_map(tables, "mean", "x2")]
    across = axis([safe(name) for name in names])
    axes = {
        "xaxis": {**across, "domain": [0, 0.46], "side": "bottom"},
        "xaxis2": {**across, "domain": [0.54, 1], "title": {"text": "next state, learnt"}, "anchor": "y"},
        "yaxis": {**axis([safe(name) for name in names], downwards=True), "automargin": True},
        "height": max(400, 190 + 46 * len(names)),
    }
    title = f"True, and learnt after {int(frame['late'].iloc[0])} states or more"
    told = layout(title, words, "next state, true", "latest state", **axes)
    return go.Figure({"data": traces, "layout": told})


def _map(tables: dict[str, pd.DataFrame], column: str, axis_name: str) -> list[dict[str, Any]]:
    """One matrix with a word in each cell."""
    values = tables[column].to_numpy(float)
    names = [safe(name) for name in tables[column].index]
    ends = [tables[name].to_numpy(float) for name in ("low", "high", "expected", "true")]
    trace = {
        "type": "heatmap",
        "name": "true" if column == "true" else "learnt",
        "x": names,
        "y": names,
        "z": [[None if np.isnan(value) else value for value in row] for row in values],
        "zmin": 0.0,
        "zmax": 1.0,
        "colorscale": COOL_TO_WARM,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "hovertemplate": "%{y} to %{x}: %{z:.3f}<br>%{customdata}<extra>%{fullData.name}</extra>",
        "customdata": [[_said(*each) for each in zip(*rows, strict=True)] for rows in zip(*ends, strict=True)],
    }
    return [{**part, "xaxis": axis_name} for part in cells(trace, _texts(values, ends, intervals=column == "mean"))]


def _texts(values: Any, ends: Sequence[Any], *, intervals: bool) -> list[list[str]]:
    """What stands in each cell: the number, and its interval where there is room for one."""
    k = len(values)
    low, high = ends[:2]
    roomy = intervals and k <= MOST_INTERVALS
    return [
        [_text(values[i, j], low[i, j], high[i, j], roomy=roomy) if k <= MOST_NUMBERS else "" for j in range(k)]
        for i in range(k)
    ]


def _text(value: float, low: float, high: float, *, roomy: bool) -> str:
    if np.isnan(value):
        return ""
    return f"{value:.2f}<br>{low:.2f}\N{EN DASH}{high:.2f}" if roomy and np.isfinite(low) else f"{value:.2f}"


def _said(low: float, high: float, expected: float, true: float) -> str:
    interval = f"95%: {low:.3f} to {high:.3f}, " if np.isfinite(low) else ""
    ideal = f", ideal observer {expected:.3f}" if np.isfinite(expected) else ""
    return f"learnt {interval}true {true:.3f}{ideal}" if np.isfinite(true) else ""
