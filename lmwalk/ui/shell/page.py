"""What every page begins with."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from lmwalk.ui.shell.access import may_change, told
from lmwalk.ui.shell.link import arrive

STYLE = Path(__file__).parent / "web" / "page.css"


def header(title: str, lesson: str) -> None:
    """The page's title and one line on what can be learned here. Both are our own words."""
    _through_app()
    arrive(title)
    st.html(STYLE)
    st.title(title, anchor=False)
    st.caption(lesson + told())


def _through_app() -> None:
    """Make sure that app.py has set up the navigation.

    The first visit to a fresh server may go straight to a page's address; Streamlit then takes the folder ``pages``
    for its older kind of navigation and leaves app.py out.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def invitation(title: str, words: str, button: str, *, key: str) -> bool:
    """An empty page: what would be here, and the one button that fills it; none on a dashboard that starts nothing."""
    with st.container(
        border=True, height=420, horizontal_alignment="center", vertical_alignment="center", key=f"invitation-{key}"
    ):
        st.subheader(title, anchor=False, text_alignment="center", width="content")
        st.markdown(words, text_alignment="center", width=560)
        return may_change() and st.button(button, type="primary", icon=":material/play_arrow:", key=key)
