"""How much more of its time one condition spends on each cell than another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._drawing import Words, layout
from lmwalk.figures._walks import outline_traces, square
from lmwalk.geometry import SquareGrid
from lmwalk.palette import COOL, WARM

APART = [[0.0, COOL], [0.5, "#f4f4f2"], [1.0, WARM]]


def differences(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """x, y, a, b (shares of the time), difference (a minus b), wall; one row a cell that either of them visited.

    Parameters
    ----------
    a, b : DataFrame
        x, y, share and wall of one condition, as ``figures.walk_occupancy.occupancy`` makes them.
    """
    both = a[["x", "y", "share"]].merge(b[["x", "y", "share"]], on=["x", "y"], how="outer", suffixes=("_a", "_b"))
    shares = both.rename(columns={"share_a": "a", "share_b": "b"}).fillna({"a": 0.0, "b": 0.0})
    wall = max(int(a["wall"].iloc[0]), int(b["wall"].iloc[0]))
    return shares.assign(difference=shares["a"] - shares["b"], wall=wall)


def occupancy_map(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A cell of the grid is a cell of the map; zero is white, and both ends are as far from it."""
    wall = int(frame["wall"].iloc[0])
    reach = min(wall, int(frame[["x", "y"]].abs().max().max()) + 1)
    side = np.arange(-reach, reach + 1)
    wide = 100 * frame.pivot_table(index="y", columns="x", values="difference").reindex(index=side, columns=side)
    most = max(1e-9, float(np.nanmax(np.abs(wide.to_numpy(float)))))
    trace = {
        "type": "heatmap",
        "x": side.tolist(),
        "y": side.tolist(),
        "z": [[None if np.isnan(value) else value for value in row] for row in wide.to_numpy(float).tolist()],
        "colorscale": APART,
        "zmin": -most,
        "zmax": most,
        "colorbar": {"title": {"text": "A minus B, % of time"}, "outlinewidth": 0, "thickness": 12},
        "hovertemplate": "x %{x}, y %{y}<br>%{z:+.2f}% of the time<extra></extra>",
        "hoverongaps": False,
    }
    apart = 100 * float(frame["difference"].abs().sum()) / 2
    drawn = layout(
        f"{apart:.0f}% of the time is spent elsewhere", words, "x, in cells", "y, in cells", **square(reach + 1)
    )
    return go.Figure({"data": [trace, *outline_traces(SquareGrid(wall).outlines)], "layout": drawn})
