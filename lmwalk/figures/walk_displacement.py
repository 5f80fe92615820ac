"""How fast walks spread: mean squared displacement against lag."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.null_comparison import Against, displacement_curve, exponent_interval
from lmwalk.analysis.units import FEWEST
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout
from lmwalk.figures._traces import band, line, null_line
from lmwalk.figures._walks import WALKS, codes_of, counts_of, on_square_grid, room_of, walks_in
from lmwalk.figures.walk_measures import takes_long
from lmwalk.number_format import no_interval

FEW_DECADES = 3
"""An axis over fewer powers of ten has numbers between them."""


def displacements(material: WalkData) -> pd.DataFrame:
    """label, lag, msd, expected, null_low, null_high, exponent, exponent_low, exponent_high, walks, distinct."""
    room, against, parts = room_of(material), Against(material.null), []
    for label, codes in codes_of(material).items():
        exponent, low, high = exponent_interval(codes, room)
        curve = displacement_curve(codes, room, against)
        parts.append(
            curve.assign(label=label, exponent=exponent, exponent_low=low, exponent_high=high, **counts_of(codes))
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


@drawing(
    "walk-displacement",
    title="Displacement",
    about="Mean squared displacement over all windows of a lag, in cells squared. Its slope here is the exponent: 0 "
    "stands still, 1 diffuses, 2 goes straight; with its 95% interval over the walks that differ.",
    families=WALKS,
    holds=on_square_grid,
    place=4,
    table=displacements,
    one=True,
    slow=takes_long,
    against=True,
)
def walk_displacement(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each condition; the null's mean and 95% envelope in grey, once where all conditions share it."""
    labels = list(dict.fromkeys(frame["label"]))
    hues, traces = colours(labels), []
    null = ["lag", "expected", "null_low", "null_high"]
    shared = frame[null].drop_duplicates().groupby("lag").size().max() == 1
    for place, label in enumerate(labels):
        rows = frame[(frame["label"] == label)]
        if place == 0 or not shared:
            hue = NULL if shared else hues[label]
            traces.append(band(rows["lag"].tolist(), rows["null_low"].tolist(), rows["null_high"].tolist(), hue))
        if place == 0:
            traces.append(null_line(rows["lag"].tolist(), rows["expected"].tolist(), f"{words.null} walks, 95%"))
        seen = rows[rows["msd"] > 0]
        name = f"{label}: exponent {_interval(rows.iloc[0])}"
        hover = "lag %{x}: %{y:.3g} cells²"
        traces.append(line(name, seen["lag"].tolist(), seen["msd"].tolist(), hues[label], hover))
    axis = {"type": "log", "dtick": "D2" if frame["lag"].max() < 30 else 1}
    known = frame[["msd", "null_low", "null_high"]].where(frame[["msd", "null_low", "null_high"]] > 0)
    decades = float(np.log10(known.max().max() / known.min().min())) if known.notna().any(axis=None) else 0.0
    dense = "D2" if decades < FEW_DECADES else 1
    axes: dict[str, Any] = {"xaxis": axis, "yaxis": {"type": "log", "dtick": dense}}
    x, y = "lag, in steps (log scale)", "mean squared displacement, cells² (log scale)"
    return go.Figure(
        {"data": traces, "layout": layout(f"Mean squared displacement · {walks_in(frame)}", words, x, y, **axes)}
    )


def _interval(row: pd.Series) -> str:
    if pd.isna(row["exponent"]):
        return "not defined"
    if pd.isna(row["exponent_low"]):
        return f"{row['exponent']:.2f} ({no_interval(int(row['distinct']), 'walk', FEWEST)})"
    return f"{row['exponent']:.2f} ({row['exponent_low']:.2f} to {row['exponent_high']:.2f})"
