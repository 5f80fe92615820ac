"""Which models, tasks and properties have stronger attractors: differences in an additive model."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.additive import additive
from lmwalk.analysis.attractors import attractors
from lmwalk.errors import InputError
from lmwalk.figures._chains import TELEPHONE, begun, names
from lmwalk.figures._drawing import NULL, OKABE_ITO, Material, Words, drawing, layout, safe
from lmwalk.figures._traces import whiskers
from lmwalk.properties import properties

FACTORS = ("model", "task", "property")
ROW, LONG_ROW = 26, 40


def differences(material: Material) -> pd.DataFrame:
    """Label and what ``analysis.additive.additive`` gives of pairs; the condition takes the model's place."""
    found = attractors(material.chains, names(material)).rename(columns={"label": "model"})
    try:
        pairs = additive(found[[*FACTORS, "strength"]]).pairs
    except InputError:
        return pd.DataFrame()
    return pairs.assign(label=pairs["a"] + " - " + pairs["b"])


def comparable(material: Material) -> bool:
    """Whether there are more strengths than an additive model of them has parameters."""
    if not begun(material):
        return False
    levels = [len(names(material)), material.chains["label"].nunique(), material.chains["task"].nunique()]
    return math.prod(levels) > sum(levels) - 2 > 1


@drawing(
    "chain-differences",
    title="Differences",
    about="Differences of strength between models, tasks and properties, if their parts add up (ordinary least "
    "squares, strength = model + task + property), with 95% intervals of each pair alone. A star: 0 is excluded.",
    processes=TELEPHONE,
    place=9,
    table=differences,
    choose=("factor",),
    applies=comparable,
)
def chain_differences(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each pair."""
    stars = frame["excludes_zero"].map({True: "* ", False: ""})
    rows = [
        star + _named(factor, a, b)
        for star, factor, a, b in zip(stars, frame["factor"], frame["a"], frame["b"], strict=True)
    ]
    colour = OKABE_ITO[0]
    signs = {
        "type": "scatter",
        "mode": "markers",
        "x": frame["difference"].tolist(),
        "y": rows,
        "marker": {"color": colour, "size": 9, "symbol": ["circle" if star else "circle-open" for star in stars]},
        "error_x": whiskers(frame["difference"], frame["low"], frame["high"], colour),
        "hovertemplate": "%{y}<br>%{x:.3f}<extra></extra>",
        "showlegend": False,
    }
    line = {"color": NULL, "dash": "dash", "width": 1.5}
    nothing = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "line": line}
    y_axis = {"type": "category", "range": [len(rows) - 0.5, -0.5], "automargin": True}
    row = LONG_ROW if "model" in set(frame["factor"]) else ROW
    axes: dict[str, Any] = {"yaxis": y_axis, "height": max(320, 170 + row * len(rows)), "shapes": [nothing]}
    title = "Differences between attractors"
    return go.Figure({"data": [signs], "layout": layout(title, words, "difference of strength", "pair", **axes)})


def _named(factor: str, a: str, b: str) -> str:
    """The pair, on two lines where it is of models: their names are long."""
    joined = "<br>- " if factor == "model" else " - "
    first, second = (properties[each].title if factor == "property" else each for each in (a, b))
    return f"{safe(first)}{joined}{safe(second)}"
