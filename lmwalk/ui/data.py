"""The Data page: steps to browse, and a place for one's own questions to the database."""

from __future__ import annotations

import streamlit as st

from lmwalk.ui import state
from lmwalk.ui.ask import LINK, ask
from lmwalk.ui.browse import browse
from lmwalk.ui.bundle_box import bundle_box
from lmwalk.ui.families import WALKS
from lmwalk.ui.page import invitation
from lmwalk.ui.read_again import read_again

INVITATION = (
    "Every question and every answer of every study is kept in one database and read here: browsed, filtered, asked "
    "in SQL, taken away as CSV or Parquet. The built-in model fills it in a few seconds: no key, no server, no network."
)
FIRST, QUERY = "Browse steps", "Ask in SQL"
TABS = {FIRST: browse, QUERY: ask, "Read again": read_again, "Import a bundle": bundle_box}


def data() -> None:
    """Draw the page."""
    if not state.names():
        if invitation("No answer yet", INVITATION, "Run the built-in model", key="first"):
            study = WALKS.first_study([])
            state.jobs().start(study)
            state.choose(study.name)
            st.rerun()
        bundle_box()
        return
    first = QUERY if LINK in st.query_params else FIRST
    tabs = st.tabs(list(TABS), default=first, key="data-tabs", on_change="rerun")
    for tab, draw in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw()
