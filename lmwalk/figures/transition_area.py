"""The area below the distance from the truth: how soon, and how well, the moves of a Markov chain are learnt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.transitions import areas
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, OKABE_ITO, Words, drawing, layout, safe
from lmwalk.figures._traces import null_line, whiskers
from lmwalk.figures._transitions import IDEAL, NAMES, PROCESSES, compared, referred
from lmwalk.number_format import counted


def below(material: DrawData) -> pd.DataFrame:
    """What ``areas`` gives, the references in words; the ideal observer from the true row alone."""
    return referred(areas(compared(material)))


@drawing(
    "transition-area",
    title="Area under the distance",
    about="The area under the total variation distance over the lengths shown, divided by how far they reach: the mean "
    "distance over a whole sequence, from the true row (filled) and from the ideal observer (open), with 95% intervals "
    "over sequences and wordings. Small: the moves were learnt soon and well. Of sampled replies some distance is "
    "chance: a grey cross is the area that draws from what is right would show.",
    processes=PROCESSES,
    place=3,
    table=below,
)
def transition_area(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each label, the area from 0."""
    own = frame[frame["label"] != IDEAL]
    names = list(dict.fromkeys(own["label"]))
    signs = zip(NAMES.values(), ("circle", "circle-open"), OKABE_ITO, (0.12, -0.12), strict=False)
    traces: list[dict[str, Any]] = []
    for reference, symbol, colour, lift in signs:
        rows = own[own["reference"] == reference]
        places = [len(names) - 1 - names.index(label) + lift for label in rows["label"]]
        traces += _points(reference, rows, places, {"symbol": symbol, "color": colour, "size": 10})
    known = own[own["reference"] == NAMES["truth"]]
    reach = [-0.5, len(names) - 0.5]
    traces += _null(known["constant"].mean(), reach, "constant answer", "dash")
    traces += _null(frame.loc[frame["label"] == IDEAL, "area"].mean(), reach, IDEAL, "dot")
    far = float(np.nanmax(own[["area", "high", "constant"]].to_numpy(float), initial=0.1))
    ticks = {"tickvals": list(range(len(names)))[::-1], "ticktext": [safe(name) for name in names]}
    axes = {
        "xaxis": {"range": [-0.02 * far, 1.04 * far]},
        "yaxis": {**ticks, "range": reach, "showgrid": False, "automargin": True},
        "height": max(320, 200 + 44 * len(names)),
    }
    title = "Distance over the whole sequence"
    told = layout(title, words, "mean total variation distance", "", **axes)
    return go.Figure({"data": traces, "layout": told})


def _points(reference: str, rows: pd.DataFrame, places: list[float], marker: dict[str, Any]) -> list[dict[str, Any]]:
    """The areas with their intervals, and what chance alone makes of so many replies."""
    common = {"type": "scatter", "mode": "markers", "y": places}
    text = [safe(label) for label in rows["label"]]
    hover = f"%{{x:.3f}} from {reference}<br>%{{customdata}}<extra>%{{text}}</extra>"
    drawn = {
        **common,
        "name": f"from {reference}",
        "x": rows["area"].tolist(),
        "text": text,
        "customdata": [_said(row) for row in rows.to_dict("records")],
        "marker": marker,
        "error_x": whiskers(rows["area"], rows["low"], rows["high"], str(marker["color"])),
        "hovertemplate": hover,
    }
    if not rows["matcher"].notna().any():
        return [drawn]
    cross = {"symbol": "x-thin-open", "size": 9, "color": NULL}
    hover = "by chance %{x:.3f}<extra></extra>"
    chance = {**common, "name": "by chance", "x": rows["matcher"].tolist(), "marker": cross, "hovertemplate": hover}
    return [drawn, {**chance, "showlegend": reference == NAMES["truth"]}]


def _said(row: dict[Any, Any]) -> str:
    interval = f"95%: {row['low']:.3f} to {row['high']:.3f}, " if np.isfinite(row["low"]) else ""
    return f"{interval}{counted(row['sequences'], 'sequence')}"


def _null(area: float, reach: list[float], name: str, dash: str) -> list[dict[str, Any]]:
    """A line upwards at an area; nothing where there is none."""
    return [null_line([area, area], reach, f"{name}, {area:.3f}", dash)] if np.isfinite(area) else []
