"""Tests of the sequences that a model draws against fair and independent draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.answers import own_results
from lmwalk.analysis.sequences import STATISTICS, randomness_tests
from lmwalk.figures._drawing import NULL, Material, Words, colours, drawing, layout, safe

LEVEL = 0.05
MOST_SIMULATED = 4000
"""Results of simulated sequences, summed over the lengths there are, that take about two seconds."""


def tests(material: Material) -> pd.DataFrame:
    """label, trajectory, n, test, statistic, expected, p, p_adjusted."""
    results = own_results(material.answers)
    results = results.drop(columns="condition").rename(columns={"label": "condition"})
    return randomness_tests(results, material.outcomes).rename(columns={"condition": "label"})


def takes_long(material: Material) -> bool:
    """Whether there are so many lengths, or so long ones, that simulating them takes long."""
    lengths = own_results(material.answers).groupby(["condition", "trajectory"]).size().unique()
    return int(sum(lengths)) > MOST_SIMULATED


@drawing(
    "randomness",
    title="Tests of randomness",
    about="Each sequence against fair independent draws of the same length: Monte-Carlo p-values, adjusted for all the "
    "tests here by Benjamini and Hochberg's false discovery rate. Left of the dashed line (0.05) a sequence is "
    "not what fair draws give.",
    processes=("sequence",),
    place=3,
    table=tests,
    slow=takes_long,
)
def randomness(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each test, a point for each sequence."""
    names = list(STATISTICS)
    labels = list(dict.fromkeys(frame["label"]))
    hues = colours(labels)
    traces = [_points(frame[frame["label"] == label], label, names, labels, hues[label]) for label in labels]
    floor = float(np.nanmin([*frame["p_adjusted"], LEVEL]))
    axes = {
        "xaxis": {"type": "log", "dtick": 1, "range": [np.log10(floor) - 0.2, 0.05]},
        "yaxis": {"tickvals": list(range(len(names))), "ticktext": names, "automargin": True, "autorange": "reversed"},
        "shapes": [_threshold()],
        "height": 520,
    }
    found = frame["p_adjusted"].dropna()
    title = f"{int((found <= LEVEL).sum()):,} of {len(found):,} tests speak against fair draws"
    return go.Figure({"data": traces, "layout": layout(title, words, "p, adjusted (log scale)", "", **axes)})


def _points(rows: pd.DataFrame, label: str, names: list[str], labels: list[str], colour: str) -> dict[str, Any]:
    lane = (labels.index(label) + 0.5) / len(labels) - 0.5
    places = rows["test"].map(names.index).astype(float) + 0.7 * lane
    return {
        "type": "scatter",
        "mode": "markers",
        "name": safe(label),
        "x": rows["p_adjusted"].tolist(),
        "y": places.tolist(),
        "customdata": rows[["trajectory", "n", "statistic", "expected", "p"]].to_numpy(float).tolist(),
        "marker": {"color": colour, "size": 7, "opacity": 0.7},
        "hovertemplate": "sequence %{customdata[0]} of %{customdata[1]} results<br>statistic %{customdata[2]:.3g}, "
        "fair draws %{customdata[3]:.3g}<br>p %{customdata[4]:.3g}, adjusted %{x:.3g}<extra>%{fullData.name}</extra>",
    }


def _threshold() -> dict[str, Any]:
    line = {"color": NULL, "dash": "dash", "width": 1.5}
    return {"type": "line", "x0": LEVEL, "x1": LEVEL, "yref": "paper", "y0": 0, "y1": 1, "line": line}
