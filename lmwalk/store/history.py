"""One trajectory, looked at step by step; and the studies that branch off from another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import duckdb

from lmwalk.step import Step
from lmwalk.store.memory import with_room
from lmwalk.study import Study

Cursor = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
COLUMNS = Step._fields[1:]
"""All of a step but its condition."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a trajectory has come.

    Attributes
    ----------
    answered : int
        Its last answered step; 0 where there is none.
    error : str or None
        Why the question after that failed for good, where it did.
    ended : str or None
        Why the process ended it there.
    """

    answered: int = 0
    error: str | None = None
    ended: str | None = None

    @property
    def last(self) -> int:
        """The last step that has a record: an answer, or the error that ended it."""
        return self.answered + (self.error is not None)


class History:
    """Reads single trajectories of one store, from any thread."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def reached(self, condition: str, trajectory: int) -> Reached:
        """How far a trajectory has come."""
        found = self._rows(
            "SELECT coalesce(max(r.t) FILTER (r.status <> 'error'), 0), "
            "any_value(coalesce(r.error, '')) FILTER (r.status = 'error'), any_value(r.ended) "
            "FROM records r JOIN conditions c ON c.number = r.condition WHERE c.condition = ? AND r.trajectory = ?",
            [condition, trajectory],
        )
        return Reached(*found[0])

    def step(self, condition: str, trajectory: int, t: int) -> dict[str, Any] | None:
        """The record of one step, by column of the view ``steps``; None where there is none."""
        found = self._rows(
            f"SELECT {', '.join(f'r.{name}' for name in COLUMNS)} FROM records r JOIN conditions c "
            "ON c.number = r.condition WHERE c.condition = ? AND r.trajectory = ? AND r.t = ?",
            [condition, trajectory, t],
        )
        return dict(zip(COLUMNS, found[0], strict=True)) if found else None

    def branches(self, study: str) -> list[Study]:
        """The stored studies that branch off from one, oldest first."""
        rows = self._rows("SELECT yaml FROM studies WHERE contains(yaml, '\nbranch:\n') ORDER BY created_at, study", [])
        known = [Study.from_stored(text) for (text,) in rows]
        return [each for each in known if each.branch and each.branch.study == study]

    def _rows(self, query: str, values: list[Any]) -> list[Any]:
        with self._cursor() as cursor:
            return with_room(cursor, lambda: cursor.execute(query, values).fetchall())
