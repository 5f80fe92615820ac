"""The paths of walks in the plane."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import END, START, Words, colours, drawing, layout, safe, trajectory_colour
from lmwalk.figures._walks import WALKS, copies_of, outline_traces, square, walks_in
from lmwalk.geometry import OpenPlane, Outline, Reference, picture_reach, shift

MOST_WALKS = 50
HOVER = "t %{customdata[0]}: x %{customdata[1]:.2~f}, y %{customdata[2]:.2~f}"


def paths(material: WalkData) -> pd.DataFrame:
    """label, trajectory, t (from 0), x, y, walks, distinct: every place of every walk, the start included."""
    answers = material.answers[material.answers["status"] != "error"]
    if answers.empty:
        return pd.DataFrame()
    copies = copies_of(material)
    counts = copies.groupby("label")["copy"].agg(walks="size", distinct="nunique").reset_index()
    starts = copies[["label", "trajectory"]].assign(t=0, x=material.begins[0], y=material.begins[1])
    places = pd.concat([starts, answers[["label", "trajectory", "t", "x", "y"]]])
    if (places[["x", "y"]] % 1 == 0).all(axis=None):
        places = places.astype({"x": "int64", "y": "int64"})
    order = places.assign(place=places["label"].map({label: n for n, label in enumerate(answers["label"].unique())}))
    ordered = order.sort_values(["place", "trajectory", "t"], kind="stable").drop(columns="place")
    return ordered.merge(counts, on="label", how="left")


@drawing(
    "walk-paths",
    title="Paths",
    about="Every walk from the green dot to its red diamond. Where it is known where unbiased walks end, the dashed "
    "curve holds the share of them that the legend says.",
    families=WALKS,
    place=1,
    table=paths,
    one=True,
)
def walk_paths(frame: pd.DataFrame, words: Words) -> go.Figure:
    """One condition with a colour for each walk, or several with one for each condition."""
    labels = list(dict.fromkeys(frame["label"]))
    walks = [walk for _, walk in frame.groupby(["label", "trajectory"], sort=False)]
    hues = colours(labels) if len(labels) > 1 else {}
    geometry = words.geometry or OpenPlane()
    x, y = (float(walks[0][name].iloc[0]) for name in ("x", "y"))
    reference = geometry.reference(int(frame["t"].max()), (x, y))
    reach = picture_reach(geometry, reference, frame["x"], frame["y"])
    lines = [_path(walk, hues, reach) for walk in walks[:MOST_WALKS]]
    behind = [*outline_traces(geometry.outlines), *(_reference(reference) if reference else ())]
    drawn = [*behind, *lines, *(_key(label, hue) for label, hue in hues.items())]
    end_x, end_y = ([line[axis][-1] for line in lines] for axis in "xy")
    drawn += [_signs("start", [x], [y], "circle", START), _signs("end", end_x, end_y, "diamond", END)]
    left_out = f" ({MOST_WALKS} of {len(walks):,} drawn)" if len(walks) > MOST_WALKS else ""
    axes = {**square(reach), "hovermode": "closest"}
    names = (f"{axis}, in {geometry.unit}" for axis in "xy")
    return go.Figure({"data": drawn, "layout": layout(f"{walks_in(frame)}{left_out}", words, *names, **axes)})


def _reference(reference: Reference) -> list[dict[str, Any]]:
    name = f"{reference.percentage} of unbiased walks end inside"
    traces = outline_traces([Outline("reference", reference.points)])
    return [{**trace, "name": name, "showlegend": True} for trace in traces]


def _path(walk: pd.DataFrame, hues: dict[str, str], reach: float) -> dict[str, Any]:
    label, number = str(walk["label"].iloc[0]), int(walk["trajectory"].iloc[0])
    aside = shift(number, reach)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": safe(label) if hues else f"walk {number}",
        "showlegend": not hues,
        "x": (walk["x"] + aside).tolist(),
        "y": (walk["y"] + aside).tolist(),
        "customdata": walk[["t", "x", "y"]].to_numpy().tolist(),
        "line": {"color": hues.get(label, trajectory_colour(number)), "width": 1.6},
        "opacity": 0.85,
        "hovertemplate": f"{HOVER}<extra>%{{fullData.name}}</extra>",
    }


def _key(label: str, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": [None], "y": [None], "name": safe(label), "line": line}


def _signs(name: str, x: list[float], y: list[float], symbol: str, colour: str) -> dict[str, Any]:
    marker = {"symbol": symbol, "size": 10, "color": colour, "line": {"color": "white", "width": 1}}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "name": name, "marker": marker, "hoverinfo": "skip"}
