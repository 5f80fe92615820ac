"""The measured properties in a bundle: every row is looked at before one of them is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import compute, csv

from lmwalk.errors import InputError
from lmwalk.properties import properties
from lmwalk.study import Study

COLUMNS = {
    "condition": pa.string(),
    "trajectory": pa.int32(),
    "t": pa.int32(),
    "property": pa.string(),
    "value": pa.float64(),
}
PLACE = [name for name in COLUMNS if name != "value"]
PIECE = 2**20
"""Bytes that are read at once; a row has fewer."""
ACCEPTED = "Accepted: the properties of a study as 'lmwalk export' writes them."


def read_values(table: Path, study: Study, ids: Mapping[str, str]) -> pd.DataFrame:
    """The values in a table of CSV: condition (its new id), trajectory, t, property, value.

    Raises
    ------
    InputError
        It cannot be read, or a row is of no text of the study.
    """
    try:
        found = [_checked(batch, study, ids) for batch in _batches(table)]
    except (pa.ArrowException, OSError) as cause:
        raise InputError(f"{table.name!r} cannot be read: {str(cause)[:200]}. {ACCEPTED}") from cause
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))
    if rows.duplicated(PLACE).any():
        raise InputError(f"{table.name!r} holds a value twice. {ACCEPTED}")
    return rows


def _batches(table: Path) -> Iterator[pa.RecordBatch]:
    reading = csv.ReadOptions(block_size=PIECE, use_threads=False)
    meaning = csv.ConvertOptions(include_columns=list(COLUMNS), column_types=COLUMNS)
    with csv.open_csv(table, reading, csv.ParseOptions(newlines_in_values=True), meaning) as batches:
        yield from batches


def _checked(batch: pa.RecordBatch, study: Study, ids: Mapping[str, str]) -> pd.DataFrame:
    known = {"condition": list(ids), "property": list(properties)}
    parts = [compute.is_in(batch.column(name), pa.array(held)) for name, held in known.items()]
    rows: pd.DataFrame = batch.to_pandas()
    if batch.num_rows and not (
        all(compute.all(part).as_py() for part in parts)
        and rows["trajectory"].isin(study.numbers).all()
        and rows["t"].between(0, study.steps).all()
    ):
        raise InputError(f"'properties.csv' holds values of no text of this study. {ACCEPTED}")
    return rows.assign(condition=rows["condition"].map(ids))
