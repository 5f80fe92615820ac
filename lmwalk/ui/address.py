"""What the address says of the view, so that a reload and a shared link come back to it."""

from __future__ import annotations

import streamlit as st

T = "t"


def t() -> int | None:
    """Where the clock of the player stands; None for its end."""
    written = st.query_params.get(T, "")
    return int(written) if written.isascii() and written.isdigit() else None


def set_t(t: int | None) -> None:
    """Put the clock's place into the address; its end stands there as nothing."""
    if t is None:
        st.query_params.pop(T, None)
    elif st.query_params.get(T) != str(t):
        st.query_params[T] = str(t)
