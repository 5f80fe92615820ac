"""A table in Parquet from a stranger, in batches that fit into memory, whatever its headers say.

A page of a megabyte may unpack to gigabytes, and a text that stands there once may be named by every row. So only what
packs text by a known factor is read, pages are looked at before they are unpacked, and texts that rows share stay
shared until they are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import compute

from lmwalk.errors import InputError
from lmwalk.importing.pages import STEPS, About, pages_of

BATCH = 4000
MOST_AT_ONCE = 16_000_000
"""Bytes of the rows handed out together; a single row may have more."""
MOST_OF_ROW = 64_000_000


def batches(
    table: Path, names: Sequence[str], most: int | None = None, newer: Collection[str] = (), about: About = STEPS
) -> Iterator[pa.RecordBatch]:
    """The rows of some columns, in order, at most ``most`` of them; ``newer`` ones are left out where there are none.

    Raises
    ------
    InputError
        A column is missing, or the table holds or unpacks to more than is accepted.
    pyarrow.ArrowException, OSError, ValueError
        It cannot be read as a table.
    """
    pages = pages_of(table, names, about)
    if most is not None and pages.rows > most:
        raise InputError(
            f"{about.noun} are {pages.rows:,} rows, more than the study or the file can hold. {about.accepted}"
        )
    names = [name for name in names if name in pages.names or name not in newer]
    with pq.ParquetFile(table, buffer_size=2**20, pre_buffer=False, read_dictionary=sorted(pages.shared)) as file:
        known = file.schema_arrow.names
        if lacking := [name for name in names if known.count(name) != 1]:
            raise InputError(f"{about.noun} have no column {lacking[0]}, or two of it. {about.accepted}")
        rows = max(1, min(BATCH, int(MOST_AT_ONCE / pages.row_bytes)))
        for batch in file.iter_batches(rows, columns=list(names), use_threads=False):
            yield from _split(batch.select(names), about)


def _split(batch: pa.RecordBatch, about: About) -> Iterator[pa.RecordBatch]:
    """The batch in pieces of rows that have few bytes together once every row has texts of its own."""
    sizes = np.cumsum(sum((_bytes(column) for column in batch.columns), np.zeros(batch.num_rows, np.int64)))
    begin, before = 0, 0
    while begin < batch.num_rows:
        end = max(begin + 1, int(np.searchsorted(sizes, before + MOST_AT_ONCE, side="right")))
        if sizes[end - 1] - before > MOST_OF_ROW:
            raise InputError(f"{about.noun} hold one of {(sizes[end - 1] - before) / 1e6:,.0f} MB. {about.accepted}")
        yield batch.slice(begin, end - begin)
        begin, before = end, int(sizes[end - 1])


def _bytes(column: pa.Array) -> np.ndarray:
    """Bytes of each row's value; 0 in a column in which no two share any."""
    if not pa.types.is_dictionary(column.type):
        return np.zeros(len(column), np.int64)
    lengths = compute.binary_length(column.dictionary).take(column.indices)
    return np.asarray(lengths.fill_null(0), np.int64)
