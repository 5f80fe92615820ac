"""What follows from the probabilities of a condition's moves in numbers: what its walks do, and what they come to."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, drawing, layout, safe
from lmwalk.figures._walks import WALKS
from lmwalk.figures.walk_spread import is_known

LETTERS = 50
"""Of a line, so that it fits a phone."""
MANY = 3
"""Conditions whose numbers take some two seconds."""
HEAD, BODY, BETWEEN_PX, TOP_PX = 14, 11, 14, 80
"""Pixels of letters, between two numbers, and of the title."""


def numbers(material: WalkData) -> pd.DataFrame:
    """label, measure, value, meaning: texts."""
    return material.numbers(material.policies())


@drawing(
    "walk-exact",
    title="Exact",
    about="What follows from the model's own token probabilities under this sampler, without sampling a walk: how far, "
    "how many positions, when at a wall, and what it comes to in the long run.",
    families=WALKS,
    place=7,
    table=numbers,
    one=True,
    slow=lambda material: len(material.policies()) > MANY,
    applies=is_known,
)
def walk_exact(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A number and what it means, below one another."""
    notes, down = list[dict[str, Any]](), 0
    several = frame["label"].nunique() > 1
    for row in frame.to_dict("records"):
        name = f"{row['label']}, {row['measure']}" if several else str(row["measure"])
        for text, size in ((f"{name}: {row['value']}", HEAD), (str(row["meaning"]), BODY)):
            lines = textwrap.wrap(text, LETTERS)
            notes.append(_note("<br>".join(map(safe, lines)), -down, size))
            down += round(1.3 * size) * len(lines)
        down += BETWEEN_PX
    words = replace(words, subject=words.subject or ", ".join(frame["label"].unique()))
    hidden = {"visible": False, "range": [0, 1]}
    axes = {"xaxis": hidden, "yaxis": hidden, "margin": {"l": 10, "r": 10, "b": 10}, "height": TOP_PX + down + 30}
    empty = {"type": "scatter", "mode": "markers", "x": [0], "y": [0], "marker": {"opacity": 0}, "hoverinfo": "skip"}
    shown = layout("What follows exactly", words, "number", "meaning", showlegend=False, **axes)
    return go.Figure({"data": [empty], "layout": {**shown, "annotations": notes}})


def _note(text: str, up_px: int, size: int) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "top"}
    return {**place, "text": text, "align": "left", "showarrow": False, "yshift": up_px, "font": {"size": size}}
