"""Stored answers by what they say: equal ones together, and the commonest of each status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import duckdb
import pandas as pd

from lmwalk.store.memory import with_room

Cursors = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
_OWN = (
    "(SELECT number, condition FROM conditions WHERE study = $study "
    "AND ($named IS NULL OR list_contains($named, condition)))"
)
_BY_WORDS = (
    "r.reply IS NOT NULL AND r.status NOT IN ('error', 'cut') AND coalesce(r.finish, '') NOT IN ('refusal', 'filter') "
    "AND NOT (coalesce(r.finish, '') = 'tool' AND trim(r.reply, ' \n\t') = '')"
)
"""Of steps whose words were read; what others are was decided by how the answer ended."""
_WORDS = (
    *("system", "prompt", "reply", "outcome", "status", "why", "error", "finish", "finish_said", "prompt_cut"),
    *("tokens_in", "tokens_out", "thought", "thought_tokens", "distribution"),
)
_VECTORS = 8
"""Of 2,048 rows each, that are handed over at a time: enough to be quick, few enough for replies of 100 kB."""


class Replies:
    """The replies in one store. Any thread may read."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def distinct(self, study: str, conditions: Iterable[str] | None = None) -> Iterator[pd.DataFrame]:
        """Every different reply, some thousands at a time, of steps whose words were read: no failed or cut calls.

        Yields
        ------
        DataFrame
            id (of the first step with it), condition, reply, outcome, status, count (of such steps).
        """
        query = (
            "SELECT min(r.id) AS id, c.condition, r.reply, r.outcome, r.status, count(*) AS count FROM records r "
            f"JOIN {_OWN} c ON c.number = r.condition WHERE {_BY_WORDS} "
            "GROUP BY c.condition, r.reply, r.outcome, r.status"
        )
        yield from self._chunks(query, {"study": study, "named": _listed(conditions)})

    def distributions(self, study: str) -> Iterator[pd.DataFrame]:
        """Every different distribution of each condition, some thousands at a time.

        Yields
        ------
        DataFrame
            condition, distribution (JSON text), count (of steps with it).
        """
        query = (
            "SELECT c.condition, r.distribution, count(*) AS count FROM records r "
            f"JOIN {_OWN} c ON c.number = r.condition WHERE r.distribution IS NOT NULL "
            "GROUP BY c.condition, r.distribution ORDER BY min(r.id)"
        )
        yield from self._chunks(query, {"study": study, "named": None})

    def alike(self, study: str, read: pd.DataFrame) -> pd.DataFrame:
        """Every step with one of some replies, and how it would be read.

        Parameters
        ----------
        read : DataFrame
            id (as ``distinct`` gives it), outcome_after, status_after, moved, why.

        Returns
        -------
        DataFrame
            id, condition, trajectory, t, outcome_before, status_before, outcome_after, status_after, moved, why; in
            the order of condition, trajectory, t.
        """
        query = (
            f"WITH own AS {_OWN} SELECT r.id, own.condition, r.trajectory, r.t, r.outcome AS outcome_before, "
            "r.status AS status_before, n.outcome_after, n.status_after, n.moved, n.why "
            "FROM records r JOIN own ON own.number = r.condition JOIN (SELECT k.condition, k.reply, k.outcome, "
            "k.status, new.outcome_after, new.status_after, new.moved, new.why FROM records k JOIN new USING (id)) n "
            "ON n.condition = r.condition AND n.reply = r.reply AND n.status = r.status "
            f"AND n.outcome IS NOT DISTINCT FROM r.outcome WHERE {_BY_WORDS} ORDER BY own.number, r.trajectory, r.t"
        )
        new = read[["id", "outcome_after", "status_after", "moved", "why"]].astype(
            dict.fromkeys(("outcome_after", "status_after", "why"), "string")
        )
        return self._frame(query, {"study": study, "named": None}, new=new)

    def words(self, study: str, highest: int, last: int) -> pd.DataFrame:
        """What was asked and said in the first steps of the first trajectories, with all that says how it was read.

        Parameters
        ----------
        highest, last : int
            The highest number of a trajectory, and the last t.

        Returns
        -------
        DataFrame
            condition, trajectory, t, and columns as in the view ``steps``, None where there is nothing; in the order of
            condition, trajectory, t.
        """
        columns = ", ".join(f"r.{name}" for name in _WORDS)
        query = (
            f"SELECT c.condition, r.trajectory, r.t, {columns} FROM records r JOIN {_OWN} c ON c.number = r.condition "
            "WHERE r.trajectory <= $highest AND r.t <= $last ORDER BY c.number, r.trajectory, r.t"
        )
        found = self._frame(query, {"study": study, "named": None, "highest": highest, "last": last})
        plain = found.astype(object)
        return plain.where(plain.notna(), None)

    def texts(self, ids: Iterable[int], most: int | None = None) -> pd.DataFrame:
        """What was said in some steps: id, text (of a failed call its error), length; cut at ``most`` characters."""
        cut = "text" if most is None else f"left(text, {int(most)})"
        query = (
            f"SELECT id, {cut} AS text, coalesce(length(text), 0) AS length FROM (SELECT id, "
            "CASE WHEN status = 'error' THEN error ELSE reply END AS text FROM records SEMI JOIN wanted USING (id))"
        )
        return self._frame(query, {}, wanted=pd.DataFrame({"id": list(ids)}, dtype="int64"))

    def commonest(self, study: str, conditions: Iterable[str] | None = None, most: int = 5) -> pd.DataFrame:
        """The commonest texts of each status, of all the conditions together.

        Returns
        -------
        DataFrame
            status, id (of the first step with it), count; the most frequent first, then the earliest.
        """
        query = (
            "SELECT r.status, min(r.id) AS id, count(*) AS count FROM records r "
            f"JOIN {_OWN} c ON c.number = r.condition "
            # by a digest: a million long texts would not fit beside each other
            "GROUP BY r.status, md5(CASE WHEN r.status = 'error' THEN r.error ELSE r.reply END) "
            "QUALIFY row_number() OVER (PARTITION BY r.status ORDER BY count(*) DESC, min(r.id)) <= $most "
            "ORDER BY r.status, count DESC, id"
        )
        return self._frame(query, {"study": study, "named": _listed(conditions), "most": most})

    def outcomes(self, study: str, of: pd.DataFrame) -> pd.DataFrame:
        """Every answered step of some trajectories: id, condition, trajectory, t, outcome.

        Parameters
        ----------
        of : DataFrame
            condition, trajectory.
        """
        query = (
            f"WITH own AS {_OWN} SELECT r.id, own.condition, r.trajectory, r.t, r.outcome FROM records r "
            "JOIN own ON own.number = r.condition SEMI JOIN wanted w "
            "ON w.condition = own.condition AND w.trajectory = r.trajectory "
            "WHERE r.status <> 'error' ORDER BY own.number, r.trajectory, r.t"
        )
        wanted = of[["condition", "trajectory"]].astype({"condition": "string"})
        return self._frame(query, {"study": study, "named": None}, wanted=wanted)

    def newest(self, study: str, conditions: Iterable[str] | None = None) -> int:
        """The id of the newest step; 0 where there is none."""
        query = f"SELECT coalesce(max(r.id), 0) AS id FROM records r JOIN {_OWN} c ON c.number = r.condition"
        return int(self._frame(query, {"study": study, "named": _listed(conditions)})["id"][0])

    def _chunks(self, query: str, values: dict[str, Any]) -> Iterator[pd.DataFrame]:
        with self._cursors() as cursor:
            chunk = with_room(cursor, lambda: cursor.execute(query, values).fetch_df_chunk(_VECTORS))
            while len(chunk):
                yield chunk
                chunk = cursor.fetch_df_chunk(_VECTORS)

    def _frame(self, query: str, values: dict[str, Any], **frames: pd.DataFrame) -> pd.DataFrame:
        with self._cursors() as cursor:
            for name, frame in frames.items():
                cursor.register(name, frame)
            try:
                return with_room(cursor, lambda: cursor.execute(query, values).df())
            finally:
                for name in frames:
                    cursor.unregister(name)


def _listed(conditions: Iterable[str] | None) -> list[str] | None:
    return None if conditions is None else list(conditions)
