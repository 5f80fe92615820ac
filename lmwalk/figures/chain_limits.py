"""What chains end in for good: one text, texts that take turns, or neither."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.fixed_points import limits
from lmwalk.figures._chains import CHAINS, begun, subject
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import NULL, OKABE_ITO, Words, drawing, layout, safe

KINDS = {"fixed point": OKABE_ITO[0], "cycle": OKABE_ITO[1], "none": NULL}


def ends(material: ChainData) -> pd.DataFrame:
    """As ``analysis.limits.limits`` gives it, one row a chain, from the first generation on."""
    texts = material.every_text()
    return limits(texts) if len(texts) else pd.DataFrame()


@drawing(
    "chain-limits",
    title="Limits",
    about="How many chains end in a fixed point (the same text to the letter, at least twice) or in a cycle (texts "
    "that take turns, seen at least twice round). tau, 1 for an exact cycle of two, is 1 - the mean word edit distance "
    "of each text from the one two before.",
    families=CHAINS,
    place=12,
    table=ends,
    slow=lambda material: len(material.chains) > 5_000,
    applies=begun,
)
def chain_limits(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A bar for each condition and task, parted by kind; tau stands in its name."""
    frame = frame.assign(subject=subject(frame).to_numpy())
    names = list(dict.fromkeys(frame["subject"]))
    tau = frame.groupby("subject", sort=False)["tau"].mean()
    rows = [f"{safe(name)}<br>mean tau {tau[name]:.3f}" for name in names]
    traces: list[dict[str, Any]] = []
    for kind, colour in KINDS.items():
        counts = [int(((frame["subject"] == name) & (frame["kind"] == kind)).sum()) for name in names]
        trace = {"type": "bar", "orientation": "h", "name": kind, "x": counts, "y": rows, "marker": {"color": colour}}
        traces.append(trace | {"hovertemplate": f"{kind}: %{{x}} chains<extra></extra>"})
    y_axis = {"type": "category", "autorange": "reversed", "automargin": True}
    axes = {"barmode": "stack", "yaxis": y_axis, "height": max(320, 200 + 48 * len(rows)), "bargap": 0.4}
    return go.Figure({"data": traces, "layout": layout("What chains end in", words, "chains", "condition", **axes)})
