"""Taking studies off the shelf, and giving them other names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import duckdb

from lmwalk.errors import InputError
from lmwalk.store.attention import delete_attention, names_of
from lmwalk.store.compatibility import must_be_free
from lmwalk.store.cursors import Cursors
from lmwalk.study import Study


class StudyAdmin:
    """Delete and rename the studies of one store. The caller makes sure that the study is not running."""

    def __init__(self, cursors: Cursors, registering: threading.Lock) -> None:
        self._cursors = cursors
        self._registering = registering

    def delete(self, study: str) -> int:
        """Delete a study and all that belongs to it; returns how many records it had. Raises InputError."""
        with self._registering, self._cursors.writing() as cursor:
            _stored(cursor, study)
            cursor.begin()
            own = "(SELECT number FROM conditions WHERE study = ?)"
            count = cursor.execute(f"SELECT count(*) FROM records WHERE condition IN {own}", [study]).fetchall()[0][0]
            attended = names_of(cursor, study)
            for table in ("records", "measured"):
                cursor.execute(f"DELETE FROM {table} WHERE condition IN {own}", [study])
            for table in ("conditions", "studies"):
                cursor.execute(f"DELETE FROM {table} WHERE study = ?", [study])
            delete_attention(cursor, attended)
            cursor.commit()
        return int(count)

    def rename(self, study: str, name: str) -> None:
        """Rename a study. Stored answers do not change, but the ids of its conditions do.

        A condition's id is part of the seed of each question, so renaming changes the random seeds of the remaining
        steps.

        Raises
        ------
        InputError
            There is no such study, the name is taken, or it cannot be one.
        """
        with self._registering, self._cursors.writing() as cursor:
            before = _stored(cursor, study)
            after = Study.of(**{**before.model_dump(), "name": name})
            must_be_free(cursor, name)
            cursor.begin()
            cursor.execute("UPDATE studies SET study = ?, yaml = ? WHERE study = ?", [name, after.to_yaml(), study])
            for old, new in zip(before.conditions(), after.conditions(), strict=True):
                cursor.execute(
                    "UPDATE conditions SET condition = ?, study = ? WHERE condition = ?", [new.id, name, old.id]
                )
            cursor.commit()

    def set_concurrency(self, study: str, at_once: int) -> None:
        """Change how many questions a study asks at once; its conditions stay what they are. Raises InputError."""
        self._rewrite(study, lambda before: before.at_once(at_once))

    def set_pairs(self, study: str, pairs: Mapping[str, str] | None) -> None:
        """Say which models of a study belong together; None has it guessed from their names. Raises InputError."""
        self._rewrite(study, lambda before: before.with_pairs(pairs))

    def _rewrite(self, study: str, changed: Callable[[Study], Study]) -> None:
        with self._registering, self._cursors.writing() as cursor:
            after = changed(_stored(cursor, study))
            cursor.execute("UPDATE studies SET yaml = ? WHERE study = ?", [after.to_yaml(), study])


def _stored(cursor: duckdb.DuckDBPyConnection, study: str) -> Study:
    found = cursor.execute("SELECT yaml FROM studies WHERE study = ?", [study]).fetchall()
    if not found:
        raise InputError(f"There is no study called {study!r}.")
    return Study.from_stored(found[0][0])
