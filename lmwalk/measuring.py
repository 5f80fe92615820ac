"""The properties of the texts of chains, measured as the texts come, each once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import pandas as pd

from lmwalk.errors import LmwalkError
from lmwalk.properties import Texts, available, properties
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study

BATCH = 100
"""Texts between two commits: what is seen of a run, and what a kill costs."""
LOOKED_AT = 5000
REMEMBERED = 2000
"""Values of texts; some twenty seeds of a chain of ten properties come within as many."""


def has_texts(study: Study) -> bool:
    """Whether the study's states are texts that are handed on, as those of chains are."""
    return bool(processes[study.process].passes_text)


class Measuring:
    """Measures the texts of one study. One object a study at a time, or texts would be measured twice.

    Attributes
    ----------
    complaints : dict
        Properties that could not be measured after all, and why, as sentences.
    """

    def __init__(self, store: Store, study: Study) -> None:
        self.complaints: dict[str, str] = {}
        self._store = store
        self._study = study
        self._known = [known.name for known in available()]
        self._cursor = 0
        self._waiting = pd.DataFrame()
        self._beyond = 0

    def some(self) -> int:
        """Measure a batch of what is not measured yet; the number of texts. 0: nothing is left for now.

        Raises
        ------
        StoreError
            The values cannot be kept.
        """
        while self._waiting.empty:
            last, found = self._store.measures.missing(self._study.name, self._names, self._cursor, LOOKED_AT)
            if last == self._cursor:
                return 0
            self._cursor, self._waiting = last, found
            self._beyond = self._store.measures.later(self._study.name, last)
        batch = self._waiting[:BATCH]
        rows = [row for text in batch.to_dict("records") for row in self._measured(text)]
        self._store.measures.keep(pd.DataFrame(rows, columns=["number", "trajectory", "t", "property", "value"]))
        self._waiting = self._waiting[BATCH:]  # not before they are kept
        return len(batch)

    @property
    def left(self) -> int:
        """Texts that wait; some of those that were not looked at yet may have been measured before."""
        return len(self._waiting) + self._beyond

    @property
    def _names(self) -> list[str]:
        return [name for name in self._known if name not in self.complaints]

    def _measured(self, row: dict[Any, Any]) -> Iterator[tuple[Any, ...]]:
        """The missing values of one text; with the first answer of a chain, those of its initial text."""
        known = set() if isinstance(row["known"], float) else set(row["known"])  # NaN: nothing is known
        wanted = [name for name in self._names if name not in known]
        trajectory = int(row["trajectory"])
        first = self._study.start(trajectory)
        texts = Texts(json.loads(row["after"])["text"], json.loads(row["before"])["text"], first["text"])
        generations = [(row["t"], texts)]
        if row["t"] == 1:
            generations.insert(0, (0, Texts(texts.initial, None, texts.initial)))
        for t, each in generations:
            for name in wanted:
                try:
                    yield row["number"], trajectory, t, name, _value(name, each)
                except LmwalkError as error:
                    self.complaints[name] = str(error)


@lru_cache(maxsize=REMEMBERED)
def _value(name: str, texts: Texts) -> float:
    """A property of a text; chains that are copies of one another have the same texts."""
    return properties[name].of(texts)


def measure(store: Store, study: Study, told: Callable[[int], None] | None = None) -> int:
    """Measure everything that is missing of a study; the number of texts that lacked something.

    ``told`` is called after each batch with how many texts are left.
    """
    measuring, count = Measuring(store, study), 0
    while found := measuring.some():
        count += found
        if told:
            told(measuring.left)
    return count
