"""The Compare page: every condition of a study side by side, its figures as a table, all of it as files."""

from __future__ import annotations

import streamlit as st

from lmwalk.datasets import endings
from lmwalk.number_format import counted
from lmwalk.store import Store
from lmwalk.ui.compare.free_answers import free_answers
from lmwalk.ui.families.chains.compare import compare_chains
from lmwalk.ui.families.draws.compare import compare_draws
from lmwalk.ui.families.family import CHAINS, WALKS, family_of
from lmwalk.ui.families.walks.compare import compare_walks
from lmwalk.ui.parts.export_menu import study_downloads
from lmwalk.ui.parts.run_errors import warnings
from lmwalk.ui.parts.study_select import pick_study
from lmwalk.ui.shell import session
from lmwalk.ui.shell.page import invitation

INVITATION = (
    "Models stand below each other, temperatures side by side, every cell a picture of its walks or draws. "
    "The built-in model fills the first row in a few seconds: no key, no server, no network."
)
POLL_S = 2.0


def compare() -> None:
    """Draw the page."""
    store = session.store()
    known = session.names()
    shown = session.chosen(known)
    if shown is None:
        if invitation("Nothing to compare yet", INVITATION, "Run the built-in model", key="first"):
            study = WALKS.first_study(known)
            session.jobs().start(study)
            session.choose(study.name)
            st.rerun()
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
        name = pick_study(shown, width=340)
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
    if family_of(study.process) == WALKS.name:
        compare_walks(session.store(), study, running=running)
    elif family_of(study.process) == CHAINS.name:
        compare_chains(session.store(), study, running=running)
    else:
        compare_draws(session.store(), study, running=running)
    if _under_way(name) != running:
        st.rerun()
