"""Steps in a file, written some thousands at a time: a million take no more memory than a few.

DuckDB itself writes no file, as it reaches none. It makes the lines of a text, and Arrow carries the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lmwalk.errors import StoreError
from lmwalk.store.columns import EVERY
from lmwalk.store.memory import ample

SPAN = "id > $after AND id <= $until"
"""Stands in what chooses the steps, so that they are read by their ids, a part at a time."""
IDS, ROWS = 20_000, 1000
"""Read at a time, and handed over at a time."""
GROUP_BYTES = 64_000_000
"""Of rows that a Parquet file keeps together."""
PLACES = ("x", "y")
Cursor = duckdb.DuckDBPyConnection


def copy_steps(cursor: Cursor, chosen: str, values: Mapping[str, Any], file_format: str, out: Path) -> int:
    """Write rows of the view ``steps`` in the order of their ids, as csv, parquet or jsonl; the number of rows.

    Parameters
    ----------
    chosen : str
        The condition that the rows fulfil; it holds ``SPAN``, and the values hold its other parameters.

    Raises
    ------
    StoreError
        The file cannot be written.
    """
    write = {"csv": _csv, "parquet": _parquet, "jsonl": _jsonl}[file_format]
    # within one transaction the rows are those of one moment
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    try:
        with ample(cursor):
            return write(cursor, chosen, values, out)
    except OSError as cause:
        raise StoreError(f"The file cannot be written: {cause.strerror or cause}.") from cause
    finally:
        cursor.rollback()


def _csv(cursor: Cursor, chosen: str, values: Mapping[str, Any], out: Path) -> int:
    names = cursor.sql("SELECT * FROM steps LIMIT 0").columns
    fields = ", ".join(map(_field, names))
    with out.open("wb") as file:
        file.write((",".join(names) + "\n").encode())
        return _lines(_read(cursor, f"concat_ws(',', {fields})", chosen, values), file)


def _field(name: str) -> str:
    """What stands in a CSV file for a value: nothing for none, and quotes where they are needed."""
    special = " OR ".join(f"contains(value, {sign})" for sign in ("','", "'\"'", "'#'", "chr(10)", "chr(13)"))
    quoted = f"IF(value = '' OR {special}, '\"' || replace(value, '\"', '\"\"') || '\"', value)"
    # a whole number of cells is written as one
    text = f"regexp_replace({name}::VARCHAR, '[.]0$', '')" if name in PLACES else f"{name}::VARCHAR"
    return f"coalesce({quoted.replace('value', text)}, '')"


def _jsonl(cursor: Cursor, chosen: str, values: Mapping[str, Any], out: Path) -> int:
    with out.open("wb") as file:
        return _lines(_read(cursor, "to_json(steps)::VARCHAR", chosen, values), file)


def _lines(batches: Iterator[pa.RecordBatch], file: Any) -> int:
    count = 0
    for batch in batches:
        count += len(batch)
        file.writelines(f"{line}\n".encode() for line in batch.column(0).to_pylist())
    return count


def _parquet(cursor: Cursor, chosen: str, values: Mapping[str, Any], out: Path) -> int:
    schema = cursor.sql("SELECT * FROM steps LIMIT 0").to_arrow_table().schema
    count, waiting = 0, list[pa.RecordBatch]()
    with pq.ParquetWriter(out, schema) as file:
        for batch in _read(cursor, "*", chosen, values):
            count += len(batch)
            waiting.append(batch)
            if sum(each.nbytes for each in waiting) > GROUP_BYTES:
                file.write_table(pa.Table.from_batches(waiting))
                waiting.clear()
        file.write_table(pa.Table.from_batches(waiting, schema))
    return count


def _read(cursor: Cursor, wanted: str, chosen: str, values: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
    """What is wanted of the chosen steps, in the order of their ids."""
    first, last = _ends(cursor, chosen, values)
    query = f"SELECT {wanted} FROM steps WHERE {chosen} ORDER BY id"
    for after in range(first - 1, last, IDS):
        span = {**values, "after": after, "until": min(last, after + IDS)}
        yield from cursor.sql(query, params=span).to_arrow_reader(ROWS)


def _ends(cursor: Cursor, chosen: str, values: Mapping[str, Any]) -> tuple[int, int]:
    """The first and the last id; (1, 0) where there is none."""
    query = f"SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM steps WHERE {chosen}"
    found: tuple[int, int] = cursor.execute(query, {**values, "after": EVERY[0], "until": EVERY[1]}).fetchall()[0]
    return found
