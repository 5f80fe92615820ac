"""What the figures of draws are made from: the answers of a study, read once and extended as rows come."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pandas as pd

from lmwalk.analysis.answers import Truth, answers
from lmwalk.datasets.walks import centre_of
from lmwalk.figures._drawing import Material
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import State

MOST_STUDIES = 8
HELD = ("json", "choice")
"""Forms of an answer that spread all probability over the outcomes."""
MEASURED = {"probabilities": "token probabilities", "replies": "sampled replies"}


@dataclass
class Known:
    """The answers of a study up to a row; one object for all sessions."""

    cursor: int = 0
    frame: pd.DataFrame | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def upto_now(self, store: Store, study: Study) -> tuple[int, pd.DataFrame]:
        """The newest row's id and every answer so far."""
        with self.lock:
            rows = store.steps(study.name, after=self.cursor)
            if self.frame is None or len(rows):
                new = answers(rows, truth_of(study))
                self.frame = new if self.frame is None else pd.concat([self.frame, new], ignore_index=True)
                self.cursor = int(rows["id"].max()) if len(rows) else self.cursor
            return self.cursor, self.frame


@lru_cache(maxsize=MOST_STUDIES)
def _known(path: str, study: str) -> Known:  # noqa: ARG001 - both are the key
    return Known()


def material_of(store: Store, study: Study) -> tuple[int, Material]:
    """The newest row's id, and what the figures of a study are made from."""
    cursor, frame = _known(str(store.path), study.to_yaml()).upto_now(store, study)
    process: Any = study.make_process()
    names = labels(study)
    places = frame["condition"].map({condition: place for place, condition in enumerate(names)})
    return cursor, Material(
        # in the order of the study, whichever answer came first
        frame.assign(label=frame["condition"].map(names)).iloc[places.argsort(kind="stable")],
        truth_of(study).outcomes,
        getattr(process, "followed", ""),
        getattr(process, "of", ""),
        process.model_dump(),
        geometry=process.geometry,
        begins=centre_of(study),
        primary=study.primary or "",
    )


def labels(study: Study) -> dict[str, str]:
    """Each condition's id and its words, as few as tell it from the others."""
    alone, held = len(study.temperatures) == 1, held_words(study)
    return {
        c.id: (c.model if alone else f"{c.model} · T = {c.temperature:g}") + (f" · {held}" if held else "")
        for c in study.conditions()
    }


def held_words(study: Study) -> str:
    """How answers are held to the outcomes by their server, in words; nothing where they are free."""
    return f"held ({study.answer})" if study.answer in HELD else ""


def truth_of(study: Study) -> Truth:
    """What the study's process knows."""
    process: Any = study.make_process()

    def nothing(_: State) -> tuple[str, ...]:
        return ()

    return Truth(getattr(process, "alphabet", ()), getattr(process, "event_of", nothing), process.ideal)
