"""Steps by what people look for, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from lmwalk.errors import InputError
from lmwalk.store.copying import SPAN, copy_steps
from lmwalk.store.memory import with_room

Cursors = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
SHOWN_CHARACTERS = 300
"""Of a text in a page of steps; the whole one is read by itself."""
_LONG = ("outcome", "reply", "thought", "prompt")
_OWN = (
    "condition IN (SELECT number FROM conditions WHERE (len($studies) = 0 OR list_contains($studies, study)) "
    "AND (len($models) = 0 OR list_contains($models, model)) "
    "AND (len($temperatures) = 0 OR list_contains($temperatures, temperature))) "
    "AND (len($statuses) = 0 OR list_contains($statuses, status)) "
    "AND trajectory >= $first AND ($last IS NULL OR trajectory <= $last) "
    "AND ($text = '' OR contains(lower(reply), lower($text)))"
)


@dataclass(frozen=True)
class Filter:
    """Which steps to list. An empty field does not restrict them.

    Attributes
    ----------
    first, last : int
        Range of trajectory numbers, both included; last None: no upper end.
    text : str
        A part of the reply; upper and lower case count as the same.
    """

    studies: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    temperatures: tuple[float, ...] = ()
    statuses: tuple[str, ...] = ()
    first: int = 0
    last: int | None = None
    text: str = ""

    def values(self) -> dict[str, Any]:
        """The parameters of a query."""
        lists = {name: list(getattr(self, name)) for name in ("studies", "models", "temperatures", "statuses")}
        return {**lists, "first": self.first, "last": self.last, "text": self.text}


class Browse:
    """The steps of one store, for reading."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def count(self, wanted: Filter) -> int:
        """How many steps match."""
        return int(self._frame(f"SELECT count(*) AS n FROM records WHERE {_OWN}", wanted.values())["n"][0])

    def page(self, wanted: Filter, start: int, most: int) -> pd.DataFrame:
        """Steps from that place on, oldest first, their texts cut to 300 characters.

        Returns
        -------
        DataFrame
            id, study, model, temperature, trajectory, t, status, why, error, latency_s, tokens_in, tokens_out,
            thought_tokens, finish, prompt_cut, cost_usd, attempts, asked_at (UTC), outcome, reply, thought, prompt.
        """
        # the ids are found first: sorting whole rows takes many times as long
        cut = ", ".join(f"left({name}, {SHOWN_CHARACTERS}) AS {name}" for name in _LONG)
        return self._frame(
            f"SELECT * EXCLUDE ({', '.join(_LONG)}), {cut} FROM (SELECT id, study, model, temperature, trajectory, t, "
            f"status, why, error, latency_s, tokens_in, tokens_out, thought_tokens, finish, prompt_cut, cost_usd, "
            f"attempts, asked_at, {', '.join(_LONG)} FROM steps WHERE id IN "
            f"(SELECT id FROM records WHERE {_OWN} ORDER BY id LIMIT $most OFFSET $start)) "
            "ORDER BY id",
            {**wanted.values(), "start": start, "most": most},
        )

    def step(self, number: int) -> dict[str, Any]:
        """One whole row of the view ``steps``, by its id. Raises InputError where there is none."""
        found = self._frame("SELECT * FROM steps WHERE id = $id", {"id": number})
        if found.empty:
            raise InputError(f"Step {number} is not there any more. Its study may have been deleted.")
        return {str(name): value for name, value in found.astype(object).where(found.notna(), None).iloc[0].items()}

    def choices(self, studies: tuple[str, ...] = ()) -> dict[str, list[Any]]:
        """The distinct models, temperatures and statuses of the steps of some studies (all if none is named)."""
        own = "(len($studies) = 0 OR list_contains($studies, study))"
        found = self._frame(
            f"SELECT (SELECT coalesce(list(DISTINCT model ORDER BY model), []) FROM conditions WHERE {own}) AS models, "
            "(SELECT coalesce(list(DISTINCT temperature ORDER BY temperature), []) FROM conditions "
            f"WHERE {own}) AS temperatures, "
            "(SELECT coalesce(list(DISTINCT status ORDER BY status), []) FROM records WHERE condition IN "
            f"(SELECT number FROM conditions WHERE {own})) AS statuses",
            {"studies": list(studies)},
        )
        return {str(name): list(values) for name, values in found.iloc[0].items()}

    def copy(self, wanted: Filter, file_format: str, out: Path) -> int:
        """Write the whole rows of the view ``steps`` to a file, csv or parquet; the number of rows."""
        chosen = f"{SPAN} AND id IN (SELECT id FROM records WHERE {_OWN} AND {SPAN})"
        with self._cursors() as cursor:
            return copy_steps(cursor, chosen, wanted.values(), file_format, out)

    def _frame(self, query: str, values: dict[str, Any]) -> pd.DataFrame:
        with self._cursors() as cursor:
            return with_room(cursor, lambda: cursor.execute(query, values).df())
