"""A figure at every position of its slider, for pages on which nothing can be slid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go


def positions(figure: go.Figure) -> Iterator[tuple[str, go.Figure]]:
    """Each position of a figure's slider in words, and the figure there; the figure itself where it has none.

    What a position does is to say of each trace whether it is seen, as the sliders of our figures do.
    """
    plain: dict[str, Any] = figure.to_plotly_json()
    sliders = plain["layout"].get("sliders")
    if not sliders:
        yield "", figure
        return
    slider = sliders[0]
    prefix = (slider.get("currentvalue") or {}).get("prefix", "")
    for place, step in enumerate(slider["steps"]):
        seen = step["args"][-1]
        traces = [trace | {"visible": bool(shown)} for trace, shown in zip(plain["data"], seen, strict=True)]
        there = plain["layout"] | {"sliders": [slider | {"active": place}]}
        yield f"{prefix}{step['label']}", go.Figure({"data": traces, "layout": there})
