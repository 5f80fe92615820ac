"""Rows of a table in CSV, one after the other, none longer than a row can be meant to be."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

LONGEST = 4_000_000
"""Characters of a row."""
LOOKED_AT = 100_000
"""Characters of the first line that say what separates fields."""
SEPARATORS = ",;\t|"


def records(file: TextIO, column: frozenset[str]) -> Iterator[list[str]]:
    """The rows of a table, the header first. Fields are separated by commas, semicolons, tabs or bars.

    Parameters
    ----------
    column : frozenset of str
        Names in small letters, one of which the header holds; so it is seen what separates them. A header that holds
        none is read with commas. A first line ``sep=;``, as Excel writes it, is no row.

    Raises
    ------
    csv.Error
        The table cannot be read, or a row is too long.
    UnicodeDecodeError
        It is no text in the file's encoding.
    """
    csv.field_size_limit(LONGEST)
    lines = _Lines(file)
    first = lines.take()
    if first[:4].lower() == "sep=" and len(first.rstrip("\r\n")) == 5:
        separator = first[4]
    else:
        separator = next((sign for sign in SEPARATORS if not column.isdisjoint(_names(first[:LOOKED_AT], sign))), ",")
        lines.first = first
    for row in csv.reader(lines, delimiter=separator, strict=True):
        yield row
        lines.held = 0


def _names(line: str, separator: str) -> set[str]:
    return {name.strip().lower() for name in next(csv.reader([line], delimiter=separator), [])}


class _Lines:
    """The lines of a file; raises csv.Error where those of one row are too much together."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.first = ""
        self.held = 0

    def take(self) -> str:
        """The next line, empty at the end."""
        line = self.first or self._file.readline(LONGEST + 1)
        self.held = len(line) + (0 if self.first else self.held)
        self.first = ""
        if self.held > LONGEST:
            raise csv.Error(f"a row has more than {LONGEST:,} characters; perhaps a quote is not closed")
        return line

    def __iter__(self) -> Iterator[str]:
        return iter(self.take, "")
