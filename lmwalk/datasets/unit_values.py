"""Every measure by which two conditions of stored studies can be compared, one value for each whole unit.

A unit is what was sampled as a whole: a walk, a sequence, an initial text, a wording. Where a study asks in several
wordings, what they have in common is no evidence of more than each wording, so that a wording is the unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.study import Study

Array = npt.NDArray[np.float64]
Values = Callable[[Any, Study], pd.DataFrame]
"""From the data of the study's family, a record of ``figures._data``."""


@dataclass(frozen=True)
class Measure:
    """Something that every unit has a value of.

    Attributes
    ----------
    title, meaning, unit : str
        Its name on screen, what it is, and what it is counted in (may be empty).
    within : float
        The margin inside which conditions count as alike where the user names none.
    values : callable
        One row a unit: condition, task (of chains), unit, copy, value.
    share : bool
        Whether values lie from 0 to 1.
    outcomes : bool
        Whether a value holds the shares of all outcomes, whose distance is taken.
    """

    title: str
    meaning: str
    unit: str
    within: float
    values: Values
    share: bool = False
    outcomes: bool = False


def wordings(study: Study) -> tuple[str, ...]:
    """The texts in which a study asks."""
    return tuple(study.prompt_template.texts)


def named_wordings(study: Study) -> object | None:
    """The wordings, by which units of two studies belong together; None where there is one alone."""
    texts = frozenset(wordings(study))
    return texts if len(wordings(study)) > 1 else None


def by_unit(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """One row a unit, of one row a trajectory: condition, trajectory, wording, copy, value (a number or shares)."""
    if len(wordings(study)) < 2:
        return frame.rename(columns={"trajectory": "unit"})[["condition", "unit", "copy", "value"]]
    texts = wordings(study)
    named = frame.assign(unit=[texts[int(each)] for each in frame["wording"]])
    found = named.groupby(["condition", "unit"], sort=False)["value"].agg(_mean).reset_index()
    return found.assign(copy=found["unit"])[["condition", "unit", "copy", "value"]]


def _mean(values: pd.Series) -> Any:
    """Of numbers, or of arrays place by place; NaN where there is none."""
    stacked = np.stack(values.map(lambda each: np.asarray(each, float)).tolist())
    known = ~np.isnan(stacked)
    with np.errstate(invalid="ignore"):
        return np.where(known, stacked, 0).sum(axis=0) / known.sum(axis=0)


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Array:
    """One over the other; NaN where there is nothing to divide by."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.asarray(part, float) / np.asarray(whole, float))


def unit_count(study: Study) -> int:
    """Units of each condition: wordings where there are several, else trajectories."""
    return study.variants // study.make_process().cases if study.unit == "wording" else study.trajectory_count


def unit_numbers(study: Study, trajectories: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The number of the task and of the unit that each trajectory belongs to; one task alone."""
    wording = study.unit == "wording"
    return trajectories * 0, trajectories.map(lambda number: study.case(number)[1]) if wording else trajectories
