"""The one thread that writes steps: it gathers what arrives and commits it in batches."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial

import duckdb
import pyarrow as pa

from lmwalk.errors import StoreError
from lmwalk.store.memory import with_room
from lmwalk.store.opening import first_line
from lmwalk.types import Step

GATHER_S = 0.1
"""How long a batch is gathered; with the commit itself, a step is on disk within 200 ms."""
MOST_ROWS = 4000
"""A fuller batch is committed at once."""

SCHEMA = pa.schema(
    [
        *(
            ("id", pa.int64()),
            ("condition", pa.int32()),
            ("trajectory", pa.int32()),
            ("t", pa.int32()),
            ("x", pa.float64()),
        ),
        *(("y", pa.float64()), ("outcome", pa.string()), ("status", pa.string()), ("system", pa.string())),
        *(("prompt", pa.string()), ("reply", pa.string()), ("before", pa.string()), ("after", pa.string())),
        *(("latency_s", pa.float64()), ("tokens_in", pa.int32()), ("tokens_out", pa.int32())),
        *(("cost_usd", pa.float64()), ("attempts", pa.int32()), ("seed", pa.int64()), ("asked_at", pa.timestamp("us"))),
        *(("error", pa.string()), ("distribution", pa.string()), ("ended", pa.string())),
    ]
)


class Writer:
    """Commits steps from any thread, in the order in which they were handed over.

    Attributes
    ----------
    numbers : dict
        Row number of each condition id.
    failed : set
        (condition, trajectory) whose last record is an error; its next step takes that record's place.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, first_id: int) -> None:
        self.numbers: dict[str, int] = {}
        self.failed: set[tuple[str, int]] = set()
        self._cursor = cursor
        self._next_id = first_id
        self._waiting: list[Step] = []
        self._committing = 0
        self._changed = threading.Condition()
        self._closing = False
        self._failure: StoreError | None = None
        self._thread = threading.Thread(target=self._run, name="lmwalk-writer", daemon=True)
        self._thread.start()

    @property
    def backlog(self) -> int:
        return len(self._waiting) + self._committing

    def append(self, step: Step) -> None:
        if self._failure or self._closing:
            raise self._failure or StoreError("The database is closed; nothing more can be written to it.")
        self._waiting.append(step)
        if len(self._waiting) == 1:
            with self._changed:
                self._changed.notify_all()

    def flush(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self.backlog or self._failure is not None)
        if self._failure:
            raise self._failure

    def close(self) -> None:
        self._closing = True
        with self._changed:
            self._changed.notify_all()
        self._thread.join()
        self._cursor.close()

    def _run(self) -> None:
        ended = False
        try:
            self._write_on()
            ended = True
        finally:
            if not ended:  # nobody may wait for a thread that is gone
                self._failure = StoreError(
                    "Steps can no longer be written: lmwalk itself failed; its terminal says where."
                )
            with self._changed:
                self._changed.notify_all()

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing, timeout=1)
            if self._waiting:
                self._commit_some()
            if self._failure or (self._closing and not self._waiting):
                return

    def _commit_some(self) -> None:
        """Gather for a moment, then put one batch on disk."""
        self._gather()
        batch = self._waiting[:MOST_ROWS]
        self._committing = len(batch)
        del self._waiting[: len(batch)]
        try:
            with_room(self._cursor, partial(self._commit, batch))
        except duckdb.Error as cause:
            self._failure = StoreError(
                f"Steps can no longer be written: {first_line(cause)} "
                "What was committed before is safe; make room and start lmwalk again, and the study goes on from there."
            )
        self._committing = 0
        with self._changed:
            self._changed.notify_all()

    def _gather(self) -> None:
        deadline = time.monotonic() + GATHER_S
        while len(self._waiting) < MOST_ROWS and not self._closing and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, 0.02))

    def _commit(self, batch: list[Step]) -> None:
        rows = self._table(batch)
        replaced = {(step.condition, step.trajectory) for step in batch} & self.failed
        self._cursor.begin()
        try:
            self._write(rows, replaced)
        except duckdb.Error:
            with suppress(duckdb.TransactionException):  # a commit that failed has ended the transaction already
                self._cursor.rollback()
            raise
        self._next_id += len(batch)
        self.failed -= replaced
        self.failed |= {(step.condition, step.trajectory) for step in batch if step.status == "error"}

    def _write(self, rows: pa.Table, replaced: set[tuple[str, int]]) -> None:
        for condition, trajectory in replaced:
            self._cursor.execute(
                "DELETE FROM records WHERE status = 'error' AND condition = ? AND trajectory = ?",
                [self.numbers[condition], trajectory],
            )
        self._cursor.register("arriving", rows)
        self._cursor.execute("INSERT INTO records SELECT * FROM arriving")
        self._cursor.commit()

    def _table(self, batch: list[Step]) -> pa.Table:
        conditions, *columns = zip(*batch, strict=True)
        ids = range(self._next_id, self._next_id + len(batch))
        numbers = [self.numbers[condition] for condition in conditions]
        arrays = [_array(column, field.type) for column, field in zip([ids, numbers, *columns], SCHEMA, strict=True)]
        return pa.table(arrays, schema=SCHEMA)


def _array(column: object, kind: pa.DataType) -> pa.Array:
    """An Arrow column; half a surrogate pair, which is no Unicode text, becomes U+FFFD."""
    try:
        return pa.array(column, kind)
    except UnicodeEncodeError:
        clean = [
            text and text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            for text in column  # type: ignore[attr-defined]
        ]
        return pa.array(clean, kind)
