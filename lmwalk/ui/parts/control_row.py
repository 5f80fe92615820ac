"""A row of controls that goes on in a second line where there is no room, so that nothing in it is ever cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

Width = int | Literal["stretch", "content"]


def row(key: str, widths: Sequence[Width]) -> list[Any]:
    """A place for each control, as wide as its text needs: so many pixels, its content, or what is left."""
    with st.container(key=key, horizontal=True, gap="xsmall"):
        return [st.container(width=width) for width in widths]
