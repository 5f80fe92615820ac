"""One number of every condition as a map: models down, temperatures or tasks across."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._cells import axis, cells
from lmwalk.figures._drawing import HEIGHT, Words, layout, safe
from lmwalk.palette import COOL

FAINT_TO_DEEP = [[0.0, "#e9f0f7"], [0.5, COOL], [1.0, "#0d2b4d"]]
"""One hue, lighter and darker: a number has no middle that another hue could mark."""


def grid_map(
    frame: pd.DataFrame, name: str, words: Words, across: str = "temperature", expected: tuple[str, float] | None = None
) -> go.Figure:
    """The map.

    Parameters
    ----------
    frame : DataFrame
        model, the column ``across``, value (NaN where there is no data; such a cell is empty).
    name : str
        What the value is.
    across : str
        What stands across.
    expected : (str, float), optional
        What the number is where chance alone acts, and whose it is; it is marked on the scale.
    """
    models = list(dict.fromkeys(frame["model"]))
    columns = list(dict.fromkeys(frame.sort_values(across, kind="stable")[across]))
    wide = frame.pivot_table(index="model", columns=across, values="value", dropna=False)
    values = wide.reindex(index=models, columns=columns).to_numpy(float)
    texts = [["" if np.isnan(value) else f"{value:.3g}" for value in row] for row in values]
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": [f"{each:g}" if isinstance(each, float) else safe(each) for each in columns],
        "y": list(map(safe, models)),
        "z": [[None if np.isnan(value) else value for value in row] for row in values],
        "colorscale": FAINT_TO_DEEP,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "colorbar": {"outlinewidth": 0, "thickness": 12},
        "hovertemplate": "%{y}, %{x}: %{z:.4g}<extra></extra>",
    }
    if expected:
        _mark(trace, values, expected)
    axes = {
        "xaxis": axis(trace["x"]),
        "yaxis": {**axis(trace["y"], downwards=True), "automargin": True},
        "height": max(HEIGHT // 2 + 60, 170 + 54 * len(models)),
    }
    drawn = layout(safe(name), words, across, "model", **axes)
    return go.Figure({"data": cells(trace, texts), "layout": drawn})


def _mark(trace: dict[str, Any], values: np.ndarray[Any, Any], expected: tuple[str, float]) -> None:
    """Put what chance would give on the scale, among its own ends."""
    whose, chance = expected
    known = [float(value) for value in values[np.isfinite(values)].ravel()] + [chance]
    low, high = min(known), max(known)
    if low == high:
        return
    trace |= {"zmin": low, "zmax": high}
    ends = [end for end in (low, high) if abs(end - chance) > (high - low) / 20]
    ticks = sorted([*ends, chance])
    texts = [f"{tick:.3g}" + (f" {whose}" if tick == chance else "") for tick in ticks]
    trace["colorbar"] = {**trace["colorbar"], "tickvals": ticks, "ticktext": texts}
