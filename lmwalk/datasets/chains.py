"""What the figures of chains are made from: the measured properties of a study's texts, extended as they come."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import cast

import pandas as pd

from lmwalk.analysis.chains import courses
from lmwalk.figures._data import ChainData
from lmwalk.initial_texts import short_name
from lmwalk.properties import properties
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import ChainProcess

MOST_STUDIES = 4
KEYS = ["condition", "trajectory", "t"]


@dataclass
class Known:
    """The properties of a study up to a row, one row a text; one object for all sessions."""

    cursor: int = 0
    wide: pd.DataFrame | None = None
    named: tuple[int, pd.DataFrame] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def upto_now(self, store: Store, study: Study) -> tuple[int, pd.DataFrame]:
        """The newest row's id, and every property so far, indexed by condition, trajectory and t."""
        with self.lock:
            rows = store.measures.values(study.name, after=self.cursor)
            if self.wide is None or len(rows):
                new = rows.pivot(index=KEYS, columns="property", values="value")
                self.wide = new if self.wide is None or self.wide.empty else _joined(self.wide, new)
                self.cursor = int(rows["id"].max()) if len(rows) else self.cursor
            return self.cursor, self.wide

    def chains(self, store: Store, study: Study) -> tuple[int, pd.DataFrame]:
        """The same with what each text belongs to, as the figures of chains are given it."""
        cursor, wide = self.upto_now(store, study)
        if self.named is None or self.named[0] != cursor:  # not a copy each time: nobody changes it
            self.named = cursor, _chains(study, wide, store.ends(study.name))
        return self.named


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Both; a text that was measured before gains what is new of it."""
    known = new.index.isin(old.index)
    if known.any():
        old = old.combine_first(new[known])
    return pd.concat([old, new[~known]])


@lru_cache(maxsize=MOST_STUDIES)
def _known(path: str, study: str) -> Known:  # noqa: ARG001 - both are the key
    return Known()


def _chains(study: Study, wide: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    process = chain_process(study)
    rows = wide.reset_index().rename(columns={"t": "generation"})
    conditions = {c.id: (place, c) for place, c in enumerate(study.conditions())}
    alone = len(study.temperatures) == 1
    cells = rows["trajectory"] % process.cases
    known = rows["condition"].map(conditions)
    frame = rows.assign(
        label=known.map(lambda pair: pair[1].model if alone else f"{pair[1].model} · T = {pair[1].temperature:g}"),
        model=known.map(lambda pair: pair[1].model),
        temperature=known.map(lambda pair: pair[1].temperature).astype(float),
        task=(cells // len(process.initial)).map(dict(enumerate(process.tasks))),
        initial=cells % len(process.initial),
        seed=rows["trajectory"] // process.cases,
        place=known.map(lambda pair: pair[0]),
    )
    frame = frame.merge(ends, on=["condition", "trajectory", "generation"], how="left")
    frame["ended"] = frame["ended"].astype(object)
    frame["course"] = courses(frame, list(wide.columns))
    order = ["place", "trajectory", "generation"]
    return frame.sort_values(order, kind="stable", ignore_index=True).drop(columns=["place"])


def chain_data(store: Store, study: Study) -> tuple[int, ChainData]:
    """The newest row's id, and what the figures of a study of chains are made from."""
    cursor, frame = _known(str(store.path), study.to_yaml()).chains(store, study)
    missing = {name: float("nan") for name in properties if name not in frame}
    return cursor, ChainData(
        frame.assign(**missing),
        tuple(short_name(text) for text in chain_process(study).initial),
        every_text=partial(every_text, store, study, frame),
    )


def chain_process(study: Study) -> ChainProcess:
    """The process of a study of chains."""
    return cast("ChainProcess", study.make_process())


def texts_of(store: Store, study: Study, condition: str, trajectory: int) -> tuple[str, ...]:
    """The texts of one chain, its initial one first."""
    rows = store.states(study.name, [condition], trajectory)
    return (str(study.start(trajectory)["text"]), *rows["state"].map(text_in))


def text_in(state: str) -> str:
    """The text of a state that is stored as JSON."""
    return str(json.loads(state)["text"])


def every_text(store: Store, study: Study, chains: pd.DataFrame) -> pd.DataFrame:
    """The texts of all chains, the initial ones left out: label, task, initial, seed, generation, text."""
    rows = store.states(study.name).rename(columns={"t": "generation"})
    whose = chains[["condition", "trajectory", "label", "task", "initial", "seed"]].drop_duplicates()
    named = rows.merge(whose, on=["condition", "trajectory"])
    return named.assign(text=named["state"].map(text_in)).drop(columns="state")
