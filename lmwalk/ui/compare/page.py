"""The Compare page: every condition of a study side by side, its figures as a table, all of it as files."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from lmwalk.datasets import endings
from lmwalk.number_format import counted
from lmwalk.store import Store
from lmwalk.ui.compare.cell_views import draw_cells
from lmwalk.ui.compare.condition import condition_detail
from lmwalk.ui.compare.free_answers import free_answers
from lmwalk.ui.families.comparison import Comparison
from lmwalk.ui.families.family import view_of
from lmwalk.ui.parts.form.start import invite
from lmwalk.ui.parts.outcome_mass import outcome_mass_notes
from lmwalk.ui.parts.parse_status import parse_status_below
from lmwalk.ui.parts.reparse import reparse_below
from lmwalk.ui.parts.run_errors import warnings
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.parts.study_export import study_downloads
from lmwalk.ui.parts.study_select import pick_study
from lmwalk.ui.shell import session

INVITATION = (
    "Models are rows, temperatures are columns, and every cell is a picture of its walks or draws. "
    "The built-in model fills the first row in a few seconds: no key, no server, no network."
)
POLL_S = 2.0


def compare() -> None:
    """Draw the page."""
    store = session.store()
    known = session.names()
    shown = session.chosen(known)
    if shown is None:
        invite("Nothing to compare yet", INVITATION)
        return
    name = _top(store, shown)
    session.jobs().measure(session.find(name))
    running = _under_way(name)
    st.fragment(_follow, run_every=POLL_S if running else None)(name, running)


def _under_way(name: str) -> bool:
    """Whether the study is run, or its texts are measured."""
    return session.busy(name) or session.jobs().measuring(name)


def _top(store: Store, shown: str) -> str:
    """Which study, and how it is taken away."""
    row = st.container(horizontal=True, vertical_alignment="bottom", key="top")
    with row:
        name = pick_study(shown, width=260)
        st.space("stretch")
        study_downloads(store, session.find(name))
    session.choose(name)
    return name


def _follow(name: str, running: bool) -> None:
    study = session.find(name)
    # always there, so that the pictures below keep their place
    with st.container():
        warnings(endings.sentences(session.store(), study))
        free_answers(session.store(), study)
        if left := session.jobs().unmeasured(name)[0]:
            st.caption(f"{counted(left, 'text')} still to be measured.")
    _compare(Snapshot.of(session.store(), study), running=running)
    if _under_way(name) != running:
        st.rerun()


def _compare(snapshot: Snapshot, *, running: bool) -> None:
    """Draw the cells, one condition closely, the table, and how replies were read."""
    # always there, so that the pictures below keep their place
    with st.container(), nullcontext() if running else st.spinner("Computing", show_time=True):
        comparison = view_of(snapshot.study).comparison(snapshot, running=running)
    outcome_mass_notes(snapshot)
    draw_cells(snapshot, comparison, running=running)
    condition_detail(snapshot, running=running)
    _numbers(comparison)
    parse_status_below(snapshot.store, snapshot.study)
    if not snapshot.study.make_process().passes_text:
        reparse_below(snapshot)


def _numbers(comparison: Comparison) -> None:
    """The numbers of all conditions as a table that can be sorted, searched and downloaded."""
    st.subheader("Table", anchor=False)
    table = comparison.table()
    st.dataframe(
        table.rows,
        hide_index=True,
        column_config=table.columns,
        column_order=table.order,
        placeholder=table.placeholder,
    )
