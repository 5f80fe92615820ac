"""The lines, bands and signs that figures of draws are made of."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd

from lmwalk.analysis.units import FEWEST
from lmwalk.figures._drawing import NULL, safe
from lmwalk.number_format import counted, no_interval


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
    """A line with points; thin for published models."""
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


def told(rows: pd.DataFrame) -> list[str]:
    """What a hover says of each mean over wordings: its interval or why there is none, and how much was observed."""
    return [_told(row) for row in rows.to_dict("records")]


def _told(row: dict[Hashable, Any]) -> str:
    if "units" not in row or not row["units"] > 0:
        return ""
    units, answers, distinct = int(row["units"]), int(row["answers"]), int(row["distinct"])
    seen = counted(units, "wording")
    if math.isfinite(row["count"]):
        seen += f", {answers:,} {'reply' if answers == 1 else 'replies'}"
        seen += f", {distinct:,} distinct" if distinct < answers else ""
    if math.isfinite(row["low"]):
        lines = [f"95%: {row['low']:.3f} to {row['high']:.3f}" + (" of this wording" if units == 1 else "")]
    else:
        lines = [no_interval(units, "wording", FEWEST)]
    if row["most"] - row["least"] > 1e-9:
        lines.append(f"all that is not read to one side: {row['least']:.3f} or {row['most']:.3f}")
    return "<br>".join([*lines, seen])


def bounds(x: Sequence[Any], rows: pd.DataFrame, **more: Any) -> list[dict[str, Any]]:
    """Where means would be if all that is not read went to one side, as flat signs; nothing where all is read."""
    if "least" not in rows or not (rows["most"] - rows["least"] > 1e-9).any():
        return []
    hover = "all that is not read to one side: %{y:.3f}<extra></extra>"
    flat = {"symbol": "line-ew-open", "size": 10, "line": {"width": 1.5}}
    ends = [*rows["least"], *rows["most"]]
    return [{**marks("if all not read went to one side", [*x, *x], ends, hover, **flat), "showlegend": False, **more}]


def points(x: Sequence[Any], rows: pd.DataFrame, **more: Any) -> list[dict[str, Any]]:
    """The mean of each wording, where they are too few for an interval."""
    if "points" not in rows:
        return []
    several = zip(x, rows["points"].tolist(), strict=True)
    pairs = [(at, value) for at, each in several if isinstance(each, tuple) for value in each]
    if not pairs:
        return []
    at, values = zip(*pairs, strict=True)
    hover = "one wording: %{y:.3f}<extra></extra>"
    signs = {"symbol": "circle-open", "size": 6}
    return [{**marks("each wording", at, values, hover, **signs), "showlegend": False, **more}]


def null_line(x: Sequence[Any], y: Sequence[float], name: str, dash: str = "dash", **more: Any) -> dict[str, Any]:
    """A reference: grey and broken."""
    line = {"color": NULL, "dash": dash, "width": 1.5}
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "name": name, "line": line, **more}
