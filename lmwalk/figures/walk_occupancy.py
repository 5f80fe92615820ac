"""How often walks stood on each cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, drawing, layout
from lmwalk.figures._traces import faint
from lmwalk.figures._walks import WALKS, on_square_grid, outline_traces, room_of, square, walks_in
from lmwalk.figures.walk_paths import paths
from lmwalk.geometry import SquareGrid
from lmwalk.palette import COOL, MIDDLE, WARM

SCALE = [[0.0, faint(COOL, 0.1)], [0.3, COOL], [0.7, MIDDLE], [1.0, WARM]]


def occupancy(material: WalkData) -> pd.DataFrame:
    """label, x, y, visits (times a walk stood there, at the start too), share (of all times), wall, walks, distinct."""
    table = paths(material)
    if table.empty:
        return table
    keys = ["label", "x", "y", "walks", "distinct"]
    visits = table.groupby(keys, sort=False).size().rename("visits").reset_index()
    total = visits.groupby("label")["visits"].transform("sum")
    return visits.assign(share=visits["visits"] / total, wall=room_of(material).wall)


@drawing(
    "walk-occupancy",
    title="Occupancy",
    about="How much of their time walks spend on each cell, the start included. Cells no walk reached are empty.",
    families=WALKS,
    holds=on_square_grid,
    place=2,
    table=occupancy,
    one=True,
)
def walk_occupancy(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A cell of the grid is a cell of the map."""
    pooled = frame.groupby(["x", "y"], as_index=False)["visits"].sum()
    wall = int(frame["wall"].iloc[0])
    far = int(pooled[["x", "y"]].abs().max().max())
    reach = min(wall, far + 1)
    side = np.arange(-reach, reach + 1)
    grid = pooled.pivot_table(index="y", columns="x", values="visits").reindex(index=side, columns=side)
    shares = 100 * grid / pooled["visits"].sum()
    trace = {
        "type": "heatmap",
        "x": side.tolist(),
        "y": side.tolist(),
        "z": [[None if np.isnan(value) else value for value in row] for row in shares.to_numpy(float).tolist()],
        "customdata": grid.fillna(0).to_numpy(int).tolist(),
        "colorscale": SCALE,
        "zmin": 0,
        "colorbar": {"title": {"text": "% of time"}, "outlinewidth": 0, "thickness": 12},
        "hovertemplate": "x %{x}, y %{y}<br>%{customdata} visits, %{z:.2f}% of the time<extra></extra>",
        "hoverongaps": False,
    }
    title = f"{len(pooled):,} of {(2 * wall + 1) ** 2:,} cells visited · {walks_in(frame)}"
    drawn = layout(title, words, "x, in cells", "y, in cells", **square(reach + 1))
    return go.Figure({"data": [trace, *outline_traces(SquareGrid(wall).outlines)], "layout": drawn})
