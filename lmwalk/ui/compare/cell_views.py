"""What every cell of Compare shows: which view of its study's family, or a map of one number."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from lmwalk.datasets.labels import measured_by
from lmwalk.datasets.units import decided
from lmwalk.ui.compare.condition import grid_handles
from lmwalk.ui.compare.grid import condition_grid
from lmwalk.ui.compare.heatmap import number_map
from lmwalk.ui.families.comparison import CellView, Comparison
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell.escape import counted

ONE_NUMBER = "One number"


def draw_cells(snapshot: Snapshot, comparison: Comparison, *, running: bool) -> None:
    """Draw the choice of views, how many questions were answered, and the view that is chosen."""
    views = {view.name: view for view in comparison.views}
    shown = _pick([*views, ONE_NUMBER])
    asked = _progress(snapshot, comparison.answered)
    if shown == ONE_NUMBER:
        st.caption(f"{asked}.")
        _map(snapshot, comparison)
    else:
        st.caption(f"{asked}. {views[shown].legend}")
        _pictures(snapshot, comparison, views[shown], running=running)


def _pick(options: list[str]) -> str:
    return st.segmented_control(
        "Every cell shows",
        options,
        default=options[0],
        key="show",
        bind="query-params",
        required=True,
        help="The same conditions, seen in another way.",
    )


def _pictures(snapshot: Snapshot, comparison: Comparison, view: CellView, *, running: bool) -> None:
    waiting = st.container()  # always there, so that the pictures below keep their place
    with waiting, nullcontext() if running else st.spinner("Computing", show_time=True):
        grid = view.grid()
    stopped = decided(snapshot.store, snapshot.study)
    condition_grid(snapshot.study, grid, comparison.simulated, stopped, **grid_handles(snapshot.study))


def _map(snapshot: Snapshot, comparison: Comparison) -> None:
    if comparison.map.rows.empty:
        st.caption("Nothing measured yet.")
        return
    number_map(comparison.map, measured_by(snapshot.study), snapshot.study.name)


def _progress(snapshot: Snapshot, answered: int) -> str:
    """How many questions were answered."""
    study = snapshot.study
    questions = counted(study.total_steps, "question")
    if stopped := decided(snapshot.store, study):
        conditions = f"{len(stopped):,} of {counted(len(study.conditions()), 'condition')} stopped, as decided"
        return f"{answered:,} of at most {questions} answered, {conditions}"
    return f"{questions}, all answered" if answered >= study.total_steps else f"{answered:,} of {questions} answered"
