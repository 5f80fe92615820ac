"""Fields of arrows."""

from __future__ import annotations

from typing import Any

import numpy as np

from lmwalk.export.plot.colour_scales import hues, scale_beside
from lmwalk.export.plot.records import Pane, Trace
from lmwalk.export.plot.scales import Array


def quiver(trace: Trace, pane: Pane) -> list[Any]:
    """Draw arrows; scaled ones so that the longest spans the distance between neighbours, times the trace's factor."""
    x, y = pane.x.place(trace.of("x")), pane.y.place(trace.of("y"))
    u, v = (np.asarray(trace.of(name), float) for name in "uv")
    factor = float(trace.of("lengthfactor", otherwise=1.0))
    if trace.of("lengthmode", otherwise="scaled") == "scaled":
        factor *= _spacing(x, y) / (float(np.nanmax(np.hypot(u, v), initial=0.0)) or 1.0)
    pane.x.cover(x, x + factor * u)
    pane.y.cover(y, y + factor * v)
    marker = trace.of("marker", otherwise={})
    arrows = pane.axes.quiver(
        x, y, factor * u, factor * v, angles="xy", scale_units="xy", scale=1, units="dots", width=2,
        color=hues(marker, trace, len(x), 1.0), gid=trace.gid, zorder=3,
    )  # fmt: skip
    scale_beside(pane, marker)
    return [arrows]


def _spacing(x: Array, y: Array) -> float:
    """The least distance between two columns or rows of points; 1 where there is one alone."""
    gaps = np.concatenate([np.diff(np.unique(places[np.isfinite(places)])) for places in (x, y)])
    return float(gaps.min()) if len(gaps) else 1.0
