"""Strength and position of attractors, condition beside condition."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.analysis.attractors import attractors
from lmwalk.figures._chains import (
    CHAINS,
    NOT_DETERMINED,
    SURE,
    axis,
    begun,
    determined,
    known,
    names,
    rest,
    sizes,
    stacked,
    subject,
)
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout, published_labels
from lmwalk.figures._published import PUBLISHED
from lmwalk.figures._traces import faint, whiskers

ROW = 36
PUBLISHED_LAST = 50
"""The generation that published strengths are read at."""
NLTK = {"positivity": "positivity-nltk"}
"""The property whose values the published ones are."""


def table(material: ChainData) -> pd.DataFrame:
    """As ``analysis.attractors.attractors`` gives it, where a line can be fitted at all."""
    return attractors(material.chains, names(material)).dropna(subset="slope")


def of_others(material: ChainData) -> pd.DataFrame:
    """The published attractors of the tasks that the study has, or of all where it has none of theirs."""
    frame = reference_data.telephone_attractors().rename(columns={"model": "label"})
    frame["per_generation"] = 1 - (1 - frame["strength"]) ** (1 / PUBLISHED_LAST)
    frame["property"] = frame["property"].replace(NLTK)
    shared = frame["task"].isin(set(material.chains["task"]))
    return frame[shared] if shared.any() else frame


@drawing(
    "chain-attractors",
    title="Attractors",
    about="Bars: strength, 1 - |slope|: 0 the text keeps what it had, 1 where it began does not matter; it grows with "
    "the number of generations. Circles: strength of one generation, 1 - |slope|^(1/generations), which does not. "
    "Position: the value that chains move to, drawn where it is determined. 95% intervals over the initial texts. The "
    "published length attractors begin at generation 1, the others at 0; published positivity is NLTK's.",
    families=CHAINS,
    place=3,
    table=table,
    published=of_others,
    choose=("property",),
    applies=begun,
)
def chain_attractors(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Strengths left, positions right, a row for each condition and task."""
    of, frame = known(frame), frame.reset_index(drop=True)
    known_to = frame.get("published", pd.Series(data=False, index=frame.index)).eq(True)
    rows = [
        stacked(name) + (f" ({PUBLISHED})" if own else "") for name, own in zip(subject(frame), known_to, strict=True)
    ]
    frame = frame.assign(row=rows, hover=[_hover(row) for row in frame.to_dict("records")])
    own_fit = frame["slope"].notna() if "slope" in frame else pd.Series(data=False, index=frame.index)
    shown = determined(frame) | ~own_fit if own_fit.any() else frame["position"].notna()
    others = published_labels(frame)
    hues = colours(list(dict.fromkeys(frame["label"])), others)
    placed = frame.assign(position=frame["position"].where(shown))
    traces = []
    for label, own in placed.groupby("label", sort=False):
        colour = hues[str(label)]
        pattern = {"pattern": {"shape": "/", "fgcolor": "white"}} if label in others else {}
        filled = {"color": faint(colour, 0.6), **pattern}
        strength = {"type": "bar", "orientation": "h", "marker": filled, "width": 0.6}
        circle = {"color": colour, "size": 9, "symbol": "circle-open", "line": {"width": 2}}
        signs = {"color": colour, "size": 11, "symbol": "diamond-open" if label in others else "diamond"}
        rate = {"type": "scatter", "mode": "markers", "marker": circle}
        position = {"type": "scatter", "mode": "markers", "marker": signs, "xaxis": "x2"}
        traces += [_drawn(own, "strength", colour) | strength, _drawn(own, "position", colour) | position]
        traces.append(_drawn(own, "per_generation", colour) | rate)
    axes = {
        "xaxis": {"domain": [0, 0.48], "range": [0, 1.05]},
        "xaxis2": {"domain": [0.54, 1], "title": {"text": axis(of, "position,<br>")}, "zeroline": False, "anchor": "y"},
        "yaxis": {"type": "category", "range": [len(rows) - 0.5, -0.5], "automargin": True},
        "height": max(320, 180 + ROW * len(rows)),
        "annotations": _notes(frame[own_fit], shown),
    }
    title = f"Attractors of {of.title.lower()}"
    drawn = layout(title, words, "strength<br>bar: of all, circle: of one", "condition", **axes)
    return go.Figure({"data": traces, "layout": drawn})


def _notes(fits: pd.DataFrame, shown: pd.Series) -> list[dict[str, Any]]:
    """Beside a row: that its position is not determined, that its chains still move."""
    place = {"yref": "y", "showarrow": False, "font": {"size": 11, "color": NULL}}
    notes = []
    for row, seen in zip(fits.to_dict("records"), shown[fits.index], strict=True):
        if not seen:
            said = "no attractor" if pd.isna(row["position"]) else NOT_DETERMINED
            notes.append({"text": said, "y": row["row"], "xref": "x2 domain", "x": 0.02, "xanchor": "left"} | place)
        if row["moves_p_adjusted"] < SURE:
            notes.append(
                {"text": "still moving", "y": row["row"], "xref": "x domain", "x": 1, "xanchor": "right"} | place
            )
    return notes


def _drawn(rows: pd.DataFrame, name: str, colour: str) -> dict[str, Any]:
    """One of the numbers, with its interval where it has one."""
    trace = {
        "x": rows[name].tolist(),
        "y": rows["row"].tolist(),
        "customdata": rows["hover"].tolist(),
        "showlegend": False,
    }
    said = "strength of one generation" if name == "per_generation" else name
    trace |= {"hovertemplate": f"%{{y}}<br>{said} %{{x:.4g}}%{{customdata}}<extra></extra>"}
    if f"{name}_low" in rows and rows[f"{name}_low"].notna().any():
        trace["error_x"] = whiskers(rows[name], rows[f"{name}_low"], rows[f"{name}_high"], colour)
    return trace


def _hover(row: dict[Hashable, Any]) -> str:
    """What stands behind the fit; published rows do not tell."""
    if pd.isna(row.get("slope")):
        return ""
    early = f", {row['early']:.0f} ended early" if row["early"] else ""
    corrected = f", strength corrected for few texts {row['corrected']:.3f}" if pd.notna(row["corrected"]) else ""
    return f"<br>slope {row['slope']:.3f}{corrected}<br>{sizes(row)}{early}<br>{rest(row)}"
