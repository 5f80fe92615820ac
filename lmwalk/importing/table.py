"""Chains from a table: one row a generation, as CSV, JSON, JSON lines or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from lmwalk.errors import InputError
from lmwalk.importing.chain import MOST_BYTES, Chain, Room
from lmwalk.importing.temperature import named, stated
from lmwalk.intake import must_be_plain, records
from lmwalk.validation_messages import shown

ACCEPTED = (
    "Accepted: a UTF-8 .csv file with the columns model, task, initial, seed, generation, text, and where wanted "
    "temperature; or a .json, .jsonl or .parquet file of the same."
)
NAMES_OF_INITIAL = ("initial", "text_id")
NAMES_OF_TEMPERATURE = ("temperature", "temp")
NAMES = frozenset({"model", "task", "seed", "generation", "text", *NAMES_OF_INITIAL, *NAMES_OF_TEMPERATURE})
"""Of columns that are kept, in small letters."""
MOST_NAMED = 5
"""Columns that a note names."""


class _Key(NamedTuple):
    """What tells a chain from all others."""

    model: str
    task: str
    initial: str
    seed: str
    temperature: float | None


class _Columns(NamedTuple):
    """Where in a row everything stands, how many fields it has, and in sentences what is not kept of it."""

    model: int
    task: int
    initial: int
    seed: int
    generation: int
    text: int
    temperature: int | None
    width: int
    notes: tuple[str, ...]


def from_csv(source: Path) -> list[Chain]:
    """The chains of a table, in order of their first rows. Raises InputError."""
    must_be_plain(source, MOST_BYTES)
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            return chains_of(enumerate(records(file, frozenset({"text"})), start=1), source.name)
    except UnicodeDecodeError:
        raise InputError(f"{source.name!r} is not UTF-8 text. {ACCEPTED}") from None
    except csv.Error as cause:
        raise InputError(f"{source.name!r} cannot be read: {cause}. {ACCEPTED}") from cause


def chains_of(
    rows: Iterable[tuple[int, list[str]]], name: str, noun: str = "Row", most: int = MOST_BYTES
) -> list[Chain]:
    """The chains of numbered rows, the header first, in order of their first ones; at most so many bytes of memory.

    Raises InputError, with the number of the row.
    """
    found: dict[_Key, dict[int, str]] = {}
    columns: _Columns | None = None
    room = Room(name, most)
    for number, row in rows:
        if not row:
            continue
        if columns is None:
            columns = _columns(row, name)
            continue
        which = f"{noun} {number} of {name!r}"
        _must_be_as_wide(row, columns.width, which)
        own = found.setdefault(_key(row, columns, which), {})
        t, text = _generation(row[columns.generation], which), row[columns.text]
        if t in own:
            raise InputError(f"{which} gives generation {t} of a chain again. Accepted: each once.")
        room.take(text)
        own[t] = text
    notes = columns.notes if columns else ()
    return [_chain(key, texts, name, notes) for key, texts in found.items()]


def _key(row: Sequence[str], columns: _Columns, which: str) -> _Key:
    temperature = None if columns.temperature is None else stated(row[columns.temperature], which)
    model, task, initial, seed = (row[place] for place in columns[:4])
    return _Key(model, task, initial, seed, temperature)


def _chain(key: _Key, texts: dict[int, str], name: str, notes: tuple[str, ...]) -> Chain:
    """The chain; where no column says its temperature, the name of its model may."""
    whole = _in_order(texts, key, name)
    model, temperature = key.model, key.temperature
    if temperature is None:
        model, temperature = named(key.model, f"The model in {name!r}")
    return Chain(model, key.task, key.initial, key.seed, whole, None, temperature, notes)


def _must_be_as_wide(row: Sequence[str], width: int, which: str) -> None:
    """Raise InputError unless a row has the fields of the header; empty ones may be too many."""
    if len(row) < width:
        raise InputError(f"{which} has {len(row)} fields, fewer than the {width} of the header. {ACCEPTED}")
    if any(row[width:]):
        raise InputError(
            f"{which} has {len(row):,} fields, more than the {width} of the header. Accepted: a text that holds "
            "commas stands between double quotes."
        )


def _columns(head: Sequence[str], name: str) -> _Columns:
    """Where everything stands. Raises InputError where a column is missing, or there twice."""
    names = [column.strip().lower() for column in head]
    initial = next((column for column in NAMES_OF_INITIAL if column in names), None)
    temperature = next((column for column in NAMES_OF_TEMPERATURE if column in names), None)
    texts = [place for place, column in enumerate(names) if column == "text"]
    needed = ("model", "task", "seed", "generation")
    missing = [column for column in needed if column not in names]
    if missing or not texts or (initial is None and len(texts) < 2):
        lacks = missing[0] if missing else "text" if not texts else "initial"
        raise InputError(f"{name!r} has no column {lacks}. {ACCEPTED}")
    most = {**dict.fromkeys((*needed, initial, temperature), 1), "text": 2 if initial is None else 1}
    if twice := next((column for column in most if column and names.count(column) > most[column]), None):
        raise InputError(f"{name!r} has the column {twice} {names.count(twice)} times. {ACCEPTED}")
    model, task, seed, generation = map(names.index, needed)
    first = texts[0] if initial is None else names.index(initial)
    at = None if temperature is None else names.index(temperature)
    left = [column for column, known in zip(head, names, strict=True) if known and known not in most]
    notes = (_left_out(left),) if left else ()
    return _Columns(model, task, first, seed, generation, texts[-1], at, len(head), notes)


def _left_out(columns: Sequence[str]) -> str:
    listed = ", ".join(shown(column) for column in columns[:MOST_NAMED])
    more = f" and {len(columns) - MOST_NAMED:,} more" if len(columns) > MOST_NAMED else ""
    return f"Columns of the table that are not kept: {listed}{more}."


def _generation(written: str, which: str) -> int:
    digits = written.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise InputError(f"{which} has the generation {written[:40]!r}. Accepted: a whole number from 0.")
    return int(digits)


def _in_order(texts: dict[int, str], key: _Key, name: str) -> tuple[str, ...]:
    gap = next((t for t in range(max(texts) + 1) if t not in texts), None)
    if gap is not None:
        model, task, initial, seed = (part[:80] for part in key[:4])
        at = "" if key.temperature is None else f", temperature {key.temperature:g}"
        raise InputError(
            f"In {name!r} the chain of {model!r}, task {task!r}, text {initial!r}, seed {seed!r}{at} lacks generation "
            f"{gap}. Accepted: every generation from 0, the initial text, to the last."
        )
    return tuple(texts[t] for t in range(len(texts)))
