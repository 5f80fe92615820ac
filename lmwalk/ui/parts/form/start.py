"""Starting a study from a page, and the invitation to a first one."""

from __future__ import annotations

import streamlit as st

from lmwalk.cluster.place import Place
from lmwalk.study import Study
from lmwalk.ui.families.family import Family, first_family
from lmwalk.ui.parts.form.advanced import HOLD
from lmwalk.ui.shell import access, link, session
from lmwalk.ui.shell.page import invitation

PUBLISHED = "Or run a published experiment, and see your result beside it"


def start(study: Study, place: Place | None = None) -> None:
    """Start a study, its first trajectory held where that is asked for and can be, and show it from now on."""
    first = (study.conditions()[0].id, study.numbers[0])
    held = st.session_state.get(HOLD) and not place
    session.jobs().start(study, hold=[first] if held else [], place=place)
    session.begin_here(study.name)
    session.choose(study.name)


def invite(title: str, words: str, family: Family | None = None) -> None:
    """An empty page, with the button that runs a first study of the family; where none is given, of the first one."""
    chosen = family or first_family()
    if invitation(title, words, chosen.button, key="first"):
        start(chosen.first_study(session.names()))
        st.rerun()
    if family:
        offer_published()


def offer_published() -> None:
    """Offer the published experiments, below an invitation."""
    words = PUBLISHED if access.may_change() else "See the published experiments"
    with st.container(horizontal=True, horizontal_alignment="center"):
        if st.button(words, type="tertiary", icon=":material/history_edu:", key="to-reproduce"):
            link.open_page("pages/reproduce.py")
