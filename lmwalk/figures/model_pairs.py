"""Base and instruct models side by side: both means, and how far instruction moves a measure."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.pvalues import LEVEL
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import NULL, OKABE_ITO, Words, drawing, layout, safe
from lmwalk.figures._traces import whiskers
from lmwalk.number_format import counted

QUICK = 24
"""Rows of conditions whose measures are compared unasked."""
ROW = 44
BASE, INSTRUCT = OKABE_ITO[1], OKABE_ITO[0]


def differences(material: StudyData) -> pd.DataFrame:
    """As ``datasets.model_pairs.pair_differences`` gives it."""
    return material.pair_differences()


def has_pairs(material: StudyData) -> bool:
    """Whether models of the study belong together in pairs."""
    return bool(material.pairs)


@drawing(
    "model-pairs",
    title="Base and instruct",
    about="Left: the mean of each base model (open) and of the instruct model made of it (filled), with 95% intervals "
    "over whole units. Right: instruct less base, with its 95% interval; units of the same name are compared within "
    "pairs. A star: p, adjusted over all measures and pairs of the table, is at most 5%. Which models belong together "
    "is set on Compare, under Pairs.",
    families=("draw", "chain"),
    place=13,
    table=differences,
    choose=("compared",),
    slow=lambda material: len(material.pairs) * material.rows["label"].nunique() > QUICK,
    applies=has_pairs,
)
def model_pairs(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each pair, temperature and task: means left, the difference right."""
    several = {name: frame[name].nunique() > 1 for name in ("temperature", "task")}
    rows = [_name(row, several) for row in frame.to_dict("records")]
    measure = str(frame["compared"].iloc[0])
    traces = [
        *_links(frame, rows),
        _means(frame, rows, "base", BASE, "circle-open"),
        _means(frame, rows, "instruct", INSTRUCT, "circle"),
        _differences(frame, rows),
    ]
    apart = frame["base_mean"].isna().all()
    right = "how far apart:<br>0 the same, 1 apart" if apart else "instruct<br>- base"
    line = {"color": NULL, "dash": "dash", "width": 1.5}
    none = {"type": "line", "xref": "x2", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    axes: dict[str, Any] = {
        "xaxis": {"domain": [0, 0.48]},
        "xaxis2": {"domain": [0.54, 1], "title": {"text": right}, "zeroline": False, "anchor": "y"},
        "yaxis": {"type": "category", "range": [len(rows) - 0.5, -0.5], "automargin": True},
        "height": max(320, 190 + ROW * len(rows)),
        "shapes": [{**none, "line": line}],
    }
    title = f"Base and instruct: {safe(measure)}"
    return go.Figure({"data": traces, "layout": layout(title, words, safe(measure), "pair", **axes)})


def _name(row: dict[Any, Any], several: dict[str, bool]) -> str:
    """The pair, its names on two lines, and what else tells the row from others."""
    more = [f"T = {row['temperature']:g}"] if several["temperature"] else []
    more += [safe(row["task"])] if several["task"] and row["task"] else []
    return f"{safe(row['instruct'])}<br>{safe(' · '.join([row['base'], *more]))}"


def _links(frame: pd.DataFrame, rows: list[str]) -> list[dict[str, Any]]:
    """A faint line from each base model to its like."""
    x = [value for pair in zip(frame["base_mean"], frame["instruct_mean"], strict=True) for value in (*pair, None)]
    y = [value for row in rows for value in (row, row, None)]
    line = {"color": NULL, "width": 1}
    return [
        {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "showlegend": False}
    ]


def _means(frame: pd.DataFrame, rows: list[str], which: str, colour: str, symbol: str) -> dict[str, Any]:
    mean, low, high = (frame[f"{which}_{part}"] for part in ("mean", "low", "high"))
    told = [
        f"{safe(row[which])}<br>{_interval(row[f'{which}_low'], row[f'{which}_high'])}"
        f"{counted(int(row[f'{which}_units']), row['unit'])}"
        for row in frame.to_dict("records")
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": which,
        "x": mean.tolist(),
        "y": rows,
        "customdata": told,
        "marker": {"color": colour, "size": 10, "symbol": symbol, "line": {"width": 2, "color": colour}},
        "error_x": whiskers(mean, low, high, colour),
        "hovertemplate": "%{x:.4g}<br>%{customdata}<extra></extra>",
    }


def _differences(frame: pd.DataFrame, rows: list[str]) -> dict[str, Any]:
    starred = frame["p_adjusted"] <= LEVEL
    told = [
        f"{_interval(row['low'], row['high'])}p {row['p']:.2g}, adjusted {row['p_adjusted']:.2g}<br>"
        f"{counted(int(row['instruct_units']), row['unit'])}{', within pairs' if row['paired'] else ''}"
        for row in frame.to_dict("records")
    ]
    signs = {"color": INSTRUCT, "size": 11, "symbol": ["diamond" if star else "diamond-open" for star in starred]}
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": frame["instruct_less_base"].tolist(),
        "y": rows,
        "xaxis": "x2",
        "text": ["*" if star else "" for star in starred],
        "textposition": "top center",
        "customdata": told,
        "marker": signs,
        "error_x": whiskers(frame["instruct_less_base"], frame["low"], frame["high"], INSTRUCT),
        "hovertemplate": "%{x:.4g}<br>%{customdata}<extra></extra>",
        "showlegend": False,
    }


def _interval(low: float, high: float) -> str:
    return "" if pd.isna(low) else f"95%: {low:.4g} to {high:.4g}<br>"
