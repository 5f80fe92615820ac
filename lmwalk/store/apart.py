"""Questions that are answered by a process of their own, which takes no more time and memory than it is given.

DuckDB's own limit of memory does not hold for values while they are computed, and a function that makes a single huge
value cannot be interrupted. A process can be ended at any moment, and the system holds it to its memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from lmwalk.drafts import scratch_folder
from lmwalk.errors import InputError, LmwalkError, StoreError
from lmwalk.store import reader
from lmwalk.store.opening import LOCKED, first_line

MB = 1_000_000
CONFIG = LOCKED | {
    "threads": 1,
    "memory_limit": "200MB",
    "max_temp_directory_size": "2GB",
    "arrow_lossless_conversion": True,
}
"""DuckDB keeps to its own limit where it can, by putting on disk what is sorted and joined."""
KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ", "LANG", "LC_ALL")
"""Of the environment, in which keys stand as well."""
CLOSED = "The database is closed."
AT_ONCE = 4
"""Queries of all who look at a database; each has a copy of it and a process."""


@dataclass(frozen=True)
class Limits:
    """Limits of one query.

    Attributes
    ----------
    seconds : float
        Time until its process is ended.
    rows : int
        Rows that are returned at most.
    result : int
        Bytes that its rows may have.
    memory : int
        Bytes of memory that the operating system grants its process (Linux).
    resident : int
        Bytes of memory at which its process ends itself (not on Windows).
    """

    seconds: float = 30.0
    rows: int = 100_000
    result: int = 64 * MB
    memory: int = 450 * MB
    resident: int = 550 * MB


class Apart:
    """The processes that answer questions to one database."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._changing = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._closed = False

    def answer(
        self, database: Path, sql: str, limits: Limits, check: Callable[[bytes], None], within: Path | None
    ) -> pa.Table:
        """The rows of one SELECT.

        Parameters
        ----------
        check : callable
            Gets what the text is to DuckDB's parser, and raises InputError where that may not be run.
        within : Path, optional
            The folder in which the copy lies; where the system keeps scratch folders if None.

        Raises
        ------
        InputError
            The query is wrong, takes more than it may, or others take so long that its turn does not come.
        StoreError
            The database cannot be copied for it, or is closed.
        """
        try:
            with self._turn(limits), scratch_folder(within) as folder:
                asked = {
                    "database": str(database),
                    "folder": str(folder),
                    "sql": sql,
                    "config": CONFIG,
                    **asdict(limits),
                }
                rows = self._asked(asked, limits, check)
        except OSError as cause:
            raise StoreError(f"The query cannot be answered beside {database.name}: {cause.strerror}.") from cause
        return pa.ipc.open_stream(rows).read_all()

    @contextmanager
    def _turn(self, limits: Limits) -> Iterator[None]:
        """Wait until few enough others are being answered, whoever asks them. Raises InputError."""
        if not self._turns.acquire(timeout=limits.seconds):
            raise InputError(f"{AT_ONCE} other queries are being answered. Try again in a moment.")
        try:
            yield
        finally:
            self._turns.release()

    def close(self) -> None:
        """End running queries; later ones raise StoreError."""
        with self._changing:
            self._closed = True
            for process in self._running:
                process.kill()

    def _asked(self, asked: dict[str, Any], limits: Limits, check: Callable[[bytes], None]) -> bytes:
        """What a process writes that is asked that."""
        # closing a pipe says once more that nobody reads it
        with suppress(BrokenPipeError), self._started(asked["folder"]) as process:
            timer = threading.Timer(limits.seconds, process.kill)
            timer.start()
            try:
                rows, said = _talk(process, asked, check)
                late = not timer.is_alive()
            finally:
                timer.cancel()
                process.kill()
                with self._changing:
                    self._running.discard(process)
        if process.returncode:
            raise StoreError(CLOSED) if self._closed else _complaint(process.returncode, said, limits, late=late)
        return rows

    def _started(self, folder: str) -> subprocess.Popen[bytes]:
        with self._changing:
            if self._closed:
                raise StoreError(CLOSED)
            process = subprocess.Popen(
                [sys.executable, "-P", reader.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env={name: os.environ[name] for name in KEPT if name in os.environ},
            )
            self._running.add(process)
            return process


def _talk(process: subprocess.Popen[bytes], asked: dict[str, Any], check: Callable[[bytes], None]) -> tuple[bytes, str]:
    """The rows, and the complaint instead, of a process that ended."""
    assert process.stdin and process.stdout and process.stderr
    with suppress(BrokenPipeError):  # its end tells what was wrong
        process.stdin.write(f"{json.dumps(asked)}\n".encode())
        process.stdin.flush()
        if known := process.stdout.readline():
            check(known)
            process.stdin.write(b"\n")
            process.stdin.flush()
    rows, said = process.stdout.read(), process.stderr.read().decode("utf-8", "replace")
    process.wait()
    return rows, said


def _complaint(code: int, said: str, limits: Limits, *, late: bool) -> LmwalkError:
    if late:
        return InputError(f"The query took longer than {limits.seconds:g} s and was ended.")
    if code == reader.NO_SQL:
        return InputError(f"This is not SQL: {first_line(said)}")
    if code == reader.NO_COPY:
        return StoreError(f"The database cannot be copied for the query: {first_line(said)}.")
    if code == reader.TOO_LARGE:
        return InputError(
            f"The result is larger than {limits.result / MB:g} MB. Ask for fewer rows or columns, or for the beginning "
            "of a text: left(reply, 200)."
        )
    if code == reader.FAILED:
        return InputError(f"The query cannot be answered: {first_line(said)}")
    return InputError(
        f"The query needs more memory than the {limits.memory / MB:g} MB that it is given. Ask for fewer rows or "
        "columns at a time, or for shorter texts."
    )
