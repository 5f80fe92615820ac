"""The answers of a study of walks or draws, read once and extended as rows come."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pandas as pd

from lmwalk.analysis.answers import STORED, Truth, answers
from lmwalk.datasets.labels import labels
from lmwalk.store import Store
from lmwalk.study import Study

MOST_STUDIES = 8
COLUMNS = ("id", *STORED, "state_before", "distribution")
"""What answers are made of: prompts and replies would take several times the room."""


@dataclass
class Known:
    """The answers of a study up to a row; one object for all sessions."""

    cursor: int = 0
    frame: pd.DataFrame | None = None
    pool: dict[Any, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def upto_now(self, store: Store, study: Study, truth: Truth) -> tuple[int, pd.DataFrame]:
        """The newest row's id and every answer so far."""
        with self.lock:
            rows = store.steps(study.name, after=self.cursor, columns=COLUMNS)
            if self.frame is None or len(rows):
                new = answers(rows, truth, self.pool)
                self.frame = new if self.frame is None else pd.concat([self.frame, new], ignore_index=True)
                self.cursor = int(rows["id"].max()) if len(rows) else self.cursor
            return self.cursor, self.frame


@lru_cache(maxsize=MOST_STUDIES)
def _known(path: str, study: str) -> Known:  # noqa: ARG001 - both are the key
    return Known()


def labelled_answers(store: Store, study: Study, truth: Truth) -> tuple[int, pd.DataFrame]:
    """The newest row's id, and every answer with ``label``, the condition in words.

    Conditions come in the order of the study, whichever was answered first.
    """
    cursor, frame = _known(str(store.path), study.to_yaml()).upto_now(store, study, truth)
    names = labels(study)
    places = frame["condition"].map({condition: place for place, condition in enumerate(names)})
    return cursor, frame.assign(label=frame["condition"].map(names)).iloc[places.argsort(kind="stable")]
