"""Why walks are as they are: position by position, what came against what the sampler that was asked for would give."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.pvalues import LEVEL
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import OKABE_ITO, SHARE, Words, drawing, layout, safe
from lmwalk.figures._traces import null_line
from lmwalk.figures._walks import WALKS
from lmwalk.number_format import counted

NAME = "walk-why"
MOST_ANSWERS = 3_000
"""Answers whose walks take some two seconds to draw anew."""
LETTERS = 88
"""Of a line of words."""


def why(material: WalkData) -> pd.DataFrame:
    """label, x, y, t, n, move, share, seen, p, p_adjusted, verdict: as ``datasets.sampler_verdict`` gives it."""
    table = material.verdicts(material.answers, material.policies())
    return table if "t" not in table or table["t"].notna().any() else table.drop(columns="t")


def _fills(material: WalkData) -> bool:
    return bool(material.version) and any(not policy.drawn_here for policy in material.policies().values())


def _verdict(frame: pd.DataFrame) -> str:
    return "\n".join(textwrap.fill(said, LETTERS) for said in frame["verdict"].unique())


@drawing(
    NAME,
    title="Why is it so?",
    about="Each position where walks were asked: how often the likeliest move came, against its probability under the "
    "temperature, and the cuts, that were asked for. On the line the server's sampler is the one it claims to be; a "
    "filled point is off it, after adjusting over positions.",
    families=WALKS,
    place=8,
    table=why,
    one=True,
    slow=lambda material: len(material.answers) > MOST_ANSWERS,
    applies=_fills,
    said=_verdict,
)
def walk_why(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A point for each position, larger where more answers came."""
    off = frame["p_adjusted"] <= LEVEL
    traces = [
        null_line([0, 1], [0, 1], "as asked for"),
        _points(frame[off], "differs"),
        _points(frame[~off], "no difference shown", hollow=True),
    ]
    verb = "differs" if int(off.sum()) == 1 else "differ"
    title = f"{int(off.sum()):,} of {counted(len(frame), 'position')} {verb}"
    axes: dict[str, Any] = {"xaxis": SHARE, "yaxis": SHARE}
    x, y = "probability of the likeliest move, as asked for", "share of the answers"
    return go.Figure({"data": traces, "layout": layout(title, words, x, y, **axes)})


def _points(rows: pd.DataFrame, name: str, *, hollow: bool = False) -> dict[str, Any]:
    timed = "t" in rows
    at = [
        f"({row['x']:g}, {row['y']:g})" + (f" at t = {row['t']:g}" if timed else "") for row in rows.to_dict("records")
    ]
    sizes = (5 + 3 * rows["n"].to_numpy(float) ** 0.5).clip(max=28).tolist()
    told = [
        [place, safe(move), int(n), f"{p:.3g}"]
        for place, move, n, p in zip(at, rows["move"], rows["n"], rows["p_adjusted"], strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": rows["share"].tolist(),
        "y": rows["seen"].tolist(),
        "customdata": told,
        "cliponaxis": False,
        "marker": {"color": OKABE_ITO[0], "size": sizes, "symbol": "circle-open" if hollow else "circle"},
        "hovertemplate": "%{customdata[0]}: %{customdata[1]} %{y:.2f} of %{customdata[2]} answers, expected %{x:.2f}"
        "<br>p adjusted %{customdata[3]}<extra></extra>",
    }
