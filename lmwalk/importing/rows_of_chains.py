"""Tables of chains in other forms than CSV, as numbered rows of texts with the names of the columns first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lmwalk.errors import InputError
from lmwalk.importing.chain import MOST_BYTES, Chain, packed_room, whole
from lmwalk.importing.pages import About, pages_of
from lmwalk.importing.parquet import batches
from lmwalk.importing.table import ACCEPTED, NAMES, chains_of
from lmwalk.intake import content_of, must_be_plain, plain_json
from lmwalk.validation_messages import shown

LONGEST = 4_000_000
"""Bytes of a line."""
MOST_OF_JSON = 20_000_000
"""Bytes of a file that is read at once."""


def from_json(source: Path) -> list[Chain]:
    """The chains of a list of objects. Raises InputError."""
    try:
        held = plain_json(content_of(source, MOST_OF_JSON))
    except ValueError as cause:
        raise InputError(f"{source.name!r} is not JSON: {cause}. {ACCEPTED}") from cause
    if not isinstance(held, list):
        raise InputError(f"{source.name!r} holds {shown(held)}, no list of rows. {ACCEPTED}")
    return chains_of(_rows(enumerate(held, start=1), source.name, "Entry"), source.name, "Entry")


def from_jsonl(source: Path) -> list[Chain]:
    """The chains of a file with an object in each line. Raises InputError."""
    must_be_plain(source, MOST_BYTES)
    return chains_of(_rows(_lines(source), source.name, "Line"), source.name, "Line")


def from_parquet(source: Path) -> list[Chain]:
    """The chains of a table in Parquet. Raises InputError."""
    must_be_plain(source, MOST_BYTES)
    about = About(f"The rows of {source.name!r}", ACCEPTED)
    try:
        pages_of(source, (), about)  # before anything else looks at the headers
        with pq.ParquetFile(source) as file:
            names = list(file.schema_arrow.names)
        kept = [name for name in names if name.strip().lower() in NAMES]
        most = packed_room(source.stat().st_size)
        return chains_of(_records(source, names, kept, about), source.name, most=most)
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as cause:
        reason = next(iter(str(cause).splitlines()), "it is broken")[:200]
        raise InputError(f"{source.name!r} cannot be read: {reason}. {ACCEPTED}") from cause


def _records(source: Path, names: Sequence[str], kept: Sequence[str], about: About) -> Iterator[tuple[int, list[str]]]:
    """The names, then the rows; what is of no column that is kept is not read."""
    number = 0
    yield number, list(names)
    for batch in batches(source, kept, about=about):
        for row in batch.to_pylist():
            number += 1
            yield number, [_text(row.get(name), f"Row {number} of {source.name!r}", name) for name in names]


def _lines(source: Path) -> Iterator[tuple[int, Any]]:
    with source.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST + 1):
            number += 1
            if len(line) > LONGEST:
                raise InputError(
                    f"Line {number} of {source.name!r} is too long. Accepted: {LONGEST / 1e6:g} MB a line."
                )
            if line.strip():
                try:
                    yield number, plain_json(line)
                except ValueError as cause:
                    raise InputError(f"Line {number} of {source.name!r} is not JSON: {cause}. {ACCEPTED}") from cause


def _rows(entries: Iterator[tuple[int, Any]], name: str, noun: str) -> Iterator[tuple[int, list[str]]]:
    """The names of the first object, then the values of each under these; other names are refused."""
    names: list[str] | None = None
    for number, entry in entries:
        which = f"{noun} {number} of {name!r}"
        if not isinstance(entry, dict):
            raise InputError(f"{which} is {shown(entry)}, no object. {ACCEPTED}")
        if names is None:
            names = list(entry)
            yield 0, names
        if other := next((field for field in entry if field not in names), None):
            raise InputError(
                f"{which} has the field {shown(other)}, which the first one lacks. Accepted: equal fields."
            )
        yield number, [_text(entry.get(field), which, field) for field in names]


def _text(value: Any, which: str, name: str) -> str:
    """A value as CSV would hold it; nothing is an empty text, a whole number has no point."""
    if value is None or name.strip().lower() not in NAMES:
        return ""
    if isinstance(value, float) and value.is_integer() and name.strip().lower() != "text":
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError(f"{which} holds {shown(value)} as {shown(name)}. Accepted: a text or a number.")
    text = str(value)
    return text if text.isascii() else whole(text)
