"""A stated bias hidden in a text: how far answers are from it, by its depth, the text's length, and the bias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.summaries import distributions
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import Words, drawing, layout
from lmwalk.figures._panels import panels
from lmwalk.figures.contrast_matrix import BELOW
from lmwalk.figures.grid_map import FAINT_TO_DEEP

EVEN = "constant"
DISTANCE = (
    "Mean total variation distance between the answers and what is stated: 0 is right, 1 as wrong as can be. Sampled "
    "replies are averaged over the wordings first. "
)


def _hidden(material: DrawData) -> bool:
    return bool(material.answers["length"].notna().any())


def _distances(material: DrawData, by: Sequence[str]) -> pd.DataFrame:
    """What ``mean_distances`` gives of the total variation distance from what is stated, by columns of the answers."""
    places = material.answers.drop_duplicates("cell")[["cell", "depth", "length", "stated", "statement"]]
    rows = distributions(material.answers, material.outcomes).merge(places, left_on="case", right_on="cell")
    found = mean_distances(rows, ["label", *by], references=("ideal",), measures=("tvd",))
    return found.drop(columns=["reference", "measure", "infinite"])


def by_place(material: DrawData) -> pd.DataFrame:
    """label, depth, length (words), and the distance: mean, low, high and what else ``mean_distances`` gives."""
    return _distances(material, ["depth", "length"])


def by_bias(material: DrawData) -> pd.DataFrame:
    """label, statement, stated (NaN for even and odd), length (words), and the distance."""
    table = _distances(material, ["statement", "length"])
    stated = material.answers.drop_duplicates("statement")[["statement", "stated"]]
    return table.merge(stated, on="statement", how="left")


@drawing(
    "haystack-depth",
    title="Depth and length",
    about=f"{DISTANCE}Down: where the statement stands in the text, 0 before all of it, 1 behind it. Across: words of "
    "the text. A model beside the other, in one scale, on which the answer is marked that gives every outcome one "
    "probability.",
    processes=("stated-bias",),
    place=2,
    table=by_place,
    applies=_hidden,
)
def haystack_depth(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A map for each label: depths down, lengths across."""
    lengths, depths = sorted(frame["length"].unique()), sorted(frame["depth"].unique())
    maps = {
        str(label): own.pivot_table(index="depth", columns="length", values="mean", dropna=False)
        .reindex(index=depths, columns=lengths)
        .to_numpy(float)
        for label, own in frame.groupby("label", sort=False)
    }
    looks = _looks(frame, float(frame["constant"].mean()))
    looks["hovertemplate"] = "depth %{y}, %{x} words<br>distance %{z:.3f}<extra>%{fullData.name}</extra>"
    names = [f"{length:,.0f}" for length in lengths], [f"{depth:g}" for depth in depths]
    traces, axes = panels(maps, *names, ("words of the text", "depth of the statement"), looks)
    title = f"Distance by depth and length, of the constant answer {frame['constant'].mean():.3f}"
    return go.Figure({"data": traces, "layout": _together(title, words, axes)})


@drawing(
    "haystack-bias",
    title="Bias and length",
    about=f"{DISTANCE}Down: what is stated. Across: words of the text, whatever the depth, and last the distance of "
    "the answer that gives every outcome one probability. A model beside the other, in one scale.",
    processes=("stated-bias",),
    place=3,
    table=by_bias,
    applies=_hidden,
)
def haystack_bias(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A map for each label: statements down, lengths across, and the constant answer."""
    lengths = sorted(frame["length"].unique())
    known = frame.drop_duplicates("statement").sort_values("stated", kind="stable")
    even = known["constant"].to_numpy(float)[:, None]
    maps = {
        str(label): np.hstack(
            [
                own.pivot_table(index="statement", columns="length", values="mean", dropna=False)
                .reindex(index=known["statement"], columns=lengths)
                .to_numpy(float),
                even,
            ]
        )
        for label, own in frame.groupby("label", sort=False)
    }
    looks = _looks(frame, None)
    looks["hovertemplate"] = "stated %{y}, %{x}<br>distance %{z:.3f}<extra>%{fullData.name}</extra>"
    names = [*(f"{length:,.0f}" for length in lengths), EVEN], known["statement"].tolist()
    traces, axes = panels(maps, *names, ("words of the text", "stated"), looks)
    title = "Distance by bias and length"
    return go.Figure({"data": traces, "layout": _together(title, words, axes)})


def _looks(frame: pd.DataFrame, constant: float | None) -> dict[str, Any]:
    """The scale that all maps share; what the constant answer would show is marked on it."""
    most = max(float(frame["mean"].max()), float(frame["constant"].max()) if constant is None else constant, 0.01)
    bar: dict[str, Any] = dict(BELOW)
    if constant is not None:
        ends = [end for end in (0.0, most) if abs(end - constant) > most / 5]
        ticks = sorted([*ends, constant])
        bar |= {"tickvals": ticks, "ticktext": [f"{t:.2f}" + (f" {EVEN}" if t == constant else "") for t in ticks]}
    return {"zmin": 0.0, "zmax": most, "colorscale": FAINT_TO_DEEP, "colorbar": bar}


def _together(title: str, words: Words, axes: dict[str, Any]) -> dict[str, Any]:
    own = layout(title, words, "", "", margin={"b": 110})
    return {**own, **axes}
