"""Whether those results that follow a switch are attended to more where the update is better."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.attention import updates
from lmwalk.figures._attention import rows_of, switches
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import HEIGHT, Words, drawing, layout, safe, warmth
from lmwalk.figures._traces import null_line
from lmwalk.number_format import counted

PUBLISHED = "Published, over all models: R = .02, p = .48."


def against_error(material: DrawData) -> pd.DataFrame:
    """As ``analysis.attention.updates`` gives it, with case: its probabilities and its switch in words."""
    found = updates(rows_of(material))
    return found.assign(case=[material.cases[cell] for cell in found["cell"]])


@drawing(
    "attention-update",
    title="Attention and error",
    about="A dot for each sequence, the mean over its wordings: the share of the attention to all results that is on "
    "those after the switch, against how far the belief is from the target, when all results are shown. Colour: when "
    "the switch comes, from early (cool) to late. Slope with its interval by leaving out one sequence at a time; p by "
    "permutation of whole sequences; within cutoffs both are taken from their means there, so that what a late switch "
    f"does to both is no part of it. {PUBLISHED}",
    processes=("switching", "double-distribution"),
    place=9,
    table=against_error,
    one=True,
    choose=("target", "attention"),
    applies=switches,
)
def attention_update(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Dots and the line through them."""
    cutoffs = sorted(frame["switch"].unique())
    shade = {at: warmth(place / max(1, len(cutoffs) - 1)) for place, at in enumerate(cutoffs)}
    traces = [_dots(frame[frame["switch"] == at], int(at), shade[at]) for at in cutoffs]
    first, ends = frame.iloc[0], [float(frame["after"].min()), float(frame["after"].max())]
    if np.isfinite(first["slope"]):
        level = frame["update_error"].mean() - first["slope"] * frame["after"].mean()
        traces.append(null_line(ends, [level + first["slope"] * x for x in ends], "least squares", hoverinfo="skip"))
    caution = "\n".join(filter(None, [_said(frame), words.caution]))
    x_title = "share of the attention after the switch"
    y_title = f"|{words.chance} - {safe(first['target'])}|"
    drawn = layout(
        "Attention against the error of the update",
        Words(**{**vars(words), "caution": caution}),
        x_title,
        y_title,
        yaxis={"rangemode": "tozero"},
        margin={"t": 100},
        height=HEIGHT + 60,
    )
    return go.Figure({"data": traces, "layout": drawn})


def _dots(rows: pd.DataFrame, at: int, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"switch after {at}",
        "x": rows["after"].tolist(),
        "y": rows["update_error"].tolist(),
        "customdata": [safe(case) for case in rows["case"]],
        "marker": {"color": colour, "size": 6, "opacity": 0.75},
        "hovertemplate": "%{customdata}<br>attention after the switch %{x:.3f}<br>error %{y:.3f}<extra></extra>",
    }


def _said(frame: pd.DataFrame) -> str:
    """The numbers in short lines, which fit a narrow screen: of all sequences, and within cutoffs."""
    row = frame.iloc[0]
    wordings = counted(int(frame["units"].max()), "wording")
    lines = [f"{counted(len(frame), 'independent sequence')} in {wordings}", *_line(row)]
    if frame["switch"].nunique() > 1:
        inside = f"R = {row['within_r']:.3f}, p = {_p(row['within_p'])}"
        none = "the share does not vary"
        lines.append(f"within cutoffs: {none if pd.isna(row['within_r']) else inside}")
    return "\n".join(lines)


def _line(row: pd.Series) -> list[str]:
    if pd.isna(row["r"]):
        return ["nothing varies, so that there is no line"]
    between = ["", ""]
    if np.isfinite(row["slope_low"]):
        between = [f" ({row[f'{name}_low']:.3f} to {row[f'{name}_high']:.3f})" for name in ("slope", "r")]
    return [f"slope {row['slope']:.3f}{between[0]}", f"R = {row['r']:.3f}{between[1]}, p = {_p(row['p'])}"]


def _p(p: float) -> str:
    return f"{p:.2g}"
