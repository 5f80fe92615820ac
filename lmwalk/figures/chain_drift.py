"""How far each generation's values are from the initial texts'."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.moving import drift
from lmwalk.figures._chains import CHAINS, SURE, begun, known, names, subject, symbols
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import HEIGHT, NULL, Words, colours, drawing, layout, safe

QUICK = 1000
"""Tests that are made in about two seconds."""
DASHES = ("solid", "dot", "dash", "dashdot", "longdash", "longdashdot")


def distances(material: ChainData) -> pd.DataFrame:
    """As ``analysis.moving.drift`` gives it."""
    return drift(material.chains, names(material))


def many(material: ChainData) -> bool:
    """Whether there are more tests than are made at once."""
    groups = material.chains[["label", "task", "generation"]].drop_duplicates()
    return len(groups) * len(names(material)) > QUICK


@drawing(
    "chain-drift",
    title="Drift",
    about="Kolmogorov-Smirnov distance of each generation's values from the initial texts': 0 spread alike, 1 apart. "
    "Each initial text counts once, however many chains it has. Filled where p, adjusted over the whole table, is "
    "below 5%: the first and the later values of a text are swapped, text by text. Fewer than 6 texts cannot tell.",
    families=CHAINS,
    place=8,
    table=distances,
    choose=("property",),
    slow=many,
    applies=begun,
)
def chain_drift(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each condition and task: colours tell conditions apart, dashes tasks."""
    of = known(frame)
    labels = list(dict.fromkeys(frame["label"]))
    hues, forms = colours(labels), symbols(labels)
    dashes = {task: DASHES[place % len(DASHES)] for place, task in enumerate(dict.fromkeys(frame["task"]))}
    traces = _key(hues, forms, dashes)
    for name, rows in frame.assign(subject=subject(frame).to_numpy()).groupby("subject", sort=False):
        label, rows = rows["label"].iloc[0], rows.sort_values("generation")
        filled = [forms[label] if p < SURE else f"{forms[label]}-open" for p in rows["p_adjusted"]]
        trace = _look(hues[label], dashes[rows["task"].iloc[0]], filled)
        trace |= {"x": rows["generation"].tolist(), "y": rows["ks"].tolist(), "name": safe(name)}
        trace |= {"legendgroup": safe(label), "showlegend": False}
        traces.append(trace | {"hovertemplate": "generation %{x}<br>distance %{y:.3f}<extra>%{fullData.name}</extra>"})
    axes = {"yaxis": {"range": [-0.02, 1.02]}, "height": HEIGHT + 12 * (len(labels) + len(dashes))}
    title = f"{of.title}: distance from the initial texts"
    return go.Figure({"data": traces, "layout": layout(title, words, "generation", "KS distance", **axes)})


def _key(hues: dict[str, str], forms: dict[str, str], dashes: dict[str, str]) -> list[dict[str, Any]]:
    """What colours and dashes stand for; no dashes for a single task."""
    nowhere: dict[str, Any] = {"x": [None], "y": [None]}
    key = [
        _look(hue, "solid", forms[label]) | nowhere | {"name": safe(label), "legendgroup": safe(label)}
        for label, hue in hues.items()
    ]
    if len(dashes) > 1:
        key += [_look(NULL, dash) | nowhere | {"name": safe(task)} for task, dash in dashes.items()]
    return key


def _look(colour: str, dash: str, symbol: str | list[str] = "") -> dict[str, Any]:
    line = {"type": "scatter", "mode": "lines", "line": {"color": colour, "dash": dash, "width": 1.6}}
    return line | (
        {"mode": "lines+markers", "marker": {"symbol": symbol, "color": colour, "size": 5}} if symbol else {}
    )
