"""How often walks were answered what, for every alphabet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.units import FEWEST
from lmwalk.analysis.walks import direction_shares
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import NULL, SHARE, Words, colours, drawing, layout, safe
from lmwalk.figures._exact import whole_law
from lmwalk.figures._traces import marks, whiskers
from lmwalk.figures._walks import WALKS, tallied, walks_in
from lmwalk.number_format import no_interval


def shares(material: WalkData) -> pd.DataFrame:
    """label, outcome, share (of the answers that could be read), count, n, low, high, walks, distinct, unbiased.

    And exact: the expected share under the law of the policy, NaN where that is not known.
    """
    table = direction_shares(tallied(material), material.outcomes).rename(columns={"condition": "label"})
    table = table.assign(unbiased=1 / max(1, len(material.outcomes)))
    laws = {label: whole_law(material, label, material.steps) for label in dict.fromkeys(table["label"])}
    expected = {
        (label, move): share
        for label, law in laws.items()
        if law
        for move, share in zip(law.lattice.moves, law.moves.mean(axis=0).tolist(), strict=True)
    }
    pairs = zip(table["label"], table["outcome"], strict=True)
    return table.assign(exact=[expected.get(pair, np.nan) for pair in pairs])


@drawing(
    "walk-shares",
    title="Shares",
    about="Each answer's share of those that could be read, with its 95% interval over the walks that differ; fewer "
    "than four give none. The dashed line is the share in an unbiased walk. A diamond is what the model's token "
    "probabilities give, where they are known.",
    families=WALKS,
    place=6,
    table=shares,
    one=True,
)
def walk_shares(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A point for each answer, conditions side by side."""
    labels = list(dict.fromkeys(frame["label"]))
    hues = colours(labels)
    points = [_points(label, frame[frame["label"] == label], hues[label]) for label in labels]
    known = frame[frame["exact"].notna()]
    if len(known):
        sign = {"symbol": "diamond-open", "size": 13, "line": {"width": 2}}
        points.append(
            marks(
                "exact",
                known["outcome"].tolist(),
                known["exact"].tolist(),
                "%{x}: %{y:.4f}<extra>exact</extra>",
                **sign,
            )
        )
    chosen = f"{int(frame['n'].max()):,} answers read" if len(labels) == 1 else "Shares"
    axes = {"yaxis": SHARE, "scattermode": "group", "shapes": [_unbiased(float(frame["unbiased"].iloc[0]))]}
    drawn = layout(f"{chosen} · {walks_in(frame)}", words, "answer", "share", **axes)
    return go.Figure({"data": points, "layout": drawn})


def _unbiased(share: float) -> dict[str, Any]:
    line = {"color": NULL, "dash": "dash", "width": 1.5}
    place = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": share, "y1": share, "layer": "below"}
    return {**place, "line": line, "name": "unbiased", "showlegend": True}


def _points(label: str, rows: pd.DataFrame, colour: str) -> dict[str, Any]:
    counts = [f"{row['count']:,.0f} of {row['n']:,.0f}{_why(row)}" for row in rows.to_dict("records")]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": safe(label),
        "x": rows["outcome"].tolist(),
        "y": rows["share"].tolist(),
        "error_y": whiskers(rows["share"], rows["low"], rows["high"], colour),
        "marker": {"color": colour, "size": 9},
        "customdata": counts,
        "hovertemplate": "%{x}: %{y:.3f} (%{customdata})<extra>%{fullData.name}</extra>",
    }


def _why(row: Any) -> str:
    return f", {no_interval(int(row['distinct']), 'walk', FEWEST)}" if pd.isna(row["low"]) else ""
