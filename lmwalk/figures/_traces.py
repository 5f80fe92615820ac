"""The lines, bands and signs that figures of draws are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from lmwalk.figures._drawing import NULL, safe


def faint(colour: str, opacity: float = 0.16) -> str:
    """The colour as one that lets through what lies behind."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def band(x: Sequence[Any], low: Sequence[float], high: Sequence[float], colour: str, **more: Any) -> dict[str, Any]:
    """A filled band between two lines."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x, *reversed(x)],
        "y": [*high, *reversed(low)],
        "fill": "toself",
        "fillcolor": faint(colour),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        **more,
    }


def line(
    label: str, x: Sequence[Any], y: Sequence[float], colour: str, hover: str, *, thin: bool = False, **more: Any
) -> dict[str, Any]:
    """A line with points; thin where it stands beside one's own."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": safe(label),
        "x": list(x),
        "y": list(y),
        "line": {"color": colour, "width": 1.2 if thin else 2},
        "marker": {"color": colour, "size": 4 if thin else 7},
        "hovertemplate": hover + "<extra>%{fullData.name}</extra>",
        **more,
    }


def whiskers(middle: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> dict[str, Any]:
    """Error bars from low to high."""
    up, down = (high - middle).tolist(), (middle - low).tolist()
    return {"array": up, "arrayminus": down, "thickness": 1, "width": 3, "color": colour}


def marks(name: str, x: Sequence[Any], y: Sequence[Any], hover: str, **marker: Any) -> dict[str, Any]:
    """Grey signs without a line."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": {"color": NULL, **marker},
        "hovertemplate": hover,
    }


def null_line(x: Sequence[Any], y: Sequence[float], name: str, dash: str = "dash", **more: Any) -> dict[str, Any]:
    """A reference: grey and broken."""
    line = {"color": NULL, "dash": dash, "width": 1.5}
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "name": name, "line": line, **more}
