"""How replies could be read."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._data import DrawData, WalkData
from lmwalk.figures._drawing import HEIGHT, Words, drawing, layout, safe
from lmwalk.palette import OKABE_ITO, REFERENCE

STATUSES = {
    "ok": ("read", OKABE_ITO[2]),
    "ambiguous": ("ambiguous", OKABE_ITO[4]),
    "unparsed": ("not read", OKABE_ITO[1]),
    "refused": ("refused", OKABE_ITO[3]),
    "empty": ("empty", OKABE_ITO[5]),
    "cut": ("cut off", OKABE_ITO[0]),
    "error": ("failed call", REFERENCE),
}
"""By status: its words and its colour."""


def parse_status(material: WalkData | DrawData) -> pd.DataFrame:
    """label, status, count, share (of the condition's questions)."""
    table = material.answers.groupby(["label", "status"], sort=False).size().rename("count").reset_index()
    return table.assign(share=table["count"] / table.groupby("label")["count"].transform("sum"))


def _sampled(material: WalkData | DrawData) -> bool:
    return not material.answers.empty and not bool(material.answers["scored"].all())


@drawing(
    "parse-status",
    title="Reading",
    about="How replies could be read: with one outcome, with several (ambiguous), with none, as a refusal, as nothing "
    "at all, or not, as they were cut off; and calls that failed for good.",
    families=("walk", "draw"),
    holds=lambda process: bool(process.alphabet),
    place=9,
    table=parse_status,
    applies=_sampled,
)
def reading(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A bar for each condition, cut by status."""
    labels = list(dict.fromkeys(frame["label"]))
    traces = [_bar(frame[frame["status"] == status], *known) for status, known in STATUSES.items()]
    axes = {
        "yaxis": {
            "type": "category",
            "autorange": "reversed",
            "automargin": True,
            "categoryarray": [*map(safe, labels)],
        },
        "xaxis": {"range": [0, 100], "ticksuffix": "%"},
        "barmode": "stack",
        "bargap": 0.35,
        "height": max(HEIGHT // 2 + 20, 190 + 24 * len(labels)),
    }
    read = int(frame.loc[frame["status"] == "ok", "count"].sum())
    title = f"{read:,} of {int(frame['count'].sum()):,} replies name one outcome"
    drawn = [trace for trace in traces if trace["x"]]
    return go.Figure({"data": drawn, "layout": layout(title, words, "share of questions", "condition", **axes)})


def _bar(rows: pd.DataFrame, name: str, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [safe(label) for label in rows["label"]],
        "x": (100 * rows["share"]).tolist(),
        "customdata": rows["count"].tolist(),
        "marker": {"color": colour},
        "hovertemplate": "%{customdata} replies, %{x:.1f}%<extra>%{fullData.name}</extra>",
    }
