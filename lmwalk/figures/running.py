"""The running share of the event in what a model draws, inside the funnel of fair sequences."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.answers import own_results
from lmwalk.analysis.running import running_shares
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, SHARE, Words, drawing, layout, safe, trajectory_colour
from lmwalk.figures._traces import band, null_line

MOST_LINES = 60


def shares(material: DrawData) -> pd.DataFrame:
    """label, trajectory, t, count, share, funnel_low, funnel_high."""
    results = own_results(material.answers)
    return running_shares(results, {material.event}, 1 / max(1, len(material.outcomes)))


@drawing(
    "running",
    title="Running share",
    about="The share of the event among a model's first t results, a line for each sequence. 95% of fair and "
    "independent sequences are inside the funnel at any one t.",
    processes=("sequence", "prior"),
    place=2,
    table=shares,
    one=True,
    applies=lambda material: "way" in material.params or bool(material.answers["t"].max() > 1),
)
def running(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each sequence over its length."""
    kept = frame.drop_duplicates("t").sort_values("t")
    x, low, high = kept["t"].tolist(), kept["funnel_low"], kept["funnel_high"]
    middle = float((low.iloc[-1] + high.iloc[-1]) / 2)
    traces = [
        band(x, low.tolist(), high.tolist(), NULL, name="95% of fair sequences", showlegend=True),
        null_line([x[0], x[-1]], [middle, middle], "even chance", hoverinfo="skip"),
    ]
    every = list(frame.groupby("trajectory", sort=True))
    for number, rows in every[:MOST_LINES]:
        traces.append(_line(int(str(number)), rows, thin=len(every) > 12))
    left = f" ({MOST_LINES} of {len(every):,} sequences drawn)" if len(every) > MOST_LINES else ""
    axes = {"yaxis": SHARE, "xaxis": {"rangemode": "tozero"}, "showlegend": len(every) <= 12}
    title = f"Share of {safe(words.event)} so far{left}"
    y_title = f"share of {safe(words.event)}"
    return go.Figure({"data": traces, "layout": layout(title, words, "t, results so far", y_title, **axes)})


def _line(number: int, rows: pd.DataFrame, *, thin: bool) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"sequence {number}",
        "x": rows["t"].tolist(),
        "y": rows["share"].tolist(),
        "line": {"color": trajectory_colour(number), "width": 1 if thin else 1.8},
        "opacity": 0.7 if thin else 1,
        "hovertemplate": "t = %{x}<br>share %{y:.3f}<extra>%{fullData.name}</extra>",
    }
