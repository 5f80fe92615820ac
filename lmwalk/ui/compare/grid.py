"""The atlas: a study as small pictures, models down and temperatures across; of walks, or of what draws gave.

All pictures stand under one clock: points are sent once, and the browser replays them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lmwalk.datasets.units import decided
from lmwalk.datasets.walks import MOST_WALKS, centre_of, distance_words, share_words, wall_of
from lmwalk.geometry import unbiased_radius
from lmwalk.study import Study
from lmwalk.ui.families.walks.scene import lane, numbers, outlines
from lmwalk.ui.shell import session
from lmwalk.ui.shell.assets import script, styles
from lmwalk.ui.shell.escape import DASH, counted, counted_units, number

KEY = "atlas"
MOST_POINTS = 100_000
"""Of all walks drawn together: about a megabyte for the browser."""
FEWEST_EACH = 100

LINES = ["distance from start", "↑ ↓ ← → in %", "not read"]

_component = st.components.v2.component(
    "lmwalk_atlas",
    css=styles("parts/web/player.css", "compare/web/grid.css"),
    js=script("compare/web/grid.js"),
    isolate_styles=False,
)
Pick = Callable[[str], None]
Seek = Callable[[int | None], None]


def points_each(study: Study) -> int:
    """At most so many points of each walk are drawn."""
    walks = len(study.conditions()) * min(study.trajectory_count, MOST_WALKS)
    return min(study.steps, max(FEWEST_EACH, MOST_POINTS // walks))


def walk_grid(
    study: Study,
    table: pd.DataFrame,
    paths: pd.DataFrame,
    *,
    on_pick: Pick | None = None,
    picked: str | None = None,
    t: int | None = None,
    on_seek: Seek | None = None,
) -> None:
    """Draw the atlas.

    Parameters
    ----------
    study : Study
        Its models are the rows, its temperatures the columns.
    table : DataFrame
        One row a condition, as ``compare.table`` makes it.
    paths : DataFrame
        condition, trajectory, t, x, y.
    on_pick : callable, optional
        Called before the next run with the id of the condition whose picture was clicked.
    picked : str, optional
        The condition whose picture is marked.
    t : int, optional
        Where the clock stands at first; at its end where nothing is given.
    on_seek : callable, optional
        Called before the next run with the t at which the clock came to rest; with None at its end.
    """
    walls = wall_of(study)
    radius = float(unbiased_radius(study.steps))
    centre = centre_of(study)
    edge = radius + max(map(abs, centre))
    far = float(np.nanmax([edge, *paths[["x", "y"]].abs().max()])) if len(paths) else edge
    walks = {str(condition): frame for condition, frame in paths.groupby("condition", sort=False)}
    cells = _whole(study, [_cell(study, row, walks.get(str(row.condition))) for row in table.itertuples()])
    data = {
        **_grid(study, set(table.loc[table["simulated"], "model"]), temperatures(study)),
        "outlines": outlines(study),
        "centre": centre,
        "reach": min(walls, far) + 1.5,
        "cells": cells,
        "clock": {"word": "t", "first": 0, "last": int(paths["t"].max()) if len(paths) else 0, "total": study.steps},
    }
    _show(data, on_pick, picked, t, on_seek)


def _show(data: dict[str, Any], on_pick: Pick | None, picked: str | None, t: int | None, on_seek: Seek | None) -> None:
    def has_picked() -> None:
        if on_pick:
            on_pick(str(st.session_state[KEY]["pick"]))

    def has_sought() -> None:
        if on_seek:
            on_seek(st.session_state[KEY]["seek"]["t"])

    whole = {**data, "picks": on_pick is not None, "picked": picked, "t": t}
    _component(key=KEY, data=whole, on_pick_change=has_picked, on_seek_change=has_sought)


@dataclass(frozen=True)
class Columns:
    """What stands across: what it is, and the name of each."""

    corner: str
    names: list[str]


def temperatures(study: Study) -> Columns:
    """The study's temperatures, in order."""
    return Columns("temperature", [f"{temperature:g}" for temperature in sorted(study.temperatures)])


def condition_grid(
    study: Study,
    lines: list[str],
    cells: list[dict[str, Any]],
    simulated: set[str],
    columns: Columns | None = None,
    *,
    on_pick: Pick | None = None,
    picked: str | None = None,
    t: int | None = None,
    on_seek: Seek | None = None,
) -> None:
    """Draw an atlas of ready pictures.

    Parameters
    ----------
    study : Study
        Its models are the rows.
    lines : list of str
        What each line below a picture is.
    cells : list of dict
        row, column, lines (one text each), bad, meaning, alt, picture (``materials.small.Picture``); where known,
        condition (its id), done and total (questions).
    simulated : set of str
        Models that are simulations.
    columns : Columns, optional
        The study's temperatures where nothing else is given.
    on_pick, picked, t, on_seek
        As for ``atlas``; t is a place on the x-axis of the pictures.
    """
    grid = _grid(study, simulated, columns or temperatures(study))
    cells = [_with_stats(lines, **cell) for cell in cells]
    _show({**grid, "cells": _whole(study, cells), "clock": _clock(cells)}, on_pick, picked, t, on_seek)


def _with_stats(labels: list[str], lines: list[str], bad: bool, **cell: Any) -> dict[str, Any]:
    """The cell with its lines as numbers with labels; the last one tells of a fault."""
    return {**cell, "stats": _stats(labels, lines, bad)}


def _stats(labels: list[str], texts: list[str], bad: bool) -> list[dict[str, Any]]:
    last = len(labels) - 1
    pairs = enumerate(zip(labels, texts, strict=True))
    return [{"label": a, "text": b, "meaning": "", "bad": bad and place == last} for place, (a, b) in pairs]


def _whole(study: Study, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells; one that was decided early is whole with what it has."""
    known = decided(session.store(), study)
    return [{**cell, "total": cell["done"]} if cell.get("condition") in known else cell for cell in cells]


def _clock(cells: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the pictures' x-axes count, where that is a course in time; they all have the same range."""
    timed = [cell["picture"]["timed"] for cell in cells if "timed" in cell["picture"]]
    if not timed:
        return None
    first, last = timed[0]["span"]
    return {"word": timed[0]["word"], "names": timed[0].get("names"), "first": int(first), "last": int(last)}


def _grid(study: Study, simulated: set[str], columns: Columns) -> dict[str, Any]:
    return {
        "models": [{"name": model, "simulation": model in simulated} for model in study.models],
        "corner": columns.corner,
        "columns": columns.names,
    }


def _cell(study: Study, row: Any, paths: pd.DataFrame | None) -> dict[str, Any]:
    read = f"{row.unread:,} of {row.answers:,}" if row.answers else DASH
    failed = f" · {row.failed} failed" if row.failed else ""
    return {
        "row": study.models.index(row.model),
        "column": sorted(study.temperatures).index(row.temperature),
        "stats": _stats(LINES, [distance_words(row), " ".join(share_words(row)), read + failed], bool(row.failed)),
        "meaning": _meaning(row),
        "alt": f"Paths of {counted(row.walks, 'walk')}. Distance from the start in cells: {distance_words(row)}.",
        "walks": [] if paths is None else _walks(study, paths),
        "condition": str(row.condition),
        "done": int(row.answers),
        "total": study.trajectory_count * study.steps,
    }


def _meaning(row: Any) -> str:
    return (
        f"T = {row.temperature:g}\nMean distance from start, with 95% interval: {distance_words(row)} cells, over "
        f"{counted_units(row.walks, row.distinct, 'walk')}. An unbiased walk: {number(row.unbiased)}.\n"
        f"Directions in per cent of {counted(row.answers - row.unread, 'answer')} that could be read. Unbiased: 25."
    )


def _walks(study: Study, paths: pd.DataFrame) -> list[dict[str, Any]]:
    drawn = paths[paths["trajectory"] < MOST_WALKS]
    return [_walk(study, int(str(trajectory)), walk) for trajectory, walk in drawn.groupby("trajectory", sort=True)]


def _walk(study: Study, trajectory: int, walk: pd.DataFrame) -> dict[str, Any]:
    """Its points; their t is left out where it is 0, 1, 2, ..."""
    times = numbers(walk["t"])
    every = {} if times == list(range(len(times))) else {"t": times}
    places = {"x": numbers(walk["x"]), "y": numbers(walk["y"])}
    return {"trajectory": trajectory, "shift": lane(study, trajectory), **places, **every}
