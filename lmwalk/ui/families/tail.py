"""The newest rows of a study, read from the store once for everybody who watches it.

However many tabs there are, each new row is read and held once; each tab only takes what is new to it.
"""

from __future__ import annotations

import threading
import time

import pandas as pd
import streamlit as st

from lmwalk.store import Store
from lmwalk.study import Study

MOST_ROWS = 4000
"""Rows that are held; whoever needs more begins with a snapshot."""
EVERY_S = 0.1
"""Where no step was stored here meanwhile, the store is not asked again before that."""
COLUMNS = (
    *("id", "condition", "model", "temperature", "trajectory", "t", "x", "y", "outcome", "status", "reply", "error"),
    *("state_before", "distribution", "thought", "thought_tokens", "tokens_out", "why"),
)
"""What a picture and a stream of replies are made of; prompts are not."""


class Tail:
    """The newest rows of a study in a database, oldest first."""

    def __init__(self, database: str, study: str) -> None:
        self.database = database
        self._study = study
        self._lock = threading.Lock()
        self._rows: pd.DataFrame | None = None
        self._floor = 0
        """The id of the newest row that is no longer held."""
        self._at = 0.0
        self._commits = -1

    def newest(self, store: Store) -> int:
        """The id of the newest row, 0 where there is none."""
        with self._lock:
            rows = self._look(store)
            return int(rows["id"].iloc[-1]) if len(rows) else self._floor

    def after(self, store: Store, cursor: int) -> pd.DataFrame | None:
        """Rows with a greater id; None where some of them are no longer held."""
        with self._lock:
            rows = self._look(store)
            if cursor < self._floor:
                return None
            return rows.iloc[int(rows["id"].searchsorted(cursor, side="right")) :]

    def _look(self, store: Store) -> pd.DataFrame:
        """What is held, with what came meanwhile."""
        now, commits = time.monotonic(), store.commits
        if self._rows is None:
            self._rows = store.latest(self._study, MOST_ROWS, columns=COLUMNS)
            self._floor = int(self._rows["id"].iloc[0]) - 1 if len(self._rows) == MOST_ROWS else 0
        elif commits != self._commits or now - self._at >= EVERY_S:
            self._extend(store, self._rows)
        else:
            return self._rows
        self._at, self._commits = now, commits
        return self._rows

    def _extend(self, store: Store, held: pd.DataFrame) -> None:
        newest = int(held["id"].iloc[-1]) if len(held) else self._floor
        fresh = store.steps(self._study, newest, MOST_ROWS + 1, columns=COLUMNS)
        if len(fresh) > MOST_ROWS:  # more than can be held: begin anew at the end
            fresh, held = store.latest(self._study, MOST_ROWS, columns=COLUMNS), held[:0]
            self._floor = int(fresh["id"].iloc[0]) - 1
        if not len(fresh):
            return
        rows = pd.concat([held, fresh], ignore_index=True) if len(held) else fresh
        if len(rows) > MOST_ROWS:
            self._floor = int(rows["id"].iloc[-MOST_ROWS - 1])
            rows = rows.iloc[-MOST_ROWS:].reset_index(drop=True)
        self._rows = rows


def tail_of(store: Store, study: Study) -> Tail:
    """The one tail of a study."""
    return _tail(str(store.path), study.name)


@st.cache_resource(max_entries=8, show_spinner=False)
def _tail(database: str, study: str) -> Tail:
    return Tail(database, study)
