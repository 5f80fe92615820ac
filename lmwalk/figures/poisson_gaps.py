"""How many marks stand after each word, beside the Poisson law."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.poisson_marks import count_marks, per_gap
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import Words, drawing, layout, warmth
from lmwalk.figures._traces import marks


def gaps(material: DrawData) -> pd.DataFrame:
    """label, rate, marks (so many after a word), observed and expected (words), share, expected_share."""
    mark = str(material.params.get("mark", "*"))
    texts = material.answers[material.answers["outcome"].notna()]
    parts = []
    for label, part in texts.groupby("label", sort=False):
        for rate, replies in part.groupby("rate", sort=True):
            counted = [gap for text in replies["outcome"] for gap in count_marks(text, mark).gaps]
            parts.append(per_gap(counted, float(str(rate))).assign(label=str(label), rate=float(str(rate))))
    columns = ["label", "rate", "marks", "observed", "expected"]
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    words = table.groupby(["label", "rate"], sort=False)["observed"].transform("sum").astype(float)
    return table.assign(share=table["observed"] / words, expected_share=table["expected"] / words)


@drawing(
    "poisson-gaps",
    title="Marks after a word",
    about="The share of words with no, one, two, ... marks behind them; dashes: the Poisson law at the nominal rate. "
    "The last group of each rate stands for so many or more.",
    processes=("poisson",),
    place=2,
    table=gaps,
    one=True,
)
def poisson_gaps(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Bars for each rate over the number of marks."""
    rates = sorted(frame["rate"].unique())
    traces: list[dict[str, Any]] = []
    for place, rate in enumerate(rates):
        rows = frame[frame["rate"] == rate].sort_values("marks")
        traces += _bars(rows, f"rate {rate:g}", warmth(place / max(1, len(rates) - 1)))
    more = {"barmode": "group", "scattermode": "group", "xaxis": {"dtick": 1}, "yaxis": {"rangemode": "tozero"}}
    title = "Marks after each word against the Poisson law"
    return go.Figure(
        {"data": traces, "layout": layout(title, words, "marks after a word", "share of the words", **more)}
    )


def _bars(rows: pd.DataFrame, name: str, colour: str) -> list[dict[str, Any]]:
    x, group = rows["marks"].tolist(), {"offsetgroup": name, "legendgroup": name}
    hover = "%{x} marks: %{y:.3f} of the words<extra>%{fullData.name}</extra>"
    bar = {"type": "bar", "name": name, "x": x, "y": rows["share"].tolist(), "marker": {"color": colour}, **group}
    law = marks(
        name,
        x,
        rows["expected_share"].tolist(),
        "Poisson: %{x} marks: %{y:.3f}<extra>%{fullData.name}</extra>",
        symbol="line-ew-open",
        size=12,
        line={"width": 2.5},
    )
    return [bar | {"hovertemplate": hover}, law | group | {"showlegend": False}]
