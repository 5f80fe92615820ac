"""How often each outcome comes at each temperature, as a map of colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.summaries import outcome_shares
from lmwalk.figures._cells import COOL_TO_WARM, axis, cells
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import Words, drawing, layout, safe
from lmwalk.figures._traces import told


def by_temperature(material: DrawData) -> pd.DataFrame:
    """The model as label, temperature, outcome, and what ``over_wordings`` gives."""
    table = outcome_shares(material.answers, material.outcomes, ("model", "temperature"))
    return table.rename(columns={"model": "label"})


@drawing(
    "heat",
    title="Temperature",
    about="The share of each outcome among the answers that could be read, for each temperature: the mean over the "
    "wordings, whose intervals are in the table and at each cell.",
    processes=("prior",),
    place=3,
    table=by_temperature,
    one=True,
    applies=lambda material: material.answers["temperature"].nunique() > 1,
)
def heat(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Temperatures from below to above, outcomes from left to right."""
    grid = frame.pivot_table(index="temperature", columns="outcome", values="mean", observed=True, sort=False)
    grid = grid.sort_index()
    texts = [["" if np.isnan(share) else f"{share:.2f}" for share in row] for row in grid.to_numpy(float)]
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": list(map(safe, grid.columns)),
        "y": [f"{temperature:g}" for temperature in grid.index],
        "z": grid.to_numpy(float).tolist(),
        "zmin": 0,
        "zmax": 1,
        "colorscale": COOL_TO_WARM,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"title": {"text": "share"}, "outlinewidth": 0, "thickness": 12},
        "hovertemplate": "outcome %{x}<br>T = %{y}<br>share %{z:.3f}<br>%{customdata}<extra></extra>",
        "customdata": _told(frame, grid),
    }
    axes = {"xaxis": axis(trace["x"]), "yaxis": axis(trace["y"])}
    drawn = layout("Outcome by temperature", words, "outcome", "temperature", **axes)
    return go.Figure({"data": cells(trace, texts), "layout": drawn})


def _told(frame: pd.DataFrame, grid: pd.DataFrame) -> list[list[str]]:
    """What each cell says beside its share."""
    known = dict(zip(zip(frame["temperature"], frame["outcome"], strict=True), told(frame), strict=True))
    return [[known.get((temperature, outcome), "") for outcome in grid.columns] for temperature in grid.index]
