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
from lmwalk.figures._drawing import HEIGHT, NULL, Words, drawing, layout, safe
from lmwalk.figures._walks import WALKS, on_square_grid, walks_in
from lmwalk.figures.walk_measures import measures, takes_long, tested
from lmwalk.palette import COOL, WARM

SCALE = [[0.0, COOL], [0.42, "#b4bac0"], [0.58, "#b4bac0"], [1.0, WARM]]
FURTHEST = 4.0
MOST_POINTS = 2
"""Conditions that are drawn as points, with their numbers beside them."""
LETTERS_ACROSS = 110
"""Letters that stand side by side below all columns."""
MOST_WRITTEN = 10
"""Conditions beyond which numbers would not fit into the cells."""


def distances(material: WalkData) -> pd.DataFrame:
    """As ``measures``, with place: (value - expected) over the null interval's half-width on that side.

    And with model and temperature of the condition.
    """
    table = measures(material)
    above = table["value"] >= table["expected"]
    half = np.where(above, table["null_high"] - table["expected"], table["expected"] - table["null_low"])
    gap = table["value"] - table["expected"]
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.where(gap == 0, 0.0, gap / half)
    where = material.answers.drop_duplicates("label").set_index("label")[["model", "temperature"]]
    return table.assign(place=place).join(where, on="label")


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
    """Measures from above to below, conditions from left to right; of one or two conditions a point each."""
    if frame["label"].nunique() <= MOST_POINTS:
        return null_points(frame, words)
    labels, names = (list(dict.fromkeys(frame[column])) for column in ("label", "measure"))
    rows = frame.to_dict("records")
    written = frame.assign(text=[_text(row, len(labels)) for row in rows], hover=[_hover(row) for row in rows])
    table = written.set_index(["measure", "label"]).unstack("label").reindex(index=names)
    places = table["place"][labels].clip(-9, 9).to_numpy(float)
    trace = {
        "type": "heatmap",
        "x": list(range(len(labels))),
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
        "hovertemplate": "%{y}, %{customdata}<extra></extra>",
    }
    grouped, shapes, notes = _columns(frame)
    axes = {
        "xaxis": grouped,
        "yaxis": {**axis(names, downwards=True), "automargin": True},
        "height": HEIGHT + 60,
        "margin": {"b": 90},
        "shapes": shapes,
        "annotations": notes,
    }
    texts = table["text"][labels].fillna("").to_numpy().tolist()
    drawn = layout(_title(frame), words, "", "measure", **axes)
    return go.Figure({"data": cells(trace, texts), "layout": drawn})


def _title(frame: pd.DataFrame) -> str:
    found = frame["p_adjusted"].dropna()
    return f"{int((found <= LEVEL).sum()):,} of {len(found):,} measures differ · {walks_in(frame)}"


def _columns(frame: pd.DataFrame) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """The axis of the conditions, which names temperatures alone; lines between models, and the models' names."""
    each = frame.drop_duplicates("label").reset_index(drop=True)
    places = pd.Series(each.index, each.index).groupby(each["model"], sort=False).agg(["min", "max"])
    ticks = {
        "tickvals": list(each.index),
        "ticktext": [f"{degree:g}" for degree in each["temperature"]],
        "tickangle": 0,
    }
    axis_of = {**ticks, "range": [-0.5, len(each) - 0.5], "showgrid": False, "ticks": ""}
    between = {"type": "line", "xref": "x", "yref": "paper", "y0": -0.2, "y1": 1, "line": {"color": NULL, "width": 1}}
    shapes = [{**between, "x0": low - 0.5, "x1": low - 0.5} for low in places["min"][1:]]
    below = {"xref": "x", "yref": "paper", "y": -0.075, "yanchor": "top", "showarrow": False}
    shared = len(each) / max(1, len(places))
    notes = [
        {**below, "x": (row["min"] + row["max"]) / 2, "text": _fitted(str(model), shared, len(each))}
        for model, row in places.iterrows()
    ]
    return axis_of, shapes, notes


def _fitted(model: str, columns: float, every: int) -> str:
    """A model's name in as many lines as its columns are wide for."""
    letters = max(6, int(LETTERS_ACROSS * columns / every))
    name = model.rpartition("/")[2]
    return "<br>".join(safe(name[start : start + letters]) for start in range(0, len(name), letters))


def null_points(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A point for each measure, where the null's central 95% is a band from -1 to 1; its value and the null's mean."""
    names, labels = (list(dict.fromkeys(frame[column])) for column in ("measure", "label"))
    symbols = ("circle", "diamond")
    traces = [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": safe(label),
            "x": own["place"].clip(-FURTHEST, FURTHEST).tolist(),
            "y": own["measure"].tolist(),
            "text": [_found(row) for row in own.to_dict("records")],
            "textposition": "top center",
            "customdata": [_hover(row) for row in own.to_dict("records")],
            "marker": {"color": [_hue(row) for row in own.to_dict("records")], "size": 11, "symbol": symbols[place]},
            "hovertemplate": "%{y}, %{customdata}<extra></extra>",
            "cliponaxis": False,
        }
        for place, (label, own) in enumerate(frame.groupby("label", sort=False))
    ]
    band = {"type": "rect", "xref": "x", "yref": "paper", "x0": -1, "x1": 1, "y0": 0, "y1": 1, "layer": "below"}
    ticks = {
        "tickvals": [-4, -1, 0, 1, 4],
        "ticktext": ["far below", "lowest of 95%", "mean", "highest of 95%", "far above"],
    }
    axes = {
        "xaxis": {**ticks, "range": [-FURTHEST - 0.6, FURTHEST + 0.6]},
        "yaxis": {**axis(names, downwards=True), "automargin": True},
        "height": HEIGHT + 120,
        "shapes": [{**band, "fillcolor": NULL, "opacity": 0.22, "line": {"width": 0}}],
        "showlegend": len(labels) > 1,
    }
    return go.Figure({"data": traces, "layout": layout(_title(frame), words, "beside null walks", "", **axes)})


def _found(row: Mapping[Any, Any]) -> str:
    """The value and what was expected of it."""
    return "" if np.isnan(row["value"]) else f"{row['value']:.3g} (null {row['expected']:.3g})"


def _hue(row: Mapping[Any, Any]) -> str:
    """Blue below, orange above, where the measure differs; grey elsewhere."""
    if not row["p_adjusted"] <= LEVEL:
        return NULL
    return WARM if row["place"] > 0 else COOL


def _text(row: Mapping[Any, Any], columns: int) -> str:
    star = "*" if row["p_adjusted"] <= LEVEL else ""
    return star if columns > MOST_WRITTEN or np.isnan(row["value"]) else f"{row['value']:.3g}{star}"


def _hover(row: Mapping[Any, Any]) -> str:
    value, expected, low, high = (row[name] for name in ("value", "expected", "null_low", "null_high"))
    return f"{safe(row['label'])}<br>{value:.4g}; null {expected:.4g} ({low:.4g} to {high:.4g})<br>{tested(row)}"
