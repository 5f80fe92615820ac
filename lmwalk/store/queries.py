"""A user's own question to the database: one SELECT that can read what is stored, and nothing else."""

from __future__ import annotations

from functools import partial

import duckdb
import pandas as pd

from lmwalk.errors import InputError
from lmwalk.store.apart import Apart, Limits
from lmwalk.store.column_docs import meaning
from lmwalk.store.cursors import Cursors
from lmwalk.store.opening import first_line
from lmwalk.store.selects import READABLE, check, functions

USUAL = Limits()
LONGEST_TEXT = 20_000
"""Characters of a query. What the parser makes of them is read here, and takes a thousand times as much room."""


class Queries:
    """Read-only SQL queries of users against one database."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors
        self._apart = Apart()

    def run(self, sql: str, limits: Limits = USUAL) -> pd.DataFrame:
        """The result of one SELECT, at most ``limits.rows`` rows of it.

        Raises
        ------
        InputError
            The text is not one SELECT, reads something else than what is stored, takes more than it may, or is wrong.
        StoreError
            The database cannot be copied for the query, or is closed.
        """
        if len(sql) > LONGEST_TEXT:
            raise InputError(f"The query has {len(sql):,} characters. Accepted: at most {LONGEST_TEXT:,}.")
        if not sql.isascii() and sql != sql.encode("utf-8", "replace").decode():
            raise InputError("The query holds half a character, which is no text. Type that place anew.")
        with self._cursors() as cursor:
            known = functions(cursor)
        with self._cursors.file() as database:
            # a read-only dashboard leaves nothing beside the database, not even for a moment
            within = None if self._cursors.read_only else database.parent
            rows = self._apart.answer(database, sql, limits, partial(check, known=known), within)
        with self._cursors() as cursor:
            try:
                frame: pd.DataFrame = cursor.from_arrow(rows).df()
            except duckdb.Error as cause:
                raise InputError(f"The result cannot be shown: {first_line(cause)}") from cause
        return frame

    def close(self) -> None:
        """End running queries; later ones raise StoreError."""
        self._apart.close()

    def schema(self) -> pd.DataFrame:
        """One row per column that a query can read: table, column, type, meaning."""
        with self._cursors() as cursor:
            frame: pd.DataFrame = cursor.execute(
                "SELECT table_name AS 'table', column_name AS 'column', data_type AS type FROM duckdb_columns() "
                "WHERE list_contains($readable, table_name) AND NOT internal "
                "ORDER BY list_position($readable, table_name), column_index",
                {"readable": list(READABLE)},
            ).df()
        pairs = zip(frame["table"], frame["column"], strict=True)
        return frame.assign(meaning=[meaning(table, column) for table, column in pairs])
