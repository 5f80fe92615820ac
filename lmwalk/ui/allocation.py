"""How the server asks the system for memory, so that what was freed can be used again, or goes back."""

from __future__ import annotations

import ctypes
import sys

ARENA_MAX, MMAP_THRESHOLD = -8, -3
"""Names of settings of the C library."""
ARENAS = 2
LARGE_BYTES = 256 * 1024


def keep_together() -> None:
    """Let threads share their memory, and give what is large back as soon as it is freed. Call before any is begun.

    Streamlit draws each part of a page in a thread of its own. GNU's C library gives threads pools of their own, up to
    eight for each core, and what a figure's table took for a moment stays in the pool of the thread that made it.
    Where the library is another one, nothing is changed.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        set_to = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    set_to(ARENA_MAX, ARENAS)
    set_to(MMAP_THRESHOLD, LARGE_BYTES)
