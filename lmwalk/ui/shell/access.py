"""What a read-only dashboard shows instead of what it cannot do.

Whether it is one is known in ``lmwalk.access``, and refused below the screen. Here nothing is refused: pages ask, so as
not to draw a button that would do nothing.
"""

from __future__ import annotations

import streamlit as st

from lmwalk.access import SAID, read_only
from lmwalk.loopback import is_this_machine

__all__ = ["NOTE", "is_open", "may_change", "read_only", "told"]

NOTE = f"{SAID}: look, replay, compare and export. Nothing is started or changed here."


def may_change() -> bool:
    """Whether what starts, changes or deletes something is to be drawn."""
    return not read_only()


def is_open() -> bool:
    """Whether the dashboard can be reached from other machines."""
    return not is_this_machine(st.get_option("server.address") or "localhost")


def told() -> str:
    """A line for the end of a caption that says that the dashboard is read-only; empty where it is not."""
    return f"  \n:material/visibility: {NOTE}" if read_only() else ""
