"""What the answers that could not be read leave open of the directions of walks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.walks import bounded_shares
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import SHARE, Words, colours, drawing, layout, safe
from lmwalk.figures._traces import faint, null_line, whiskers
from lmwalk.figures._walks import WALKS, tallied, walks_in
from lmwalk.number_format import counted


def bounds(material: WalkData) -> pd.DataFrame:
    """label, outcome, count, n, share, low, high, walks, distinct, unread, least, most (see ``bounded_shares``)."""
    return bounded_shares(tallied(material), material.outcomes).rename(columns={"condition": "label"})


def some_unread(material: WalkData) -> bool:
    """Whether any answer could not be read."""
    return bool(len(material.answers)) and not material.answers["status"].isin(["ok", "error"]).all()


@drawing(
    "walk-unread",
    title="Unread",
    about="Each direction's share of the answers that could be read, with its 95% interval over walks, and as a bar "
    "what it could be of all answers: from none of the unread ones having meant it to all of them. A bar that holds "
    "the dashed line leaves open whether the model has a preference.",
    families=WALKS,
    place=8,
    table=bounds,
    one=True,
    applies=some_unread,
)
def walk_unread(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A bar and a point for each direction."""
    labels = list(dict.fromkeys(frame["label"]))
    hues = colours(labels)
    outcomes = list(dict.fromkeys(frame["outcome"]))
    traces: list[dict[str, Any]] = [null_line(outcomes, [1 / len(outcomes)] * len(outcomes), "unbiased", "dash")]
    for label, rows in frame.groupby("label", sort=False):
        traces += _traces(str(label), rows, hues[str(label)])
    unread, answers = (int(frame.drop_duplicates("label")[name].sum()) for name in ("unread", "n"))
    title = f"{unread:,} of {counted(unread + answers, 'answer')} could not be read · {walks_in(frame)}"
    axes = {"yaxis": SHARE, "barmode": "group"}
    return go.Figure({"data": traces, "layout": layout(title, words, "direction", "share", **axes)})


def _traces(label: str, rows: pd.DataFrame, colour: str) -> list[dict[str, Any]]:
    open_to = {
        "type": "bar",
        "name": f"{safe(label)}, all answers",
        "x": rows["outcome"].tolist(),
        "y": (rows["most"] - rows["least"]).tolist(),
        "base": rows["least"].tolist(),
        "customdata": rows[["least", "most"]].to_numpy(float).tolist(),
        "marker": {"color": faint(colour, 0.3), "line": {"color": colour, "width": 1}},
        "width": 0.5,
        "hovertemplate": "%{x}: %{customdata[0]:.3f} to %{customdata[1]:.3f} of all answers<extra></extra>",
    }
    read = {
        "type": "scatter",
        "mode": "markers",
        "name": f"{safe(label)}, answers read",
        "x": rows["outcome"].tolist(),
        "y": rows["share"].tolist(),
        "error_y": whiskers(rows["share"], rows["low"], rows["high"], colour),
        "marker": {"color": colour, "size": 9},
        "hovertemplate": "%{x}: %{y:.3f} of the answers read<extra></extra>",
    }
    return [open_to, read]
