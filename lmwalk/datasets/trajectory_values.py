"""What each whole trajectory of a stored study says of a measure, for each family."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lmwalk.analysis import unit_values
from lmwalk.analysis.answers import answers
from lmwalk.datasets.chains import text_in
from lmwalk.datasets.draws import draw_process, truth_of
from lmwalk.datasets.unit_walks import walk_values
from lmwalk.errors import InputError
from lmwalk.figures._transitions import matrix_of
from lmwalk.properties import Texts, properties
from lmwalk.store import Store
from lmwalk.study import Study

KEYS = ["condition", "trajectory"]


def of_walks(_store: Store, study: Study, measure: str, rows: pd.DataFrame) -> pd.Series:
    """A measure of each walk."""
    return walk_values(study, measure, rows)


def of_draws(_store: Store, study: Study, measure: str, rows: pd.DataFrame) -> pd.Series:
    """A measure of each trajectory of draws. Raises InputError where the measure has no value of a single one."""
    process = draw_process(study)
    if study.process == "sequence":
        return unit_values.of_sequences(rows, measure, process.followed)
    truth = truth_of(study)
    if measure == "share":
        return unit_values.of_answers(answers(rows, truth))
    if study.process == "poisson":
        return unit_values.of_marks(answers(rows, truth), measure, process.model_dump()["mark"])
    if study.process == "markov" and study.measurement == "probabilities":
        matrix = matrix_of(process.model_dump())
        return unit_values.of_transitions(answers(rows, truth), measure, matrix, truth.outcomes)
    if measure == "distance" and study.measurement == "probabilities":
        reference = "truth" if study.process in ("in-context", "switching", "double-distribution") else "ideal"
        return unit_values.of_distances(answers(rows, truth), process.followed, truth.outcomes, reference)
    raise InputError(f"{measure} of this {study.process} has no value of a single trajectory.")


def of_chains(store: Store, study: Study, measure: str, rows: pd.DataFrame) -> pd.Series:
    """A property of the last text of every chain; NaN where it cannot be measured here."""
    states = store.states(study.name, rows["condition"].unique()).merge(rows[KEYS].drop_duplicates(), on=KEYS)
    chains = states.sort_values([*KEYS, "t"], kind="stable").groupby(KEYS, sort=False)["state"].agg(list)
    if properties[measure].needs():
        return pd.Series(np.nan, chains.index)
    values = []
    for number, every in zip(chains.index.get_level_values("trajectory"), chains, strict=True):
        initial = str(study.start(number)["text"])
        texts = [initial, *map(text_in, every[-2:])]
        values.append(properties[measure].of(Texts(texts[-1], texts[-2], initial)))
    return pd.Series(values, chains.index, dtype=float)
