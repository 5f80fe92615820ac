"""What the latest toss does to belief: gambler's fallacy or its opposite."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.flips import last_flip
from lmwalk.analysis.overviews import observations
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import SHARE, TOSSES, Words, drawing, layout, warmth
from lmwalk.figures._traces import line, null_line, whiskers
from lmwalk.figures.evidence import pseudo_counts

AFTER = {"heads": ("after the event", 1.0), "tails": ("after anything else", 0.0)}


def by_size(material: DrawData) -> pd.DataFrame:
    """label, n, last (what the latest toss was), mean, low, high, units (wordings), cases, answers, ideal."""
    seen = observations(material.answers, material.event)
    table = last_flip(seen, ("label", "n"), pseudo_counts(material))
    return table.assign(last=table["last"].map({name: words for name, (words, _) in AFTER.items()}))


@drawing(
    "last-flip",
    title="Latest toss",
    about="Mean probability of the event after the event and after anything else, with 95% intervals over "
    "cases and wordings; the ideal observer's is dotted. Who expects the event less right after it falls for the "
    "gambler's fallacy.",
    processes=("in-context",),
    place=4,
    table=by_size,
    one=True,
)
def last_toss(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Two lines over n."""
    traces: list[dict[str, Any]] = []
    for after, warm in AFTER.values():
        traces += _lines(frame[frame["last"] == after].sort_values("n"), after, words.event, warmth(warm))
    order = [str(n) for n in sorted(frame["n"].unique())]
    axes = {"xaxis": {"type": "category", "categoryorder": "array", "categoryarray": order}, "yaxis": SHARE}
    title = "What the latest toss does to belief"
    return go.Figure({"data": traces, "layout": layout(title, words, TOSSES, words.chance, **axes)})


def _lines(rows: pd.DataFrame, after: str, event: str, colour: str) -> list[dict[str, Any]]:
    x = [str(n) for n in rows["n"]]
    dots = {"line": {"color": colour, "dash": "dot", "width": 1.5}, "hoverinfo": "skip"}
    ideal = null_line(x, rows["ideal"].tolist(), f"ideal observer, {after}") | dots
    bars = whiskers(rows["mean"], rows["low"], rows["high"], colour)
    name, hover = after.replace("the event", event), "n = %{x}<br>%{y:.3f}"
    return [ideal, line(name, x, rows["mean"].tolist(), colour, hover, error_y=bars)]
