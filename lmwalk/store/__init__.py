"""Where every step is kept: one DuckDB file. The only SQL in the package.

One process holds the file; within it one writer thread commits what the engine hands over, at least every 200 ms,
and any thread reads. A step is committed whole or not at all, so a file survives a kill at any moment.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from lmwalk import access
from lmwalk.drafts import clear
from lmwalk.ending import Stage, at_end
from lmwalk.errors import InputError, StoreError
from lmwalk.step import Step
from lmwalk.store.attention import AttentionRows, insert_new_attention
from lmwalk.store.browse import Browse, Filter
from lmwalk.store.columns import EVERY, Span
from lmwalk.store.compatibility import must_be_free, must_be_same
from lmwalk.store.copying import SPAN, copy_steps
from lmwalk.store.costs import Costs
from lmwalk.store.cursors import PATIENCE_S, Cursors
from lmwalk.store.distributions import Distributions, insert_new_lists
from lmwalk.store.endings import Endings
from lmwalk.store.field_replies import FieldReplies
from lmwalk.store.history import History
from lmwalk.store.import_study import ROWS, Made, insert_steps
from lmwalk.store.measures import Measures
from lmwalk.store.memory import with_room
from lmwalk.store.opening import MEMORY, connect, connect_to_read, first_line
from lmwalk.store.packing import made_from, rows_of
from lmwalk.store.probes import Probes
from lmwalk.store.queries import Queries
from lmwalk.store.remote import answered
from lmwalk.store.replies import Replies
from lmwalk.store.rows import StoredCondition, insert_study, merged, read_study, starts_of
from lmwalk.store.study_admin import StudyAdmin
from lmwalk.store.writer import Told, Writer
from lmwalk.study import Study
from lmwalk.types import DECIDED, Sent

__all__ = ["Filter", "Made", "Standing", "Store", "StoredCondition", "open_store"]

_NAMED = "($named IS NULL OR list_contains($named, condition))"
_OWN = f"(SELECT number FROM conditions WHERE study = $study AND {_NAMED})"

LONGEST_NAME = 40
"""Letters of an outcome that has a name; a longer one is a text, and every text is another."""

_OPEN: dict[Path, Store] = {}
_NUMBERS = count(1)
_OPENING = threading.Lock()
_ENDING = threading.Event()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trajectory stands: its last answered step (0: none), the state there as JSON (None: the start), and why
    the process ended it there.
    """

    t: int = 0
    state: str | None = None
    failed: bool = False
    ended: str | None = None


def open_store(path: Path | str | None = None, *, read_only: bool | None = None) -> Store:
    """The store at that path; one object a process and file. What killed processes left beside it is cleared.

    Without a path, or with ``":memory:"``, a new store in memory, which holds up to 2 GB and is gone once it is closed.
    With ``read_only`` the file and its folder stay as they are, and whatever would write raises ReadOnlyError; where it
    is left out, it is as the process was started (``lmwalk.access``).

    Raises
    ------
    StoreLockedError
        Another process holds the file; the sentence names it.
    StoreVersionError
        A newer lmwalk wrote the file; it is left as it is.
    StoreError
        The file is no database, or its folder cannot be written, or it is open in this process in another way.
    """
    only_read = access.read_only() if read_only is None else read_only
    in_memory = path is None or str(path) == MEMORY
    resolved = Path(f"{MEMORY}{next(_NUMBERS)}") if in_memory else Path(path or "").expanduser().resolve()
    with _OPENING:
        if _ENDING.is_set():
            raise StoreError("lmwalk is ending; the database is closed.")
        if resolved not in _OPEN:
            _OPEN[resolved] = Store(resolved, read_only=only_read and not in_memory)
            if not in_memory and not only_read:
                clear(resolved.parent)
            clear()
        if only_read != _OPEN[resolved].read_only and not in_memory:
            raise StoreError(f"The database {resolved.name} is open in this process already, in another way.")
        return _OPEN[resolved]


@at_end(Stage.STORES)
def _close_all() -> None:
    """Commit what is waiting in every open store, and let none be opened again."""
    with _OPENING:
        _ENDING.set()
    for store in list(_OPEN.values()):
        store.close(patience_s=1)  # nobody is left to read what is still being read


class Store:
    """One DuckDB file. Use ``open_store``; close it, or use it as a context manager."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        connection = connect_to_read(path) if read_only else connect(path)
        self._work_through(Cursors(connection, path, read_only=read_only), path)
        last = self._scalar("SELECT coalesce(max(id), 0) FROM records")
        self._writer = Writer(self._cursor, first_id=last + 1)

    def _work_through(self, cursors: Cursors, path: Path) -> None:
        """Make the parts that read and write through cursors."""
        self._opened, self._cursor, self._lock = path, cursors, threading.Lock()
        self._joining = threading.Lock()
        self._closings: list[Callable[[], object]] = []
        self.measures = Measures(self._cursor)
        self.history = History(self._cursor)
        self.probes = Probes(self._cursor)
        self.distributions = Distributions(self._cursor)
        self.attention = AttentionRows(self._cursor)
        self.field_replies = FieldReplies(self._cursor)
        self.queries = Queries(self._cursor)
        self.replies = Replies(self._cursor)
        self.endings = Endings(self._cursor)
        self.accounts = Costs(self._cursor)
        self.browse = Browse(self._cursor)
        self.shelf = StudyAdmin(self._cursor, self._lock)

    @property
    def path(self) -> Path:
        """The file: the one that was opened, or where that is gone the one that took its place."""
        return self._cursor.path

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written to it."""
        return self._cursor.read_only

    @property
    def rescued(self) -> str | None:
        """That the file which was opened is gone, and where it goes on, as a sentence; None where it is there."""
        return self._cursor.rescued

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def before_closing(self, call: Callable[[], object]) -> None:
        """Call that once, before the store is closed."""
        self._closings.append(call)

    def close(self, patience_s: float = PATIENCE_S) -> None:
        """Commit what is waiting and let go of the file; what is read after those seconds is interrupted."""
        while self._closings:
            self._closings.pop()()
        with _OPENING:
            _OPEN.pop(self._opened, None)
        self.queries.close()
        self._writer.close()
        self._cursor.close(patience_s)

    # ---- writing

    def register(self, study: Study, conditions: Sequence[StoredCondition]) -> None:
        """Keep a study and its conditions; a study that grew is extended. Raises InputError where it became another.

        Where it names no pairs of models, those that were set stay.
        """
        with self._lock, self._cursor.writing() as cursor:
            stored = cursor.execute("SELECT yaml FROM studies WHERE study = ?", [study.name]).fetchall()
            if stored:
                before = read_study(stored[0][0])
                must_be_same(study, before)
                study = study if study.pairs is not None else study.with_pairs(before.pairs)
            cursor.begin()
            numbers = insert_study(cursor, study, conditions)
            cursor.commit()
            self._remember(cursor)
        self._writer.numbers.update(numbers)

    def bring(self, made: Made) -> None:
        """Keep a study that was made elsewhere with all that belongs to it: the whole of it, or nothing.

        Raises
        ------
        InputError
            The name is taken.
        StoreError
            It cannot be written.
        """
        with self._lock, self._cursor.writing() as cursor:
            must_be_free(cursor, made.study.name)
            first_id = self._writer.take_ids(made.count)
            try:
                with_room(cursor, partial(self._bring, cursor, made, first_id))
            except duckdb.Error as cause:
                raise StoreError(
                    f"{made.study.name!r} could not be brought in: {first_line(cause)} Nothing of it is in "
                    f"{self.path.name}, and what was there is; make room and bring it in again."
                ) from cause
            self._remember(cursor)

    def bring_packed(self, folder: Path) -> None:
        """As ``bring``, of a study that another process has packed into a folder."""
        self.bring(made_from(folder))

    def join(self, made: Made) -> int:
        """Keep what was made elsewhere of a study that may be here: each step, list and note once.

        Steps are committed as they come, some thousands at a time. One is left out where it does not go on from where
        its trajectory stands: as the next step, in the state that the last one led to. Measured properties are not
        taken.

        Returns
        -------
        int
            How many steps were not there.

        Raises
        ------
        InputError
            The study of that name is another one; nothing is written.
        StoreError
            They cannot be written; what was committed before stays.
        """
        with self._joining:
            self.register(self._with_plan(made.study), self._with_known(made))
            with self._cursor.writing() as cursor:
                try:
                    with_room(cursor, partial(_add_told, cursor, made))
                except duckdb.Error as cause:
                    raise StoreError(
                        f"{made.study.name!r} could not be brought in: {first_line(cause)} Make room, and bring it in "
                        "again."
                    ) from cause
            new, steps = 0, self._going_on(made)
            while batch := list(islice(steps, ROWS)):
                new += self.take(rows_of(batch))
        return new

    def _going_on(self, made: Made) -> Iterator[Step]:
        """The steps that each go on from where their trajectory stands; a failed one where none is there."""
        self.flush()
        stood = self.standings(cell.condition.id for cell in made.conditions)
        for step in made.steps():
            own = stood.get((step.condition, step.trajectory), Standing())
            failed = step.status == "error"
            goes_on = step.t == own.t + 1 and not own.ended and own.state in (None, step.state_before)
            if goes_on and not (failed and own.failed):
                state = own.state if failed else step.state_after
                stood[step.condition, step.trajectory] = Standing(step.t - failed, state, failed, step.ended)
                yield step

    def join_packed(self, folder: Path) -> int:
        """As ``join``, of what another process has packed into a folder."""
        return self.join(made_from(folder))

    def _with_plan(self, study: Study) -> Study:
        """A study with the plan that it is stored with, where it brings none."""
        if study.plan or study.name not in self.processes():
            return study
        return study.model_copy(update={"plan": self.study(study.name).plan})

    def _with_known(self, made: Made) -> list[StoredCondition]:
        """The conditions with what is known of them here, too."""
        known = {row["condition"]: row for row in self.conditions(made.study.name).to_dict("records")}
        cells = []
        for cell in made.conditions:
            if row := known.get(cell.condition.id):
                sent, simulated = merged(_sent_of(row), cell.sent), cell.simulated or bool(row["simulated"])
                cells.append(replace(cell, sent=sent, simulated=simulated))
            else:
                cells.append(cell)
        return cells

    def must_be_free(self, name: str) -> None:
        """Raise InputError where a study has that name."""
        with self._cursor() as cursor:
            must_be_free(cursor, name)

    def _bring(self, cursor: duckdb.DuckDBPyConnection, made: Made, first_id: int) -> None:
        with _transaction(cursor):
            numbers = insert_study(cursor, made.study, made.conditions)
            insert_steps(cursor, made, first_id, numbers)
            _insert_told(cursor, made)
            if made.values is not None:
                self.measures.insert(cursor, made.values.assign(number=made.values["condition"].map(numbers)))

    def _remember(self, cursor: duckdb.DuckDBPyConnection) -> None:
        for table in ("studies", "conditions"):
            self._cursor.remembered[table] = cursor.sql(f"SELECT * FROM {table}").to_arrow_table()

    def append(self, step: Step) -> str | None:
        """Hand over a step; it is on disk within 200 ms.

        Returns
        -------
        str or None
            Why it is left out, where an earlier step of its trajectory could not be stored and ended that.

        Raises
        ------
        StoreError
            Writing has failed, or the step is of no study that is registered.
        ReadOnlyError
            The store was opened to be read.
        """
        self._cursor.must_be_writable()
        return self._writer.append(step)

    def keep(self, lists: Told) -> None:
        """Hand over what a model told of a question; it is on disk before any step that was read from it.

        Raises
        ------
        StoreError
            Writing has failed.
        ReadOnlyError
            The store was opened to be read.
        """
        self._cursor.must_be_writable()
        self._writer.keep(lists)

    @property
    def backlog(self) -> int:
        """Steps handed over and not yet on disk."""
        return self._writer.backlog

    @property
    def commits(self) -> int:
        """How many batches of steps were put on disk through this store."""
        return self._writer.commits

    def flush(self) -> None:
        """Wait until everything handed over is on disk. Raises StoreError where writing has failed."""
        self._writer.flush()
        self._cursor.look()

    def standings(self, conditions: Iterable[str]) -> dict[tuple[str, int], Standing]:
        """Where every trajectory that has begun stands, by (condition, trajectory)."""
        conditions = list(conditions)
        self._writer.begin_anew(conditions)
        frame = self._frame(
            "SELECT c.condition, r.trajectory, coalesce(max(r.t) FILTER (r.status <> 'error'), 0) AS t, "
            "arg_max(r.state_after, r.t) FILTER (r.status <> 'error') AS state, bool_or(r.status = 'error') AS failed, "
            "any_value(r.ended) AS ended "
            "FROM records r JOIN conditions c ON c.number = r.condition WHERE list_contains(?, c.condition) "
            "GROUP BY ALL",
            [conditions],
        )
        found = {
            (row["condition"], row["trajectory"]): Standing(
                row["t"], row["state"] if row["t"] else None, row["failed"], row["ended"] or None
            )
            for row in frame.astype({"ended": object}).fillna({"ended": ""}).to_dict("records")
        }
        self._writer.failed.update(key for key, standing in found.items() if standing.failed)
        return found

    # ---- reading

    def studies(self) -> pd.DataFrame:
        """One row a study, newest first: study, process, created_at, updated_at (UTC), steps, errors, cut, total.

        ``cut`` counts answers that a limit of tokens cut off. ``total`` leaves out what trajectories that ended early
        will never ask, and those that need not be begun.
        """
        frame = self._frame(
            "SELECT s.study, any_value(c.process) AS process, s.created_at, s.updated_at, "
            "count(DISTINCT c.condition) AS conditions, coalesce(sum(n.steps), 0)::BIGINT AS steps, "
            "coalesce(sum(n.errors), 0)::BIGINT AS errors, coalesce(sum(n.cut), 0)::BIGINT AS cut, "
            "coalesce(sum(n.ended), 0)::BIGINT AS ended, coalesce(sum(n.asked), 0)::BIGINT AS asked, s.yaml "
            "FROM studies s LEFT JOIN conditions c ON c.study = s.study LEFT JOIN (SELECT condition, "
            "count(*) FILTER (status <> 'error') AS steps, count(*) FILTER (status = 'error') AS errors, "
            "count(*) FILTER (status = 'cut') AS cut, count(ended) AS ended, "
            "sum(t) FILTER (ended IS NOT NULL) AS asked "
            "FROM records GROUP BY condition) n ON n.condition = c.number "
            "GROUP BY s.study, s.created_at, s.updated_at, s.yaml ORDER BY s.updated_at DESC, s.study"
        )
        stored = [read_study(text) for text in frame.pop("yaml")]
        lengths = pd.Series([study.steps for study in stored], index=frame.index, dtype="int64")
        counts = pd.Series([study.trajectory_count for study in stored], index=frame.index, dtype="int64")
        spared = frame.pop("ended") * lengths - frame.pop("asked")
        frame["total"] = frame["conditions"] * counts * lengths - spared - self._never_begun(stored) * lengths
        return frame

    def processes(self) -> dict[str, str]:
        """The process of each study, newest study first: what ``studies`` says first, without a look at the steps."""
        frame = self._frame(
            "SELECT s.study, any_value(c.process) AS process FROM studies s LEFT JOIN conditions c "
            "ON c.study = s.study GROUP BY s.study, s.updated_at ORDER BY s.updated_at DESC, s.study"
        )
        return dict(zip(frame["study"], frame["process"], strict=True))

    def _never_begun(self, studies: Sequence[Study]) -> pd.Series:
        """How many trajectories of each study are spared, as their condition is decided."""
        spared = [0] * len(studies)
        for place, study in enumerate(studies):
            if study.stop_when:
                found = self._frame(
                    "SELECT count(DISTINCT r.trajectory) AS begun FROM conditions c LEFT JOIN records r "
                    "ON r.condition = c.number WHERE c.study = ? AND contains(c.notes, ?) GROUP BY c.number",
                    [study.name, DECIDED],
                )
                spared[place] = int((study.trajectory_count - found["begun"]).sum())
        return pd.Series(spared, dtype="int64")

    def study(self, name: str) -> Study:
        """The study of that name. Raises InputError where there is none."""
        found = self._frame("SELECT yaml FROM studies WHERE study = ?", [name])
        if found.empty:
            raise InputError(f"There is no study called {name!r} in {self.path.name}.")
        return read_study(found["yaml"][0])

    def all(self) -> list[Study]:
        """Every study, newest first."""
        return [
            read_study(text) for text in self._frame("SELECT yaml FROM studies ORDER BY updated_at DESC, study")["yaml"]
        ]

    def asked_between(self, study: str) -> tuple[datetime, datetime] | None:
        """When the first and the last question of a study were asked (UTC); None where none was."""
        with self._cursor() as cursor:
            first, last = cursor.execute(
                "SELECT min(r.asked_at), max(r.asked_at) FROM records r JOIN conditions c ON c.number = r.condition "
                "WHERE c.study = ?",
                [study],
            ).fetchall()[0]
        return (first, last) if first else None

    def conditions(self, study: str) -> pd.DataFrame:
        """One row a condition, in the order of the study; requested, sent and notes are JSON text."""
        return self._frame(
            "SELECT condition, model, temperature, template, process, params, simulated, requested, sent, notes "
            "FROM conditions WHERE study = ? ORDER BY number",
            [study],
        )

    def steps(
        self,
        study: str,
        after: int = 0,
        most: int | None = None,
        conditions: Iterable[str] | None = None,
        trajectory: int | None = None,
        columns: Sequence[str] = ("*",),
    ) -> pd.DataFrame:
        """Rows of the view ``steps`` with id > after, oldest first; of some conditions, of one trajectory, if named."""
        limit = "" if most is None else f"LIMIT {int(most)}"
        return self._frame(
            f"SELECT {', '.join(columns)} FROM steps WHERE study = $study AND {_NAMED} AND id > $after "
            f"AND ($trajectory IS NULL OR trajectory = $trajectory) ORDER BY id {limit}",
            {"study": study, "after": after, "named": _listed(conditions), "trajectory": trajectory},
        )

    def answers(self, study: str, conditions: Iterable[str] | None = None, first: int = 0) -> pd.DataFrame:
        """What was answered, without the words, in the order of the steps; failed calls are left out.

        condition, model, temperature, trajectory, t, x, y, outcome, status, state_before and distribution (JSON text
        each); of some conditions where they are named, of trajectories from the first on.
        """
        return self._frame(
            "SELECT condition, model, temperature, trajectory, t, x, y, outcome, status, state_before, distribution "
            f"FROM steps WHERE study = $study AND {_NAMED} AND trajectory >= $first AND status <> 'error' "
            "ORDER BY condition, trajectory, t",
            {"study": study, "named": _listed(conditions), "first": first},
        )

    def latest(
        self, study: str, most: int, conditions: Iterable[str] | None = None, columns: Sequence[str] = ("*",)
    ) -> pd.DataFrame:
        """The newest rows of the view ``steps``, oldest first; of some conditions where they are named."""
        # the ids are found first: sorting a million whole rows for the last fifty takes half a second
        return self._frame(
            f"SELECT {', '.join(columns)} FROM steps WHERE study = $study AND {_NAMED} "
            "AND id >= (SELECT min(id) FROM (SELECT id "
            f"FROM records WHERE condition IN {_OWN} ORDER BY id DESC LIMIT $most)) ORDER BY id",
            {"study": study, "most": most, "named": _listed(conditions)},
        )

    def paths(self, study: str, most_points: int = 500, conditions: Iterable[str] | None = None) -> pd.DataFrame:
        """Positions: condition, trajectory, t, x, y, from the start at t = 0, in the order of the conditions.

        At most ``most_points`` evenly spaced steps a trajectory, its last one always among them; of some conditions
        where they are named.
        """
        frame = self._frame(
            "WITH ends AS (SELECT condition, trajectory, max(t) AS last, "
            "greatest(1, ceil(max(t) / $most))::INT AS every "
            f"FROM records WHERE condition IN {_OWN} AND x IS NOT NULL GROUP BY ALL) "
            "SELECT condition, trajectory, t, x, y FROM records JOIN ends USING (condition, trajectory) "
            "WHERE x IS NOT NULL AND (t % every = 0 OR t = last)",
            {"study": study, "most": most_points, "named": _listed(conditions)},
        )
        known = self._frame("SELECT number, condition FROM conditions WHERE study = ?", [study])
        starts = pd.DataFrame(starts_of(self.study(study), frame) if len(frame) else (), columns=frame.columns)
        whole = (pd.concat([starts, frame]) if len(starts) else frame).sort_values(["condition", "trajectory", "t"])
        names = dict(zip(known["number"], known["condition"], strict=True))
        return whole.assign(condition=whole["condition"].map(names)).reset_index(drop=True)

    def tallies(self, study: str) -> pd.DataFrame:
        """How often each outcome and status came: condition, outcome (None for whole texts), status, count."""
        return self._frame(
            "SELECT c.condition, n.outcome, n.status, n.count "
            f"FROM (SELECT condition, CASE WHEN length(outcome) <= {LONGEST_NAME} THEN outcome END AS outcome, status, "
            "count(*) AS count FROM records GROUP BY ALL) n "
            "JOIN conditions c ON c.number = n.condition WHERE c.study = ? ORDER BY ALL",
            [study],
        )

    def walks(self, study: str, conditions: Iterable[str] | None = None) -> pd.DataFrame:
        """How often each outcome and status came in each trajectory; of some conditions where they are named.

        Returns
        -------
        DataFrame
            condition, trajectory, copy (the same for trajectories with the same outcomes in the same order, failed
            calls left out), outcome, status, count.
        """
        return self._frame(
            # a hash of text: DuckDB's hashes of numbers and enumerations cancel each other out when they are combined
            "WITH n AS (SELECT condition, trajectory, outcome, status, count(*) AS count, "
            "sum(hash(concat(t, ':', outcome))) FILTER (status <> 'error') AS told "
            f"FROM records WHERE condition IN {_OWN} GROUP BY ALL), "
            "m AS (SELECT *, sum(told) OVER (PARTITION BY condition, trajectory) AS whole FROM n) "
            "SELECT c.condition, m.trajectory, dense_rank() OVER (ORDER BY m.whole) AS copy, "
            f"CASE WHEN length(m.outcome) <= {LONGEST_NAME} THEN m.outcome END AS outcome, m.status, m.count "
            "FROM m JOIN conditions c ON c.number = m.condition ORDER BY c.number, m.trajectory, m.outcome, m.status",
            {"study": study, "named": _listed(conditions)},
        )

    def course(self, study: str) -> pd.DataFrame:
        """How often each outcome and status came at each t, over all trajectories.

        condition, t, outcome, status, count; by t.
        """
        return self._frame(
            f"SELECT c.condition, n.* EXCLUDE (condition) FROM (SELECT condition, t, "
            f"CASE WHEN length(outcome) <= {LONGEST_NAME} THEN outcome END AS outcome, status, count(*) AS count "
            f"FROM records WHERE condition IN {_OWN} GROUP BY ALL) n JOIN conditions c ON c.number = n.condition "
            "ORDER BY ALL",
            {"study": study, "named": None},
        )

    def progress(self, study: str) -> pd.DataFrame:
        """One row a begun trajectory: condition, trajectory, steps, state (done, open, error), error, ended."""
        frame = self._frame(
            "SELECT c.condition, r.trajectory, count(*) FILTER (r.status <> 'error') AS steps, "
            "any_value(r.error) FILTER (r.status = 'error') AS error, any_value(r.ended) AS ended "
            "FROM records r JOIN conditions c ON c.number = r.condition WHERE c.study = ? GROUP BY ALL ORDER BY ALL",
            [study],
        )
        length = self.study(study).steps
        finished = (frame["steps"].ge(length) | frame["ended"].notna()).map({True: "done", False: "open"})
        frame["state"] = finished.where(frame["error"].isna(), "error")
        return frame[["condition", "trajectory", "steps", "state", "error", "ended"]]

    def states(
        self, study: str, conditions: Iterable[str] | None = None, trajectory: int | None = None
    ) -> pd.DataFrame:
        """The state after every answer: condition, trajectory, t, state (JSON text); of some where they are named."""
        return self._frame(
            "SELECT c.condition, r.trajectory, r.t, r.state_after AS state FROM records r JOIN conditions c "
            "ON c.number = r.condition WHERE c.study = $study AND r.status <> 'error' "
            "AND ($named IS NULL OR list_contains($named, c.condition)) "
            "AND ($trajectory IS NULL OR r.trajectory = $trajectory) ORDER BY ALL",
            {"study": study, "named": _listed(conditions), "trajectory": trajectory},
        )

    def ends(self, study: str) -> pd.DataFrame:
        """Trajectories that the process ended early: condition, trajectory, generation (the last t), ended (why)."""
        return self._frame(
            "SELECT c.condition, r.trajectory, r.t AS generation, r.ended FROM records r JOIN conditions c "
            "ON c.number = r.condition WHERE c.study = ? AND r.ended IS NOT NULL ORDER BY ALL",
            [study],
        )

    def copy(self, study: str, file_format: str, out: Path, span: Span = EVERY) -> int:
        """Write the study's rows of the view ``steps`` to a file; the number of rows.

        Parameters
        ----------
        span : (int, int)
            Of which ids: above the first, up to the second.

        Raises
        ------
        StoreError
            The file cannot be written.
        """
        with self._cursor() as cursor:
            chosen = f"study = $study AND id > $above AND id <= $last AND {SPAN}"
            values = {"study": study, "above": span[0], "last": span[1]}
            return copy_steps(cursor, chosen, values, file_format, out)

    # ---- for other processes

    def select(self, query: str, values: list[Any] | dict[str, Any], frames: dict[str, pa.Table]) -> pa.Table:
        """The rows of one SELECT that another process asks for. Raises InputError, StoreError."""
        return answered(self._cursor, query, values, frames)

    def take(self, rows: pa.Table) -> int:
        """Store steps that another process gathered; how many of them were not there yet.

        Parameters
        ----------
        rows : Table
            Columns as ``columns.READ``; each is one step, known by its condition, trajectory and t. All of one batch
            are committed, or none.

        Raises
        ------
        StoreError
            They cannot be written, or a condition of theirs is of no study that is stored.
        """
        return self._writer.take(rows)

    def add(self, rows: pa.Table, told: Sequence[Told] = ()) -> None:
        """Store steps that other processes gathered, for who knows that none of them is there.

        That takes a third of the time of ``take``, however many are stored. Each trajectory's ``standings`` has to have
        been looked at since it failed.

        Parameters
        ----------
        rows : Table
            As of ``take``.
        told : sequence
            What models told that these steps, or earlier ones, were read from; it is on disk before them.

        Raises
        ------
        StoreError
            They cannot be written, or a condition of theirs is of no study that is registered.
        ReadOnlyError
            The store was opened to be read.
        """
        self._cursor.must_be_writable()
        self._writer.add(rows, told)

    # ---- below

    def _frame(self, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> pd.DataFrame:
        with self._cursor() as cursor:
            return with_room(cursor, lambda: cursor.execute(query, values).df())

    def _scalar(self, query: str) -> int:
        with self._cursor() as cursor:
            return int(cursor.execute(query).fetchall()[0][0])


@contextmanager
def _transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All that is written within, or nothing of it."""
    cursor.begin()
    try:
        yield
        cursor.commit()
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has ended the transaction already
            cursor.rollback()
        raise


def _add_told(cursor: duckdb.DuckDBPyConnection, made: Made) -> None:
    with _transaction(cursor):
        _insert_told(cursor, made)


def _insert_told(cursor: duckdb.DuckDBPyConnection, made: Made) -> None:
    """Add what models told besides their answers, each once."""
    insert_new_lists(cursor, made.lists())
    insert_new_attention(cursor, made.attention())


def _sent_of(row: Mapping[Any, Any]) -> Sent:
    """What a stored condition's model was sent."""
    return Sent(json.loads(row["sent"]), tuple(json.loads(row["notes"])))


def _listed(conditions: Iterable[str] | None) -> list[str] | None:
    return None if conditions is None else list(conditions)
