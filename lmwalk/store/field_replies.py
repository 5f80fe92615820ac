"""Replies that fields were sampled with, where a model gives no probabilities: each kept as it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import duckdb
import pyarrow as pa

from lmwalk.store.columns import as_table, insert
from lmwalk.store.cursors import Cursors

_TEXT, _WHOLE, _NUMBER = pa.string(), pa.int32(), pa.float64()
SCHEMA = pa.schema(
    [
        *((name, _TEXT) for name in ("question", "model", "server", "fingerprint")),
        ("temperature", _NUMBER),
        ("repeat", _WHOLE),
        *((name, _TEXT) for name in ("system", "prompt", "prefill", "outcome", "status", "why", "reply", "thought")),
        *((name, _TEXT) for name in ("raw", "finish", "finish_said")),
        *((name, _NUMBER) for name in ("latency_s", "cost_usd")),
        *((name, _WHOLE) for name in ("tokens_in", "tokens_out", "thought_tokens", "attempts")),
        ("seed", pa.int64()),
        ("sent", _TEXT),
        ("asked_at", pa.timestamp("us")),
    ]
)


class KeptReply(NamedTuple):
    """One reply; a line is a column of the table ``field_replies``.

    Attributes
    ----------
    question : str
        Equal for equal questions, as in ``distributions``; of simulations, which read the state, also for equal states.
    repeat : int
        Which reply to this question at this temperature, from 0.
    sent : str
        Sampler settings that were sent, JSON.
    """

    question: str
    model: str
    server: str
    fingerprint: str | None
    temperature: float
    repeat: int
    system: str | None
    prompt: str
    prefill: str | None
    outcome: str | None
    status: str
    why: str | None
    reply: str
    thought: str | None
    raw: str | None
    finish: str | None
    finish_said: str | None
    latency_s: float | None
    cost_usd: float | None
    tokens_in: int | None
    tokens_out: int | None
    thought_tokens: int | None
    attempts: int
    seed: int
    sent: str
    asked_at: datetime


def insert_replies(cursor: duckdb.DuckDBPyConnection, kept: Sequence[KeptReply]) -> None:
    """Add rows, committed at once."""
    insert(cursor, "field_replies", as_table(kept, SCHEMA))


class FieldReplies:
    """Reads the replies of one store."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def outcomes(
        self, model: str, server: str, fingerprint: str | None, temperature: float
    ) -> dict[str, dict[int, str | None]]:
        """What this very model's replies were read as at a temperature: by question, then by repeat; None is unread."""
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT question, repeat, arg_max(coalesce(outcome, ''), asked_at) FROM field_replies WHERE model = ? "
                "AND server = ? AND fingerprint IS NOT DISTINCT FROM ? AND temperature = ? GROUP BY question, repeat",
                [model, server, fingerprint, temperature],
            ).fetchall()
        known: dict[str, dict[int, str | None]] = {}
        for question, repeat, outcome in found:
            known.setdefault(question, {})[repeat] = outcome or None
        return known
