"""Boxes and violins, as Plotly computes them where a trace does not say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmwalk.export.canvas import POINT
from lmwalk.export.plot.colours import Colour, colour, sign
from lmwalk.export.plot.records import Pane, Spec, Trace
from lmwalk.export.plot.scales import Array

KINDS = ("box", "violin")
GIVEN = ("q1", "median", "q3", "lowerfence", "upperfence", "mean")
"""What a trace may state instead of samples."""
WHISKER = 1.5
"""Interquartile ranges beyond the box within which points belong to the whiskers."""
BESIDE, JITTER = -1.5, 0.3
"""Where all points stand, in half widths from the middle of their box, and how far apart, in widths."""
CURVE_POINTS = 100


@dataclass(frozen=True)
class Box:
    """One box: where it stands, its five numbers and the mean, and the samples where they are given."""

    at: float
    q1: float
    median: float
    q3: float
    low: float
    high: float
    mean: float
    values: Array


def summary(values: Array, at: float = 0.0) -> Box:
    """The box of some samples.

    Quartiles are Plotly's ``linear``: the value at place p n + 1/2 of the sorted n samples, counted from 1 and
    interpolated (Hyndman & Fan 1996, method 5; Hazen). Whiskers reach to the furthest sample within 1.5 interquartile
    ranges of the box.
    """
    q1, median, q3 = np.quantile(values, (0.25, 0.5, 0.75), method="hazen")
    reach = WHISKER * (q3 - q1)
    low, high = values[values >= q1 - reach].min(initial=q1), values[values <= q3 + reach].max(initial=q3)
    return Box(at, q1, median, q3, low, high, float(values.mean()), np.sort(values))


def density(box: Box, trace: Trace) -> tuple[Array, Array]:
    """Places and heights of the density of a violin: Gaussian kernels, Silverman's bandwidth, two of them beyond."""
    values, span = box.values, float(np.ptp(box.values))
    if not span:
        return np.array([values[0]]), np.array([1.0])
    narrow = min(values.std(ddof=1), (box.q3 - box.q1) / 1.349)
    width = max(float(trace.of("bandwidth", otherwise=1.059 * narrow * len(values) ** -0.2)), span / 100)
    beyond = 0.0 if trace.of("spanmode") == "hard" else 2 * width
    places = np.linspace(values[0] - beyond, values[-1] + beyond, CURVE_POINTS)
    heights = np.exp(-0.5 * ((places[:, None] - values) / width) ** 2).sum(axis=1)
    return places, heights / heights.max()


def placed(spec: Spec, number: int) -> dict[str, Any]:
    """A trace of boxes or violins that says of every sample, or of every box, where it stands.

    A trace without places stands at its ``x0`` (``y0`` where boxes lie), else at its name, else at its number.
    """
    lying = _lying(spec)
    along, across = ("y", "x") if lying else ("x", "y")
    known = spec.get(across) if spec.get(across) is not None else spec.get("median")
    count = 0 if known is None else len(known)
    at = spec.get(along)
    if at is None:
        at = [spec.get(f"{along}0", spec.get("name", number))] * count
    return {**spec, along: list(at), "orientation": "h" if lying else "v"}


def _lying(spec: Spec) -> bool:
    named = spec.get("orientation")
    return named == "h" if named else spec.get("y") is None and spec.get("x") is not None and "median" not in spec


def box_slots(traces: list[Trace], layout: Mapping[str, Any], unit: float) -> tuple[dict[int, float], float]:
    """How far each trace of boxes or violins stands from its place, and how wide it is.

    Parameters
    ----------
    unit : float
        The least distance between two places.
    """
    own = [trace for trace in traces if trace.of("type") in KINDS]
    if not own:
        return {}, 0.0
    kind = str(own[0].of("type"))
    gap, between = (float(layout.get(f"{kind}{part}", 0.3)) for part in ("gap", "groupgap"))
    width = unit * (1 - gap) * (1 - between)
    if layout.get(f"{kind}mode", "overlay") != "group":
        return {}, width
    names = {trace.number: str(trace.of("offsetgroup", otherwise=f"\0{trace.number}")) for trace in own}
    order = list(dict.fromkeys(names.values()))
    shift = unit * (1 - gap) / len(order)
    shifts = {number: (order.index(name) - (len(order) - 1) / 2) * shift for number, name in names.items()}
    return shifts, width / len(order)


def boxes_of(trace: Trace, pane: Pane) -> list[Box]:
    """The boxes of a trace; samples without a number are left out."""
    lying = trace.of("orientation") == "h"
    along, across, scale = ("y", "x", pane.y) if lying else ("x", "y", pane.x)
    shift = pane.slots.get(trace.number, 0.0)
    if trace.of("median") is not None:
        return [_stated(trace, number, at + shift) for number, at in enumerate(scale.place(trace.of(along)))]
    values = np.array([np.nan if value is None else value for value in trace.of(across) or ()], float)
    places = scale.place(trace.of(along))
    kept = np.isfinite(values) & np.isfinite(places)
    return [summary(values[kept & (places == at)], float(at) + shift) for at in np.unique(places[kept])]


def _stated(trace: Trace, number: int, at: float) -> Box:
    found = {name: float(trace.of(name)[number]) for name in GIVEN if trace.of(name) is not None}
    q1, median, q3 = found["q1"], found["median"], found["q3"]
    low, high = found.get("lowerfence", q1), found.get("upperfence", q3)
    return Box(float(at), q1, median, q3, low, high, found.get("mean", np.nan), np.array([]))


def draw_boxes(trace: Trace, pane: Pane) -> list[Any]:
    """Draw boxes with whiskers, mean and points; what stands for them in a legend."""
    width = float(trace.of("width", otherwise=pane.box_width))
    shown = []
    for box in boxes_of(trace, pane):
        shown.append(_box(trace, pane, box, width))
        _cover(trace, pane, (box.at - width / 2, box.at + width / 2), (box.low, box.high))
        if trace.of("boxmean"):
            _line(trace, pane, (box.at - width / 2, box.at + width / 2), (box.mean, box.mean), linestyle="--")
        _points(trace, pane, box, width, trace.of("boxpoints", otherwise="outliers"))
    return shown[:1]


def draw_violins(trace: Trace, pane: Pane) -> list[Any]:
    """Draw violins of one width, with the box, the mean and the points that they ask for."""
    width = float(trace.of("width", otherwise=pane.box_width))
    shown = []
    for box in boxes_of(trace, pane):
        places, heights = density(box, trace)
        left = box.at - (trace.of("side") != "positive") * heights * width / 2
        right = box.at + (trace.of("side") != "negative") * heights * width / 2
        across, along = np.concatenate([left, right[::-1]]), np.concatenate([places, places[::-1]])
        shown += pane.axes.fill(
            *_turned(trace, across, along), facecolor=_inside(trace), edgecolor=_edge(trace), linewidth=_width(trace),
            gid=trace.gid, zorder=2,
        )  # fmt: skip
        _cover(trace, pane, (left.min(), right.max()), (places[0], places[-1]))
        if trace.of("box", "visible"):
            _box(trace, pane, box, width * float(trace.of("box", "width", otherwise=0.25)))
        if trace.of("meanline", "visible"):
            _line(trace, pane, (box.at - width / 2, box.at + width / 2), (box.mean, box.mean), linestyle="--")
        _points(trace, pane, box, width, trace.of("points", otherwise="outliers"))
    return shown[:1]


def _box(trace: Trace, pane: Pane, box: Box, width: float) -> Any:
    """A box from quartile to quartile, its median, and whiskers with caps half as wide."""
    from matplotlib.patches import Rectangle

    left, right = box.at - width / 2, box.at + width / 2
    (x, y), (far_x, far_y) = zip(*_turned(trace, (left, right), (box.q1, box.q3)), strict=True)
    body = Rectangle(
        (x, y), far_x - x, far_y - y, facecolor=_inside(trace), edgecolor=_edge(trace), linewidth=_width(trace),
        gid=trace.gid, zorder=2,
    )  # fmt: skip
    pane.axes.add_patch(body)
    _line(trace, pane, (left, right), (box.median, box.median))
    cap = width / 2 * float(trace.of("whiskerwidth", otherwise=0.5))
    for end, quartile in ((box.low, box.q1), (box.high, box.q3)):
        _line(trace, pane, (box.at, box.at), (quartile, end))
        _line(trace, pane, (box.at - cap, box.at + cap), (end, end))
    return body


def _points(trace: Trace, pane: Pane, box: Box, width: float, which: Any) -> None:
    """The samples beyond the whiskers, or all of them beside the box."""
    every = which == "all"
    values = box.values if every else box.values[(box.values < box.low) | (box.values > box.high)]
    if not which or not len(values):
        return
    middle = float(trace.of("pointpos", otherwise=BESIDE if every else 0.0)) * width / 2
    apart = float(trace.of("jitter", otherwise=JITTER if every else 0.0)) * width
    # neighbours are laid apart by the golden ratio, so that equal figures give equal files
    across = box.at + middle + apart * ((np.arange(len(values)) * 0.6180339887) % 1 - 0.5)
    marker: Spec = trace.of("marker", otherwise={})
    shape, filled = sign(marker.get("symbol", "circle"))
    hue = colour(marker.get("color") or trace.of("line", "color") or trace.hue, float(marker.get("opacity", 1)))
    looks: dict[str, Any] = {"facecolors": hue if filled else "none", "edgecolors": hue}
    size = float(marker.get("size", 6)) * POINT
    pane.axes.scatter(*_turned(trace, across, values), s=size**2, marker=shape, gid=trace.gid, zorder=3, **looks)
    _cover(trace, pane, across, values)


def _line(trace: Trace, pane: Pane, across: Any, along: Any, **looks: Any) -> None:
    pane.axes.plot(
        *_turned(trace, across, along), color=_edge(trace), linewidth=_width(trace), gid=trace.gid, zorder=2.5, **looks
    )


def _turned(trace: Trace, across: Any, along: Any) -> tuple[Any, Any]:
    """X and y of what lies across the boxes' axis and along it."""
    return (along, across) if trace.of("orientation") == "h" else (across, along)


def _cover(trace: Trace, pane: Pane, across: Any, along: Any) -> None:
    x, y = _turned(trace, across, along)
    pane.x.cover(x)
    pane.y.cover(y)


def _edge(trace: Trace) -> Colour:
    return colour(trace.of("line", "color") or trace.of("marker", "color") or trace.hue, _opacity(trace))


def _inside(trace: Trace) -> Colour:
    named = trace.of("fillcolor")
    hue = named or trace.of("line", "color") or trace.of("marker", "color") or trace.hue
    return colour(hue, _opacity(trace) * (1.0 if named else 0.5))


def _opacity(trace: Trace) -> float:
    return float(trace.of("opacity", otherwise=1.0))


def _width(trace: Trace) -> float:
    return float(trace.of("line", "width", otherwise=2)) * POINT
