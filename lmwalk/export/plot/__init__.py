"""A Plotly figure as a picture, without a browser: every trace of it, or a box that says what could not be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.export.canvas import blank, pixels, png_of, written
from lmwalk.export.plot.bar_positions import least_distance, slots
from lmwalk.export.plot.boxes import KINDS as BOXES
from lmwalk.export.plot.boxes import box_slots, placed
from lmwalk.export.plot.colours import PALETTE
from lmwalk.export.plot.layout import PRINT, SCREEN, dress, fit, for_print, legend, note, outline, title
from lmwalk.export.plot.records import Pane, Trace
from lmwalk.export.plot.scales import Scale
from lmwalk.export.plot.traces import draw
from lmwalk.export.plot.undrawn import FAULTS, undrawn
from lmwalk.figures._drawing import CONFIG

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 900, 460
LEAST_SHARE = 0.65
"""Of its height on the screen that a figure keeps in one column."""


def picture(figure: go.Figure, file_format: str, table: pd.DataFrame | None = None, width: str | None = None) -> bytes:
    """The figure as png (at twice its size in pixels), svg or pdf; letters stay text but in png.

    Parameters
    ----------
    table : DataFrame, optional
        The table shown below the reason where the figure cannot be drawn.
    width : str, optional
        For print, one of ``canvas.WIDTHS_MM``: letters are of 7 to 9 points then, and pixels 300 an inch.
    """
    wide = pixels(width)
    try:
        return written(drawn(figure, wide), file_format, width)
    except FAULTS as cause:
        return written(undrawn(figure, cause, table), file_format, width)


def png(figure: go.Figure, scale: float = 2, table: pd.DataFrame | None = None) -> bytes:
    """The figure as PNG, ``scale`` times its size in pixels."""
    try:
        return png_of(drawn(figure), scale)
    except FAULTS as cause:
        return png_of(undrawn(figure, cause, table), scale)


def svg(figure: go.Figure, table: pd.DataFrame | None = None) -> bytes:
    """The same as SVG, its letters as text."""
    return picture(figure, "svg", table)


def html(figure: go.Figure) -> bytes:
    """The figure as a page that needs nothing else: Plotly.js is part of it."""
    page = figure.to_html(include_plotlyjs=True, full_html=True, config=CONFIG)
    return str(page).encode()


def drawn(figure: go.Figure, width: float | None = None) -> Figure:
    """The figure drawn with matplotlib, as it stands before anyone has moved a slider or a legend entry.

    Parameters
    ----------
    width : float, optional
        Pixels of the paper, for print; left out, the figure's own on a screen.

    Raises
    ------
    InputError
        A trace is of a kind that is not known.
    """
    layout: dict[str, Any] = figure.layout.to_plotly_json()
    traces = list(_visible(figure))
    letters = SCREEN if width is None else PRINT
    paper = blank(width or layout.get("width") or WIDTH, layout.get("height") or HEIGHT)
    scales = _scales(layout, traces)
    panes = _panes(paper, layout, traces, scales)
    entries: list[tuple[Any, str]] = []
    for trace in traces:
        shown = [artist for artist in draw(trace, panes[_pair(trace.spec)]) if artist is not None]  # none: no points
        if shown and trace.of("showlegend") is not False and trace.of("name"):
            entries.append((shown[-1] if len(shown) == 1 else tuple(shown), trace.of("name")))
    for pair, pane in panes.items():
        dress(pane, words=[axis for place, axis in enumerate("xy") if _home(pair[place], layout, panes) == pair])
    for shape in layout.get("shapes") or ():
        line = outline(shape, panes[_pair(shape, panes)])
        if shape.get("showlegend") and shape.get("name"):
            entries.append((line, shape["name"]))
    for annotation in layout.get("annotations") or ():
        note(annotation, panes[_pair(annotation, panes)])
    several = layout.get("showlegend", len(entries) > 1 or any(trace.of("showlegend") for trace in traces))
    below = legend(paper, entries, letters) if several and entries else None
    top = title(paper, layout, letters)
    if width is not None:
        for_print(paper)
    fit(paper, layout, panes, top, below, 1.0 if width is None else min(1.0, max(LEAST_SHARE, width / WIDTH)))
    return paper


def _visible(figure: go.Figure) -> Iterator[Trace]:
    for number, trace in enumerate(figure.data):
        spec = trace.to_plotly_json()
        if spec.get("visible", True) is True:
            spec = placed(spec, number) if spec.get("type") in BOXES else spec
            yield Trace(number, spec, PALETTE[number % len(PALETTE)])


def _pair(spec: Mapping[str, Any], panes: Mapping[tuple[str, str], Pane] | None = None) -> tuple[str, str]:
    """The axes that a trace, shape or annotation belongs to; on paper, any that there are."""
    if panes is None:
        return str(spec.get("xaxis") or "x"), str(spec.get("yaxis") or "y")
    wanted = [str(spec.get(f"{axis}ref") or axis).split()[0] for axis in "xy"]
    return next(
        (pair for pair in panes if all(w in {own, "paper"} for w, own in zip(wanted, pair, strict=True))),
        next(iter(panes)),
    )


def _home(axis: str, layout: Mapping[str, Any], panes: Mapping[tuple[str, str], Pane]) -> tuple[str, str]:
    """The pane along which an axis that several share is written: where the layout anchors it, or the first."""
    anchor = (layout.get(f"{axis[0]}axis{axis[1:]}") or {}).get("anchor", "y" if axis[0] == "x" else "x")
    own = [pair for pair in panes if axis in pair]
    return next((pair for pair in own if anchor in pair), own[0])


def _scales(layout: Mapping[str, Any], traces: list[Trace]) -> dict[str, Scale]:
    """The axes of all traces, their categories known."""
    pairs = [_pair(trace.spec) for trace in traces] or [("x", "y")]
    names = [name for pair in pairs for name in pair]
    scales = {name: Scale(layout.get(f"{name[0]}axis{name[1:]}") or {}) for name in names}
    for trace, pair in zip(traces, pairs, strict=False):
        for axis, name in zip("xy", pair, strict=True):
            if trace.of(axis) is not None:
                scales[name].learn(trace.of(axis))
    return scales


def _panes(
    paper: Figure, layout: Mapping[str, Any], traces: list[Trace], scales: Mapping[str, Scale]
) -> dict[tuple[str, str], Pane]:
    """A pane for each pair of axes that holds a trace."""
    panes: dict[tuple[str, str], Pane] = {}
    for pair in [_pair(trace.spec) for trace in traces] or [("x", "y")]:
        if pair not in panes:
            x, y = (scales[name] for name in pair)
            own = [trace for trace in traces if _pair(trace.spec) == pair]
            shifts, width = slots(own, layout, x, y)
            apart, wide = box_slots(own, layout, least_distance(own, x, y))
            axes = paper.add_axes((0.1, 0.1, 0.8, 0.8), label=" ".join(pair))
            stacked = layout.get("barmode") in {"stack", "relative"}
            panes[pair] = Pane(axes, x, y, shifts | apart, width, wide, stacked=stacked)
    return panes
