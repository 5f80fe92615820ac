"""How published models are told apart from the study's, and from each other, without the help of colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

SIGNS = (
    *("circle-open", "square-open", "diamond-open", "triangle-up-open", "triangle-down-open", "star-open"),
    *("cross-open", "hexagon-open", "pentagon-open", "triangle-left-open", "triangle-right-open", "x-open"),
)
DASHES = ("dash", "dot", "dashdot", "longdash", "longdashdot")
PATTERNS = ("/", "\\", "x", "-", "|", "+", ".")
PUBLISHED = "published"


def told_apart(figure: go.Figure, names: Sequence[str]) -> go.Figure:
    """Give each published model an open sign, dashes or a pattern of its own, and say in its name what it is.

    Parameters
    ----------
    names : sequence of str
        Of the published models, as the traces have them.
    """
    places = {name: place for place, name in enumerate(names)}
    for trace in figure.data:
        if trace.name in places:
            trace.update(_looks(trace.type, places[trace.name]))
            trace.name = f"{trace.name} ({PUBLISHED})"
    return figure


def _looks(kind: str, place: int) -> dict[str, Any]:
    if kind == "bar":
        return {"marker": {"pattern": {"shape": PATTERNS[place % len(PATTERNS)], "fgcolor": "white"}}}
    sign, dash = SIGNS[place % len(SIGNS)], DASHES[place % len(DASHES)]
    return {"line": {"dash": dash, "width": 1.6}, "marker": {"symbol": sign, "size": 8, "line": {"width": 1.6}}}
