"""Sampled walks beside the law that their policy gives: how they spread, and where they spend their time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._drawing import OKABE_ITO, Words, layout
from lmwalk.figures._traces import band, line, null_line
from lmwalk.figures._walks import outline_traces, square
from lmwalk.figures.walk_occupancy import SCALE
from lmwalk.geometry import Outline
from lmwalk.number_format import counted


def spread(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Mean squared displacement against t: the law's as a grey line with its band, that of sampled walks over it.

    Parameters
    ----------
    frame : DataFrame
        As ``analysis.exact_and_sampled.spread_beside`` gives it.
    """
    t = frame["t"].tolist()
    walks = counted(int(frame["walks"].max()), "walk")
    traces = [
        band(t, frame["low"].tolist(), frame["high"].tolist(), OKABE_ITO[5]),
        null_line(t, frame["exact"].tolist(), f"exact, 95% of means of {walks}"),
        line("sampled", t, frame["sampled"].tolist(), OKABE_ITO[0], "t %{x}: %{y:.3g} cells²"),
    ]
    shown = layout(f"Mean squared displacement · {walks}", words, "t, in steps", "mean squared displacement, cells²")
    return go.Figure({"data": traces, "layout": shown})


def occupancy(frame: pd.DataFrame, outlines: tuple[Outline, ...], words: Words) -> go.Figure:
    """Two maps of one scale, side by side: where sampled walks spend their time, and where walks of the law do.

    Parameters
    ----------
    frame : DataFrame
        As ``analysis.exact_and_sampled.occupancy_beside`` gives it, on the square grid.
    """
    reach = float(frame.loc[(frame["visits"] > 0) | (frame["exact"] > 1e-4), ["x", "y"]].abs().to_numpy().max()) + 1
    most = 100 * float(frame[["sampled", "exact"]].to_numpy().max())
    traces = [_map(frame, "sampled", "x", most), _map(frame, "exact", "x2", most)]
    walls = outline_traces(outlines)
    traces += [*walls, *({**each, "xaxis": "x2"} for each in walls)]
    axes = square(reach)
    axes["xaxis"] |= {"domain": [0, 0.46], "title": {"text": "sampled: x, in cells"}}
    axes["xaxis2"] = {**axes["xaxis"], "domain": [0.54, 1], "title": {"text": "exact: x, in cells"}}
    shown = layout("Share of time at each cell", words, "sampled: x, in cells", "y, in cells", **axes)
    return go.Figure({"data": traces, "layout": shown})


def _map(frame: pd.DataFrame, column: str, axis: str, most: float) -> dict[str, Any]:
    grid = frame.pivot_table(index="y", columns="x", values=column)
    shares = 100 * np.where(grid.to_numpy(float) > 0, grid.to_numpy(float), np.nan)
    return {
        "type": "heatmap",
        "name": column,
        "x": grid.columns.tolist(),
        "y": grid.index.tolist(),
        "z": [[None if np.isnan(value) else value for value in row] for row in shares.tolist()],
        "xaxis": axis,
        "colorscale": SCALE,
        "zmin": 0,
        "zmax": most,
        "showscale": axis == "x2",
        "colorbar": {"title": {"text": "% of time"}, "outlinewidth": 0, "thickness": 12},
        "hovertemplate": "x %{x}, y %{y}<br>%{z:.2f}% of the time<extra>" + column + "</extra>",
        "hoverongaps": False,
    }
