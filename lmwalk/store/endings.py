"""How the answers of a study ended: cut off, refused by their server, to a question cut short; and what was thought."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import duckdb
import pandas as pd

from lmwalk.store.memory import with_room

Cursors = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
LATEST = 5_000
"""Answers whose thoughts are weighed; of long thoughts more would take long."""
_OWN = (
    "(SELECT number, condition FROM conditions WHERE study = $study "
    "AND ($named IS NULL OR list_contains($named, condition)))"
)


class Endings:
    """The ends of the answers in one store. Any thread may read."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def counts(self, study: str) -> pd.DataFrame:
        """One row a condition that has answers.

        Returns
        -------
        DataFrame
            condition; sent (sampler settings, JSON); answers; cut, those that a limit of tokens cut off; thinking,
            those of them that were cut before the thought was over; cut_tokens, the most tokens that one of them has;
            prompt_cut, those whose question the server read only a part of; fewest, the fewest tokens read of such a
            question.
        """
        return self._frame(
            "SELECT c.condition, c.sent, n.* EXCLUDE (condition) FROM conditions c JOIN (SELECT condition, "
            "count(*) FILTER (status <> 'error') AS answers, count(*) FILTER (status = 'cut') AS cut, "
            "count(*) FILTER (why = 'cut while thinking') AS thinking, "
            "max(tokens_out) FILTER (status = 'cut') AS cut_tokens, count(*) FILTER (prompt_cut) AS prompt_cut, "
            "min(tokens_in) FILTER (prompt_cut) AS fewest FROM records "
            f"WHERE condition IN (SELECT number FROM {_OWN}) GROUP BY condition) n ON n.condition = c.number "
            "ORDER BY c.number",
            {"study": study, "named": None},
        )

    def refusals(self, study: str) -> pd.DataFrame:
        """What servers said where they refused or filtered an answer: finish, finish_said, count; most often first."""
        return self._frame(
            "SELECT finish, finish_said, count(*) AS count FROM records "
            f"WHERE condition IN (SELECT number FROM {_OWN}) AND finish IN ('refusal', 'filter') "
            "GROUP BY ALL ORDER BY count DESC, finish, finish_said",
            {"study": study, "named": None},
        )

    def rules(self, study: str, conditions: Iterable[str] | None = None) -> pd.DataFrame:
        """By which rule answers were read, or not: status, why (None where none is known), count, example, id.

        ``example`` is the first reply of each, cut at 200 characters; ``id`` that of its step.
        """
        return self._frame(
            "SELECT n.*, left(r.reply, 200) AS example FROM (SELECT status, why, count(*) AS count, min(id) AS id "
            f"FROM records WHERE condition IN (SELECT number FROM {_OWN}) AND status <> 'error' GROUP BY ALL) n "
            "JOIN records r USING (id) ORDER BY n.count DESC, n.id",
            {"study": study, "named": _listed(conditions)},
        )

    def thoughts(self, study: str, conditions: Iterable[str] | None = None) -> pd.DataFrame:
        """The latest answers that came with a thought.

        Returns
        -------
        DataFrame
            latency_s, tokens_out, thought_tokens, thought_letters, reply_letters, answers (one number).
        """
        values: dict[str, Any] = {"study": study, "named": _listed(conditions)}
        own = f"condition IN (SELECT number FROM {_OWN})"
        first = self._frame(
            f"SELECT min(id) AS id FROM (SELECT id FROM records WHERE {own} ORDER BY id DESC LIMIT {LATEST})", values
        )["id"][0]
        # a bound that is known is read from alone, where one that is looked up within the query reads every row
        return self._frame(
            "SELECT * FROM (SELECT latency_s, tokens_out, thought_tokens, coalesce(length(thought), 0) AS "
            "thought_letters, coalesce(length(reply), 0) AS reply_letters, count(*) OVER () AS answers FROM records "
            f"WHERE id >= $first AND {own} AND status <> 'error') WHERE thought_letters > 0 OR thought_tokens > 0",
            {**values, "first": 0 if pd.isna(first) else int(first)},
        )

    def _frame(self, query: str, values: dict[str, Any]) -> pd.DataFrame:
        with self._cursors() as cursor:
            return with_room(cursor, lambda: cursor.execute(query, values).df())


def _listed(conditions: Iterable[str] | None) -> list[str] | None:
    return None if conditions is None else list(conditions)
