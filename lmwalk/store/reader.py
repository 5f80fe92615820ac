"""One SELECT over a copy of the database: a process of its own, run by path, that loads nothing of lmwalk.

It is told what to do in one line of JSON. It writes a line that says what the text is to DuckDB's parser, waits for a
line that lets it go on, and writes the rows as an Arrow stream; or it says what went wrong, and ends with a code for
it. It ends at once when whoever asked is gone. It holds no key, nothing that belongs to the database in use, and no
more memory than it is given: whatever a text does, it does to this process alone.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NoReturn

import duckdb
import pyarrow as pa

FAILED, OUT_OF_MEMORY, TOO_LARGE, NO_COPY, NO_SQL = 3, 4, 5, 6, 7
"""How the process ends where there are no rows."""
HEADERS = 3 * 4096
"""Bytes at the beginning of a database that tell which of its blocks are in use; every checkpoint changes them."""
ROWS = 2000
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> NoReturn:
    """Answer the one question that is asked."""
    lines: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    asked = json.loads(lines.get())
    _limit(asked["memory"], asked["resident"])
    with _complaining(NO_SQL), duckdb.connect(config=asked["config"]) as connection:
        _write(f"{json.dumps(parsed(connection, asked['sql']))}\n".encode())
    lines.get()
    with _complaining(FAILED):
        _answer(asked, _copied(Path(asked["database"]), Path(asked["folder"])))
    _end(0)


def parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    """The kinds of the statements in a text, and DuckDB's tree of a single SELECT as JSON, else None."""
    kinds = [_kind(statement) for statement in duckdb.extract_statements(sql)]
    if kinds != ["SELECT"]:
        return [kinds, None]
    return [kinds, connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0]]


def limited(sql: str, rows: int) -> str:
    """A SELECT of the first rows of another, whatever that ends in."""
    return f"SELECT * FROM ({sql.strip().rstrip(';')}\n) LIMIT {rows}"


def _kind(statement: duckdb.Statement) -> str:
    try:
        return statement.type.name
    except ValueError:  # DuckDB knows more kinds than its Python does
        return "OTHER"


def _copied(database: Path, folder: Path) -> Path:
    """The database as it was at one moment, though another process has it open and writes.

    DuckDB appends to its log, and leaves every block alone that the headers name. So while the headers stay what they
    are, the file and the log together are what a crash would have left.
    """
    copy, seen = folder / "copy.duckdb", b""
    log, own = copy.with_name(f"{copy.name}.wal"), database.with_name(f"{database.name}.wal")
    try:
        while (headers := _headers(database)) != seen:
            seen = headers
            log.unlink(missing_ok=True)
            if own.exists():
                shutil.copyfile(own, log)
            shutil.copyfile(database, copy)
    except OSError as cause:
        _end(NO_COPY, str(cause.strerror or cause))
    return copy


def _headers(database: Path) -> bytes:
    with database.open("rb") as file:
        return file.read(HEADERS)


def _answer(asked: dict[str, Any], copy: Path) -> None:
    """Write the rows; none is computed much before it is written."""
    query = limited(asked["sql"], asked["rows"])
    with duckdb.connect(str(copy), read_only=True, config=asked["config"]) as connection:
        for file in copy.parent.glob(f"{copy.name}*"):  # it stays for as long as it is open, and no longer
            file.unlink()
        rows = connection.sql(query).to_arrow_reader(ROWS)
        written = 0
        with pa.ipc.new_stream(sys.stdout.buffer, rows.schema) as out:
            for batch in rows:
                written += batch.nbytes
                if written > asked["result"]:
                    _end(TOO_LARGE)
                out.write_batch(batch)
        sys.stdout.buffer.flush()


@contextmanager
def _complaining(code: int) -> Iterator[None]:
    """End with that code, and what DuckDB says, where it refuses."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, MemoryError, UnicodeError) as cause:
        small = isinstance(cause, MemoryError) or "Out of Memory" in str(cause)
        _end(OUT_OF_MEMORY if small else code, str(cause)[:2000])


def _limit(memory: int, resident: int) -> None:
    """No more memory than that from now on: where the system has such a limit it holds, and elsewhere a look does.

    Windows has neither; there the time alone is limited.
    """
    if sys.platform == "win32":
        return
    import resource

    known = Path("/proc/self/statm")
    if known.exists():
        most = int(known.read_text().split()[5]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    threading.Thread(target=_watch, args=(_peak() + resident,), daemon=True).start()


def _watch(most: int) -> None:
    while _peak() < most:
        time.sleep(0.02)
    _end(OUT_OF_MEMORY)


def _peak() -> int:
    """The most bytes of memory that this process had so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT


def _listen(lines: SimpleQueue[bytes]) -> None:
    """Take what is said, and end with whoever says it."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(FAILED)


def _write(said: bytes) -> None:
    sys.stdout.buffer.write(said)
    sys.stdout.buffer.flush()


def _end(code: int, said: str = "") -> NoReturn:
    """End at once, whatever DuckDB's threads are at."""
    os.write(2, said.encode("utf-8", "replace"))
    os._exit(code)


if __name__ == "__main__":
    main()
