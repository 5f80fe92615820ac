"""The measured properties of texts: which are missing, and keeping and reading them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import duckdb
import pandas as pd
import pyarrow as pa

from lmwalk.store.columns import insert
from lmwalk.store.cursors import Cursors
from lmwalk.store.memory import with_room

MEASURED = pa.schema(
    [
        *(("id", pa.int64()), ("condition", pa.int32()), ("trajectory", pa.int32()), ("t", pa.int32())),
        *(("property", pa.string()), ("value", pa.float64())),
    ]
)
COLUMNS = ["number", "trajectory", "t", "property", "value"]


class Measures:
    """The properties of the texts in one store. Any thread may read and keep."""

    def __init__(self, cursor: Cursors) -> None:
        self._cursor = cursor
        self._lock, self._keeping = threading.Lock(), threading.Lock()
        with cursor() as known:
            self._last_id: int = known.execute("SELECT coalesce(max(id), 0) FROM measured").fetchall()[0][0]

    def missing(self, study: str, names: Iterable[str], after: int = 0, most: int = 1000) -> tuple[int, pd.DataFrame]:
        """Texts that lack a property, among the answers with id > after, oldest first.

        Returns
        -------
        int
            The id of the last answer looked at; ``after`` where there is none.
        DataFrame
            number (of the condition in this file), condition, trajectory, t, before and after (states as JSON), known
            (list of the names that are there).
        """
        with self._cursor() as cursor:
            return with_room(cursor, lambda: _missing(cursor, study, list(names), after, most))

    def later(self, study: str, after: int) -> int:
        """How many answered steps of a study have an id > after."""
        with self._cursor() as cursor:
            found = cursor.execute(
                "SELECT count(*) FROM records r JOIN conditions c ON c.number = r.condition "
                "WHERE c.study = $study AND r.status <> 'error' AND r.id > $after",
                {"study": study, "after": after},
            ).fetchall()
        return int(found[0][0])

    def keep(self, rows: pd.DataFrame) -> None:
        """Store values: number (of the condition), trajectory, t, property, value (NaN if the text has none).

        What another thread measured meanwhile stays as it is.
        """
        with self._keeping, self._cursor.writing() as cursor:
            cursor.register("fresh_values", rows.reset_index(drop=True).reset_index(names="place"))
            query = (
                "SELECT f.place FROM fresh_values f ANTI JOIN measured m ON m.condition = f.number "
                "AND m.trajectory = f.trajectory AND m.t = f.t AND m.property = f.property ORDER BY f.place"
            )
            new = with_room(cursor, lambda: cursor.execute(query).df()["place"])
            with_room(cursor, lambda: self.insert(cursor, rows.iloc[new]))

    def insert(self, cursor: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
        """As ``keep``, in the transaction of the caller's cursor."""
        with self._lock:
            first = self._last_id + 1
            self._last_id += len(rows)
        kept = rows[COLUMNS].rename(columns={"number": "condition"}).assign(id=range(first, first + len(rows)))
        insert(cursor, "measured", pa.Table.from_pandas(kept, MEASURED, preserve_index=False))

    def values(
        self,
        study: str,
        names: Iterable[str] | None = None,
        after: int = 0,
        conditions: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Rows of the view ``properties`` with id > after, oldest first: id, condition, trajectory, t, property, value.

        Of some properties and of some conditions where they are named.
        """
        query = (
            "SELECT id, condition, trajectory, t, property, value FROM properties WHERE study = $study AND id > $after "
            "AND ($names IS NULL OR list_contains($names, property)) "
            "AND ($named IS NULL OR list_contains($named, condition)) ORDER BY id"
        )
        values = {
            "study": study,
            "after": after,
            "names": None if names is None else list(names),
            "named": None if conditions is None else list(conditions),
        }
        with self._cursor() as cursor:
            return with_room(cursor, lambda: cursor.execute(query, values).df())


def _missing(
    cursor: duckdb.DuckDBPyConnection, study: str, wanted: list[str], after: int, most: int
) -> tuple[int, pd.DataFrame]:
    values = {"study": study, "after": after, "most": most}
    fresh = cursor.execute(
        "SELECT r.id, r.condition AS number, c.condition, r.trajectory, r.t FROM records r JOIN conditions c "
        "ON c.number = r.condition WHERE c.study = $study AND r.status <> 'error' AND r.id > $after "
        "ORDER BY r.id LIMIT $most",
        values,
    ).df()
    cursor.register("fresh", fresh)
    known = cursor.execute(
        "SELECT f.id, list(m.property) AS known FROM fresh f JOIN measured m ON m.condition = f.number "
        "AND m.trajectory = f.trajectory AND m.t = f.t WHERE list_contains($names, m.property) GROUP BY f.id",
        {"names": wanted},
    ).df()
    whole = set(known.loc[known["known"].map(len) >= len(wanted), "id"])
    lacking = fresh[~fresh["id"].isin(whole)].merge(known, on="id", how="left")
    cursor.register("lacking", lacking[["id"]])
    states = cursor.execute(
        "SELECT r.id, r.state_before AS before, r.state_after AS after FROM records r "
        "SEMI JOIN lacking l ON r.id = l.id"
    ).df()
    last = int(fresh["id"].max()) if len(fresh) else after
    return last, lacking.merge(states, on="id").sort_values("id").drop(columns="id")
