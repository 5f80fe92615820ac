"""How much of the attention to results is on those after the switch, against how many of them are."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.attention import after_switch
from lmwalk.figures._attention import FEW, observed, rows_of, switches
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import SHARE, Words, colours, drawing, layout, safe
from lmwalk.figures._traces import band, line, null_line


def shares(material: DrawData) -> pd.DataFrame:
    """As ``analysis.attention.after_switch`` gives it, with before: what is on results before the switch."""
    found = after_switch(rows_of(material))
    return found.assign(before=1 - found["after"])


@drawing(
    "attention-after",
    title="Before and after",
    about="How much of the attention to all results shown is on those after the switch, the rest on those before it, "
    f"against how many of the results are. On the dashed diagonal every result has the same. {FEW}.",
    processes=("switching", "double-distribution"),
    place=8,
    table=shares,
    choose=("attention",),
    applies=switches,
)
def attention_after(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each label."""
    hues, traces = colours(list(dict.fromkeys(frame["label"]))), []
    for label, rows in frame.groupby("label", sort=False):
        rows, sure = rows.sort_values("part"), rows[rows["low"].notna()].sort_values("part")
        colour, group = hues[str(label)], dict[str, Any](legendgroup=safe(label))
        x, ends = sure["part"].tolist(), (sure["low"].tolist(), sure["high"].tolist())
        told = [
            f"before: {row['before']:.3f}<br>{row['n'] - row['switch']} of {row['n']} results come after it"
            f"<br>{observed(row)}"
            for row in rows.to_dict("records")
        ]
        hover = "%{x:.0%} of the results: %{y:.3f} of the attention<br>%{customdata}"
        y = rows["after"].tolist()
        own = line(str(label), rows["part"].tolist(), y, colour, hover, customdata=told, **group)
        traces += [band(x, *ends, colour, **group), own]
    traces.append(null_line([0, 1], [0, 1], "the same to every result", hoverinfo="skip"))
    axes = {"xaxis": SHARE, "yaxis": SHARE}
    x_title, y_title = "share of the results that come after the switch", "share of the attention on them"
    return go.Figure(
        {"data": traces, "layout": layout("Attention before and after the switch", words, x_title, y_title, **axes)}
    )
