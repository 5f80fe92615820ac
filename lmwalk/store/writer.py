"""The one thread that writes steps: it gathers what arrives and commits it in batches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from lmwalk.errors import StoreError
from lmwalk.step import Step
from lmwalk.store.attention import KeptAttention, insert_attention
from lmwalk.store.columns import insert, table_of
from lmwalk.store.cursors import Cursors
from lmwalk.store.distributions import KeptLists, insert_lists
from lmwalk.store.field_replies import KeptReply, insert_replies
from lmwalk.store.memory import with_room
from lmwalk.store.opening import first_line

GATHER_S = 0.1
"""How long a batch is gathered; with the commit itself, a step is on disk within 200 ms."""
MOST_ROWS = 4000
"""A fuller batch is committed at once."""
Told = KeptLists | KeptReply | KeptAttention
"""What models told that is no step."""
OF_ROWS = (
    *(duckdb.DataError, duckdb.IntegrityError, duckdb.ProgrammingError, duckdb.NotSupportedError),
    *(duckdb.OutOfMemoryException, pa.ArrowException, ArithmeticError, TypeError, ValueError),
)
"""What goes wrong because of what a row holds; all else is the disk's or the database's."""
_STRANGE = "The study of these steps is not in the database, so the steps cannot be."
_NEW = (
    "SELECT c.number, k.place, k.trajectory FROM (SELECT condition, trajectory, t, min(place) AS place FROM keys "
    "GROUP BY ALL) k LEFT JOIN conditions c ON c.condition = k.condition ANTI JOIN (SELECT condition, trajectory, t "
    "FROM records WHERE status <> 'error' AND condition IN (SELECT number FROM conditions WHERE condition IN "
    "(SELECT condition FROM keys))) r ON r.condition = c.number AND r.trajectory = k.trajectory AND r.t = k.t "
    "ORDER BY k.place"
)
"""Which steps that came from elsewhere are not stored, in the order in which they came."""


class Writer:
    """Commits steps from any thread, in the order in which they were handed over.

    Attributes
    ----------
    numbers : dict
        Row number of each condition id.
    failed : set
        (condition, trajectory) whose last record is an error; its next step takes that record's place.
    commits : int
        How many batches were put on disk; where it is the same as before, no step has come.
    """

    def __init__(self, cursors: Cursors, first_id: int) -> None:
        self.numbers: dict[str, int] = {}
        self.failed: set[tuple[str, int]] = set()
        self.commits = 0
        self._cursors = cursors
        self._next_id = first_id
        self._counting = threading.Lock()
        self._one_by_one = threading.Lock()
        """Held from the taking of ids to the commit, so that whoever reads on from an id misses no lower one."""
        self._refused: dict[tuple[str, int], str] = {}
        self._waiting: list[Step] = []
        self._told: list[Told] = []
        self._committing = 0
        self._awaited = 0
        self._changed = threading.Condition()
        self._closing = False
        self._failure: StoreError | None = None
        self._thread = threading.Thread(target=self._run, name="lmwalk-writer", daemon=True)
        self._thread.start()

    @property
    def backlog(self) -> int:
        return len(self._waiting) + len(self._told) + self._committing

    def take_ids(self, count: int) -> int:
        """The first of as many ids, which nobody else gets."""
        with self._counting:
            self._next_id += count
            return self._next_id - count

    def append(self, step: Step) -> str | None:
        """Hand over a step; why it is left out, where an earlier one of its trajectory could not be stored."""
        if self._failure or self._closing:
            raise self._failure or StoreError("The database is closed; nothing more can be written to it.")
        if step.condition not in self.numbers:
            raise StoreError("The study of this step is not in the database, so the step cannot be. Start it again.")
        if complaint := self._refused.get((step.condition, step.trajectory)):
            return complaint
        self._waiting.append(step)
        if len(self._waiting) == 1:
            with self._changed:
                self._changed.notify_all()
        return None

    def keep(self, lists: Told) -> None:
        """Hand over what a model told that is no step; it is committed before what is handed over later."""
        if self._failure or self._closing:
            raise self._failure or StoreError("The database is closed; nothing more can be written to it.")
        self._told.append(lists)
        if len(self._told) == 1:
            with self._changed:
                self._changed.notify_all()

    def take(self, rows: pa.Table) -> int:
        """Put steps on disk that were gathered elsewhere, each once; how many were not there. Raises StoreError."""
        try:
            with self._cursors.writing() as cursor, self._one_by_one:
                keys = rows.select(["condition", "trajectory", "t"])
                cursor.register("keys", keys.append_column("place", pa.array(range(len(rows)), pa.int64())))
                new: pa.Table = with_room(cursor, lambda: cursor.sql(_NEW).to_arrow_table())
                if new["number"].null_count:
                    raise StoreError(_STRANGE)
                with_room(cursor, partial(self._insert, cursor, rows.take(new["place"]), new["number"], again=True))
        except duckdb.Error as cause:
            raise _unwritable(cause) from cause
        self.commits += 1
        return len(new)

    def add(self, rows: pa.Table, told: Sequence[Told]) -> None:
        """Put steps on disk that were gathered elsewhere and are not there, after what they were read from.

        Raises StoreError.
        """
        conditions, failed = rows["condition"].to_pylist(), rows.filter(pc.equal(rows["status"], "error"))
        if not self.numbers.keys() >= set(conditions):
            raise StoreError(_STRANGE)
        keys = set(zip(conditions, rows["trajectory"].to_pylist(), strict=True))
        try:
            with self._cursors.writing() as cursor, self._one_by_one:
                for kind in PUT:
                    self._put_told(cursor, [each for each in told if isinstance(each, kind)])
                numbers = pa.array([self.numbers[condition] for condition in conditions], pa.int32())
                with_room(cursor, partial(self._insert, cursor, rows, numbers, again=bool(keys & self.failed)))
        except duckdb.Error as cause:
            raise _unwritable(cause) from cause
        self.failed -= keys
        self.failed |= set(zip(failed["condition"].to_pylist(), failed["trajectory"].to_pylist(), strict=True))
        self.commits += 1

    def _insert(self, cursor: duckdb.DuckDBPyConnection, rows: pa.Table, numbers: pa.Array, *, again: bool) -> None:
        """Commit rows; ``again`` where some may take the place of an error."""
        first = self.take_ids(len(rows))
        ids = pa.array(range(first, first + len(rows)), pa.int64())
        kept = rows.set_column(0, "condition", numbers).append_column("id", ids)
        cursor.begin()
        try:
            if again:
                cursor.register("anew", kept.select(["condition", "trajectory"]))
                cursor.execute(
                    "DELETE FROM records WHERE status = 'error' AND (condition, trajectory) IN "
                    "(SELECT (condition, trajectory) FROM anew)"
                )
            insert(cursor, "records", kept)
            cursor.commit()
        except duckdb.Error:
            with suppress(duckdb.TransactionException):
                cursor.rollback()
            raise

    def begin_anew(self, conditions: Iterable[str]) -> None:
        """Take steps again of trajectories one of whose steps could not be stored."""
        known = set(conditions)
        for key in [key for key in self._refused if key[0] in known]:
            del self._refused[key]

    def flush(self) -> None:
        with self._changed:
            self._awaited += 1
            self._changed.wait_for(lambda: not self.backlog or self._failure is not None)
            self._awaited -= 1
        if self._failure:
            raise self._failure

    def close(self) -> None:
        self._closing = True
        with self._changed:
            self._changed.notify_all()
        self._thread.join()

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
                self._changed.wait_for(lambda: self._waiting or self._told or self._closing, timeout=1)
            if self._waiting or self._told:
                self._commit_some()
            if self._failure or (self._closing and not self._waiting and not self._told):
                return

    def _commit_some(self) -> None:
        """Gather for a moment, then put one batch on disk."""
        self._gather()
        batch = self._waiting[:MOST_ROWS]
        told = self._told[:]  # taken later than the steps, so that it holds what they were read from
        self._committing = len(batch) + len(told)
        del self._waiting[: len(batch)], self._told[: len(told)]
        try:
            with self._cursors.writing() as cursor:
                for kind in PUT:
                    self._put_told(cursor, [each for each in told if isinstance(each, kind)])
                if batch:
                    self._put(cursor, batch)
        except StoreError as failure:
            self._failure = failure
        self.commits += 1
        self._committing = 0
        with self._changed:
            self._changed.notify_all()

    def _gather(self) -> None:
        deadline = time.monotonic() + GATHER_S
        while not self._hurried and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, 0.02))

    @property
    def _hurried(self) -> bool:
        """Whether a batch is full, or somebody waits until it is on disk."""
        return len(self._waiting) >= MOST_ROWS or self._closing or self._awaited > 0

    def _put_told(self, cursor: duckdb.DuckDBPyConnection, told: Sequence[Told]) -> None:
        """Put rows of one kind on disk; one that no table can hold is left out. Raises StoreError as ``_put``."""
        if not told:
            return
        put = PUT[type(told[0])]
        try:
            with_room(cursor, partial(put, cursor, told))
        except OF_ROWS:
            if len(told) > 1:
                self._put_told(cursor, told[: len(told) // 2])
                self._put_told(cursor, told[len(told) // 2 :])
        except duckdb.Error as cause:
            raise _unwritable(cause) from cause

    def _put(self, cursor: duckdb.DuckDBPyConnection, batch: list[Step]) -> None:
        """Put steps on disk. Raises StoreError where that has become impossible."""
        try:
            with self._one_by_one:
                self._store(cursor, batch, self.take_ids(len(batch)))
        except duckdb.Error as cause:
            raise _unwritable(cause) from cause

    def _store(self, cursor: duckdb.DuckDBPyConnection, batch: Sequence[Step], first_id: int) -> None:
        """Commit steps; where one of them cannot be stored, the others are, and it becomes an error."""
        kept = [step for step in batch if (step.condition, step.trajectory) not in self._refused]
        try:
            if kept:
                with_room(cursor, partial(self._commit, cursor, kept, first_id))
        except OF_ROWS as cause:
            if len(kept) > 1:
                half = len(kept) // 2
                self._store(cursor, kept[:half], first_id)
                self._store(cursor, kept[half:], first_id + half)
            else:
                self._refuse(cursor, kept[0], first_id, cause)

    def _refuse(self, cursor: duckdb.DuckDBPyConnection, step: Step, row_id: int, cause: Exception) -> None:
        """End the trajectory of a step that cannot be stored, in an error that can be."""
        error = (
            f"The answer at t = {step.t} could not be stored: {first_line(cause)} "
            "The trajectory ends here; run the study again, and it is asked again."
        )
        self._refused[step.condition, step.trajectory] = error
        try:
            self._commit(cursor, [_bare(step, error)], row_id)
        except (pa.ArrowException, ArithmeticError, TypeError, ValueError) as still:
            raise StoreError(f"Steps can no longer be written: {first_line(still)}") from still

    def _commit(self, cursor: duckdb.DuckDBPyConnection, batch: Sequence[Step], first_id: int) -> None:
        rows = table_of(batch, first_id, self.numbers)
        replaced = {(step.condition, step.trajectory) for step in batch} & self.failed
        cursor.begin()
        try:
            for condition, trajectory in replaced:
                cursor.execute(
                    "DELETE FROM records WHERE status = 'error' AND condition = ? AND trajectory = ?",
                    [self.numbers[condition], trajectory],
                )
            insert(cursor, "records", rows)
            cursor.commit()
        except duckdb.Error:
            with suppress(duckdb.TransactionException):  # a commit that failed has ended the transaction already
                cursor.rollback()
            raise
        self.failed -= replaced
        self.failed |= {(step.condition, step.trajectory) for step in batch if step.status == "error"}


PUT: Mapping[type[Told], Any] = {
    KeptLists: insert_lists,
    KeptReply: insert_replies,
    KeptAttention: insert_attention,
}
"""What puts rows of each kind on disk."""


def _unwritable(cause: duckdb.Error) -> StoreError:
    return StoreError(
        f"Steps can no longer be written: {first_line(cause)} "
        "What was committed before is safe; make room and start lmwalk again, and the study goes on from there."
    )


def _bare(step: Step, error: str) -> Step:
    """An error in place of a step, with nothing of it but where it stands."""
    return Step.bare(
        condition=step.condition,
        trajectory=step.trajectory,
        t=step.t,
        status="error",
        prompt="",
        state_before="{}",
        state_after="{}",
        attempts=0,
        seed=0,
        asked_at=datetime.now(UTC).replace(tzinfo=None),
    )._replace(error=error)
