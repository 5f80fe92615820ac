"""The steps in a bundle: every column, type and number is looked at before one of them is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lmwalk.errors import InputError
from lmwalk.store.columns import SCHEMA
from lmwalk.study import Study
from lmwalk.types import STATUSES, Step

BATCH = 4000
MOST_BYTES = 8 * 10**9
"""Of all columns, unpacked."""
ACCEPTED = "Accepted: the steps of a study as 'lmwalk export' writes them."
COLUMNS = {"before": "state_before", "after": "state_after"}
"""Names of a step's parts in the table, where they are others."""
NEEDED = {"condition", "trajectory", "t", "status", "prompt", "before", "after", "attempts", "seed", "asked_at"}


def checked_rows(table: Path, study: Study, ids: Mapping[str, str]) -> dict[str, bool]:
    """Whether the answers of each condition that holds some are simulated, by its new id.

    Raises
    ------
    InputError
        A column is missing or of another type, or a row cannot be a step of this study.
    """
    simulated: dict[str, bool] = {}
    seen: set[tuple[str, int, int]] = set()
    for row in _rows(table):
        place = (row["condition"], row["trajectory"], row["t"])
        which = f"trajectory {row['trajectory']}, t = {row['t']}"
        if row["condition"] not in ids:
            raise InputError(f"The steps hold {which} of a condition that the study does not have. {ACCEPTED}")
        if not (0 <= row["trajectory"] < study.trajectory_count and 1 <= row["t"] <= study.steps) or place in seen:
            raise InputError(f"The steps hold {which} beyond what the study has, or twice. {ACCEPTED}")
        if row["status"] not in STATUSES or not all(_state(row[name]) for name in ("before", "after")):
            raise InputError(f"The steps hold {which} with a status or a state that cannot be read. {ACCEPTED}")
        seen.add(place)
        simulated[ids[row["condition"]]] = bool(row["simulated"])
    return simulated


def rows_in(table: Path) -> int:
    """How many steps there are."""
    return int(pq.read_metadata(table).num_rows)


def steps_of(table: Path, ids: Mapping[str, str]) -> Iterator[Step]:
    """The rows as steps, their conditions under the new ids."""
    for row in _rows(table):
        yield Step(**{**{name: row[name] for name in Step._fields}, "condition": ids[row["condition"]]})


def _state(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _rows(table: Path) -> Iterator[dict[str, Any]]:
    """The rows in the order in which they came, each part under its name in a step."""
    kinds = {field.name: field.type for field in SCHEMA} | {"condition": pa.string(), "simulated": pa.bool_()}
    names = [*Step._fields, "simulated"]
    try:
        with pq.ParquetFile(table) as file:
            _check(file)
            for batch in file.iter_batches(BATCH, columns=[COLUMNS.get(name, name) for name in names]):
                columns = [batch.column(COLUMNS.get(name, name)).cast(kinds[name]) for name in names]
                for name, column in zip(names, columns, strict=True):
                    if name in NEEDED and column.null_count:
                        raise InputError(f"The steps lack a value in the column {name}. {ACCEPTED}")
                yield from pa.table(columns, names=names).to_pylist()
    except (pa.ArrowException, OSError) as cause:
        raise InputError(f"The steps cannot be read: {str(cause).splitlines()[0]} {ACCEPTED}") from cause


def _check(file: pq.ParquetFile) -> None:
    lacking = [name for name in Step._fields if COLUMNS.get(name, name) not in file.schema_arrow.names]
    if lacking or "simulated" not in file.schema_arrow.names:
        raise InputError(f"The steps have no column {(lacking or ['simulated'])[0]}. {ACCEPTED}")
    size = sum(file.metadata.row_group(place).total_byte_size for place in range(file.metadata.num_row_groups))
    if size > MOST_BYTES:
        raise InputError(f"The steps unpack to {size / 1e9:,.1f} GB. Accepted: at most {MOST_BYTES / 1e9:g} GB.")
