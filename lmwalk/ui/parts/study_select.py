"""Choosing a study."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from lmwalk.ui.shell import session


def pick_study(
    shown: str,
    *,
    width: int,
    label_visibility: Literal["visible", "collapsed"] = "visible",
    family: str | None = None,
) -> str:
    """A list of all studies, or of one family's, with one of them chosen; the study that the user wants to see.

    The widget is another one for each study: a value that the browser still holds for the study before must not be
    taken for the user's choice.
    """
    known = session.names(family)
    key = f"picked-{shown}"
    return st.selectbox(
        "Study",
        known,
        index=known.index(shown),
        key=key,
        help="Which study to show. The newest comes first.",
        label_visibility=label_visibility,
        width=width,
        on_change=partial(_choose, key, shown),
    )


def _choose(key: str, shown: str) -> None:
    """Go to what was picked. A browser that is late reports the study before as if it had just been picked there."""
    if st.session_state[key] != shown:
        session.choose(st.session_state[key])
