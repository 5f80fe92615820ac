"""What models attended to as they answered: kept once a question, for all the steps whose question it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa

from lmwalk.store.columns import EVERY, Span, as_table, insert, insert_new
from lmwalk.store.cursors import Cursors

_WEIGHTS = pa.list_(pa.float32())
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("name", "question", "model", "server", "fingerprint", "system", "prompt")),
        *((name, pa.string()) for name in ("prefill", "spans")),
        *((name, pa.int32()) for name in ("tokens", "layers", "heads")),
        *((name, _WEIGHTS) for name in ("mean", "maximum", "each")),
        ("asked_at", pa.timestamp("us")),
    ]
)
AT_ONCE = 50
"""Rows that are held in memory, where many are carried: with every layer and head one may take a megabyte."""
COLUMNS = ["condition", "trajectory", "t", "tokens", "mean", "maximum"]


class KeptAttention(NamedTuple):
    """One question as a model attended to it; a line is a column of the table ``attention``.

    Attributes
    ----------
    name : str
        What steps call it by.
    question : str
        Equal for equal questions: a digest of system, prompt, prefill and spans.
    spans : str
        JSON: first and last letter of each result that the question shows.
    tokens, layers, heads : int
        How many tokens were read, and of how many layers and heads a layer.
    mean, maximum : sequence of float
        Of each span, over layers and heads; NaN where no token of it was read.
    each : sequence of float or None
        Of each layer, in it of each head, in it of each span; None where that was not asked for.
    """

    name: str
    question: str
    model: str
    server: str
    fingerprint: str | None
    system: str | None
    prompt: str
    prefill: str | None
    spans: str
    tokens: int
    layers: int
    heads: int
    mean: Sequence[float]
    maximum: Sequence[float]
    each: Sequence[float] | None
    asked_at: datetime


def insert_attention(cursor: duckdb.DuckDBPyConnection, kept: Sequence[KeptAttention]) -> None:
    """Add rows, committed at once."""
    insert(cursor, "attention", as_table(kept, SCHEMA))


def insert_new_attention(cursor: duckdb.DuckDBPyConnection, kept: Iterable[KeptAttention]) -> None:
    """Add the rows whose names are new, within a transaction; those that are there stay as they are."""
    insert_new(cursor, "attention", kept, SCHEMA, AT_ONCE)


def delete_attention(cursor: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Delete those rows of these names that no step calls by them any more."""
    cursor.execute(
        "DELETE FROM attention WHERE name IN (SELECT unnest(?)) "
        "AND name NOT IN (SELECT attention FROM records WHERE attention IS NOT NULL)",
        [list(names)],
    )


class AttentionRows:
    """Reads what one store holds of attention."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def questions(self, model: str, server: str, fingerprint: str | None, *, each: bool) -> dict[str, str]:
        """The latest name of each question that this very model was asked; with ``each``, of those kept by head."""
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT question, arg_max(name, asked_at) FROM attention WHERE model = ? AND server = ? "
                "AND fingerprint IS NOT DISTINCT FROM ? AND (each IS NOT NULL OR NOT ?) GROUP BY question",
                [model, server, fingerprint, each],
            ).fetchall()
        return dict(found)

    def of_steps(self, study: str) -> pd.DataFrame:
        """What the steps of a study attended to, without single layers and heads.

        Returns
        -------
        DataFrame
            condition, trajectory, t, tokens, mean, maximum: arrays with a number for each result shown, oldest first.
        """
        with self._cursors() as cursor:
            return cursor.execute(
                "SELECT c.condition, r.trajectory, r.t, a.tokens, a.mean, a.maximum FROM records r "
                "JOIN conditions c ON c.number = r.condition JOIN attention a ON a.name = r.attention "
                "WHERE c.study = ? AND r.status <> 'error' ORDER BY c.number, r.trajectory, r.t",
                [study],
            ).df()

    def of_study(self, study: str, span: Span = EVERY) -> Iterator[KeptAttention]:
        """Every row that the steps of a study refer to, each once, some dozens in memory at a time."""
        with self._cursors() as cursor:
            names = names_of(cursor, study, span)
        columns = ", ".join(KeptAttention._fields)
        for first in range(0, len(names), AT_ONCE):
            with self._cursors() as cursor:
                found: list[Any] = cursor.execute(
                    f"SELECT {columns} FROM attention WHERE name IN (SELECT unnest(?)) ORDER BY name",
                    [names[first : first + AT_ONCE]],
                ).fetchall()
            yield from (KeptAttention(*row) for row in found)


def names_of(cursor: duckdb.DuckDBPyConnection, study: str, span: Span = EVERY) -> list[str]:
    """The names that the steps of a study refer to, in order."""
    found = cursor.execute(
        "SELECT DISTINCT attention FROM records WHERE attention IS NOT NULL "
        "AND condition IN (SELECT number FROM conditions WHERE study = ?) AND id > ? AND id <= ? ORDER BY 1",
        [study, *span],
    ).fetchall()
    return [name for (name,) in found]
