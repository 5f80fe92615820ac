"""Which models, tasks and properties have stronger attractors: differences in an additive model."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.additive import additive
from lmwalk.analysis.attractors import attractors
from lmwalk.errors import InputError
from lmwalk.figures._chains import CHAINS, begun, names
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import NULL, OKABE_ITO, Words, drawing, layout, safe
from lmwalk.figures._traces import whiskers
from lmwalk.properties import properties

FACTORS = ("model", "task", "property")
ROW, LONG_ROW = 26, 40


def differences(material: ChainData) -> pd.DataFrame:
    """Label, what ``analysis.additive.additive`` gives of pairs, adds_up, and what speaks most against it."""
    found = attractors(material.chains, names(material)).rename(columns={"label": "model"})
    try:
        fit = additive(found[[*FACTORS, "strength"]])
    except InputError:
        return pd.DataFrame()
    together = fit.together.sort_values("p_adjusted").head(1)
    least = (together["factors"] + ", p adjusted " + together["p_adjusted"].map("{:.2g}".format)).tolist()
    return fit.pairs.assign(
        label=fit.pairs["a"] + " - " + fit.pairs["b"], adds_up=fit.adds_up, together=[*least, ""][0]
    )


def comparable(material: ChainData) -> bool:
    """Whether there are more strengths than an additive model of them has parameters."""
    if not begun(material):
        return False
    levels = [len(names(material)), material.chains["label"].nunique(), material.chains["task"].nunique()]
    return math.prod(levels) > sum(levels) - 2 > 1


@drawing(
    "chain-differences",
    title="Differences",
    about="Differences of strength between models, tasks and properties (ordinary least squares, strength = model + "
    "task + property), with 95% intervals of each pair alone. A star: p, adjusted over the pairs shown, is below 5%, "
    "and nothing speaks against the sum.",
    families=CHAINS,
    place=9,
    table=differences,
    choose=("factor",),
    applies=comparable,
)
def chain_differences(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each pair."""
    stars = frame["starred"].map({True: "* ", False: ""})
    if not frame["adds_up"].iloc[0]:
        no_sum = f"The parts do not add up ({frame['together'].iloc[0]}): no star is given."
        words = replace(words, caution=" ".join(filter(None, [words.caution, no_sum])))
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
