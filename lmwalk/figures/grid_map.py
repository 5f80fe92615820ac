"""One number of every condition as a map: models down, temperatures or tasks across."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._cells import COOL_TO_WARM, axis, cells
from lmwalk.figures._drawing import HEIGHT, Words, layout, safe


def grid_map(frame: pd.DataFrame, name: str, words: Words, across: str = "temperature") -> go.Figure:
    """The map.

    Parameters
    ----------
    frame : DataFrame
        model, the column ``across``, value (NaN where there is no data; such a cell is empty).
    name : str
        What the value is.
    across : str
        What stands across.
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
        "colorscale": COOL_TO_WARM,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "colorbar": {"outlinewidth": 0, "thickness": 12},
        "hovertemplate": "%{y}, %{x}: %{z:.4g}<extra></extra>",
    }
    axes = {
        "xaxis": axis(trace["x"]),
        "yaxis": {**axis(trace["y"], downwards=True), "automargin": True},
        "height": max(HEIGHT // 2 + 60, 170 + 54 * len(models)),
    }
    drawn = layout(safe(name), words, across, "model", **axes)
    return go.Figure({"data": cells(trace, texts), "layout": drawn})
