"""How much memory DuckDB may use: little while steps are written, more once something needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import duckdb

T = TypeVar("T")

USUAL_MEMORY = "80MB"
"""Enough to write and to watch; more would only fill with pages that nobody reads again."""
AMPLE_MEMORY = "2GB"
"""For what does not fit: sorting a million whole rows, texts of a megabyte."""

_counting = threading.Lock()
_in_need = 0


def with_room(cursor: duckdb.DuckDBPyConnection, action: Callable[[], T]) -> T:
    """The result of ``action``; if DuckDB runs out of its usual memory, the action is repeated with more."""
    try:
        return action()
    except duckdb.OutOfMemoryException:
        with ample(cursor):
            return action()


@contextmanager
def ample(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Raise the memory limit of the cursor's database until the last of those who asked for it is done."""
    global _in_need
    with _counting:
        _in_need += 1
        cursor.execute(f"SET memory_limit = '{AMPLE_MEMORY}'")
    try:
        yield
    finally:
        with _counting:
            _in_need -= 1
            # what another thread holds at this moment cannot be taken from it; whoever is in need next sets it back
            with suppress(duckdb.OutOfMemoryException):
                if not _in_need:
                    cursor.execute(f"SET memory_limit = '{USUAL_MEMORY}'")
