"""Where chains end against where they began: the fit, y = x, and the attractor where they meet."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.chains import endpoints
from lmwalk.figures._chains import (
    CHAINS,
    NOT_DETERMINED,
    ONE_OF_EACH,
    axis,
    begun,
    determined,
    known,
    names,
    sizes,
    warmths,
)
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import OKABE_ITO, Words, drawing, layout, safe, warmth
from lmwalk.figures._traces import null_line

FIT = ["slope", "intercept", "strength", "position", "position_low", "position_high", "distinct", "texts", "chains"]


def pairs(material: ChainData) -> pd.DataFrame:
    """label, task, initial, text, seed, property, first, last, generation, and the fit of the group (``FIT``)."""
    measured = names(material)
    ends = endpoints(material.chains, measured)
    fits = attractors(material.chains, measured)[["label", "task", "property", *FIT]]
    return ends.merge(fits, on=["label", "task", "property"]).assign(
        text=lambda rows: rows["initial"].map(dict(enumerate(material.initials)))
    )


@drawing(
    "chain-endpoints",
    title="First and last",
    about="A dot for each chain: its latest text against its initial one. On the dashed diagonal nothing changed. The "
    "attractor, a diamond with its 95% interval, is where the fitted line meets the diagonal; it is drawn where it is "
    "determined. The flatter the line, the stronger it draws.",
    families=CHAINS,
    place=2,
    table=pairs,
    choose=ONE_OF_EACH,
    applies=begun,
)
def chain_endpoints(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Dots, the fitted line, the diagonal and the attractor."""
    of, fit = known(frame), frame.iloc[0]
    values = pd.concat([frame["first"], frame["last"]])
    ends = [float(values.min()), float(values.max())]
    warm = warmths(frame.groupby("initial")["first"].first())
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": sizes(fit.to_dict()),
        "x": frame["first"].tolist(),
        "y": frame["last"].tolist(),
        "text": [f"{safe(text)}, chain {seed + 1}" for text, seed in zip(frame["text"], frame["seed"], strict=True)],
        "marker": {"size": 7, "opacity": 0.75, "color": [warmth(warm[initial]) for initial in frame["initial"]]},
        "hovertemplate": "%{text}<br>first %{x:.4g}<br>last %{y:.4g}<extra></extra>",
    }
    traces = [null_line(ends, ends, "y = x", hoverinfo="skip"), dots, *_fit(fit, frame["first"])]
    title = f"{of.title}, first and last text"
    return go.Figure({"data": traces, "layout": layout(title, words, axis(of, "first "), axis(of, "last "))})


def _fit(fit: pd.Series, first: pd.Series) -> list[dict[str, Any]]:
    """The line over the values that there are, and the attractor where there is one."""
    x = [float(first.min()), float(first.max())]
    y = [float(fit["intercept"] + fit["slope"] * value) for value in x]
    colour = OKABE_ITO[0]
    drawn: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": f"slope {fit['slope']:.3f}"}
    ]
    drawn[0] |= {"line": {"color": colour, "width": 2}, "hoverinfo": "skip"}
    if not determined(fit.to_frame().T).iloc[0]:
        if pd.notna(fit["position"]):
            drawn[0]["name"] += f", attractor {NOT_DETERMINED}"
        return drawn
    at, low, high = (float(fit[name]) for name in ("position", "position_low", "position_high"))
    bars = {"color": colour, "thickness": 1.2, "width": 4, "array": [high - at], "arrayminus": [at - low]}
    sign = {
        "type": "scatter",
        "mode": "markers",
        "x": [at],
        "y": [at],
        "name": f"attractor {at:.4g}, strength {fit['strength']:.3f}",
        "marker": {"symbol": "diamond", "size": 13, "color": colour, "line": {"color": "white", "width": 1.5}},
        "hovertemplate": f"attractor {at:.4g}<extra></extra>",
    }
    return [*drawn, sign | ({"error_x": bars, "error_y": bars} if pd.notna(fit["position_low"]) else {})]
