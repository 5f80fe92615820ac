"""How far each generation's values are from the initial texts'."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.chains import drift
from lmwalk.figures._chains import TELEPHONE, begun, known, names, subject
from lmwalk.figures._drawing import Material, Words, colours, drawing, layout, safe

SURE = 0.05


def distances(material: Material) -> pd.DataFrame:
    """As ``analysis.chains.drift`` gives it."""
    return drift(material.chains, names(material))


@drawing(
    "chain-drift",
    title="Drift",
    about="Kolmogorov-Smirnov distance of each generation's values from the initial texts': 0 spread alike, 1 apart. "
    "Filled where p adjusted is below 5%; p takes chains as independent, so it is too small where texts keep "
    "what they had.",
    processes=TELEPHONE,
    place=8,
    table=distances,
    choose=("property",),
    slow=lambda material: len(material.chains) > 60_000,
    applies=begun,
)
def chain_drift(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each condition and task."""
    of = known(frame)
    frame = frame.assign(subject=subject(frame).to_numpy())
    hues = colours(list(dict.fromkeys(frame["subject"])))
    traces = []
    for name, rows in frame.groupby("subject", sort=False):
        colour, rows = hues[str(name)], rows.sort_values("generation")
        symbols = ["circle" if p < SURE else "circle-open" for p in rows["p_adjusted"]]
        trace: dict[str, Any] = {
            "type": "scatter",
            "mode": "lines+markers",
            "name": safe(name),
            "x": rows["generation"].tolist(),
        }
        trace |= {"y": rows["ks"].tolist(), "line": {"color": colour, "width": 1.6}}
        trace |= {"marker": {"symbol": symbols, "color": colour, "size": 7}}
        traces.append(trace | {"hovertemplate": "generation %{x}<br>distance %{y:.3f}<extra>%{fullData.name}</extra>"})
    axes = {"yaxis": {"range": [-0.02, 1.02]}}
    title = f"{of.title}: distance from the initial texts"
    return go.Figure({"data": traces, "layout": layout(title, words, "generation", "KS distance", **axes)})
