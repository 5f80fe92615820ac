"""What is drawn once the reader has scrolled to it: below the window, charts would only hold up what is in it."""

from __future__ import annotations

import streamlit as st

from lmwalk.ui.shell.assets import is_served, script

_component = st.components.v2.component("lmwalk_sight", js=script("parts/web/sight.js"), isolate_styles=False)
_SEEN = "_in_sight"


def in_sight(name: str, height: int) -> bool:
    """Whether a place of the page has come into the window since the page's session began.

    Until then, empty room stands there; when it comes into the window, the fragment around it runs again. Where no
    browser can say so, as in a test without a server, it has.

    Parameters
    ----------
    name : str
        Of the place, and of what is shown in it: another study's has not been seen.
    height : int
        Of the room, in pixels.
    """
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    if name in seen or not is_served():
        return True
    key = f"sight-{name}"

    def has_come() -> None:
        if st.session_state[key]["seen"]:
            seen.add(name)

    _component(key=key, data={"height": height}, default={"seen": False}, on_seen_change=has_come)
    return False
