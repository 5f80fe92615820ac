"""Where every step is kept: one DuckDB file. The only SQL in the package.

One process holds the file; within it one writer thread commits what the engine hands over, at least every 200 ms,
and any thread reads. A step is committed whole or not at all, so a file survives a kill at any moment.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from lmwalk.errors import InputError
from lmwalk.store.accounts import Accounts
from lmwalk.store.apart import sweep
from lmwalk.store.browse import Browse, Filter
from lmwalk.store.copying import SPAN, copy_steps
from lmwalk.store.cursors import Cursors
from lmwalk.store.history import History
from lmwalk.store.identity import must_be_same
from lmwalk.store.measures import Measures
from lmwalk.store.memory import with_room
from lmwalk.store.opening import connect
from lmwalk.store.probes import Probes
from lmwalk.store.queries import Queries
from lmwalk.store.replies import Replies
from lmwalk.store.rows import Cell, condition_row, read_study, starts_of
from lmwalk.store.shelf import Shelf
from lmwalk.store.writer import Writer
from lmwalk.study import Study
from lmwalk.types import Step

__all__ = ["Cell", "Filter", "Standing", "Store", "open_store"]

_NAMED = "($named IS NULL OR list_contains($named, condition))"
_OWN = f"(SELECT number FROM conditions WHERE study = $study AND {_NAMED})"

LONGEST_NAME = 40
"""Letters of an outcome that has a name; a longer one is a text, and every text is another."""

_OPEN: dict[Path, Store] = {}
_OPENING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trajectory stands: its last answered step (0: none), the state there as JSON (None: the start), and why
    the process ended it there.
    """

    t: int = 0
    state: str | None = None
    failed: bool = False
    ended: str | None = None


def open_store(path: Path | str) -> Store:
    """The store at that path; one object a process and file.

    Raises
    ------
    StoreLockedError
        Another process holds the file; the sentence names it.
    StoreVersionError
        A newer lmwalk wrote the file; it is left as it is.
    StoreError
        The file is no database, or its folder cannot be written.
    """
    resolved = Path(path).expanduser().resolve()
    with _OPENING:
        if resolved not in _OPEN:
            _OPEN[resolved] = Store(resolved)
        return _OPEN[resolved]


@atexit.register
def _close_all() -> None:
    """Commit what is waiting in every open store before the interpreter goes."""
    for store in list(_OPEN.values()):
        store.close()


class Store:
    """One DuckDB file. Use ``open_store``; close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        connection = connect(path)
        sweep(path)
        self._lock = threading.Lock()
        self._cursor = Cursors(connection, path)
        last = self._scalar("SELECT coalesce(max(id), 0) FROM records")
        self._writer = Writer(connection.cursor(), first_id=last + 1)
        self.measures = Measures(self._cursor)
        self.history = History(self._cursor)
        self.probes = Probes(self._cursor)
        self.queries = Queries(self._cursor)
        self.replies = Replies(self._cursor)
        self.accounts = Accounts(self._cursor)
        self.browse = Browse(self._cursor)
        self.shelf = Shelf(self._cursor, self._lock)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Commit what is waiting and let go of the file."""
        with _OPENING:
            _OPEN.pop(self.path, None)
        self.queries.close()
        self._writer.close()
        self._cursor.close()

    # ---- writing

    def register(self, study: Study, cells: Sequence[Cell]) -> None:
        """Keep a study and its conditions; a study that grew is extended. Raises InputError where it became another."""
        with self._lock, self._cursor() as cursor:
            stored = cursor.execute("SELECT yaml FROM studies WHERE study = ?", [study.name]).fetchall()
            if stored:
                must_be_same(study, read_study(stored[0][0]))
            now = datetime.now(UTC).replace(tzinfo=None)
            cursor.begin()
            cursor.execute(
                "INSERT INTO studies VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET yaml = excluded.yaml, "
                "updated_at = excluded.updated_at",
                [study.name, study.to_yaml(), now, now],
            )
            for cell in cells:
                cursor.execute(
                    "INSERT INTO conditions SELECT (SELECT coalesce(max(number), 0) + 1 FROM conditions), "
                    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? ON CONFLICT DO UPDATE SET sent = excluded.sent, "
                    "notes = excluded.notes",
                    condition_row(cell),
                )
            cursor.commit()
            numbers = cursor.execute("SELECT condition, number FROM conditions").fetchall()
        self._writer.numbers.update(numbers)

    def append(self, step: Step) -> None:
        """Hand over a step; it is on disk within 200 ms. Raises StoreError where writing has failed."""
        self._writer.append(step)

    @property
    def backlog(self) -> int:
        """Steps handed over and not yet on disk."""
        return self._writer.backlog

    def flush(self) -> None:
        """Wait until everything handed over is on disk. Raises StoreError where writing has failed."""
        self._writer.flush()

    def standings(self, conditions: Iterable[str]) -> dict[tuple[str, int], Standing]:
        """Where every trajectory that has begun stands, by (condition, trajectory)."""
        frame = self._frame(
            "SELECT c.condition, r.trajectory, coalesce(max(r.t) FILTER (r.status <> 'error'), 0) AS t, "
            "arg_max(r.state_after, r.t) FILTER (r.status <> 'error') AS state, bool_or(r.status = 'error') AS failed, "
            "any_value(r.ended) AS ended "
            "FROM records r JOIN conditions c ON c.number = r.condition WHERE list_contains(?, c.condition) "
            "GROUP BY ALL",
            [list(conditions)],
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
        """One row a study, newest first: study, process, created_at, updated_at (UTC), steps, errors, total.

        ``total`` leaves out what trajectories that ended early will never ask.
        """
        frame = self._frame(
            "SELECT s.study, any_value(c.process) AS process, s.created_at, s.updated_at, "
            "count(DISTINCT c.condition) AS conditions, coalesce(sum(n.steps), 0)::BIGINT AS steps, "
            "coalesce(sum(n.errors), 0)::BIGINT AS errors, coalesce(sum(n.ended), 0)::BIGINT AS ended, "
            "coalesce(sum(n.asked), 0)::BIGINT AS asked, s.yaml "
            "FROM studies s LEFT JOIN conditions c ON c.study = s.study LEFT JOIN (SELECT condition, "
            "count(*) FILTER (status <> 'error') AS steps, count(*) FILTER (status = 'error') AS errors, "
            "count(ended) AS ended, sum(t) FILTER (ended IS NOT NULL) AS asked "
            "FROM records GROUP BY condition) n ON n.condition = c.number "
            "GROUP BY s.study, s.created_at, s.updated_at, s.yaml ORDER BY s.updated_at DESC, s.study"
        )
        stored = [read_study(text) for text in frame.pop("yaml")]
        lengths = pd.Series([study.steps for study in stored], index=frame.index, dtype="int64")
        counts = pd.Series([study.trajectory_count for study in stored], index=frame.index, dtype="int64")
        spared = frame.pop("ended") * lengths - frame.pop("asked")
        frame["total"] = frame["conditions"] * counts * lengths - spared
        return frame

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
    ) -> pd.DataFrame:
        """Rows of the view ``steps`` with id > after, oldest first; of some conditions, of one trajectory, if named."""
        limit = "" if most is None else f"LIMIT {int(most)}"
        return self._frame(
            f"SELECT * FROM steps WHERE study = $study AND {_NAMED} AND id > $after "
            f"AND ($trajectory IS NULL OR trajectory = $trajectory) ORDER BY id {limit}",
            {"study": study, "after": after, "named": _listed(conditions), "trajectory": trajectory},
        )

    def latest(self, study: str, most: int, conditions: Iterable[str] | None = None) -> pd.DataFrame:
        """The newest rows of the view ``steps``, oldest first; of some conditions where they are named."""
        # the ids are found first: sorting a million whole rows for the last fifty takes half a second
        return self._frame(
            f"SELECT * FROM steps WHERE study = $study AND {_NAMED} AND id >= (SELECT min(id) FROM (SELECT id "
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

    def copy(self, study: str, file_format: str, out: Path) -> int:
        """Write the study's rows of the view ``steps`` to a file; the number of rows.

        Raises
        ------
        StoreError
            The file cannot be written.
        """
        with self._cursor() as cursor:
            return copy_steps(cursor, f"study = $study AND {SPAN}", {"study": study}, file_format, out)

    # ---- below

    def _frame(self, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> pd.DataFrame:
        with self._cursor() as cursor:
            return with_room(cursor, lambda: cursor.execute(query, values).df())

    def _scalar(self, query: str) -> int:
        with self._cursor() as cursor:
            return int(cursor.execute(query).fetchall()[0][0])


def _listed(conditions: Iterable[str] | None) -> list[str] | None:
    return None if conditions is None else list(conditions)
