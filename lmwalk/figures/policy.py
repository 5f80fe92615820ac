"""A policy on the plane: where it drives the walker, and how firmly."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.palette import WARM

COLD_TO_WARM = [[0.0, "#8fa3b8"], [0.5, "#4f7fc0"], [1.0, WARM]]

# below the picture, where it takes no width from a narrow screen
COLOUR_BAR = {
    "title": {"text": "mean move", "side": "top"},
    "orientation": "h",
    "y": -0.12,
    "yanchor": "top",
    "thickness": 10,
    "len": 0.6,
    "outlinewidth": 0,
}


def field(moves: pd.DataFrame, *, title: str = "") -> go.Figure:
    """Arrows of the mean move.

    Parameters
    ----------
    moves : DataFrame
        x, y, u, v, strength, as ``analysis.walks.mean_moves`` gives it.
    title : str
        Our own words only; nothing that a model wrote.

    Returns
    -------
    plotly.graph_objects.Figure
        Equal axes, as large as its place allows; colour runs from 0 (no preference) to 1 (always the same move).
    """
    reach = float(moves[["x", "y"]].abs().to_numpy().max()) + 1.5
    axis = {"range": [-reach, reach], "zeroline": False, "showgrid": False, "constrain": "domain"}
    arrows = {
        "type": "quiver",
        **{name: moves[name].tolist() for name in ("x", "y", "u", "v")},
        "lengthmode": "scaled",
        "lengthfactor": 1.1,
        "marker": {
            "color": moves["strength"].tolist(),
            "colorscale": COLD_TO_WARM,
            "cmin": 0,
            "cmax": 1,
            "colorbar": COLOUR_BAR,
        },
        "hovertemplate": "x %{x}, y %{y}<br>mean move %{u:.2f}, %{v:.2f}<extra></extra>",
    }
    layout = {
        "title": {"text": title},
        "xaxis": {**axis, "title": {"text": "x"}},
        "yaxis": {**axis, "title": {"text": "y"}, "scaleanchor": "x"},
        "margin": {"l": 40, "r": 10, "t": 30 if title else 10, "b": 90},
        "autosize": True,
    }
    return go.Figure({"data": [arrows], "layout": layout})
