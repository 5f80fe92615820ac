"""The grid of conditions: small pictures, models down and temperatures across, with a few numbers below each.

All pictures have one clock: points are sent once, and the browser replays them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import cast

import streamlit as st

from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.families.comparison import Grid
from lmwalk.ui.shell.assets import script, styles

KEY = "atlas"

_component = st.components.v2.component(
    "lmwalk_atlas",
    css=styles("parts/web/player.css", "compare/web/grid.css"),
    js=script("compare/web/grid.js"),
    isolate_styles=False,
)
Pick = Callable[[str | None], None]
Seek = Callable[[int | None], None]


def condition_grid(
    study: Study,
    grid: Grid,
    simulated: Collection[str],
    stopped: Collection[str] = (),
    *,
    on_pick: Pick | None = None,
    picked: str | None = None,
    t: int | None = None,
    on_seek: Seek | None = None,
    on_beside: Callable[[str], None] | None = None,
    beside: str | None = None,
    opened: messages.Opened | None = None,
    sorts: Sequence[messages.Sort] = (),
) -> None:
    """Draw the grid.

    Parameters
    ----------
    study : Study
        Its models are the rows.
    simulated : collection of str
        Models that are simulations.
    stopped : collection of str
        Conditions that were stopped early, and are whole with what they have.
    on_pick : callable, optional
        Called before the next run with the id of the condition whose picture was clicked; with None when it was closed.
    picked : str, optional
        The condition whose picture is shown large.
    t : int, optional
        Where the clock is at first; at its end where nothing is given.
    on_seek : callable, optional
        Called before the next run with the t at which the clock came to rest; with None at its end.
    on_beside : callable, optional
        Called before the next run with the id of the condition that was clicked with the shift key.
    beside : str, optional
        That condition, which is marked, too.
    opened : Opened, optional
        The replies of the condition that is shown large.
    sorts : sequence of Sort
        The numbers that rows can be sorted by.
    """

    def has_picked() -> None:
        if on_pick:
            on_pick(st.session_state[KEY]["pick"]["condition"])

    def has_sought() -> None:
        if on_seek:
            on_seek(st.session_state[KEY]["seek"]["t"])

    def has_set_beside() -> None:
        if on_beside:
            on_beside(str(st.session_state[KEY]["beside"]["condition"]))

    told = grid_message(study, grid, simulated, stopped)
    data = told | {"picks": on_pick is not None, "picked": picked, "t": t, "second": beside, "open": opened}
    _component(
        key=KEY,
        data=data | {"sorts": list(sorts)},
        on_pick_change=has_picked,
        on_seek_change=has_sought,
        on_beside_change=has_set_beside,
    )


def grid_message(study: Study, grid: Grid, simulated: Collection[str], stopped: Collection[str]) -> messages.Grid:
    """What the browser is told of a grid; no cell can be clicked yet."""
    told: messages.Grid = {
        "models": grid.rows or [{"name": model, "simulation": model in simulated} for model in study.models],
        "corner": grid.columns.corner,
        "columns": grid.columns.names,
        "cells": [whole(cell) if cell.get("condition") in stopped else cell for cell in grid.cells],
        "clock": grid.clock or clock_of(grid.cells),
        "picks": False,
        "picked": None,
        "t": None,
        "ticks": list(grid.ticks),
    }
    return cast("messages.Grid", {**told, **grid.ground.message()}) if grid.ground else told


def whole(cell: messages.Cell) -> messages.Cell:
    """The cell with as many questions as are answered."""
    return {**cell, "total": cell["done"]}


def clock_of(cells: list[messages.Cell]) -> messages.Clock | None:
    """What the pictures' x-axes count, where that is a course in time; they all have the same range."""
    timed = [cell["picture"]["timed"] for cell in cells if "timed" in cell.get("picture", {})]
    if not timed:
        return None
    first, last = timed[0]["span"]
    return {"word": timed[0]["word"], "names": timed[0].get("names"), "first": int(first), "last": int(last)}
