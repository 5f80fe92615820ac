"""The paths of walks in the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.nulls import AFTER, walked
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import END, NULL, START, Words, colours, drawing, layout, safe, trajectory_colour
from lmwalk.figures._walks import PROCESSES, codes_of, counts_of, room_of, square, walks_in, walls
from lmwalk.geometry import unbiased_radius

MOST_WALKS = 50


def paths(material: WalkData) -> pd.DataFrame:
    """label, trajectory, t (from 0), x, y (cells), wall, walks, distinct: every place of every walk."""
    room, parts = room_of(material), []
    for label, codes in codes_of(material).items():
        walk = walked(codes, room)
        lengths = (codes != AFTER).sum(axis=1) + 1
        number = np.repeat(np.arange(len(codes)), lengths)
        t = np.concatenate([np.arange(length) for length in lengths])
        x, y = walk.x[number, t] + room.x, walk.y[number, t] + room.y
        parts.append(
            pd.DataFrame(
                {"label": label, "trajectory": number, "t": t, "x": x, "y": y, "wall": room.wall} | counts_of(codes)
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


@drawing(
    "walk-paths",
    title="Paths",
    about="Every walk from the green dot to its red diamond. 95% of unbiased walks end inside the dashed circle.",
    processes=PROCESSES,
    place=1,
    table=paths,
    one=True,
)
def walk_paths(frame: pd.DataFrame, words: Words) -> go.Figure:
    """One condition with a colour for each walk, or several with one for each condition."""
    labels = list(dict.fromkeys(frame["label"]))
    walks = [walk for _, walk in frame.groupby(["label", "trajectory"], sort=False)]
    hues = colours(labels) if len(labels) > 1 else {}
    drawn = [*(_path(walk, hues) for walk in walks[:MOST_WALKS]), *(_key(label, hue) for label, hue in hues.items())]
    wall, radius = int(frame["wall"].iloc[0]), float(unbiased_radius(int(frame["t"].max())))
    x, y = (float(walks[0][name].iloc[0]) for name in ("x", "y"))
    reach = 1.5 + min(wall, max(radius, float(frame[["x", "y"]].abs().max().max())))
    drawn += [_signs("start", [x], [y], "circle", START), _signs("end", *_ends(walks[:MOST_WALKS]), "diamond", END)]
    left_out = f" ({MOST_WALKS} of {len(walks):,} drawn)" if len(walks) > MOST_WALKS else ""
    title = f"{walks_in(frame)}{left_out}"
    shapes = [walls(wall), _circle(radius, x, y)]
    axes = {**square(reach), "shapes": shapes, "hovermode": "closest"}
    return go.Figure({"data": drawn, "layout": layout(title, words, "x, in cells", "y, in cells", **axes)})


def _aside(walk: pd.DataFrame) -> float:
    """Walks share cells; a tenth of a cell apart they do not hide each other."""
    return ((int(walk["trajectory"].iloc[0]) % 5) - 2) * 0.1


def _path(walk: pd.DataFrame, hues: dict[str, str]) -> dict[str, Any]:
    label, number, aside = str(walk["label"].iloc[0]), int(walk["trajectory"].iloc[0]), _aside(walk)
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
        "hovertemplate": "t %{customdata[0]}: x %{customdata[1]}, y %{customdata[2]}<extra>%{fullData.name}</extra>",
    }


def _key(label: str, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": [None], "y": [None], "name": safe(label), "line": line}


def _signs(name: str, x: list[float], y: list[float], symbol: str, colour: str) -> dict[str, Any]:
    marker = {"symbol": symbol, "size": 10, "color": colour, "line": {"color": "white", "width": 1}}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "name": name, "marker": marker, "hoverinfo": "skip"}


def _ends(walks: list[pd.DataFrame]) -> tuple[list[float], list[float]]:
    x, y = ([float(walk[name].iloc[-1]) + _aside(walk) for walk in walks] for name in ("x", "y"))
    return x, y


def _circle(radius: float, x: float, y: float) -> dict[str, Any]:
    line = {"color": NULL, "dash": "dash", "width": 1.5}
    return {"type": "circle", "x0": x - radius, "x1": x + radius, "y0": y - radius, "y1": y + radius, "line": line}
