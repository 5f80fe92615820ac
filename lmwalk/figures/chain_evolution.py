"""How a property goes from generation to generation, one line an initial text."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.chains import evolution
from lmwalk.figures._chains import CHAINS, ONE_OF_EACH, axis, begun, known, names, warmths
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import Words, drawing, layout, safe, warmth
from lmwalk.figures._traces import band


def courses(material: ChainData) -> pd.DataFrame:
    """label, task, property, initial, text (its short name), generation, mean, se, seeds, distinct."""
    parts = [evolution(material.chains, name).assign(property=name) for name in names(material)]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return frame.assign(text=frame["initial"].map(dict(enumerate(material.initials)))) if parts else frame


@drawing(
    "chain-evolution",
    title="Evolution",
    about="The mean over the chains of each initial text, with its standard error, in which copies of a chain count "
    "once; cool lines began low, warm ones high. Where lines of all colours come together, the property is drawn to "
    "one value.",
    families=CHAINS,
    place=1,
    table=courses,
    choose=ONE_OF_EACH,
    applies=begun,
)
def chain_evolution(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line with a band for each initial text."""
    of = known(frame)
    first = frame[frame["generation"] == 0].set_index("initial")["mean"]
    warm = warmths(first)
    traces = []
    for initial, rows in frame.groupby("initial", sort=True):
        rows = rows.sort_values("generation")
        colour, name = warmth(warm.get(initial, 0.5)), safe(rows["text"].iloc[0])
        x, mean, se = rows["generation"].tolist(), rows["mean"], rows["se"].fillna(0.0)
        if rows["distinct"].max() > 1:
            traces.append(band(x, (mean - se).tolist(), (mean + se).tolist(), colour))
        hover = f"{name}<br>generation %{{x}}<br>%{{y:.4g}}<extra></extra>"
        line = {"color": colour, "width": 1.6}
        traces.append({"type": "scatter", "mode": "lines", "x": x, "y": mean.tolist(), "name": name, "line": line})
        traces[-1] |= {"hovertemplate": hover}
    title = f"{of.title} over the generations"
    return go.Figure({"data": traces, "layout": layout(title, words, "generation", axis(of), showlegend=False)})
