"""The cursors that threads read and write through, and how their connections are closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from lmwalk.drafts import scratch_folder
from lmwalk.errors import ReadOnlyError, StoreError
from lmwalk.store.opening import connect, first_line
from lmwalk.store.rescue import Place, copy_tables, rescue

PATIENCE_S = 5.0
"""How long closing waits for what is being read or written, before that is interrupted."""
Connection = duckdb.DuckDBPyConnection


class Cursors:
    """Hands out a cursor at a time to whoever asks, from any thread.

    DuckDB refuses to close a connection one of whose cursors is busy, and to make a cursor in two threads at once.

    Attributes
    ----------
    read_only : bool
        Whether nothing can be written through any of them.
    rescued : str or None
        That the database goes on in another file, and why, as a sentence.
    remembered : dict
        Whole small tables by name, should they be needed when the file is gone.
    """

    def __init__(self, connection: Connection, path: Path, *, read_only: bool = False) -> None:
        self.read_only = read_only
        self.rescued: str | None = None
        self.remembered: dict[str, pa.Table] = {}
        self._connection = connection
        self._place = Place(path)
        self._left: list[Connection] = []
        self._open: dict[Connection, Connection] = {}
        self._writing = 0
        self._changed = threading.Condition()
        self._closed = False

    @property
    def path(self) -> Path:
        """The file that is read and written now."""
        return self._place.path

    @contextmanager
    def file(self) -> Iterator[Path]:
        """The database as a file; of one in memory a copy, which is deleted afterwards. Raises StoreError."""
        if self._place.is_file:
            yield self.path
            return
        with scratch_folder() as folder:
            copy = folder / "copy.duckdb"
            with closing(connect(copy)) as fresh, self() as cursor:
                copy_tables(cursor, fresh, {})
            yield copy

    @contextmanager
    def __call__(self) -> Iterator[Connection]:
        """A cursor that no other thread uses. Raises StoreError if the database is closed or cannot be used."""
        try:
            with self._changed:
                if self._closed:
                    raise StoreError(f"The database {self.path.name} is closed.")
                cursor = self._connection.cursor()
                self._open[cursor] = self._connection
            try:
                with cursor:
                    yield cursor
            finally:
                with self._changed:
                    del self._open[cursor]
                    self._let_go()
                    self._changed.notify_all()
        except duckdb.Error as cause:
            raise StoreError(f"The database {self.path.name} could not be used: {first_line(cause)}") from cause

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A cursor for writing, after a check that the file is still there. Raises StoreError, ReadOnlyError."""
        self.must_be_writable()
        with self._changed:
            self.look()
            self._writing += 1
        try:
            with self() as cursor:
                yield cursor
        finally:
            with self._changed:
                self._writing -= 1
                self._changed.notify_all()

    def must_be_writable(self) -> None:
        """Raise ReadOnlyError where nothing can be written."""
        if self.read_only:
            raise ReadOnlyError(f"The database {self.path.name} is open to be read only: nothing is written to it.")

    def look(self) -> None:
        """Switch to a rescue file if the open file is no longer at its path. Raises StoreError if none can be made."""
        with self._changed:
            if self._closed or self.read_only or not self._place.complaint():
                return
            self._changed.wait_for(lambda: not self._writing)
            if self._closed or not (complaint := self._place.complaint()):
                return
            made = rescue(self._connection, self.path, complaint, self.remembered)
            self._left.append(self._connection)
            self._connection, self._place, self.rescued = made.connection, made.place, made.sentence
            self._let_go()

    def _let_go(self) -> None:
        """Close the connections to files that are gone, once nobody reads them any more."""
        for connection in [each for each in self._left if each not in self._open.values()]:
            self._left.remove(connection)
            with suppress(duckdb.Error):  # a file that was cut cannot be finished
                connection.close()

    def close(self, patience_s: float = PATIENCE_S) -> None:
        """Close the connection once no cursor is in use; after ``patience_s`` seconds their queries are interrupted."""
        with self._changed:
            self._closed = True
            if not self._changed.wait_for(self._none_open, timeout=patience_s):
                for cursor in self._open:
                    cursor.interrupt()
                self._changed.wait_for(self._none_open, timeout=patience_s)
        self._connection.close()

    def _none_open(self) -> bool:
        return not self._open
