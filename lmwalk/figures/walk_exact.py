"""What follows from the probabilities of a condition's moves in numbers: what its walks do, and what they come to."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, drawing, layout, safe
from lmwalk.figures._walks import WALKS
from lmwalk.figures.walk_spread import is_known

LETTERS = 50
"""Of a line, so that it fits a phone."""
MANY = 12
"""Conditions whose numbers take some two seconds."""
LINE_PX, BETWEEN_PX, TOP_PX = 15, 14, 80


def numbers(material: WalkData) -> pd.DataFrame:
    """label, measure, value, meaning: texts."""
    return material.numbers()


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
    for row in frame.to_dict("records"):
        meaning = textwrap.wrap(str(row["meaning"]), LETTERS)
        name = f"{row['label']}, {row['measure']}" if frame["label"].nunique() > 1 else str(row["measure"])
        head = textwrap.wrap(f"{name}: {row['value']}", LETTERS) or [""]
        bold = [f"<b>{safe(line)}</b>" for line in head]
        notes.append(_note("<br>".join([*bold, *map(safe, meaning)]), -down))
        down += LINE_PX * (len(head) + len(meaning)) + BETWEEN_PX
    hidden = {"visible": False, "range": [0, 1]}
    axes = {"xaxis": hidden, "yaxis": hidden, "margin": {"l": 10, "r": 10, "b": 10}, "height": TOP_PX + down + 30}
    return go.Figure(
        {"data": [], "layout": {**layout("What follows exactly", words, "", "", **axes), "annotations": notes}}
    )


def _note(text: str, up_px: int) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "top"}
    return {**place, "text": text, "align": "left", "showarrow": False, "yshift": up_px}
