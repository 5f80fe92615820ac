"""The steps in a bundle: every column, type and number is looked at before one of them is kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from lmwalk.errors import InputError
from lmwalk.importing.parquet import batches
from lmwalk.step import STEP_COLUMNS, Step
from lmwalk.store.columns import READ
from lmwalk.study import Study
from lmwalk.types import STATUSES

ACCEPTED = "Accepted: the steps of a study as 'lmwalk export' writes them."
KINDS = {field.name: field.type for field in READ} | {"simulated": pa.bool_()}
LATER = frozenset(column.name for column in STEP_COLUMNS if column.later)
"""Columns that a bundle of an older version lacks."""
NEEDED = frozenset(column.name for column in STEP_COLUMNS if column.required)
"""Columns with a value in every row."""
LEAST_BYTES = 2
"""Of a row in the file. What lmwalk writes takes 15 or more, as seeds cannot be packed."""


class _Places:
    """Which steps of a study were there: one bit for each that it may have."""

    def __init__(self, study: Study, conditions: list[str]) -> None:
        self._numbers, self._steps = study.numbers, study.steps
        self._first = {id_: place * len(study.numbers) * study.steps for place, id_ in enumerate(conditions)}
        self._bits = bytearray(study.total_steps // 8 + 1)

    def take(self, condition: str, trajectory: int, t: int) -> bool:
        """Whether the study has the step and it was not there before."""
        if trajectory not in self._numbers or not 1 <= t <= self._steps:
            return False
        place = self._first[condition] + self._numbers.index(trajectory) * self._steps + t - 1
        byte, bit = place >> 3, 1 << (place & 7)
        free = not self._bits[byte] & bit
        self._bits[byte] |= bit
        return free


class Checked(NamedTuple):
    """How many rows there are, and by the new id of each condition that holds some whether they are simulated."""

    rows: int
    simulated: Mapping[str, bool]


def checked_rows(table: Path, study: Study, ids: Mapping[str, str]) -> Checked:
    """What is known of the rows once each was looked at.

    Raises
    ------
    InputError
        A column is missing or of another type, or a row cannot be a step of this study.
    """
    rows, simulated = 0, dict[str, bool]()
    for row in each_row(table, study, ids):
        simulated[ids[row["condition"]]] = bool(row["simulated"])
        rows += 1
    return Checked(rows, simulated)


def each_row(table: Path, study: Study, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """The rows in the order in which they came, each looked at: a step of one of these conditions, there once.

    Raises
    ------
    InputError
        As ``checked_rows``.
    """
    most = min(study.total_steps, _size(table) // LEAST_BYTES)
    places = _Places(study, list(ids))
    for row in _rows(table, most):
        which = f"trajectory {row['trajectory']}, t = {row['t']}"
        if row["condition"] not in ids:
            raise InputError(f"The steps hold {which} of a condition that the study does not have. {ACCEPTED}")
        if not places.take(row["condition"], row["trajectory"], row["t"]):
            raise InputError(f"The steps hold {which} beyond what the study has, or twice. {ACCEPTED}")
        if row["status"] not in STATUSES or not all(_state(row[name]) for name in ("state_before", "state_after")):
            raise InputError(f"The steps hold {which} with a status or a state that cannot be read. {ACCEPTED}")
        yield row


def step_of(row: Mapping[str, Any], condition: str) -> Step:
    """A row as a step of a condition."""
    return Step(**{**{name: row[name] for name in Step._fields}, "condition": condition})


def steps_of(table: Path, ids: Mapping[str, str]) -> Iterator[Step]:
    """The rows as steps, their conditions under the new ids."""
    for row in _rows(table):
        yield step_of(row, ids[row["condition"]])


def _state(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _size(table: Path) -> int:
    try:
        return table.stat().st_size
    except OSError as cause:
        raise InputError(f"The steps cannot be read: {cause.strerror}. {ACCEPTED}") from cause


def _rows(table: Path, most: int | None = None) -> Iterator[dict[str, Any]]:
    """The rows in the order in which they came. Raises InputError."""
    try:
        for batch in batches(table, list(KINDS), most, LATER):
            columns = [_column(batch, name) for name in KINDS]
            yield from pa.table(columns, names=list(KINDS)).to_pylist()
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as cause:
        reason = next(iter(str(cause).splitlines()), "it is broken")[:200]
        raise InputError(f"The steps cannot be read: {reason} {ACCEPTED}") from cause


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    """A column in its own type; nulls where the bundle has none. Raises InputError where a value is needed."""
    place = batch.schema.get_field_index(name)
    column = pa.nulls(batch.num_rows, KINDS[name]) if place < 0 else batch.column(place).cast(KINDS[name])
    if column.null_count and name in NEEDED:
        raise InputError(f"The steps lack a value in the column {name}. {ACCEPTED}")
    return column
