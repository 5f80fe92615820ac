"""Measures of walks, one at a time, each beside what null walks show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.motion import MEASURES
from lmwalk.analysis.null_comparison import Against, walk_measures
from lmwalk.analysis.pvalues import LEVEL
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import HEIGHT, NULL, OKABE_ITO, Words, drawing, layout, safe
from lmwalk.figures._walks import WALKS, codes_of, on_square_grid, room_of, walks_in
from lmwalk.number_format import counted, counted_units

MOST_ANSWERS = 3_000
"""Answers whose null walks take some two seconds to simulate where each condition has its own."""


def takes_long(material: WalkData) -> bool:
    """Whether simulating the null walks takes some seconds."""
    return len(material.answers) > MOST_ANSWERS


def measures(material: WalkData) -> pd.DataFrame:
    """As ``walk_measures`` gives it, with label for the condition, the measures' titles, and meaning."""
    table = walk_measures(codes_of(material), room_of(material), Against(material.null), material.primary or None)
    titles = {name: known.title for name, known in MEASURES.items()}
    meanings = {name: known.meaning for name, known in MEASURES.items()}
    return table.assign(
        measure=table["measure"].map(titles), meaning=table["measure"].map(meanings), label=table["condition"]
    ).drop(columns="condition")


@drawing(
    "walk-measures",
    title="Measures",
    about="Points: the walks. Grey: mean and central 95% of null walks of the same number and lengths, which share "
    "moves as these do. A filled point: p at most 0.05, whatever the unread answers were, after adjusting for the five "
    "kinds of null walks (times 5) and over every measure and condition (Benjamini-Hochberg); a primary measure "
    "that the study names is adjusted over the conditions alone.",
    families=WALKS,
    holds=on_square_grid,
    place=5,
    table=measures,
    choose=("measure",),
    slow=takes_long,
    against=True,
)
def walk_measures_figure(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each condition."""
    labels = [safe(label) for label in frame["label"]]
    found = frame["p_adjusted"] <= LEVEL
    traces = [
        _nulls(frame, labels),
        _points(frame[found], "differs", OKABE_ITO[0]),
        _points(frame[~found], "no difference shown", OKABE_ITO[0], hollow=True),
    ]
    axes = {
        "yaxis": {"type": "category", "automargin": True, "autorange": "reversed", "categoryarray": labels},
        "height": max(HEIGHT // 2 + 20, 190 + 24 * len(labels)),
    }
    verb = "differs" if len(frame) == 1 else "differ"
    title = f"{int(found.sum())} of {counted(len(frame), 'condition')} {verb} from the null · {walks_in(frame)}"
    return go.Figure({"data": traces, "layout": layout(title, words, frame["meaning"].iloc[0], "condition", **axes)})


def _nulls(frame: pd.DataFrame, labels: list[str]) -> dict[str, Any]:
    middle = frame["expected"]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "null walks, 95%",
        "x": middle.tolist(),
        "y": labels,
        "marker": {"color": NULL, "symbol": "line-ns-open", "size": 12},
        "error_x": {
            "array": (frame["null_high"] - middle).tolist(),
            "arrayminus": (middle - frame["null_low"]).tolist(),
            "thickness": 7,
            "width": 0,
            "color": "rgba(139,145,151,0.45)",
        },
        "hovertemplate": "null walks: mean %{x:.3g}<extra></extra>",
    }


def tested(row: Mapping[Any, Any]) -> str:
    """What a row's test says, and on how many walks it rests."""
    rests = counted_units(int(row["walks"]), int(row["distinct"]), "walk")
    if math.isnan(row["p"]):
        return f"{rests}<br>not tested: no null walk can differ in it"
    bound = f", {row['p_bound']:.3g} by the unread answers" if row["p_bound"] > row["p"] else ""
    primary = "<br>the primary measure, tested alone" if row["primary"] else ""
    return f"{rests}<br>p {row['p']:.3g}{bound}, adjusted {row['p_adjusted']:.3g}{primary}"


def _points(rows: pd.DataFrame, name: str, colour: str, *, hollow: bool = False) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": rows["value"].tolist(),
        "y": [safe(label) for label in rows["label"]],
        "customdata": [[row["p"], row["p_adjusted"], tested(row)] for row in rows.to_dict("records")],
        "marker": {"color": colour, "size": 10, "symbol": "circle-open" if hollow else "circle", "line": {"width": 2}},
        "hovertemplate": "%{x:.4g}<br>%{customdata[2]}<extra></extra>",
    }
