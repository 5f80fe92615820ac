"""The Compare page: every condition of a study side by side, its figures as a table, all of it as files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import streamlit as st

from lmwalk.datasets import endings
from lmwalk.number_format import counted
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.compare.beside import pick_beside, say_settings
from lmwalk.ui.compare.cell_views import draw_cells
from lmwalk.ui.compare.condition import condition_detail
from lmwalk.ui.compare.free_answers import free_answers
from lmwalk.ui.compare.pairs import pairs_control, shown_in_pairs
from lmwalk.ui.compare.several import Part, together
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
    studies, published = _top(store, shown)
    for study in studies:
        session.jobs().measure(study)
    names = [study.name for study in studies]
    running = _under_way(names)
    st.fragment(_follow, run_every=POLL_S if running else None)(names, running, published)


def _under_way(names: Sequence[str]) -> bool:
    """Whether one of the studies is run, or its texts are measured."""
    return any(session.busy(name) or session.jobs().measuring(name) for name in names)


def _top(store: Store, shown: str) -> tuple[list[Study], bool]:
    """Which study, which others beside it and whether published values, and how it is taken away."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="top"):
        name = pick_study(shown, width=260)
        others, published = pick_beside(session.find(name))
        pairs_control(session.find(name))
        study_downloads(store, session.find(name))
    session.choose(name)
    studies = [session.find(name), *others]
    say_settings(studies)
    return studies, published


def _follow(names: Sequence[str], running: bool, published: bool) -> None:
    name, *others = names
    study = session.find(name)
    # always there, so that the pictures below keep their place
    with st.container():
        warnings(endings.sentences(session.store(), study))
        free_answers(session.store(), study)
        if left := session.jobs().unmeasured(name)[0]:
            st.caption(f"{counted(left, 'text')} still to be measured.")
    snapshots = [Snapshot.of(session.store(), session.find(each)) for each in (name, *others)]
    _compare(snapshots, running=running, published=published)
    if _under_way(names) != running:
        st.rerun()


def _compare(snapshots: Sequence[Snapshot], *, running: bool, published: bool) -> None:
    """Draw the cells, one condition closely, the table, and how replies were read."""
    snapshot, *others = snapshots
    # always there, so that the pictures below keep their place
    with st.container(), nullcontext() if running else st.spinner("Computing", show_time=True):
        first = view_of(snapshot.study).comparison(snapshot, running=running, published=published)
        paired = shown_in_pairs()
        parts = [Part(snapshot, first, paired), *(Part(each, first.alike(each, running), paired) for each in others)]
    outcome_mass_notes(snapshot)
    draw_cells(parts, running=running)
    condition_detail(snapshots, running=running)
    _numbers(together(parts))
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
