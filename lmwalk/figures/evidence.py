"""Belief against the number of tosses shown, a line for each true probability, beside the ideal observer's."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.summaries import beliefs, credible
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, SHARE, TOSSES, Words, drawing, layout, warmth
from lmwalk.figures._traces import band, null_line, told

MOST_BANDS = 3


def pseudo_counts(material: DrawData) -> tuple[float, float]:
    """The ideal observer's pseudo-counts: of the event, of all else."""
    followed = material.outcomes.index(material.event)
    prior = material.params.get("prior") or [1.0] * len(material.outcomes)
    return float(prior[followed]), float(sum(prior) - prior[followed])


def with_band(material: DrawData) -> pd.DataFrame:
    """label, n, cell, theta, what ``over_wordings`` gives, ideal, band_low, band_high."""
    return credible(beliefs(material.answers, ("label", "n", "cell")), *pseudo_counts(material))


@drawing(
    "evidence",
    title="Belief and evidence",
    about="Mean probability of the event after n true tosses, over the wordings, for each true probability θ; the "
    "ideal observer's is dotted, in the same colour. Intervals over the wordings are in the table, and at each point.",
    processes=("in-context",),
    place=1,
    table=with_band,
    one=True,
)
def evidence(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Lines for each theta over n, ``beliefs`` with ``credible`` being the columns."""
    traces: list[dict[str, Any]] = []
    few = frame["cell"].nunique() <= MOST_BANDS
    for _, rows in sorted(frame.groupby("cell", sort=True), key=lambda pair: -pair[1]["theta"].iloc[0]):
        traces += _lines(rows.sort_values("n"), few=few)
    key = {"color": NULL, "dash": "dot", "width": 2}
    traces.append({"type": "scatter", "x": [None], "y": [None], "mode": "lines", "name": "ideal observer", "line": key})
    axes = {"xaxis": {"type": "category"}, "yaxis": SHARE}
    title = f"Belief in {words.event} as evidence grows"
    return go.Figure({"data": traces, "layout": layout(title, words, TOSSES, words.chance, **axes)})


def _lines(rows: pd.DataFrame, *, few: bool) -> list[dict[str, Any]]:
    theta = float(rows["theta"].iloc[0])
    colour, x, group = warmth(theta), [str(n) for n in rows["n"]], f"{theta:g}"
    ideal = null_line(x, rows["ideal"].tolist(), "ideal observer") | {
        "line": {"color": colour, "dash": "dot", "width": 1.5},
        "legendgroup": group,
        "showlegend": False,
        "hovertemplate": f"n = %{{x}}<br>ideal observer %{{y:.3f}}<extra>θ = {group}</extra>",
    }
    mean = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": rows["mean"].tolist(),
        "customdata": told(rows),
        "name": f"θ = {group}",
        "legendgroup": group,
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 6},
        "hovertemplate": "n = %{x}<br>%{y:.3f}<br>%{customdata}<extra>%{fullData.name}</extra>",
    }
    bands = [band(x, rows["band_low"].tolist(), rows["band_high"].tolist(), colour, legendgroup=group)] if few else []
    return [*bands, ideal, mean]
