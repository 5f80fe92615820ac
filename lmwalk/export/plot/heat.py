"""Maps of colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from lmwalk.export.canvas import POINT
from lmwalk.export.plot.colour_scales import bar_of
from lmwalk.export.plot.colours import ramp
from lmwalk.export.plot.records import Pane, Trace
from lmwalk.export.plot.scales import Array


def heatmap(trace: Trace, pane: Pane) -> list[Any]:
    """Draw a map of colours with its scale beside it."""
    z = np.array([[np.nan if value is None else value for value in row] for row in trace.of("z")], float)
    x, y = (
        scale.place(range(count) if trace.of(name) is None else trace.of(name))
        for name, scale, count in (("x", pane.x, z.shape[1]), ("y", pane.y, z.shape[0]))
    )
    edges = [_edges(places, count) for places, count in ((x, z.shape[1]), (y, z.shape[0]))]
    pane.x.cover(edges[0])
    pane.y.cover(edges[1])
    ends: dict[str, Any] = {"vmin": trace.of("zmin"), "vmax": trace.of("zmax")}
    gap = float(trace.of("xgap", otherwise=0)) * POINT
    colours = ramp(trace.of("colorscale"), bool(trace.of("reversescale")))
    rim: dict[str, Any] = {"edgecolors": "white", "linewidth": gap} if gap else {}
    mesh = pane.axes.pcolormesh(*edges, np.ma.masked_invalid(z), cmap=colours, gid=trace.gid, zorder=1, **ends, **rim)
    if trace.of("showscale") is not False:
        bar_of(pane, mesh, trace.of("colorbar", "title", "text", otherwise=""))
    return []


def _edges(places: Array, count: int) -> Array:
    """Where cells around the places end; edges that are given stay."""
    if len(places) == count + 1:
        return places
    if len(places) == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    between = (places[1:] + places[:-1]) / 2
    first, last = places[0] - (between[0] - places[0]), places[-1] + (places[-1] - between[-1])
    return np.concatenate([[first], between, [last]])
