"""A row of controls that goes on in a second line where there is no room, so that nothing in it is ever cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

Width = int | Literal["stretch", "content"]


def row(key: str, widths: Sequence[Width], *, together: int = 0) -> list[Any]:
    """A place for each control, no narrower than its text needs: so many pixels, its content, or what is left.

    Parameters
    ----------
    key : str
        Under which ``page.css`` finds the row.
    widths : sequence
        Of the places. In a line without a list of chips all of them grow alike, so that each line ends flush.
    together : int
        So many of the last places go to the next line together, so that no button is left alone there.
    """
    alone = len(widths) - together
    with st.container(key=key, horizontal=True, gap="xsmall"):
        places = [st.container(width=width) for width in widths[:alone]]
        if together:
            with st.container(key=f"{key}-last", horizontal=True, gap="xsmall", width="content"):
                places += [st.container(width=width) for width in widths[alone:]]
    return places
