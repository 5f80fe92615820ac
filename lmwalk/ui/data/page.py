"""The Data page: steps to browse, and SQL on the database."""

from __future__ import annotations

import streamlit as st

from lmwalk.ui.data.browse import browse
from lmwalk.ui.data.import_bundle import import_bundle
from lmwalk.ui.data.reparse_stored import reparse_stored
from lmwalk.ui.data.sql import LINK, sql_query
from lmwalk.ui.parts.form.start import invite
from lmwalk.ui.shell import access, session

INVITATION = (
    "Every question and every answer of every study is kept in one database and read here: browsed, filtered, asked "
    "in SQL, exported as CSV or Parquet. The built-in model fills it in a few seconds: no key, no server, no network."
)
FIRST, QUERY = "Browse steps", "SQL query"
LOOKING = {FIRST: browse, QUERY: sql_query, "Re-parse": reparse_stored}
BRINGING = {"Import a bundle": import_bundle}


def data() -> None:
    """Draw the page."""
    if not session.names():
        invite("No answer yet", INVITATION)
        if access.may_change():
            import_bundle()
        return
    first = QUERY if LINK in st.query_params else FIRST
    offered = LOOKING | (BRINGING if access.may_change() else {})
    tabs = st.tabs(list(offered), default=first, key="data-tabs", on_change="rerun")
    for tab, draw in zip(tabs, offered.values(), strict=True):
        if tab.open:
            with tab:
                draw()
