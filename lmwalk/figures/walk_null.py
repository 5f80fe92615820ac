"""All measures of all conditions in one picture: where walks are not what null walks are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.pvalues import LEVEL
from lmwalk.figures._cells import axis, cells
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import HEIGHT, Words, drawing, layout, safe
from lmwalk.figures._walks import WALKS, on_square_grid, walks_in
from lmwalk.figures.walk_measures import measures, takes_long, tested
from lmwalk.palette import COOL, WARM

SCALE = [[0.0, COOL], [0.42, "#b4bac0"], [0.58, "#b4bac0"], [1.0, WARM]]
FURTHEST = 4.0
MOST_WRITTEN = 10
"""Conditions beyond which numbers would not fit into the cells."""


def distances(material: WalkData) -> pd.DataFrame:
    """As ``measures``, with place: (value - expected) over the null interval's half-width on that side."""
    table = measures(material)
    above = table["value"] >= table["expected"]
    half = np.where(above, table["null_high"] - table["expected"], table["expected"] - table["null_low"])
    gap = table["value"] - table["expected"]
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.where(gap == 0, 0.0, gap / half)
    return table.assign(place=place)


@drawing(
    "walk-null",
    title="Against null walks",
    about="Every measure of every condition beside null walks: blue below what they show, orange above, grey within "
    "their central 95%. A star: p at most 0.05, whatever the unread answers were, after adjusting for the five kinds "
    "of null walks (times 5) and over the whole table (Benjamini-Hochberg).",
    families=WALKS,
    holds=on_square_grid,
    place=0,
    table=distances,
    slow=takes_long,
    against=True,
)
def walk_null(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Measures from above to below, conditions from left to right."""
    labels, names = (list(dict.fromkeys(frame[column])) for column in ("label", "measure"))
    rows = frame.to_dict("records")
    written = frame.assign(text=[_text(row, len(labels)) for row in rows], hover=[_hover(row) for row in rows])
    table = written.set_index(["measure", "label"]).unstack("label").reindex(index=names)
    places = table["place"][labels].clip(-9, 9).to_numpy(float)
    trace = {
        "type": "heatmap",
        "x": list(map(safe, labels)),
        "y": names,
        "z": [[None if np.isnan(value) else value for value in row] for row in places],
        "customdata": table["hover"][labels].fillna("").to_numpy().tolist(),
        "colorscale": SCALE,
        "zmin": -FURTHEST,
        "zmax": FURTHEST,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {
            "title": {"text": "null interval = ±1", "side": "right"},
            "tickvals": [-4, -1, 0, 1, 4],
            "outlinewidth": 0,
            "thickness": 12,
        },
        "hovertemplate": "%{y}, %{x}<br>%{customdata}<extra></extra>",
    }
    found = frame["p_adjusted"].dropna()
    title = f"{int((found <= LEVEL).sum()):,} of {len(found):,} measures differ · {walks_in(frame)}"
    axes = {
        "xaxis": {**axis(labels), "automargin": True},
        "yaxis": {**axis(names, downwards=True), "automargin": True},
        "height": HEIGHT + 60,
    }
    texts = table["text"][labels].fillna("").to_numpy().tolist()
    return go.Figure({"data": cells(trace, texts), "layout": layout(title, words, "condition", "measure", **axes)})


def _text(row: Mapping[Any, Any], columns: int) -> str:
    star = "*" if row["p_adjusted"] <= LEVEL else ""
    return star if columns > MOST_WRITTEN or np.isnan(row["value"]) else f"{row['value']:.3g}{star}"


def _hover(row: Mapping[Any, Any]) -> str:
    value, expected, low, high = (row[name] for name in ("value", "expected", "null_low", "null_high"))
    return f"{value:.4g}; null {expected:.4g} ({low:.4g} to {high:.4g})<br>{tested(row)}"
