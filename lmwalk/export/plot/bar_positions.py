"""Where bars, and signs beside bars, stand at one place of an axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lmwalk.export.plot.records import Trace
from lmwalk.export.plot.scales import Scale


def slots(traces: list[Trace], layout: Mapping[str, Any], x: Scale, y: Scale) -> tuple[dict[int, float], float]:
    """How far each trace stands from its place, and how wide a bar is.

    Bars stand side by side unless they are stacked or no two traces have a place in common; signs do where the layout
    says that they are grouped. What shares an ``offsetgroup`` shares a slot.
    """
    side = layout.get("barmode", "group") == "group"
    bars = [trace for trace in traces if trace.of("type") == "bar"]
    grouped = bars if side else []
    if layout.get("scattermode") == "group":
        grouped = [trace for trace in traces if trace in grouped or trace.of("type", otherwise="scatter") == "scatter"]
    unit = least_distance(traces, x, y)
    room = unit * (1 - float(layout.get("bargap", 0.2)))
    if not grouped or not _meet(grouped):
        return {}, room
    names = {trace.number: str(trace.of("offsetgroup", otherwise=f"\0{trace.number}")) for trace in grouped}
    order = list(dict.fromkeys(names.values()))
    width = room / len(order)
    return {number: (order.index(name) - (len(order) - 1) / 2) * width for number, name in names.items()}, width


def _meet(traces: list[Trace]) -> bool:
    """Whether two of them have a place in common."""
    known = [set(trace.of("y" if trace.of("orientation") == "h" else "x") or ()) for trace in traces]
    return sum(map(len, known)) > len(set().union(*known))


def least_distance(traces: list[Trace], x: Scale, y: Scale) -> float:
    """The least distance between two places of an axis on which bars or boxes stand."""
    lying = any(trace.of("orientation") == "h" for trace in traces)
    scale, name = (y, "y") if lying else (x, "x")
    if scale.names:
        return 1.0
    places = np.unique(np.concatenate([scale.place(trace.of(name) or ()) for trace in traces] or [np.array([])]))
    gaps = np.diff(places[np.isfinite(places)])
    return float(gaps.min()) if len(gaps) else 1.0
