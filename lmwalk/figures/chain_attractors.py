"""Strength and position of attractors, condition beside condition."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk import published
from lmwalk.analysis.attractors import attractors
from lmwalk.figures._chains import TELEPHONE, axis, begun, known, names, stacked, subject
from lmwalk.figures._drawing import Material, Words, colours, drawing, layout, published_labels
from lmwalk.figures._traces import faint, whiskers

ROW = 36


def table(material: Material) -> pd.DataFrame:
    """As ``analysis.attractors.attractors`` gives it, where a line can be fitted at all."""
    return attractors(material.chains, names(material)).dropna(subset="slope")


def of_others(material: Material) -> pd.DataFrame:
    """The published attractors of the tasks that the study has, or of all where it has none of theirs."""
    frame = published.telephone_attractors().rename(columns={"model": "label"})
    shared = frame["task"].isin(set(material.chains["task"]))
    return frame[shared] if shared.any() else frame


@drawing(
    "chain-attractors",
    title="Attractors",
    about="Strength, 1 - |slope|: 0 the text keeps what it had, 1 where it began does not matter. Position: the value "
    "that chains move to, if they move to one. 95% intervals by a bootstrap over the initial texts. The published "
    "length attractors begin at generation 1, the others at 0.",
    processes=TELEPHONE,
    place=3,
    table=table,
    published=of_others,
    choose=("property",),
    applies=begun,
)
def chain_attractors(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Strengths left, positions right, a row for each condition and task."""
    of = known(frame)
    rows = [stacked(name) for name in subject(frame)]
    frame = frame.assign(row=rows, hover=[_hover(row) for row in frame.to_dict("records")])
    hues = colours(list(dict.fromkeys(frame["label"])), published_labels(frame))
    traces = []
    for label, own in frame.groupby("label", sort=False):
        colour = hues[str(label)]
        strength = {"type": "bar", "orientation": "h", "marker": {"color": faint(colour, 0.6)}, "width": 0.6}
        signs = {"color": colour, "size": 11, "symbol": "diamond"}
        position = {"type": "scatter", "mode": "markers", "marker": signs, "xaxis": "x2"}
        traces += [_drawn(own, "strength", colour) | strength, _drawn(own, "position", colour) | position]
    axes = {
        "xaxis": {"domain": [0, 0.48], "range": [0, 1.05]},
        "xaxis2": {"domain": [0.54, 1], "title": {"text": axis(of, "position, ")}, "zeroline": False, "anchor": "y"},
        "yaxis": {"type": "category", "range": [len(rows) - 0.5, -0.5], "automargin": True},
        "height": max(320, 180 + ROW * len(rows)),
    }
    title = f"Attractors of {of.title.lower()}"
    return go.Figure({"data": traces, "layout": layout(title, words, "strength", "condition", **axes)})


def _drawn(rows: pd.DataFrame, name: str, colour: str) -> dict[str, Any]:
    """One of the two numbers, with its interval where it has one."""
    trace = {
        "x": rows[name].tolist(),
        "y": rows["row"].tolist(),
        "customdata": rows["hover"].tolist(),
        "showlegend": False,
    }
    trace |= {"hovertemplate": f"%{{y}}<br>{name} %{{x:.4g}}%{{customdata}}<extra></extra>"}
    if f"{name}_low" in rows and rows[f"{name}_low"].notna().any():
        trace["error_x"] = whiskers(rows[name], rows[f"{name}_low"], rows[f"{name}_high"], colour)
    return trace


def _hover(row: dict[Hashable, Any]) -> str:
    """What stands behind the fit; published rows do not tell."""
    if pd.isna(row.get("slope")):
        return ""
    early = f", {row['early']:.0f} ended early" if row["early"] else ""
    return f"<br>slope {row['slope']:.3f}, {row['chains']:.0f} chains of {row['texts']:.0f} texts{early}"
