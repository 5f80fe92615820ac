"""What the figures of Markov chains share: the true matrix, and the names of what answers are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.transitions import Matrix, expectations
from lmwalk.figures._data import DrawData
from lmwalk.registry import make_process

IDEAL = "ideal observer"
PROCESSES = ("markov",)
NAMES: Mapping[str, str] = {"truth": "the true row", "ideal": "the ideal observer"}


def true_matrix(material: DrawData) -> Matrix:
    """The transition matrix that the sequences of a study were drawn from."""
    return matrix_of(material.params)


def matrix_of(params: Mapping[str, Any]) -> Matrix:
    """The transition matrix of a chain with these parameters."""
    process: Any = make_process(PROCESSES[0], dict(params))
    matrix: Matrix = process.transitions
    return matrix


def compared(material: DrawData) -> pd.DataFrame:
    """What ``expectations`` gives, and the ideal observer as one label more."""
    rows = expectations(material.answers, true_matrix(material), material.outcomes)
    first = rows[rows["label"] == rows["label"].iloc[0]] if len(rows) else rows
    learner = first.assign(label=IDEAL, answer=first["ideal"], replies=np.inf)
    both: pd.DataFrame = pd.concat([rows, learner], ignore_index=True)
    return both


def referred(table: pd.DataFrame) -> pd.DataFrame:
    """A table with its references in words; of the ideal observer what was compared with the true row alone."""
    table = table[(table["label"] != IDEAL) | (table["reference"] == "truth")]
    return table.assign(reference=table["reference"].map(NAMES)).reset_index(drop=True)
