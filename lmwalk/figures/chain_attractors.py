"""Strength and position of attractors, condition beside condition."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk import published
from lmwalk.analysis.attractors import attractors
from lmwalk.figures._chains import TELEPHONE, axis, begun, known, names, subject
from lmwalk.figures._drawing import Material, Words, colours, drawing, layout, published_labels, safe
from lmwalk.figures._traces import whiskers


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
    "that chains move to. 95% intervals by a bootstrap over the initial texts. The published length attractors "
    "begin at generation 1, the others at 0.",
    processes=TELEPHONE,
    place=3,
    table=table,
    published=of_others,
    choose=("property",),
    applies=begun,
)
def chain_attractors(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Strengths above, positions below, a bar or a dot for each condition and task."""
    of = known(frame)
    frame = frame.assign(subject=subject(frame).to_numpy())
    hues = colours(list(dict.fromkeys(frame["label"])), published_labels(frame))
    traces = []
    for label, rows in frame.groupby("label", sort=False):
        colour, x = hues[str(label)], [safe(name) for name in rows["subject"]]
        strength: dict[str, Any] = {"type": "bar", "x": x, "y": rows["strength"].tolist(), "name": safe(label)}
        position: dict[str, Any] = {"type": "scatter", "mode": "markers", "x": x, "y": rows["position"].tolist()}
        strength |= {
            "marker": {"color": colour, "opacity": 0.85},
            "width": min(0.6, 0.12 * len(frame)),
            "showlegend": False,
        }
        position |= {"yaxis": "y2", "marker": {"color": colour, "size": 11, "symbol": "diamond"}, "showlegend": False}
        for name, trace in (("strength", strength), ("position", position)):
            trace["hovertemplate"] = f"%{{x}}<br>{name} %{{y:.4g}}<extra></extra>"
            if f"{name}_low" in rows and rows[f"{name}_low"].notna().any():
                trace["error_y"] = whiskers(rows[name], rows[f"{name}_low"], rows[f"{name}_high"], colour)
        traces += [strength, position]
    axes = {
        "xaxis": {"type": "category", "anchor": "y2", "automargin": True},
        "yaxis": {"domain": [0.56, 1], "range": [0, 1.05]},
        "yaxis2": {"domain": [0, 0.44], "title": {"text": axis(of, "position, ")}, "zeroline": False},
        "height": 560,
    }
    return go.Figure(
        {"data": traces, "layout": layout(f"Attractors of {of.title.lower()}", words, "condition", "strength", **axes)}
    )
