"""Chains from a table: one row a generation."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from lmwalk.errors import InputError
from lmwalk.importing.chain import MOST_BYTES, Chain, Room
from lmwalk.intake import must_be_plain, records

ACCEPTED = "Accepted: a UTF-8 .csv file with the columns model, task, initial, seed, generation, text."
NAMES_OF_INITIAL = ("initial", "text_id")
Key = tuple[str, str, str, str]
"""Model, task, initial text and seed."""


def from_csv(source: Path) -> list[Chain]:
    """The chains of a table, in order of their first rows. Raises InputError."""
    must_be_plain(source, MOST_BYTES)
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            return _chains(records(file, frozenset({"text"})), source.name)
    except UnicodeDecodeError:
        raise InputError(f"{source.name!r} is not UTF-8 text. {ACCEPTED}") from None
    except csv.Error as cause:
        raise InputError(f"{source.name!r} cannot be read: {cause}. {ACCEPTED}") from cause


def _chains(rows: Iterable[list[str]], name: str) -> list[Chain]:
    found: dict[Key, dict[int, str]] = {}
    places: list[int] | None = None
    width, room = 0, Room(name)
    for number, row in enumerate(rows, start=1):
        if not row:
            continue
        if places is None:
            places, width = _places(row, name), len(row)
            continue
        _must_be_as_wide(row, width, f"Row {number} of {name!r}")
        model, task, initial, seed, generation, text = (row[place] for place in places)
        own = found.setdefault((model, task, initial, seed), {})
        t = _generation(generation, number, name)
        if t in own:
            raise InputError(f"Row {number} of {name!r} gives generation {t} of a chain again. Accepted: each once.")
        room.take(text)
        own[t] = text
    return [Chain(*key, _in_order(texts, key, name)) for key, texts in found.items()]


def _must_be_as_wide(row: Sequence[str], width: int, which: str) -> None:
    """Raise InputError unless a row has the fields of the header; empty ones may be too many."""
    if len(row) < width:
        raise InputError(f"{which} has {len(row)} fields, fewer than the {width} of the header. {ACCEPTED}")
    if any(row[width:]):
        raise InputError(
            f"{which} has {len(row):,} fields, more than the {width} of the header. Accepted: a text that holds "
            "commas stands between double quotes."
        )


def _places(head: Sequence[str], name: str) -> list[int]:
    """Where model, task, initial text, seed, generation and text stand."""
    names = [column.strip().lower() for column in head]
    initial = next((column for column in NAMES_OF_INITIAL if column in names), None)
    texts = [place for place, column in enumerate(names) if column == "text"]
    missing = [column for column in ("model", "task", "seed", "generation") if column not in names]
    if missing or not texts or (initial is None and len(texts) < 2):
        lacks = missing[0] if missing else "text" if not texts else "initial"
        raise InputError(f"{name!r} has no column {lacks}. {ACCEPTED}")
    first = texts[0] if initial is None else names.index(initial)
    return [*map(names.index, ("model", "task")), first, *map(names.index, ("seed", "generation")), texts[-1]]


def _generation(written: str, number: int, name: str) -> int:
    digits = written.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise InputError(
            f"Row {number} of {name!r} has the generation {written[:40]!r}. Accepted: a whole number from 0."
        )
    return int(digits)


def _in_order(texts: dict[int, str], key: Key, name: str) -> tuple[str, ...]:
    gap = next((t for t in range(max(texts) + 1) if t not in texts), None)
    if gap is not None:
        model, task, initial, seed = (part[:80] for part in key)
        raise InputError(
            f"In {name!r} the chain of {model!r}, task {task!r}, text {initial!r}, seed {seed!r} lacks generation "
            f"{gap}. Accepted: every generation from 0, the initial text, to the last."
        )
    return tuple(texts[t] for t in range(len(texts)))
