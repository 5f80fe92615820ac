"""The figures of a study as drawings of lines, narrow enough for a phone, at every position of their sliders."""

from __future__ import annotations

import textwrap
import zlib
from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

from lmwalk.datasets.families import study_data
from lmwalk.export.canvas import svg_of, unmarked
from lmwalk.export.findings import Finding, applicable, findings_of
from lmwalk.export.plot import HEIGHT, drawn
from lmwalk.export.plot.sliders import positions
from lmwalk.export.plot.undrawn import FAULTS, reason
from lmwalk.export.watch import Watch
from lmwalk.store import Store
from lmwalk.study import Study

MOST_OF_ONE = 8
"""Pictures of one figure that shows one thing at a time."""
MOST_OF_ALL = 450_000
"""Bytes of all drawings together, deflated; of figures that come later there is one picture each."""
WIDTH, PER_NAME = 500, 24
"""Pixels of a drawing, and of one name along its x-axis, where many stand there."""
AROUND = 190
"""Pixels around the part of a drawing that its axes enclose, for names and legend."""
LONGEST_TITLE = 36
"""Letters of an axis's title in one line."""


def figures(store: Store, study: Study, watch: Watch) -> Iterator[dict[str, Any]]:
    """Each figure with the first few of its choices.

    Yields
    ------
    dict
        ``title``, ``about``, ``pictures`` and ``left``, how many more there are. A picture has ``choice``, what is
        shown, and ``caption``, how it was measured, in words; its ``width`` in pixels; the ``positions`` of its slider,
        each a pair of a name and an SVG; and ``fault`` where it could not be drawn.
    """
    _, data = study_data(store, study)
    known, room = applicable(study, data), MOST_OF_ALL
    for place, figure in enumerate(known):
        watch.at(place, len(known))
        try:
            pictures, left, room = _pictures(findings_of(store, study, figure, data), room)
        except FAULTS as cause:  # of its table
            pictures, left = [{"choice": "", "caption": "", "width": WIDTH, "positions": [], "fault": reason(cause)}], 0
        if pictures or left:
            yield {"title": figure.title, "about": figure.about, "pictures": pictures, "left": left}
    watch.at(len(known), len(known))


def _pictures(found: Iterator[Finding], room: int) -> tuple[list[dict[str, Any]], int, int]:
    """As many pictures as fit, how many do not, and how many bytes are left."""
    pictures: list[dict[str, Any]] = []
    left = 0
    for finding in found:
        if len(pictures) == MOST_OF_ONE or (pictures and room <= 0):
            left += 1
            continue
        pictures.append(_picture(finding))
        room -= len(zlib.compress("".join(svg for _, svg in pictures[-1]["positions"]).encode()))
    return pictures, left, room


def _picture(finding: Finding) -> dict[str, Any]:
    choice = " · ".join(str(value) for value in finding.choice)
    figure = finding.figure
    told = {"choice": choice, "caption": _caption(figure), "width": WIDTH, "positions": []}
    try:
        narrow = _narrow(figure)
        there = [(name, _svg(svg_of(drawn(each)))) for name, each in positions(narrow)]
    except FAULTS as cause:
        return told | {"fault": reason(cause)}
    return told | {"width": narrow.layout.width, "positions": there}


def _caption(figure: go.Figure) -> str:
    """What stands below a figure's title, which the page itself says."""
    return " ".join(unmarked(figure.layout.title.subtitle.text or "").split())


def _narrow(figure: go.Figure) -> go.Figure:
    """A figure without its title, as wide as a phone reads it; wider where many names stand along its x-axis."""
    layout: dict[str, Any] = figure.layout.to_plotly_json()
    layout.pop("title", None)
    names = {str(value) for trace in figure.data for value in _names(trace.to_plotly_json().get("x"))}
    ticks = layout.get("xaxis", {}).get("tickvals")
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")) and (said := (axis.get("title") or {}).get("text")):
            broken = "<br>".join(textwrap.wrap(said, LONGEST_TITLE, break_long_words=False))
            layout[name] = axis | {"title": axis["title"] | {"text": broken}}
    width = max(WIDTH, PER_NAME * max(len(names), 0 if ticks is None else len(ticks)))
    return go.Figure({"data": figure.data, "layout": layout | _height(layout, width) | {"width": width}})


def _height(layout: dict[str, Any], width: float) -> dict[str, float]:
    """The height that a figure needs whose axes have one scale; nothing where they have not."""
    x, y = layout.get("xaxis", {}), layout.get("yaxis", {})
    if not (y.get("scaleanchor") and x.get("range") and y.get("range")):
        return {}
    shape = abs(y["range"][1] - y["range"][0]) / abs(x["range"][1] - x["range"][0])
    return {"height": min(layout.get("height") or HEIGHT, round(AROUND + (width - AROUND) * shape))}


def _names(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, (list, tuple)) else []


def _svg(svg: bytes) -> str:
    """An SVG without its heading."""
    text = svg.decode()
    return text[text.index("<svg") :]
