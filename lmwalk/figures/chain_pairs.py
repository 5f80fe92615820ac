"""Base models beside the same models tuned to follow instructions."""

from __future__ import annotations

import re

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.attractors import attractors
from lmwalk.figures._chains import CHAINS, begun, names
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import HEIGHT, NULL, OKABE_ITO, Words, drawing, layout, safe
from lmwalk.figures._traces import faint, whiskers
from lmwalk.properties import properties

_TUNED = re.compile(r"[-_:. ]?\b(instruct|chat|it)\b", re.IGNORECASE)
_BASE = re.compile(r"[-_:. ]?\b(base|text|pt)\b", re.IGNORECASE)
ROW = 26
KINDS = {"base": ("circle-open", NULL), "instruct": ("circle", OKABE_ITO[1])}


def family(model: str) -> tuple[str, str]:
    """The name that a base model and its tuned sister share, and which of the two it is."""
    kind = "instruct" if _TUNED.search(model) else "base"
    return re.sub(r"[-_:. ]+$", "", _BASE.sub("", _TUNED.sub("", model))).lower(), kind


def sisters(models: pd.Series) -> dict[str, tuple[str, str]]:
    """Models of which both kinds are there, with their families."""
    known = {model: family(model) for model in models.unique()}
    every = set(known.values())
    return {model: each for model, each in known.items() if {(each[0], "base"), (each[0], "instruct")} <= every}


def strengths(material: ChainData) -> pd.DataFrame:
    """Label (the family), temperature, kind, task, property, strength, strength_low, strength_high."""
    known = sisters(material.chains["model"])
    chains = material.chains[material.chains["model"].isin(known)]
    found = attractors(chains, names(material), ["model", "temperature", "task"])
    label, kind = (found["model"].map({model: each[place] for model, each in known.items()}) for place in (0, 1))
    columns = ["label", "temperature", "kind", "task", "property", "strength", "strength_low", "strength_high"]
    return found.assign(label=label, kind=kind)[columns].dropna(subset="strength")


@drawing(
    "chain-pairs",
    title="Base and instruct",
    about="Strength of the attractor of a base model (open) and of the same model tuned to follow instructions "
    "(filled), with 95% intervals. The two are found by their names, which differ by instruct, chat, it or base.",
    families=CHAINS,
    place=7,
    table=strengths,
    choose=("label", "temperature"),
    applies=lambda material: begun(material) and bool(sisters(material.chains["model"])),
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
    axes = {
        "xaxis": {"range": [-0.02, 1.05]},
        "yaxis": {"type": "category", "range": [len(wide) - 0.5, -0.5], "automargin": True},
        "height": max(HEIGHT, 170 + ROW * len(wide)),
    }
    title = "Attractors of base and instruct models"
    return go.Figure(
        {"data": [*joined, *signs], "layout": layout(title, words, "strength", "property and task", **axes)}
    )
