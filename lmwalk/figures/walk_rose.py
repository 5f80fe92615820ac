"""Which ways walks go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.walks import direction_shares
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, colours, drawing, layout, safe
from lmwalk.figures._traces import faint
from lmwalk.figures._walks import SQUARE_HEIGHT, WALKS, on_square_grid, outline_traces, tallied, walks_in
from lmwalk.geometry import Outline, circle
from lmwalk.number_format import percent

ANGLES = {"UP": 90, "DOWN": 270, "LEFT": 180, "RIGHT": 0}
BETWEEN = {"UP": " ", "DOWN": " ", "LEFT": "<br>", "RIGHT": "<br>"}
INWARDS = {"UP": "bottom center", "DOWN": "top center", "LEFT": "middle right", "RIGHT": "middle left"}
ROOM = 0.6
"""For the name of a direction, beyond the widest wedge."""
HALF_WIDTH = 43
"""Of a wedge, in degrees; a little less than a quarter circle has, so that neighbours stand apart."""


def rose(material: WalkData) -> pd.DataFrame:
    """label, outcome, share (of the answers that could be read), count, n, low, high, walks, distinct.

    Directions alone; where STAY is an answer, too, it counts among those that could be read.
    """
    table = direction_shares(tallied(material), material.outcomes or tuple(ANGLES))
    return table[table["outcome"].isin(ANGLES)].rename(columns={"condition": "label"})


def radius(share: float) -> float:
    """The radius that makes a wedge's area show the share: 1 where all four directions are equally common."""
    return float(np.sqrt(4 * share))


@drawing(
    "walk-rose",
    title="Directions",
    about="The area of a wedge is the share of that direction among the answers that could be read; an unbiased walk "
    "fills the dashed circle. Whiskers: 95% interval over the walks that differ; fewer than four give none.",
    families=WALKS,
    holds=on_square_grid,
    place=3,
    table=rose,
    one=True,
)
def walk_rose(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Wedges of one condition, or of several laid over each other."""
    labels = list(dict.fromkeys(frame["label"]))
    hues = colours(labels)
    traces: list[dict[str, Any]] = []
    for label in labels:
        rows = frame[(frame["label"] == label) & (frame["n"] > 0)]
        for place, row in enumerate(rows.to_dict("records")):
            traces += _wedge(row, hues[label], first=place == 0)
    reach = ROOM + max([1.2, *(radius(end) for end in frame[["share", "high"]].max(axis=1).dropna())])
    traces.append(_names(reach, frame))
    traces += outline_traces([Outline("reference", circle((0.0, 0.0), 1.0))])
    axis = {"range": [-reach, reach], "showticklabels": False, "showgrid": False, "constrain": "domain"}
    axes = {"xaxis": axis, "yaxis": {**axis, "scaleanchor": "x"}, "height": SQUARE_HEIGHT}
    chosen = f"{int(frame['n'].max()):,} answers read" if len(labels) == 1 else "Directions"
    chosen += f" · {walks_in(frame)}"
    drawn = layout(chosen, words, "area of a wedge: share of the answers", "", **axes)
    return go.Figure({"data": traces, "layout": drawn})


def _names(reach: float, frame: pd.DataFrame) -> dict[str, Any]:
    """The names of the directions where their wedges point to, with the shares where one condition is drawn."""
    alone = frame["label"].nunique() == 1
    shares = {str(row["outcome"]): float(row["share"]) for row in frame.to_dict("records")} if alone else {}
    texts = []
    for direction in ANGLES:
        share = percent(shares.get(direction, np.nan), 1) if alone else ""
        texts.append(f"{direction}{BETWEEN[direction]}{share}" if share else direction)
    return {
        "type": "scatter",
        "mode": "text",
        "x": [reach * round(np.cos(np.deg2rad(angle))) for angle in ANGLES.values()],
        "y": [reach * round(np.sin(np.deg2rad(angle))) for angle in ANGLES.values()],
        "text": texts,
        "textposition": [INWARDS[direction] for direction in ANGLES],
        "showlegend": False,
        "hoverinfo": "skip",
    }


def wedge(share: float, angle: float) -> tuple[list[float], list[float]]:
    """The outline of a wedge, from the centre around and back."""
    around = np.deg2rad(np.linspace(angle - HALF_WIDTH, angle + HALF_WIDTH, 30))
    r = radius(share)
    return [0.0, *(r * np.cos(around)).tolist(), 0.0], [0.0, *(r * np.sin(around)).tolist(), 0.0]


def _wedge(row: dict[str, Any], colour: str, *, first: bool) -> list[dict[str, Any]]:
    angle = ANGLES[str(row["outcome"])]
    x, y = wedge(float(row["share"]), angle)
    name = safe(row["label"])
    filled = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": faint(colour, 0.35),
        "line": {"color": colour, "width": 1.5},
        "name": name,
        "legendgroup": name,
        "showlegend": first,
        "hoveron": "fills",
        "text": f"{row['outcome']} {100 * row['share']:.1f}% ({row['count']:,.0f} of {row['n']:,.0f})",
        "hoverinfo": "text+name",
    }
    if np.isnan(row["low"]):
        return [filled]
    ends = np.array([radius(float(row["low"])), radius(float(row["high"]))])
    across, up = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    whisker = {
        "type": "scatter",
        "mode": "lines",
        "x": (ends * across).tolist(),
        "y": (ends * up).tolist(),
        "line": {"color": colour, "width": 3},
        "legendgroup": name,
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [filled, whisker]
