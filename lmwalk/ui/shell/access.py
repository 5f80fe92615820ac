"""What a read-only dashboard shows instead of what it cannot do.

Whether it is one is known in ``lmwalk.access``, and refused below the screen. Here nothing is refused: pages ask, so as
not to draw a button that would do nothing.
"""

from __future__ import annotations

from lmwalk.access import SAID, read_only

__all__ = ["NOTE", "may_change", "read_only", "told"]

NOTE = f"{SAID}: look, replay, compare and export. Nothing is started or changed here."


def may_change() -> bool:
    """Whether what starts, changes or deletes something is to be drawn."""
    return not read_only()


def told() -> str:
    """A line for the end of a caption that says that the dashboard is read-only; empty where it is not."""
    return f"  \n:material/visibility: {NOTE}" if read_only() else ""
