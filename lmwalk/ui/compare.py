"""The Compare page: every condition of a study side by side, its figures as a table, all of it as files."""

from __future__ import annotations

import streamlit as st

from lmwalk.materials import endings
from lmwalk.store import Store
from lmwalk.ui import state
from lmwalk.ui.compare_chains import compare_chains
from lmwalk.ui.compare_draws import compare_draws
from lmwalk.ui.compare_walks import compare_walks
from lmwalk.ui.complaints import warnings
from lmwalk.ui.families import CHAINS, WALKS, family_of
from lmwalk.ui.held import held
from lmwalk.ui.page import invitation
from lmwalk.ui.picker import pick_study
from lmwalk.ui.takeaway import study_downloads
from lmwalk.wording import counted

INVITATION = (
    "Models stand below each other, temperatures side by side, every cell a picture of its walks or draws. "
    "The built-in model fills the first row in a few seconds: no key, no server, no network."
)
POLL_S = 2.0


def compare() -> None:
    """Draw the page."""
    store = state.store()
    known = state.names()
    shown = state.chosen(known)
    if shown is None:
        if invitation("Nothing to compare yet", INVITATION, "Run the built-in model", key="first"):
            study = WALKS.first_study(known)
            state.jobs().start(study)
            state.choose(study.name)
            st.rerun()
        return
    name = _top(store, shown)
    state.jobs().measure(state.find(name))
    running = _under_way(name)
    st.fragment(_follow, run_every=POLL_S if running else None)(name, running)


def _under_way(name: str) -> bool:
    """Whether the study is run, or its texts are measured."""
    return state.busy(name) or state.jobs().measuring(name)


def _top(store: Store, shown: str) -> str:
    """Which study, and how it is taken away."""
    row = st.container(horizontal=True, vertical_alignment="bottom", key="top")
    with row:
        name = pick_study(shown, width=340)
        st.space("stretch")
        study_downloads(store, state.find(name))
    state.choose(name)
    return name


def _follow(name: str, running: bool) -> None:
    study = state.find(name)
    # always there, so that the pictures below keep their place
    with st.container():
        warnings(endings.sentences(state.store(), study))
        held(state.store(), study)
        if left := state.jobs().unmeasured(name)[0]:
            st.caption(f"{counted(left, 'text')} still to be measured.")
    if family_of(study.process) == WALKS.name:
        compare_walks(state.store(), study, running=running)
    elif family_of(study.process) == CHAINS.name:
        compare_chains(state.store(), study, running=running)
    else:
        compare_draws(state.store(), study, running=running)
    if _under_way(name) != running:
        st.rerun()
