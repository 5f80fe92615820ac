"""The atlas: a study as small pictures, models down and temperatures across; of walks, or of what draws gave.

All pictures stand under one clock: points are sent once, and the browser replays them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.datasets.units import decided
from lmwalk.datasets.walks import MOST_WALKS, WalkPicture, cell_stats, walk_picture
from lmwalk.study import Study
from lmwalk.ui.families.walks.scene import numbers
from lmwalk.ui.shell import session
from lmwalk.ui.shell.assets import web
from lmwalk.ui.shell.escape import counted

KEY = "atlas"
MOST_POINTS = 100_000
"""Of all walks drawn together: about a megabyte for the browser."""
FEWEST_EACH = 100

LINES = ["distance from start", "↑ ↓ ← → in %", "not read"]

_component = st.components.v2.component(
    "lmwalk_atlas",
    css=web("parts/web/player.css", "compare/web/grid.css"),
    js=web(
        "parts/web/palette.js",
        "parts/web/player.js",
        "compare/web/shapes.js",
        "families/walks/web/walk_cell.js",
        "compare/web/grid.js",
    ),
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
    picture = walk_picture(study, paths)
    walks = {str(condition): frame for condition, frame in paths.groupby("condition", sort=False)}
    cells = _whole(study, [_cell(study, row, walks.get(str(row.condition)), picture) for row in table.itertuples()])
    data = {
        **_grid(study, LINES, set(table.loc[table["simulated"], "model"]), temperatures(study)),
        **picture.message(),
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
    grid = _grid(study, lines, simulated, columns or temperatures(study))
    _show({**grid, "cells": _whole(study, cells), "clock": _clock(cells)}, on_pick, picked, t, on_seek)


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


def _grid(study: Study, lines: list[str], simulated: set[str], columns: Columns) -> dict[str, Any]:
    return {
        "models": [{"name": model, "simulation": model in simulated} for model in study.models],
        "corner": columns.corner,
        "columns": columns.names,
        "lines": lines,
    }


def _cell(study: Study, row: Any, paths: pd.DataFrame | None, picture: WalkPicture) -> dict[str, Any]:
    stats = cell_stats(row, study)
    said = "\n".join(f"{stat.label}: {stat.text}. {stat.meaning}".rstrip() for stat in stats)
    return {
        "row": study.models.index(row.model),
        "column": sorted(study.temperatures).index(row.temperature),
        "stats": [asdict(stat) for stat in stats],
        "bad": bool(row.failed),
        "meaning": f"T = {row.temperature:g}\n{said}",
        "alt": f"Paths of {counted(row.walks, 'walk')}. {stats[0].label.capitalize()}: {stats[0].text}.",
        "walks": [] if paths is None else _walks(paths, picture),
        "condition": str(row.condition),
        "done": int(row.answers),
        "total": study.trajectory_count * study.steps,
    }


def _walks(paths: pd.DataFrame, picture: WalkPicture) -> list[dict[str, Any]]:
    drawn = paths[paths["trajectory"] < MOST_WALKS]
    numbered = ((int(str(each)), walk) for each, walk in drawn.groupby("trajectory", sort=True))
    return [{**_walk(walk), "trajectory": each, "shift": picture.shift(each)} for each, walk in numbered]


def _walk(walk: pd.DataFrame) -> dict[str, Any]:
    """Its points; their t is left out where it is 0, 1, 2, ..."""
    times = numbers(walk["t"])
    every = {} if times == list(range(len(times))) else {"t": times}
    return {"x": numbers(walk["x"]), "y": numbers(walk["y"]), **every}
