"""Tests of the sequences that a model draws against fair and independent draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.answers import own_results
from lmwalk.analysis.pvalues import LEVEL
from lmwalk.analysis.sequences import BIAS, STATISTICS, randomness_tests
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout, safe
from lmwalk.number_format import counted

MOST_SIMULATED = 1500
"""Results of sequences whose outcomes came differently often, summed, whose other orders take about two seconds."""


def tests(material: DrawData) -> pd.DataFrame:
    """label, trajectory, n, copies, test, asks (bias or memory), statistic, expected, p, p_adjusted."""
    results = own_results(material.answers)
    results = results.drop(columns="condition").rename(columns={"label": "condition"})
    return randomness_tests(results, material.outcomes).rename(columns={"condition": "label"})


def takes_long(material: DrawData) -> bool:
    """Whether there are so many sequences to put into other orders, or so long ones, that it takes long."""
    counts = own_results(material.answers).groupby(["condition", "trajectory", "outcome"]).size().unstack(fill_value=0)
    return int(counts.drop_duplicates().to_numpy().sum()) > MOST_SIMULATED


@drawing(
    "randomness",
    title="Tests of randomness",
    about="Two questions about each sequence. Bias: did outcomes come as often as in fair draws that are independent? "
    "Memory: does the order matter, against the same results in other orders, whatever the bias? Memory can make "
    "counts uneven, too. p-values are adjusted for all the tests here (Benjamini-Hochberg), equal sequences of a "
    "condition counted once. Left of the dashed line (0.05) the answer is yes.",
    processes=("sequence",),
    place=3,
    table=tests,
    slow=takes_long,
)
def randomness(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each test, a point for each sequence."""
    names = list(STATISTICS)
    said = [f"{name} ({'bias' if name in BIAS else 'memory'})" for name in names]
    labels = list(dict.fromkeys(frame["label"]))
    hues = colours(labels)
    traces = [_points(frame[frame["label"] == label], label, names, labels, hues[label]) for label in labels]
    floor = float(np.nanmin([*frame["p_adjusted"], LEVEL]))
    axes = {
        "xaxis": {"type": "log", "dtick": 1, "range": [np.log10(floor) - 0.2, 0.05]},
        "yaxis": {"tickvals": list(range(len(names))), "ticktext": said, "automargin": True, "autorange": "reversed"},
        "shapes": [_threshold()],
        "height": 520,
    }
    title = " · ".join(_found(frame[frame["asks"] == asks], asks) for asks in ("bias", "memory"))
    return go.Figure({"data": traces, "layout": layout(title, words, "p, adjusted (log scale)", "", **axes)})


def _found(rows: pd.DataFrame, asks: str) -> str:
    """In how many of the sequences that differ within their condition a question was answered with yes."""
    least = rows.groupby(["label", "trajectory"])["p_adjusted"].min()
    copies = rows.groupby(["label", "trajectory"])["copies"].first()
    tested = least.notna()
    whole, shown = (float((1 / copies[part]).sum()) for part in (tested, tested & (least <= LEVEL)))
    return f"{asks} in {round(shown):,} of {counted(round(whole), 'distinct sequence')}"


def _points(rows: pd.DataFrame, label: str, names: list[str], labels: list[str], colour: str) -> dict[str, Any]:
    lane = (labels.index(label) + 0.5) / len(labels) - 0.5
    places = rows["test"].map(names.index).astype(float) + 0.7 * lane
    return {
        "type": "scatter",
        "mode": "markers",
        "name": safe(label),
        "x": rows["p_adjusted"].tolist(),
        "y": places.tolist(),
        "customdata": rows[["trajectory", "n", "statistic", "expected", "p", "copies"]].to_numpy(float).tolist(),
        "marker": {"color": colour, "size": 7, "opacity": 0.7},
        "hovertemplate": "sequence %{customdata[0]} of %{customdata[1]} results, %{customdata[5]} like it<br>"
        "statistic %{customdata[2]:.3g}, expected %{customdata[3]:.3g}<br>p %{customdata[4]:.3g}, adjusted %{x:.3g}"
        "<extra>%{fullData.name}</extra>",
    }


def _threshold() -> dict[str, Any]:
    line = {"color": NULL, "dash": "dash", "width": 1.5}
    return {"type": "line", "x0": LEVEL, "x1": LEVEL, "yref": "paper", "y0": 0, "y1": 1, "line": line}
