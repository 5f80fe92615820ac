"""Another file for a database that was deleted, moved, replaced or cut while it was open.

What is written to such a file is gone with it, without an error: the system keeps a deleted file for whoever has it
open. So it can still be read, and is copied beside where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa

from lmwalk.errors import StoreError
from lmwalk.store.columns import insert
from lmwalk.store.memory import with_room
from lmwalk.store.opening import connect, first_line, is_file

HEADERS = 3 * 4096
"""Bytes with which every database begins; a shorter file is none."""
ROWS = 20_480
"""Read at a time: what cannot be read any more takes no more than so many with it."""
Connection = duckdb.DuckDBPyConnection


class Place:
    """A file at its path, known again by its number on the disk. It is not opened: that would end DuckDB's lock.

    A database in memory has no file, and nothing becomes of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_file = is_file(path)
        if self.is_file:
            found = path.stat()
            self._own = found.st_dev, found.st_ino

    def complaint(self) -> str | None:
        """What became of the file; None where it is there, or nobody can tell."""
        if not self.is_file:
            return None
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return "was deleted or moved"
        except OSError:
            return None
        if (found.st_dev, found.st_ino) != self._own:
            return "was replaced by another file"
        return "was cut short" if found.st_size < HEADERS else None


@dataclass(frozen=True)
class Rescue:
    """The file in which a database continues, and a sentence that says so."""

    connection: Connection
    place: Place
    sentence: str


def rescue(lost: Connection, path: Path, complaint: str, remembered: Mapping[str, pa.Table]) -> Rescue:
    """Copy what can still be read of an open database to a file beside it.

    Parameters
    ----------
    remembered : mapping
        Whole small tables by name, for those that cannot be read any more.

    Raises
    ------
    StoreError
        There is no place for such a file.
    """
    names = (path.with_name(f"{path.stem}.rescue-{number}{path.suffix}") for number in count(1))
    target = next(name for name in names if not name.exists())
    gone = f"The database {path.name} {complaint} while it was open"
    try:
        fresh = connect(target)
        try:
            missing = copy_tables(lost, fresh, remembered)
        except duckdb.Error:
            fresh.close()
            target.unlink(missing_ok=True)
            raise
        place = Place(target)
    except (StoreError, duckdb.Error, OSError) as cause:
        raise StoreError(f"{gone}, and no other can be made beside it: {first_line(cause)}") from cause
    left_out = f", but for {missing:,} rows that cannot be read any more" if missing else ""
    kept = f"What it held{left_out}, and every answer since, is in {target.name} beside it; go on with --db {target}."
    return Rescue(fresh, place, f"{gone}. {kept}")


def copy_tables(lost: Connection, fresh: Connection, remembered: Mapping[str, pa.Table]) -> int:
    """Copy every table; how many rows could not be read."""
    missing = 0
    with lost.cursor() as source, fresh.cursor() as target:
        found = target.execute("SELECT table_name FROM duckdb_tables() WHERE table_name <> 'schema_version'").fetchall()
        for (table,) in found:
            last = source.execute(f"SELECT coalesce(max(rowid), -1) FROM {table}").fetchall()[0][0]
            for first in range(0, last + 1, ROWS):
                rows = _read(source, table, first)
                if rows is None and table in remembered:
                    insert(target, table, remembered[table])
                    break
                if rows is None:
                    missing += min(ROWS, last + 1 - first)
                else:
                    insert(target, table, rows)
    return missing


def _read(source: Connection, table: str, first: int) -> pa.Table | None:
    """Some rows; None where the disk does not give them any more."""
    query = f"SELECT * FROM {table} WHERE rowid BETWEEN {first} AND {first + ROWS - 1}"
    try:
        return with_room(source, lambda: source.sql(query).to_arrow_table())
    except duckdb.Error:
        return None
