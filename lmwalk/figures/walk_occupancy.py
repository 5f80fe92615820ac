"""How often walks stood on each cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, drawing, layout
from lmwalk.figures._exact import lengths_of, time_shares, whole_law
from lmwalk.figures._traces import faint
from lmwalk.figures._walks import WALKS, on_square_grid, outline_traces, room_of, square, walks_in
from lmwalk.figures.walk_paths import paths
from lmwalk.geometry import SquareGrid
from lmwalk.palette import COOL, MIDDLE, WARM

SEEN = 1e-4
"""Share of the time below which a cell that no walk reached is left out."""
SCALE = [[0.0, faint(COOL, 0.1)], [0.3, COOL], [0.7, MIDDLE], [1.0, WARM]]


def occupancy(material: WalkData) -> pd.DataFrame:
    """label, x, y, visits (times a walk stood there, at the start too), share (of all times), wall, walks, distinct.

    And exact: the share that the law of the policy gives, NaN where that is not known; cells that no walk reached have
    a row where it is at least ``SEEN``.
    """
    table = paths(material)
    if table.empty:
        return table
    keys = ["label", "x", "y", "walks", "distinct"]
    visits = table.groupby(keys, sort=False).size().rename("visits").reset_index()
    total = visits.groupby("label")["visits"].transform("sum")
    known = visits.assign(share=visits["visits"] / total, wall=room_of(material).wall, exact=np.nan)
    return pd.concat(
        [_beside(material, own, table) for _, own in known.groupby("label", sort=False)], ignore_index=True
    )


def _beside(material: WalkData, own: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The rows of one condition with the law's share."""
    label = str(own["label"].iloc[0])
    lengths = lengths_of(places[places["label"] == label])
    law = whole_law(material, label, int(lengths.max()))
    if law is None:
        return own
    x, y = law.lattice.points.astype(int).T
    exact = pd.DataFrame({"x": x, "y": y, "exact": time_shares(law, lengths)})
    both = own.drop(columns="exact").merge(exact, how="outer", on=["x", "y"])
    both = both[both["visits"].notna() | (both["exact"] >= SEEN)]
    filled = {name: own[name].iloc[0] for name in ("label", "walks", "distinct", "wall")}
    return both.fillna({**filled, "visits": 0, "share": 0.0}).astype(own.dtypes.to_dict())[list(own.columns)]


@drawing(
    "walk-occupancy",
    title="Occupancy",
    about="How much of their time walks spend on each cell, the start included. Cells no walk reached are empty. "
    "Beside it, where the model's token probabilities are known, the exact law.",
    families=WALKS,
    holds=on_square_grid,
    place=2,
    table=occupancy,
    one=True,
)
def walk_occupancy(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A cell of the grid is a cell of the map; beside it the map of the law, where it is known."""
    if frame["label"].nunique() == 1 and frame["exact"].notna().any():
        return _with_law(frame, words)
    frame = frame[frame["visits"] > 0]
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


def _with_law(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Two maps of one scale, side by side: where sampled walks spend their time, and where walks of the law do."""
    wall = int(frame["wall"].iloc[0])
    reach = min(wall, int(frame[["x", "y"]].abs().max().max()) + 1) + 1
    most = 100 * float(np.nanmax(frame[["share", "exact"]].to_numpy(float)))
    traces = [_map(frame, "share", "x", most), _map(frame, "exact", "x2", most)]
    walls = outline_traces(SquareGrid(wall).outlines)
    traces += [*walls, *({**each, "xaxis": "x2"} for each in walls)]
    axes = square(reach)
    axes["xaxis"] |= {"domain": [0, 0.47]}
    axes["xaxis2"] = {**axes["xaxis"], "domain": [0.53, 1], "title": {"text": "x, exact"}}
    seen = int((frame["visits"] > 0).sum())
    title = f"{seen:,} of {(2 * wall + 1) ** 2:,} cells visited · {walks_in(frame)}"
    return go.Figure({"data": traces, "layout": layout(title, words, "x, sampled", "y, in cells", **axes)})


def _map(frame: pd.DataFrame, column: str, axis: str, most: float) -> dict[str, Any]:
    grid = frame.pivot_table(index="y", columns="x", values=column)
    shares = 100 * np.where(grid.to_numpy(float) > 0, grid.to_numpy(float), np.nan)
    name = "sampled" if column == "share" else "exact"
    return {
        "type": "heatmap",
        "name": name,
        "x": grid.columns.tolist(),
        "y": grid.index.tolist(),
        "z": [[None if np.isnan(value) else value for value in row] for row in shares.tolist()],
        "xaxis": axis,
        "colorscale": SCALE,
        "zmin": 0,
        "zmax": most,
        "showscale": axis == "x2",
        "colorbar": {"title": {"text": "% of time"}, "outlinewidth": 0, "thickness": 12},
        "hovertemplate": "x %{x}, y %{y}<br>%{z:.2f}% of the time<extra>" + name + "</extra>",
        "hoverongaps": False,
    }
