"""Steps as Arrow columns. What a column cannot hold becomes null there: a number is no reason to lose an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

from lmwalk.step import STEP_COLUMNS, Step

_ARROW = {
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
}
READ = pa.schema([(column.name, _ARROW[column.kind]) for column in STEP_COLUMNS])
"""Steps as people read them."""
SCHEMA = pa.schema([("id", pa.int64()), ("condition", pa.int32()), *list(READ)[1:]])
"""Rows of ``records``: as steps, with an id, and the condition as a number."""
Span = tuple[int, int]
"""Of ids: above the first, up to the second."""
EVERY: Span = (0, 2**62)
OF_CONDITIONS = ("study", "process", "model", "temperature", "template", "simulated", "condition")
"""What the view ``steps`` adds to a record from its condition, before all else."""


def steps_view() -> str:
    """SQL of the view for people: every record with the study, model and settings it belongs to. Times are UTC."""
    names: list[str] = []
    for column in STEP_COLUMNS[1:]:
        place = names.index(column.follows) + 1 if column.follows else len(names)
        names.insert(place, column.name)
    shown = ", ".join(["r.id", *(f"c.{name}" for name in OF_CONDITIONS), *(f"r.{name}" for name in names)])
    return f"CREATE OR REPLACE VIEW steps AS SELECT {shown} FROM records r JOIN conditions c ON c.number = r.condition"


def table_of(steps: Sequence[Step], first_id: int, numbers: Mapping[str, int]) -> pa.Table:
    """Rows of ``records``, their ids counted on from the first; ``numbers`` holds that of each condition."""
    conditions, *columns = zip(*steps, strict=True)
    known = [range(first_id, first_id + len(steps)), [numbers[condition] for condition in conditions]]
    arrays = [as_array(column, field.type) for column, field in zip([*known, *columns], SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


def as_table(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table, their values in the order of its columns; what a column cannot hold becomes null."""
    columns = zip(*rows, strict=True)
    return pa.table(
        [as_array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def as_array(column: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column of a table; what it cannot hold becomes null."""
    try:
        return pa.array(column, kind)
    except (UnicodeEncodeError, pa.ArrowException, ArithmeticError):
        return pa.array([_storable(value, kind) for value in column], kind)


def _storable(value: Any, kind: pa.DataType) -> Any:
    """The value, or null where its column cannot hold it; half a surrogate pair, which is no text, becomes U+FFFD."""
    if isinstance(value, str):
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        return pa.scalar(value, kind)
    except (pa.ArrowException, ArithmeticError):
        return None


def insert_new(
    cursor: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Any], schema: pa.Schema, at_once: int
) -> None:
    """Add rows whose names are new, so many in memory at a time; those that are there stay as they are."""
    left = iter(rows)
    while batch := list(islice(left, at_once)):
        cursor.register("arriving", as_table({row.name: row for row in batch}.values(), schema))
        cursor.execute(
            f"INSERT INTO {table} BY NAME SELECT * FROM arriving WHERE name NOT IN (SELECT name FROM {table})"
        )


def insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
    """Add rows, each column to that of its name."""
    cursor.register("arriving", rows)
    cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")
