"""What models told of questions for token probabilities: lists of tokens, kept once for all the steps they serve."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa

from lmwalk.store.columns import EVERY, Span, as_table, insert, insert_new
from lmwalk.store.cursors import Cursors

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("name", "question", "model", "server", "fingerprint", "system", "prompt")),
        *((name, pa.string()) for name in ("prefill", "outcomes")),
        ("without_thought", pa.bool_()),
        ("width", pa.int32()),
        ("lists", pa.string()),
        ("asked_at", pa.timestamp("us")),
    ]
)


Lists = tuple[int, str]
"""How many tokens were asked for, and the lists as JSON."""
AT_ONCE = 500
"""Rows that are held in memory, where many are carried."""
IMPORTED = "imported: "
"""Before the server of lists that came with a study from elsewhere, so that they are never taken for its answers."""


class KeptLists(NamedTuple):
    """One question as a model answered it; a line is a column of the table ``distributions``.

    Attributes
    ----------
    name : str
        What steps call it by.
    question : str
        Equal for equal questions: a digest of system, prompt, prefill, outcomes and ``without_thought``.
    fingerprint : str or None
        What the server tells its model from others by; None where it does not say.
    outcomes, lists : str
        JSON: the outcomes; for each text that was asked for the next tokens and their log-probabilities at T = 1.
    width : int
        How many tokens were asked for.
    """

    name: str
    question: str
    model: str
    server: str
    fingerprint: str | None
    system: str | None
    prompt: str
    prefill: str | None
    outcomes: str
    without_thought: bool
    width: int
    lists: str
    asked_at: datetime


def digest_of(*parts: Any) -> str:
    """A short name that is equal for equal parts."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:20]


def insert_lists(cursor: duckdb.DuckDBPyConnection, kept: Sequence[KeptLists]) -> None:
    """Add rows, committed at once."""
    insert(cursor, "distributions", as_table(kept, SCHEMA))


def insert_new_lists(cursor: duckdb.DuckDBPyConnection, kept: Iterable[KeptLists]) -> None:
    """Add the rows whose names are new, within a transaction; those that are there stay as they are."""
    insert_new(cursor, "distributions", kept, SCHEMA, AT_ONCE)


class Distributions:
    """Reads the lists of one store."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def questions(self, model: str, server: str, fingerprint: str | None) -> dict[str, str]:
        """The name of the latest lists of each question that this very model was asked."""
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT question, arg_max(name, asked_at) FROM distributions WHERE model = ? AND server = ? "
                "AND fingerprint IS NOT DISTINCT FROM ? GROUP BY question",
                [model, server, fingerprint],
            ).fetchall()
        return dict(found)

    def other_fingerprint(self, model: str, server: str, fingerprint: str | None) -> str | None:
        """The latest fingerprint under which the model was asked before, where that is another; None where none is."""
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT arg_max(fingerprint, asked_at) FROM distributions WHERE model = ? AND server = ?",
                [model, server],
            ).fetchall()
        latest: str | None = found[0][0]
        return latest if latest != fingerprint else None

    def many(self, names: Sequence[str]) -> dict[str, Lists]:
        """The lists of many names, of those that are there."""
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT d.name, d.width, d.lists FROM distributions d JOIN (SELECT unnest(?) AS name) USING (name)",
                [list(names)],
            ).fetchall()
        return {name: (width, lists) for name, width, lists in found}

    def latest(self, model: str, questions: Sequence[str]) -> dict[str, Lists]:
        """The latest lists of each of these questions, of the model that was asked last under that name.

        Where several servers have such a name, or one had another model before, they are not mixed.
        """
        with self._cursors() as cursor:
            found = cursor.execute(
                "WITH own AS (SELECT * FROM distributions WHERE model = ?), "
                "latest AS (SELECT server, fingerprint FROM own ORDER BY asked_at DESC LIMIT 1) "
                "SELECT d.question, arg_max(d.width, d.asked_at), arg_max(d.lists, d.asked_at) FROM own d "
                "JOIN latest l ON l.server = d.server AND l.fingerprint IS NOT DISTINCT FROM d.fingerprint "
                "JOIN (SELECT unnest(?) AS question) USING (question) GROUP BY d.question",
                [model, list(questions)],
            ).fetchall()
        return {question: (width, lists) for question, width, lists in found}

    def origins(self, models: Sequence[str]) -> pd.DataFrame:
        """Who told what is kept under these models' names; quick where nothing is.

        Returns
        -------
        DataFrame
            model, server, fingerprint, questions (their number), latest (when the last was asked): the latest first,
            those that were imported behind all others.
        """
        with self._cursors() as cursor:
            return cursor.execute(
                "SELECT model, server, fingerprint, count(*) AS questions, max(asked_at) AS latest FROM distributions "
                "WHERE model IN (SELECT unnest(?)) GROUP BY model, server, fingerprint "
                "ORDER BY starts_with(server, ?), latest DESC",
                [list(models), IMPORTED],
            ).df()

    def asked_by(self, study: str) -> pd.DataFrame:
        """Who told the lists that the steps of a study refer to: model, server, fingerprint."""
        with self._cursors() as cursor:
            return cursor.execute(
                "SELECT DISTINCT d.model, d.server, d.fingerprint FROM distributions d WHERE d.name IN "
                "(SELECT r.source FROM records r JOIN conditions c ON c.number = r.condition WHERE c.study = ?)",
                [study],
            ).df()

    def of_study(self, study: str, span: Span = EVERY) -> Iterator[KeptLists]:
        """Every row that the steps of a study refer to, each once, some hundreds in memory at a time."""
        with self._cursors() as cursor:
            names = [
                name
                for (name,) in cursor.execute(
                    "SELECT DISTINCT r.source FROM records r JOIN conditions c ON c.number = r.condition "
                    "WHERE c.study = ? AND r.source IS NOT NULL AND r.id > ? AND r.id <= ? ORDER BY 1",
                    [study, *span],
                ).fetchall()
            ]
        columns = ", ".join(KeptLists._fields)
        for first in range(0, len(names), AT_ONCE):
            with self._cursors() as cursor:
                found = cursor.execute(
                    f"SELECT {columns} FROM distributions WHERE name IN (SELECT unnest(?)) ORDER BY name",
                    [names[first : first + AT_ONCE]],
                ).fetchall()
            yield from (KeptLists(*row) for row in found)

    def prompts(self, model: str, server: str, fingerprint: str | None) -> pd.DataFrame:
        """Every question that this very model was asked: system, prompt, prefill, outcomes, without_thought, name.

        The name is that of its latest lists; missing texts are None.
        """
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT system, prompt, prefill, outcomes, without_thought, arg_max(name, asked_at) AS name "
                "FROM distributions WHERE model = ? AND server = ? AND fingerprint IS NOT DISTINCT FROM ? "
                "GROUP BY system, prompt, prefill, outcomes, without_thought",
                [model, server, fingerprint],
            ).fetchall()
        return pd.DataFrame(
            found, columns=["system", "prompt", "prefill", "outcomes", "without_thought", "name"], dtype=object
        )

    def lists(self, name: str) -> Lists | None:
        """How many tokens were asked for, and the lists as JSON; None where there is nothing of that name."""
        with self._cursors() as cursor:
            found = cursor.execute("SELECT width, lists FROM distributions WHERE name = ?", [name]).fetchall()
        return found[0] if found else None
