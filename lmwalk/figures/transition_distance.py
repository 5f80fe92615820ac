"""How far from the truth a model expects the next state of a Markov chain, as the sequence grows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.transitions import mean_variations
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout
from lmwalk.figures._traces import line, marks, null_line, whiskers
from lmwalk.figures._transitions import IDEAL, PROCESSES, compared, referred
from lmwalk.number_format import counted

SHOWN = "n, states shown (at equal distances)"


def by_length(material: DrawData) -> pd.DataFrame:
    """label, n, reference (in words), what ``mean_variations`` gives; the ideal observer from the true row alone."""
    return referred(mean_variations(compared(material), ("label", "n")))


@drawing(
    "transition-distance",
    title="Distance by length",
    about="Mean total variation distance of what is expected next from the true row of the latest state, or from what "
    "an ideal observer expects of the same sequence, with 95% intervals over sequences and wordings: 0 the same, 1 "
    "apart. The constant answer gives every state the same probability. Sampled replies are averaged over the wordings "
    "first; grey crosses are what draws from what is right would show with as many.",
    processes=PROCESSES,
    place=1,
    table=by_length,
    choose=("reference",),
)
def transition_distance(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each label over n."""
    rows = frame.sort_values("n", kind="stable")
    own, ideal = rows[rows["label"] != IDEAL], rows[rows["label"] == IDEAL]
    hues = colours(list(dict.fromkeys(own["label"])))
    constant = own.groupby("n")["constant"].mean()
    traces = [null_line(_text(constant.index), constant.tolist(), "constant answer")]
    traces += [null_line(_text(ideal["n"]), ideal["mean"].tolist(), IDEAL, "dot")] if len(ideal) else []
    for label, part in own.groupby("label", sort=False):
        traces += _of_label(str(label), part, hues[str(label)])
    order = _text(sorted(own["n"].unique()))
    axes = {
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": order},
        "yaxis": {"rangemode": "tozero"},
    }
    title = f"How far from {rows['reference'].iloc[0]}, as the sequence grows"
    told = layout(title, words, SHOWN, "total variation distance", **axes)
    return go.Figure({"data": traces, "layout": told})


def _of_label(label: str, rows: pd.DataFrame, colour: str) -> list[dict[str, Any]]:
    """The line with its intervals, and what chance alone makes of so many replies."""
    bars = whiskers(rows["mean"], rows["low"], rows["high"], colour)
    hover = "n = %{x}<br>distance %{y:.3f}<br>%{customdata}"
    said = [_said(row) for row in rows.to_dict("records")]
    drawn = line(label, _text(rows["n"]), rows["mean"].tolist(), colour, hover, customdata=said, error_y=bars)
    known = rows[rows["matcher"].notna()]
    if known.empty:
        return [drawn]
    hover = "n = %{x}<br>by chance %{y:.3f}<extra></extra>"
    signs = marks("by chance", _text(known["n"]), known["matcher"].tolist(), hover, symbol="x-thin-open", size=8)
    bars = whiskers(known["matcher"], known["matcher_low"], known["matcher_high"], NULL)
    return [drawn, signs | {"error_y": bars}]


def _said(row: dict[Any, Any]) -> str:
    interval = f"95%: {row['low']:.3f} to {row['high']:.3f}, " if np.isfinite(row["low"]) else ""
    return f"{interval}{counted(row['cases'], 'sequence')}, {counted(row['units'], 'wording')}"


def _text(lengths: Any) -> list[str]:
    return [str(int(n)) for n in lengths]
