"""The cursors that threads read and write through, and how their connection is closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lmwalk.errors import StoreError
from lmwalk.store.opening import first_line

PATIENCE_S = 5.0
"""How long closing waits for what is being read or written, before that is interrupted."""


class Cursors:
    """Hands out a cursor at a time to whoever asks, from any thread.

    DuckDB refuses to close a connection one of whose cursors is busy, and to make a cursor in two threads at once.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._open: set[duckdb.DuckDBPyConnection] = set()
        self._changed = threading.Condition()
        self._closed = False

    @contextmanager
    def __call__(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one's own. Raises StoreError where the database cannot be used, or is closed."""
        try:
            with self._changed:
                if self._closed:
                    raise StoreError(f"The database {self._path.name} is closed.")
                cursor = self._connection.cursor()
                self._open.add(cursor)
            try:
                with cursor:
                    yield cursor
            finally:
                with self._changed:
                    self._open.discard(cursor)
                    self._changed.notify_all()
        except duckdb.Error as cause:
            raise StoreError(f"The database {self._path.name} could not be used: {first_line(cause)}") from cause

    def close(self, patience_s: float = PATIENCE_S) -> None:
        """Hand out no more, wait for those that are out, and close the connection."""
        with self._changed:
            self._closed = True
            if not self._changed.wait_for(self._none_open, timeout=patience_s):
                for cursor in self._open:
                    cursor.interrupt()
                self._changed.wait_for(self._none_open, timeout=patience_s)
        self._connection.close()

    def _none_open(self) -> bool:
        return not self._open
