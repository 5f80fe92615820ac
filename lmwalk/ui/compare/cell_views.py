"""What every cell of Compare shows: which view of its study's family, or a map of one number."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import streamlit as st

from lmwalk.datasets.labels import measured_by
from lmwalk.datasets.units import decided
from lmwalk.ui.compare.grid import condition_grid
from lmwalk.ui.compare.heatmap import number_map
from lmwalk.ui.compare.places import grid_handles
from lmwalk.ui.compare.several import Part, sorts, together
from lmwalk.ui.families.comparison import CellView, Comparison
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell.escape import counted

ONE_NUMBER = "One number"


def draw_cells(parts: Sequence[Part], *, running: bool) -> None:
    """Draw the choice of views, how many questions were answered, and the view that is chosen."""
    comparison = together(parts)
    views = {view.name: view for view in comparison.views}
    shown = _pick([*views, ONE_NUMBER])
    asked = _progress([part.snapshot for part in parts], comparison.answered)
    if shown == ONE_NUMBER:
        st.caption(f"{asked}.")
        _map(parts[0].snapshot, comparison)
    else:
        st.caption(f"{asked}. {views[shown].legend}")
        _pictures(parts, comparison, views[shown], running=running)


def _pick(options: list[str]) -> str:
    return st.segmented_control(
        "Every cell shows",
        options,
        default=options[0],
        key="show",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
        help="The same conditions, seen in another way.",
    )


def _pictures(parts: Sequence[Part], comparison: Comparison, view: CellView, *, running: bool) -> None:
    waiting = st.container()  # always there, so that the pictures below keep their place
    with waiting, nullcontext() if running else st.spinner("Computing", show_time=True):
        grid = view.grid()
    snapshots = [part.snapshot for part in parts]
    stopped = [condition for each in snapshots for condition in decided(each.store, each.study)]
    handles = grid_handles(snapshots)
    condition_grid(parts[0].study, grid, comparison.simulated, stopped, sorts=sorts(parts, grid), **handles)


def _map(snapshot: Snapshot, comparison: Comparison) -> None:
    if comparison.map.rows.empty:
        st.caption("Nothing measured yet.")
        return
    number_map(comparison.map, measured_by(snapshot.study), snapshot.study.name)


def _progress(snapshots: Sequence[Snapshot], answered: int) -> str:
    """How many questions were answered."""
    total = sum(each.study.total_steps for each in snapshots)
    questions = counted(total, "question")
    stopped = sum(len(decided(each.store, each.study)) for each in snapshots)
    if stopped:
        cells = sum(len(each.study.conditions()) for each in snapshots)
        conditions = f"{stopped:,} of {counted(cells, 'condition')} stopped, as decided"
        return f"{answered:,} of at most {questions} answered, {conditions}"
    return f"{questions}, all answered" if answered >= total else f"{answered:,} of {questions} answered"
