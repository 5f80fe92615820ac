"""How often each first token came against what an honest sampler gives."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._drawing import NULL, OKABE_ITO, Words, layout, safe

MOST_LETTERS = 16


def sampler_check(rows: pd.DataFrame, title: str) -> go.Figure:
    """A bar a token for how often it came, and its probability as a grey sign with the 95% range of shares.

    Parameters
    ----------
    rows : DataFrame
        name, observed (share), expected (probability), low and high (where 95% of honest shares lie).
    title : str
        What they are of.
    """
    places = list(range(len(rows)))
    words = [_short(name) for name in rows["name"]]
    above, below = (rows["high"] - rows["expected"]).clip(0), (rows["expected"] - rows["low"]).clip(0)
    range_ = {"array": above.tolist(), "arrayminus": below.tolist(), "color": NULL, "thickness": 1.5, "width": 6}
    hover = "%{text}<br>%{y:.3f}<extra>%{fullData.name}</extra>"
    bars = {
        "type": "bar",
        "name": "observed share",
        "x": places,
        "y": rows["observed"].tolist(),
        "text": words,
        "textposition": "none",
        "marker": {"color": OKABE_ITO[0]},
        "hovertemplate": hover,
    }
    signs = {
        "type": "scatter",
        "mode": "markers",
        "name": "honest sampler, 95% of shares",
        "x": places,
        "y": rows["expected"].tolist(),
        "text": words,
        "marker": {"color": NULL, "symbol": "line-ew-open", "size": 16, "line": {"width": 2.5, "color": NULL}},
        "error_y": range_,
        "hovertemplate": hover,
    }
    shown = layout(
        safe(title),
        Words(measurement="first tokens of sampled replies"),
        "First token",
        "Share",
        xaxis={"tickvals": places, "ticktext": words},
        yaxis={"rangemode": "tozero", "tickformat": ".2~f"},
        bargap=0.35,
        height=360,
    )
    return go.Figure({"data": [bars, signs], "layout": shown})


def _short(name: str) -> str:
    """A token as a label: one that is nothing has a sign of its own."""
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name) or "(empty)"
    return safe(text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}\N{HORIZONTAL ELLIPSIS}")
