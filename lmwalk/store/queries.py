"""A user's own question to the database: one SELECT that can read what is stored, and nothing else.

Nothing is trusted to the words of the query. DuckDB's own parser turns it into a tree, and the tree may name only the
tables and views that people read, and functions that only compute: none that reads or writes a file, that attaches,
changes a setting, runs text as a query, or waits.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import duckdb
import pandas as pd

from lmwalk.errors import InputError
from lmwalk.store.meanings import meaning
from lmwalk.store.memory import with_room
from lmwalk.store.opening import first_line

READABLE = ("steps", "properties", "studies", "conditions", "records", "measured")
"""What a query may read, in the order in which people want it."""
LONGEST_S = 30.0
MOST_ROWS = 100_000
_TABLE_FUNCTIONS = frozenset({"generate_series", "json_each", "json_tree", "range", "unnest"})
_HARMLESS = frozenset({"gen_random_uuid", "random", "uuid"})
"""Functions that change with every call, and nothing more."""
_REFUSED = frozenset({"current_setting", "getvariable", "json_deserialize_sql", "pg_sleep", "query", "query_table"})
Cursors = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]


class Queries:
    """Questions to one database."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def run(self, sql: str, most: int = MOST_ROWS, longest_s: float = LONGEST_S) -> pd.DataFrame:
        """The result, at most so many rows of it.

        Raises
        ------
        InputError
            The text is not one SELECT, reads something else than what is stored, takes longer, or is wrong.
        """
        with self._cursors() as cursor:
            _check(cursor, sql)
            timer = threading.Timer(longest_s, cursor.interrupt)
            timer.start()
            try:
                cursor.execute("BEGIN TRANSACTION READ ONLY")
                query = f"SELECT * FROM ({sql.strip().rstrip(';')}\n) LIMIT {int(most)}"
                return with_room(cursor, lambda: cursor.execute(query).df())
            except duckdb.InterruptException:
                raise InputError(f"The query took longer than {longest_s:g} s and was ended.") from None
            except duckdb.Error as cause:
                raise InputError(f"The query cannot be answered: {first_line(cause)}") from cause
            finally:
                timer.cancel()
                cursor.rollback()

    def schema(self) -> pd.DataFrame:
        """Every column that can be read: table, column, type, meaning."""
        with self._cursors() as cursor:
            frame: pd.DataFrame = cursor.execute(
                "SELECT table_name AS 'table', column_name AS 'column', data_type AS type FROM duckdb_columns() "
                "WHERE list_contains($readable, table_name) AND NOT internal "
                "ORDER BY list_position($readable, table_name), column_index",
                {"readable": list(READABLE)},
            ).df()
        pairs = zip(frame["table"], frame["column"], strict=True)
        return frame.assign(meaning=[meaning(table, column) for table, column in pairs])


def _check(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise InputError unless the text is one SELECT over what people may read."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as cause:
        raise InputError(f"This is not SQL: {first_line(cause)}") from cause
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError("One SELECT is accepted, and nothing else: no second statement, nothing that changes data.")
    tree = json.loads(cursor.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0])
    if tree["error"]:
        raise InputError(f"This SELECT cannot be read: {tree['error_message']}")
    known = _functions(cursor)
    nodes = list(_nodes(tree))
    named = {str(entry["key"]).lower() for node in nodes for entry in node.get("cte_map", {}).get("map", [])}
    for node in nodes:
        _check_node(node, known, named)


def _check_node(node: dict[str, Any], known: frozenset[str], named: set[str]) -> None:
    kind = node.get("type")
    if kind == "BASE_TABLE":
        table, where = str(node["table_name"]), (node.get("catalog_name"), node.get("schema_name"))
        own = table.lower() in READABLE and where in (("", ""), ("", "main"))
        if not own and not (table.lower() in named and where == ("", "")):
            raise InputError(f"{table!r} cannot be read here. Accepted: {', '.join(READABLE)}.")
    elif kind == "SHOW_REF" and node.get("table_name"):
        raise InputError("SHOW is not accepted here: the columns stand beside the query.")
    elif kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in _TABLE_FUNCTIONS:
            raise InputError(f"The function {name}() cannot be used here. It is none that only computes.")
    if "function_name" in node and str(node["function_name"]).lower() not in known:
        raise InputError(f"The function {node['function_name']}() cannot be used here. It is none that only computes.")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _functions(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Functions that only compute."""
    rows = cursor.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', "
        "'window', 'macro') AND NOT coalesce(has_side_effects, false)"
    ).fetchall()
    return (frozenset(str(name).lower() for (name,) in rows) | _HARMLESS | _TABLE_FUNCTIONS) - _REFUSED
