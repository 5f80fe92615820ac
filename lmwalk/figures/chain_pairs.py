"""Base models beside the same models tuned to follow instructions."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.paired_strengths import strength_differences
from lmwalk.figures._chains import CHAINS, begun, names
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import HEIGHT, NULL, OKABE_ITO, Words, drawing, layout, safe
from lmwalk.figures._traces import faint, whiskers
from lmwalk.number_format import counted
from lmwalk.properties import properties

ROW = 26
DIFFERENCE = ["difference", "difference_low", "difference_high", "texts"]
NONE = {
    "type": "line",
    "xref": "x2",
    "x0": 0,
    "x1": 0,
    "yref": "paper",
    "y0": 0,
    "y1": 1,
    "layer": "below",
    "line": {"color": NULL, "dash": "dash", "width": 1.5},
}
"""Where the two do not differ."""
KINDS = {"base": ("circle-open", NULL), "instruct": ("circle", OKABE_ITO[1])}


def strengths(material: ChainData) -> pd.DataFrame:
    """Label (the pair), temperature, kind, task, property, strength, strength_low, strength_high, and of both kinds
    what ``analysis.paired_strengths`` gives: difference, difference_low, difference_high, texts.
    """
    kinds = {model: kind for pair in material.pairs.items() for model, kind in zip(pair, KINDS, strict=True)}
    chains = material.chains[material.chains["model"].isin(kinds)]
    by, measured = ["model", "temperature", "task"], names(material)
    found = attractors(chains, measured, by).assign(kind=lambda rows: rows["model"].map(kinds))
    apart = strength_differences(chains, measured, material.pairs)
    apart["label"] = apart["instruct"] + " and " + apart["base"]
    named = {model: label for name in KINDS for model, label in zip(apart[name], apart["label"], strict=True)}
    keys = ["label", "temperature", "task", "property"]
    both = found.assign(label=found["model"].map(named)).dropna(subset=["label", "strength"])
    columns = [*keys[:2], "kind", *keys[2:], "strength", "strength_low", "strength_high", *DIFFERENCE]
    return both.drop(columns="texts").merge(apart[[*keys, *DIFFERENCE]], on=keys, how="left")[columns]


@drawing(
    "chain-pairs",
    title="Attractors of pairs",
    about="Left: strength of the attractor of a base model (open) and of the same model tuned to follow instructions "
    "(filled), with 95% intervals. Right: instruct less base, with its interval by leaving out one initial text at a "
    "time in both. Which models belong together is set on Compare, under Pairs.",
    families=CHAINS,
    place=7,
    table=strengths,
    choose=("label", "temperature"),
    applies=lambda material: begun(material) and bool(material.pairs),
)
def chain_pairs(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each task and property, the two joined by a line."""
    rows = [
        f"{properties[name].title}, {safe(task)}" for name, task in zip(frame["property"], frame["task"], strict=True)
    ]
    frame = frame.assign(row=rows)
    wide = frame.pivot_table(index="row", columns="kind", values="strength", sort=False)
    joined = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": own.tolist(),
            "y": [row, row],
            "line": {"color": faint(NULL, 0.4), "width": 7},
        }
        | {"showlegend": False, "hoverinfo": "skip"}
        for row, own in zip(wide.index, wide.to_numpy(float), strict=True)
    ]
    signs = []
    for kind, (symbol, colour) in KINDS.items():
        own = frame[frame["kind"] == kind]
        bars = whiskers(own["strength"], own["strength_low"], own["strength_high"], colour)
        sign = {
            "type": "scatter",
            "mode": "markers",
            "name": kind,
            "x": own["strength"].tolist(),
            "y": own["row"].tolist(),
        }
        signs.append(sign | {"marker": {"symbol": symbol, "size": 11, "color": colour}, "error_x": bars})
    right = {"domain": [0.62, 1], "title": {"text": "instruct<br>- base"}, "zeroline": False, "anchor": "y"}
    axes: dict[str, Any] = {
        "xaxis": {"range": [-0.02, 1.05], "domain": [0, 0.56]},
        "xaxis2": right,
        "yaxis": {"type": "category", "range": [len(wide) - 0.5, -0.5], "automargin": True},
        "height": max(HEIGHT, 170 + ROW * len(wide)),
        "shapes": [NONE],
    }
    title = "Attractors of base and instruct models"
    return go.Figure(
        {
            "data": [*joined, *signs, _apart(frame)],
            "layout": layout(title, words, "strength", "property and task", **axes),
        }
    )


def _apart(frame: pd.DataFrame) -> dict[str, Any]:
    """The differences, one a row."""
    own = frame.drop_duplicates("row")
    colour = OKABE_ITO[1]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": own["difference"].tolist(),
        "y": own["row"].tolist(),
        "xaxis": "x2",
        "customdata": [counted(int(texts), "initial text") for texts in own["texts"].fillna(0)],
        "marker": {"symbol": "diamond", "size": 10, "color": colour},
        "error_x": whiskers(own["difference"], own["difference_low"], own["difference_high"], colour),
        "hovertemplate": "%{y}<br>%{x:.3f}<br>%{customdata}<extra></extra>",
        "showlegend": False,
    }
