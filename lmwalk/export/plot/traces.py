"""Plotly's traces drawn with matplotlib, each marked with its number so that none is lost unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lmwalk.errors import InputError
from lmwalk.export.canvas import INK, POINT, unmarked
from lmwalk.export.plot.arrows import quiver
from lmwalk.export.plot.boxes import draw_boxes, draw_violins
from lmwalk.export.plot.colour_scales import each, hues, one, scale_beside
from lmwalk.export.plot.colours import colour, dash, sign
from lmwalk.export.plot.heat import heatmap
from lmwalk.export.plot.records import Pane, Spec, Trace
from lmwalk.export.plot.scales import Array

HATCHES = {"/": "////", "\\": "\\\\\\\\", "x": "xxxx", "-": "----", "|": "||||", "+": "++++", ".": "...."}
BESIDE = {"top": (0, 5, "center", "bottom"), "bottom": (0, -5, "center", "top"), "middle": (0, 0, "center", "center")}


def draw(trace: Trace, pane: Pane) -> list[Any]:
    """Draw a trace; what stands for it in a legend. Raises InputError for a kind that is not known."""
    kind = str(trace.of("type", otherwise="scatter"))
    if kind not in KINDS:
        raise InputError(f"A {kind!r} trace cannot be drawn. Accepted: {', '.join(KINDS)}; or HTML.")
    return KINDS[kind](trace, pane)


def _scatter(trace: Trace, pane: Pane) -> list[Any]:
    x, y = _points(trace, pane)
    if group := trace.of("stackgroup"):
        return _stacked(trace, pane, group, x, y)
    pane.x.cover(x)
    pane.y.cover(y)
    opacity = float(trace.of("opacity", otherwise=1.0))
    mode = str(trace.of("mode", otherwise="lines+markers" if len(x) < 20 else "lines"))
    shown = []
    if trace.of("fill") not in {None, "none"}:
        shown.append(_filled(trace, pane, x, y))
    pane.before = x, y
    if "lines" in mode:
        shown += _line(trace, pane, x, y, opacity)
    if "markers" in mode:
        shown.append(_markers(trace, pane, x, y, opacity))
    if "text" in mode:
        _texts(trace, pane, x, y)
    _whiskers(trace, pane, x, y)
    return shown


def _points(trace: Trace, pane: Pane) -> tuple[Array, Array]:
    given = {name: trace.of(name) for name in "xy"}
    length = max(len(values) for values in given.values() if values is not None)
    x, y = (
        scale.place(range(length) if given[name] is None else given[name])
        for name, scale in (("x", pane.x), ("y", pane.y))
    )
    shift = pane.slots.get(trace.number, 0.0)
    return (x, y + shift) if trace.of("orientation") == "h" else (x + shift, y)


def _line(trace: Trace, pane: Pane, x: Array, y: Array, opacity: float) -> list[Any]:
    width = float(trace.of("line", "width", otherwise=2))
    if not width:
        return []
    hue = colour(trace.of("line", "color") or one(trace.of("marker", "color")) or trace.hue, opacity)
    shape = {"hv": "steps-post", "vh": "steps-pre", "hvh": "steps-mid"}.get(str(trace.of("line", "shape")), "default")
    drawn = pane.axes.plot(
        x, y, color=hue, linewidth=width * POINT, linestyle=dash(trace.of("line", otherwise={})), drawstyle=shape,
        gid=trace.gid, zorder=2,
    )  # fmt: skip
    return list(drawn)


def _markers(trace: Trace, pane: Pane, x: Array, y: Array, opacity: float) -> Any:
    """The signs; one artist for each kind of sign."""
    marker: Spec = trace.of("marker", otherwise={})
    opacity *= float(one(marker.get("opacity")) or 1.0)
    size = np.broadcast_to(np.asarray(marker.get("size", 6), float), x.shape) * POINT
    shades = hues(marker, trace, len(x), opacity)
    symbols = each(marker.get("symbol") or "circle", len(x))
    line = marker.get("line") or {}
    artist = None
    for symbol in dict.fromkeys(symbols):
        own = np.array([other == symbol for other in symbols], bool)
        shape, filled = sign(symbol)
        inks = [hue for hue, mine in zip(shades, own, strict=True) if mine]
        edge = float(one(line.get("width")) or (0 if filled else 1.5)) * POINT
        rim = [colour(one(line["color"]), opacity)] if filled and line.get("color") is not None else inks
        looks = (
            {"facecolors": inks if filled else "none", "edgecolors": rim} if shape not in "_|x+" else {"color": inks}
        )
        found = pane.axes.scatter(
            x[own], y[own], s=size[own] ** 2, marker=shape, linewidths=edge, gid=trace.gid, zorder=3,
            clip_on=trace.of("cliponaxis", otherwise=True) is not False, **looks,
        )  # fmt: skip
        artist = artist or found
    scale_beside(pane, marker)
    return artist


def _texts(trace: Trace, pane: Pane, x: Array, y: Array) -> None:
    places = each(trace.of("textposition") or "middle center", len(x))
    inks = each(trace.of("textfont", "color", otherwise=INK), len(x))
    for left, up, text, place, ink in zip(x, y, each(trace.of("text") or "", len(x)), places, inks, strict=True):
        right, above, across, along = BESIDE[str(place).split()[0]]
        if "left" in str(place) or "right" in str(place):
            across, right = ("right", -6) if "left" in str(place) else ("left", 6)
        pane.axes.annotate(
            unmarked(text), (left, up), (right, above), textcoords="offset points", ha=across, va=along,
            fontsize=11 * POINT, color=ink, gid=trace.gid,
        )  # fmt: skip


def _whiskers(trace: Trace, pane: Pane, x: Array, y: Array) -> None:
    for name, scale, middle in (("error_x", pane.x, x), ("error_y", pane.y, y)):
        bars: Spec = trace.of(name, otherwise={})
        if bars.get("array") is None or bars.get("visible") is False:
            continue
        up = np.array([np.nan if value is None else value for value in bars["array"]], float)
        minus = bars.get("arrayminus")
        down = up if minus is None else np.array([np.nan if value is None else value for value in minus], float)
        lengths = np.nan_to_num(np.array([down, up])).clip(min=0)
        scale.cover(middle - lengths[0], middle + lengths[1])
        thickness = float(bars.get("thickness", 2)) * POINT
        pane.axes.errorbar(
            x, y, fmt="none", ecolor=colour(bars.get("color") or trace.hue), elinewidth=thickness, capthick=thickness,
            capsize=float(bars.get("width", 4)) * POINT, zorder=3, **{"xerr" if name == "error_x" else "yerr": lengths},
        )  # fmt: skip


def _filled(trace: Trace, pane: Pane, x: Array, y: Array) -> Any:
    """The area of a trace: its own outline, or down to 0 or to the trace before."""
    fill = str(trace.of("fill"))
    if fill in {"tonexty", "tonextx"} and pane.before is not None:
        other_x, other_y = pane.before
    elif fill in {"toself", "tonext"}:
        other_x, other_y = x[:0], y[:0]
    elif fill.endswith("y"):
        other_x, other_y = x, np.zeros_like(y)
        pane.y.solid = True
    else:
        other_x, other_y = np.zeros_like(x), y
        pane.x.solid = True
    return _area(trace, pane, np.concatenate([x, other_x[::-1]]), np.concatenate([y, other_y[::-1]]))


def _area(trace: Trace, pane: Pane, x: Array, y: Array) -> Any:
    from matplotlib.collections import PolyCollection

    hue = trace.of("fillcolor")
    inside = colour(hue) if hue else colour(trace.of("line", "color") or trace.hue, 0.5)
    breaks = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    parts = [part for part in np.split(np.column_stack([x, y]), breaks) if len(part)]
    whole = [part[np.isfinite(part).all(axis=1)] for part in parts]
    area = PolyCollection([part for part in whole if len(part)], facecolors=[inside], linewidths=0, zorder=1.5)
    area.set_gid(trace.gid)
    pane.axes.add_collection(area, autolim=False)
    return area


def _stacked(trace: Trace, pane: Pane, group: str, x: Array, y: Array) -> list[Any]:
    below = pane.stacks.setdefault(group, {})
    low = np.array([below.get(float(place), 0.0) for place in x])
    high = low + np.nan_to_num(y)
    below.update(zip(x.tolist(), high.tolist(), strict=True))
    pane.x.cover(x)
    pane.y.cover(low, high)
    pane.y.solid = True
    area = _area(trace, pane, np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]))
    _line(trace, pane, x, high, 1.0)
    return [area]


def _bar(trace: Trace, pane: Pane) -> list[Any]:
    lying = trace.of("orientation") == "h"
    x, y = _points(trace, pane)
    middle, length = (y, x) if lying else (x, y)
    along, up = (pane.y, pane.x) if lying else (pane.x, pane.y)
    width = np.broadcast_to(np.asarray(trace.of("width", otherwise=pane.width), float), middle.shape)
    base = np.broadcast_to(np.asarray(trace.of("base", otherwise=0.0), float), middle.shape)
    if pane.stacked:
        below = pane.stacks.setdefault("bars", {})
        base = np.array([below.get(float(place), 0.0) for place in middle])
        below.update(zip(middle.tolist(), (base + np.nan_to_num(length)).tolist(), strict=True))
    along.cover(middle - width / 2, middle + width / 2)
    up.cover(base, base + np.nan_to_num(length))
    up.solid = True
    shades = hues(trace.of("marker", otherwise={}), trace, len(middle), float(trace.of("opacity", otherwise=1.0)))
    draw_bars = pane.axes.barh if lying else pane.axes.bar
    bars = draw_bars(middle, length, width, base, color=shades, zorder=2)
    hatch = HATCHES.get(str(trace.of("marker", "pattern", "shape")))
    for bar in bars:
        bar.set(gid=trace.gid, hatch=hatch, **({"edgecolor": "white", "linewidth": 0} if hatch else {}))
    ends = base + length
    _whiskers(trace, pane, *((ends, middle) if lying else (middle, ends)))
    return [bars[0]] if len(bars) else []


KINDS: dict[str, Callable[[Trace, Pane], list[Any]]] = {
    "scatter": _scatter,
    "scattergl": _scatter,
    "bar": _bar,
    "heatmap": heatmap,
    "quiver": quiver,
    "box": draw_boxes,
    "violin": draw_violins,
}
