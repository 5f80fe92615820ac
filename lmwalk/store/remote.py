"""Reading a database that another process holds: the question goes there, its rows come back as an Arrow table.

Both halves stand here. So whatever reads a store by a cursor reads one from afar by the same statements.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import duckdb
import pandas as pd
import pyarrow as pa

from lmwalk.errors import InputError, StoreError
from lmwalk.store.cursors import PATIENCE_S, Connection, Cursors
from lmwalk.store.memory import with_room
from lmwalk.store.opening import first_line

Values = Sequence[Any] | Mapping[str, Any]
Frames = dict[str, pa.Table]
Ask = Callable[[str, list[Any] | dict[str, Any], Frames], pa.Table]
"""Has one SELECT answered: its text, its parameters, and tables that it names."""


def answered(cursors: Cursors, query: str, values: Values, frames: Frames) -> pa.Table:
    """The rows of one SELECT over a database and over tables that came with it.

    Raises
    ------
    InputError
        The text is not one SELECT.
    StoreError
        The database cannot be read.
    """
    with cursors() as cursor:
        try:
            kinds = [statement.type for statement in cursor.extract_statements(query)]
        except duckdb.Error as cause:
            raise InputError(f"The query cannot be read: {first_line(cause)}") from cause
        if kinds != [duckdb.StatementType.SELECT]:
            raise InputError("Accepted from another process: one SELECT.")
        for name, frame in frames.items():
            cursor.register(name, frame)
        return with_room(cursor, lambda: cursor.sql(query, params=values).to_arrow_table())


class RemoteCursors(Cursors):
    """Hands out cursors whose statements are answered elsewhere. Nothing is written through them.

    Parameters
    ----------
    path : Path
        Of the database, as it is named in sentences.
    """

    def __init__(self, path: Path, ask: Ask, *, read_only: bool = False) -> None:
        self.read_only = read_only
        self.rescued = None
        self.remembered = {}
        self._named, self._ask = path, ask
        self._here = duckdb.connect()
        self._making = threading.Lock()

    @property
    def path(self) -> Path:
        return self._named

    @contextmanager
    def file(self) -> Iterator[Path]:
        yield self._named

    @contextmanager
    def __call__(self) -> Iterator[Connection]:
        with self._making:
            here = self._here.cursor()
        try:
            with here:
                yield cast("Connection", RemoteCursor(here, self._ask))
        except duckdb.Error as cause:
            raise StoreError(f"The database {self.path.name} could not be used: {first_line(cause)}") from cause

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self.must_be_writable()
        raise StoreError(f"The database {self.path.name} is written to by the process that holds it.")
        yield

    def look(self) -> None:
        """Whether the file is still there, its owner knows."""

    def close(self, patience_s: float = PATIENCE_S) -> None:
        self._here.close()


class RemoteCursor:
    """What is used of a cursor of DuckDB's; rows are turned into frames here, by DuckDB itself."""

    def __init__(self, here: Connection, ask: Ask) -> None:
        self._here, self._ask = here, ask
        self._frames: Frames = {}

    def execute(self, query: str, values: Values = ()) -> Connection:
        """Have a SELECT answered; how much memory there is for it, its database's owner sets."""
        if not query.startswith("SET "):
            self._here.register("arrived", self._asked(query, values))
            self._here.execute("FROM arrived")
        return self._here

    def sql(self, query: str, *, params: Values = ()) -> duckdb.DuckDBPyRelation:
        return self._here.from_arrow(self._asked(query, params))

    def register(self, name: str, frame: pd.DataFrame | pa.Table) -> None:
        self._frames[name] = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False)

    def unregister(self, name: str) -> None:
        del self._frames[name]

    def _asked(self, query: str, values: Values) -> pa.Table:
        return self._ask(query, dict(values) if isinstance(values, Mapping) else list(values), self._frames)

    def __getattr__(self, name: str) -> Any:
        """What is done with the rows that arrived last."""
        return getattr(self._here, name)
