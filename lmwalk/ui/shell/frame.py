"""What stands around every page: the name, which leads home, and the switch between light and dark."""

from __future__ import annotations

import streamlit as st

from lmwalk.ui.shell.assets import ICON, script, styles
from lmwalk.ui.shell.news import follow_studies

_component = st.components.v2.component(
    "lmwalk_frame", css=styles("shell/web/frame.css"), js=script("shell/web/frame.js"), isolate_styles=False
)


def frame() -> None:
    """Draw it; the page itself comes after it."""
    st.logo(str(ICON))
    with st.sidebar:
        _component(key="frame", height="content")
        follow_studies()
