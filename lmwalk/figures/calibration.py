"""Belief against the true probability, with a slider over the number of tosses shown."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, SHARE, Words, colours, drawing, layout, published_labels
from lmwalk.figures._traces import band, line, null_line, told, whiskers
from lmwalk.figures.evidence import with_band

TRUTH = {"range": [-0.02, 1.02], "zeroline": False}


def of_others(material: DrawData) -> pd.DataFrame:
    """label, n, theta, mean of published models; nothing where no coin is tossed."""
    table = reference_data.coin_in_context().rename(columns={"model": "label", "p_heads": "mean"})
    table = table.assign(theta=table["theta_percent"] / 100)
    return table.loc[[material.thing == "coin"] * len(table), ["label", "n", "theta", "mean"]]


@drawing(
    "calibration",
    title="Belief and truth",
    about="Mean probability of the event, over the wordings, against its true probability θ, with 95% intervals over "
    "the wordings where there are enough; for one number of tosses shown at a time. The ideal observer's is dotted, "
    "its 95% credible band grey; on the dashed diagonal belief is the truth.",
    processes=("in-context",),
    place=2,
    table=with_band,
    published=of_others,
)
def calibration(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Lines over theta for each n, of which the slider shows one."""
    others = published_labels(frame)
    own = frame[~frame["label"].isin(others)]
    sizes = sorted((own if len(own) else frame)["n"].unique())
    hues = colours(list(dict.fromkeys(frame["label"])), others)
    groups = [_of_one_size(frame[frame["n"] == n], hues, others) for n in sizes]
    ends = [sum(map(len, groups[:place])) for place in range(len(groups) + 1)]
    drawn = [trace | {"visible": place == len(groups) - 1} for place, group in enumerate(groups) for trace in group]
    steps = [
        {
            "label": str(n),
            "method": "restyle",
            "args": ["visible", [ends[at] <= i < ends[at + 1] for i in range(ends[-1])]],
        }
        for at, n in enumerate(sizes)
    ]
    slider = {
        "active": len(steps) - 1,
        "steps": steps,
        "currentvalue": {"prefix": "tosses shown: n = "},
        "pad": {"t": 45},
    }
    # room for the slider, and below it for the legend
    shape = {
        "margin": {"l": 60, "r": 20, "t": 80, "b": 210},
        "sliders": [slider],
        "xaxis": TRUTH,
        "yaxis": SHARE,
        "height": 620,
        "shapes": [_diagonal()],
    }
    title = f"Belief in {words.event} against the truth"
    return go.Figure({"data": drawn, "layout": layout(title, words, "θ, true probability", words.chance, **shape)})


def _of_one_size(rows: pd.DataFrame, hues: dict[str, str], others: list[str]) -> list[dict[str, Any]]:
    own = rows[~rows["label"].isin(others)]
    traces = _ideal(own[own["label"] == own["label"].iloc[0]].sort_values("theta")) if len(own) else []
    for label, part in rows.groupby("label", sort=False):
        traces.append(_line(str(label), part.sort_values("theta"), hues[str(label)], thin=label in others))
    return traces


def _ideal(seen: pd.DataFrame) -> list[dict[str, Any]]:
    x = seen["theta"].tolist()
    return [
        band(x, seen["band_low"].tolist(), seen["band_high"].tolist(), NULL),
        null_line(x, seen["ideal"].tolist(), "ideal observer", "dot"),
    ]


def _line(label: str, rows: pd.DataFrame, colour: str, *, thin: bool) -> dict[str, Any]:
    hover = "θ = %{x:.2f}<br>%{y:.3f}" + ("" if thin else "<br>%{customdata}")
    bars: dict[str, Any] = {}
    if not thin:
        bars = {"error_y": whiskers(rows["mean"], rows["low"], rows["high"], colour), "customdata": told(rows)}
    return line(label, rows["theta"].tolist(), rows["mean"].tolist(), colour, hover, thin=thin, **bars)


def _diagonal() -> dict[str, Any]:
    return {"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "line": {"color": NULL, "dash": "dash", "width": 1.2}}
