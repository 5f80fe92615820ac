"""Every outcome's probability as bars, beside what an even chance or a stated bias would give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.analysis.summaries import outcome_shares
from lmwalk.analysis.units import FEWEST
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout, published_labels, safe, warmth
from lmwalk.figures._traces import bounds, points, told, whiskers

OUTSIDE = "no outcome"
WHISKERS = (
    "Each wording has one weight, and the 95% intervals are over the wordings (of one wording, over its replies); "
    f"where there are fewer than {FEWEST} the wordings are shown as circles. Flat signs: where a bar would end if all "
    "replies that could not be read had said it, or none."
)


def by_condition(material: DrawData) -> pd.DataFrame:
    """label, outcome, expected, outside, and what ``over_wordings`` gives."""
    return outcome_shares(material.answers, material.outcomes, ("label",))


def by_statement(material: DrawData) -> pd.DataFrame:
    """The same for each statement of one condition; ``condition`` keeps which."""
    table = outcome_shares(material.answers, material.outcomes, ("label", "statement"))
    return table.rename(columns={"label": "condition", "statement": "label"})


def of_others(material: DrawData) -> pd.DataFrame:
    """The same of published models, one wording each; nothing where other numbers are drawn."""
    table = reference_data.priors()
    table = table[table["process"] == material.thing]
    if tuple(table["outcome"].drop_duplicates()) != material.outcomes:
        table = table.iloc[:0]
    named = table.rename(columns={"model": "label", "probability": "mean"})
    return named.assign(low=np.nan, high=np.nan, outside=np.nan)[[*_DRAWN]]


_DRAWN = ("label", "outcome", "mean", "low", "high", "outside")


@drawing(
    "outcomes",
    title="Every outcome",
    about=f"The probability of each outcome, with what an even chance gives dashed. {WHISKERS} The grey bars are the "
    "mass that the answers put on no outcome.",
    processes=("prior",),
    place=1,
    table=by_condition,
    published=of_others,
)
def outcomes(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Bars for each condition. See ``analysis.summaries.outcome_shares`` for the columns."""
    labels = list(dict.fromkeys(frame["label"]))
    hues = colours(labels, published_labels(frame))
    return _bars(frame, hues, words, "Probability of every outcome")


@drawing(
    "outcomes-stated",
    title="Every outcome",
    about=f"The probability of each outcome under each statement; a dash marks what the statement asks for. {WHISKERS} "
    "The grey bars are the mass that the answers put on no outcome.",
    processes=("stated-bias",),
    place=1,
    table=by_statement,
    one=True,
    applies=lambda material: material.thing != "coin",
)
def outcomes_stated(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Bars for each statement, with what it asks for."""
    labels = list(dict.fromkeys(frame["label"]))
    hues = {label: warmth(place / max(1, len(labels) - 1)) for place, label in enumerate(labels)}
    return _bars(frame, hues, words, "Outcomes under a stated bias", asked=True)


def _bars(frame: pd.DataFrame, hues: dict[str, str], words: Words, title: str, *, asked: bool = False) -> go.Figure:
    traces: list[dict[str, Any]] = []
    for label, rows in frame.groupby("label", sort=False):
        traces.append(_bar(str(label), rows, hues[str(label)]))
        place = {"offsetgroup": safe(label), "legendgroup": safe(label)}
        names = list(map(safe, rows["outcome"]))
        traces += [*points(names, rows, **place), *bounds(names, rows, **place)]
        if asked:
            traces.append(_asked(str(label), rows))
    even = 1 / max(1, frame["outcome"].nunique())
    shapes = [] if asked else [_even(even)]
    more = {"barmode": "group", "scattermode": "group", "bargap": 0.25, "shapes": shapes}
    axes = {"xaxis": {"type": "category", "showgrid": False}, "yaxis": {"rangemode": "tozero"}}
    return go.Figure({"data": traces, "layout": layout(title, words, "outcome", "probability", **more, **axes)})


def _bar(label: str, rows: pd.DataFrame, colour: str) -> dict[str, Any]:
    mean = rows["mean"].to_numpy(float)
    bars = whiskers(rows["mean"], rows["low"], rows["high"], NULL)
    return {
        "type": "bar",
        "name": safe(label),
        "x": [*map(safe, rows["outcome"]), OUTSIDE],
        "y": [*mean.tolist(), float(rows["outside"].iloc[0])],
        "offsetgroup": safe(label),
        "legendgroup": safe(label),
        "marker": {"color": [colour] * len(rows) + [NULL]},
        "error_y": {**bars, **{side: [*bars[side], None] for side in ("array", "arrayminus")}},
        "customdata": [*told(rows), ""],
        "hovertemplate": "%{x}: %{y:.3f}<br>%{customdata}<extra>%{fullData.name}</extra>",
    }


def _asked(label: str, rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"asked for: {safe(label)}",
        "x": list(map(safe, rows["outcome"])),
        "y": rows["expected"].tolist(),
        "offsetgroup": safe(label),
        "legendgroup": safe(label),
        "showlegend": False,
        "marker": {"symbol": "line-ew-open", "size": 16, "line": {"width": 2.5}, "color": NULL},
        "hovertemplate": "asked for %{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
    }


def _even(level: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": level,
        "y1": level,
        "line": {"color": NULL, "dash": "dash", "width": 1.5},
        "name": f"even chance, {level:.3g}",
        "showlegend": True,
    }
