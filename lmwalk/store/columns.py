"""Steps as Arrow columns. What a column cannot hold becomes null there: a number is no reason to lose an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from lmwalk.types import Step

SCHEMA = pa.schema(
    [
        *(
            ("id", pa.int64()),
            ("condition", pa.int32()),
            ("trajectory", pa.int32()),
            ("t", pa.int32()),
            ("x", pa.float64()),
        ),
        *(("y", pa.float64()), ("outcome", pa.string()), ("status", pa.string()), ("system", pa.string())),
        *(("prompt", pa.string()), ("reply", pa.string()), ("before", pa.string()), ("after", pa.string())),
        *(("latency_s", pa.float64()), ("tokens_in", pa.int32()), ("tokens_out", pa.int32())),
        *(("cost_usd", pa.float64()), ("attempts", pa.int32()), ("seed", pa.int64()), ("asked_at", pa.timestamp("us"))),
        *(("error", pa.string()), ("distribution", pa.string()), ("ended", pa.string()), ("finish", pa.string())),
        *(("finish_said", pa.string()), ("thought", pa.string()), ("thought_tokens", pa.int32()), ("raw", pa.string())),
        *(("why", pa.string()), ("prompt_cut", pa.bool_())),
    ]
)


def table_of(steps: Sequence[Step], first_id: int, numbers: Mapping[str, int]) -> pa.Table:
    """Rows of ``records``, their ids counted on from the first; ``numbers`` holds that of each condition."""
    conditions, *columns = zip(*steps, strict=True)
    known = [range(first_id, first_id + len(steps)), [numbers[condition] for condition in conditions]]
    arrays = [_array(column, field.type) for column, field in zip([*known, *columns], SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


def _array(column: Sequence[Any], kind: pa.DataType) -> pa.Array:
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


def insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
    """Add rows, their columns in the order of the table's."""
    cursor.register("arriving", rows)
    cursor.execute(f"INSERT INTO {table} SELECT * FROM arriving")
