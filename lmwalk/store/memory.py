"""How much memory DuckDB may use: little while steps are written, more once something needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import duckdb

T = TypeVar("T")

USUAL_MEMORY = "80MB"
"""Enough to write and to watch; more would only fill with pages that nobody reads again."""
AMPLE_MEMORY = "2GB"
"""For what does not fit: sorting a million whole rows, texts of a megabyte."""


def with_room(cursor: duckdb.DuckDBPyConnection, action: Callable[[], T]) -> T:
    """The action's result; where the usual memory is too small for it, it is done again with ample memory."""
    try:
        return action()
    except duckdb.OutOfMemoryException:
        cursor.execute(f"SET memory_limit = '{AMPLE_MEMORY}'")
        try:
            return action()
        finally:
            cursor.execute(f"SET memory_limit = '{USUAL_MEMORY}'")
