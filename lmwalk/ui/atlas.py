"""The atlas: a study as small pictures, models down and temperatures across; of walks, or of what draws gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lmwalk.analysis.walks import unbiased_radius
from lmwalk.study import Study
from lmwalk.ui.assets import web
from lmwalk.ui.plane import centre_of, wall_of
from lmwalk.ui.text import DASH, alike, counted, number

MOST_WALKS = 20
MOST_POINTS = 200
LINES = ["distance from start", "↑ ↓ ← → in %", "not read"]

_component = st.components.v2.component(
    "lmwalk_atlas", css=web("atlas.css"), js=web("palette.js", "atlas.shapes.js", "atlas.js"), isolate_styles=False
)


def atlas(study: Study, table: pd.DataFrame, paths: pd.DataFrame) -> None:
    """Draw the atlas.

    Parameters
    ----------
    study : Study
        Its models are the rows, its temperatures the columns.
    table : DataFrame
        One row a condition, as ``compare.table`` makes it.
    paths : DataFrame
        condition, trajectory, t, x, y.
    """
    walls = wall_of(study)
    radius = float(unbiased_radius(study.steps))
    centre = centre_of(study)
    edge = radius + max(map(abs, centre))
    far = float(np.nanmax([edge, *paths[["x", "y"]].abs().max()])) if len(paths) else edge
    walks = {str(condition): frame for condition, frame in paths.groupby("condition", sort=False)}
    cells = [_cell(study, row, walks.get(str(row.condition))) for row in table.itertuples()]
    data = {
        **_grid(study, LINES, set(table.loc[table["simulated"], "model"]), temperatures(study)),
        "wall": walls,
        "radius": radius,
        "centre": centre,
        "reach": min(walls, far) + 1.5,
        "cells": cells,
    }
    _component(key="atlas", data=data)


@dataclass(frozen=True)
class Columns:
    """What stands across: what it is, and the name of each."""

    corner: str
    names: list[str]


def temperatures(study: Study) -> Columns:
    """The study's temperatures, in order."""
    return Columns("temperature", [f"{temperature:g}" for temperature in sorted(study.temperatures)])


def pictures(
    study: Study,
    lines: list[str],
    cells: list[dict[str, Any]],
    simulated: set[str],
    columns: Columns | None = None,
) -> None:
    """Draw an atlas of ready pictures.

    Parameters
    ----------
    study : Study
        Its models are the rows.
    lines : list of str
        What each line below a picture is.
    cells : list of dict
        row, column, lines (one text each), bad, meaning, alt, picture (``ui.small.Picture``).
    simulated : set of str
        Models that are simulations.
    columns : Columns, optional
        The study's temperatures where nothing else is given.
    """
    _component(key="atlas", data={**_grid(study, lines, simulated, columns or temperatures(study)), "cells": cells})


def _grid(study: Study, lines: list[str], simulated: set[str], columns: Columns) -> dict[str, Any]:
    return {
        "models": [{"name": model, "simulation": model in simulated} for model in study.models],
        "corner": columns.corner,
        "columns": columns.names,
        "lines": lines,
    }


def _cell(study: Study, row: Any, paths: pd.DataFrame | None) -> dict[str, Any]:
    read = f"{row.unread:,} of {row.answers:,}" if row.answers else DASH
    failed = f" · {row.failed} failed" if row.failed else ""
    arrows = zip("↑↓←→", (row.up, row.down, row.left, row.right), strict=True)
    return {
        "row": study.models.index(row.model),
        "column": sorted(study.temperatures).index(row.temperature),
        "distance": _distance(row),
        "shares": [f"{arrow}{_whole(share)}" for arrow, share in arrows],
        "unread": read + failed,
        "bad": bool(row.failed),
        "meaning": _meaning(row),
        "alt": f"Paths of {counted(row.walks, 'walk')}, {_distance(row)} cells from the start.",
        "walks": [] if paths is None else _walks(paths),
    }


def _distance(row: Any) -> str:
    if not np.isfinite(row.distance):
        return "no answer yet"
    mean, low, high = alike(row.distance, row.distance_low, row.distance_high)
    return f"{mean} ({low} to {high})" if np.isfinite(row.distance_low) else mean


def _meaning(row: Any) -> str:
    return (
        f"T = {row.temperature:g}\nMean distance from start, with 95% interval: {_distance(row)} cells, over "
        f"{counted(row.walks, 'walk')}. An unbiased walk: {number(row.unbiased)}.\n"
        f"Directions in per cent of {counted(row.answers - row.unread, 'answer')} that could be read. Unbiased: 25."
    )


def _whole(share: float) -> str:
    return f"{100 * share:.0f}" if np.isfinite(share) else DASH


def _walks(paths: pd.DataFrame) -> list[dict[str, Any]]:
    drawn = paths[paths["trajectory"] < MOST_WALKS]
    return [_walk(int(str(trajectory)), walk) for trajectory, walk in drawn.groupby("trajectory", sort=True)]


def _walk(trajectory: int, walk: pd.DataFrame) -> dict[str, Any]:
    pairs = [f"{x:g},{y:g}" for x, y in zip(walk["x"].tolist(), walk["y"].tolist(), strict=True)]
    return {
        "trajectory": trajectory,
        "points": " ".join(pairs),
        "start": [float(walk["x"].iloc[0]), float(walk["y"].iloc[0])],
        "end": [float(walk["x"].iloc[-1]), float(walk["y"].iloc[-1])],
    }
