"""All pairs of conditions of a study as a map: the row minus the column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.pvalues import LEVEL
from lmwalk.figures._cells import COOL_TO_WARM, axis, cells
from lmwalk.figures._drawing import HEIGHT, Words, layout, safe
from lmwalk.palette import COOL, WARM

MOST_NUMBERS = 14
"""Conditions whose differences have room as numbers; of more, only a star stands where they differ."""
APART = [[0.0, COOL], [0.5, "#dfe3e8"], [1.0, WARM]]
"""Below, none, above: the middle is opaque, so that words on it can be read on any background."""

BELOW = {"outlinewidth": 0, "thickness": 12, "orientation": "h", "y": 0, "yref": "container", "yanchor": "bottom"}
"""To the right the scale would take the room of the cells on a narrow screen."""


def contrast_matrix(frame: pd.DataFrame, name: str, words: Words, *, signed: bool = True) -> go.Figure:
    """The map, with a star where a pair differs after adjusting over all pairs.

    Parameters
    ----------
    frame : DataFrame
        first, second, difference, low, high, p_adjusted, one row a pair (``analysis.pairs.matrix``).
    name : str
        What is compared.
    signed : bool
        Whether a difference has a sign; a distance has none.
    """
    names = list(dict.fromkeys([*frame["first"], *frame["second"]]))
    place = {label: number for number, label in enumerate(names)}
    values, adjusted = (np.full((len(names), len(names)), np.nan) for _ in range(2))
    for row in frame.to_dict("records"):
        one, other = place[row["first"]], place[row["second"]]
        values[one, other] = row["difference"]
        values[other, one] = -row["difference"] if signed else row["difference"]
        adjusted[one, other] = adjusted[other, one] = row["p_adjusted"]
    far = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 1.0
    numbers = [str(number) for number in range(1, len(names) + 1)]
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": numbers,
        "y": [f"{number} {safe(label)}" for number, label in zip(numbers, names, strict=True)],
        "z": [[None if np.isnan(value) else value for value in row] for row in values],
        "customdata": [[[safe(label), _p(p)] for label, p in zip(names, row, strict=True)] for row in adjusted],
        "zmin": -(far or 1.0) if signed else 0.0,
        "zmax": far or 1.0,
        "colorscale": APART if signed else COOL_TO_WARM,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "colorbar": BELOW,
        "hovertemplate": "%{y} minus %{x} %{customdata[0]}: %{z:.3g}<br>p adjusted %{customdata[1]}<extra></extra>",
    }
    if not signed:
        trace["hovertemplate"] = trace["hovertemplate"].replace("minus", "and")
    texts = [
        [_text(value, p, short=len(names) > MOST_NUMBERS) for value, p in zip(*rows, strict=True)]
        for rows in zip(values, adjusted, strict=True)
    ]
    axes = {
        "xaxis": axis(trace["x"]),
        "yaxis": {**axis(trace["y"], downwards=True), "automargin": True},
        "margin": {"b": 110},
        "height": max(HEIGHT // 2 + 60, 240 + (36 if len(names) <= MOST_NUMBERS else 24) * len(names)),
    }
    title = f"{safe(name)}: row minus column" if signed else f"{safe(name)}: how far apart"
    drawn = layout(title, words, "condition", "", **axes)
    return go.Figure({"data": cells(trace, texts), "layout": drawn})


def _text(value: float, p: float, *, short: bool) -> str:
    star = "*" if p <= LEVEL else ""
    if np.isnan(value):
        return ""
    return star if short else f"{value:.2g}{star}".replace("-", "\N{MINUS SIGN}")


def _p(p: float) -> str:
    return "unknown" if np.isnan(p) else f"{p:.2g}"
