"""What models told of questions for token probabilities: lists of tokens, kept once for all the steps they serve."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from lmwalk.store.columns import as_array, insert
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
    columns = zip(*kept, strict=True)
    arrays = [as_array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    insert(cursor, "distributions", pa.table(arrays, schema=SCHEMA))


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

    def lists(self, name: str) -> tuple[int, str] | None:
        """How many tokens were asked for, and the lists as JSON; None where there is nothing of that name."""
        with self._cursors() as cursor:
            found = cursor.execute("SELECT width, lists FROM distributions WHERE name = ?", [name]).fetchall()
        return found[0] if found else None
