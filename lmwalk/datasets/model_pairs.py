"""Instruct models beside the base models that they were made of: every measure, by pair, temperature and task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.contrasts import Asked
from lmwalk.analysis.outcome_contrasts import Distance
from lmwalk.analysis.pairs import How, compared
from lmwalk.analysis.pvalues import fdr
from lmwalk.analysis.units import unit_mean
from lmwalk.datasets.labels import labels
from lmwalk.datasets.unit_values import Measure
from lmwalk.figures._data import StudyData
from lmwalk.study import Condition, Study

NAMED = ["compared", "label", "base", "instruct", "temperature", "task", "unit", "paired"]
NUMBERS = [
    *("base_mean", "base_low", "base_high", "instruct_mean", "instruct_low", "instruct_high"),
    *("instruct_less_base", "low", "high", "p", "base_units", "instruct_units"),
]


def pair_differences(
    data: StudyData, study: Study, measures: Mapping[str, Measure], tasks: Sequence[str], unit: str, *, paired: bool
) -> pd.DataFrame:
    """One row a measure, pair, temperature and task: instruct less base, over whole units.

    Parameters
    ----------
    tasks : sequence of str
        Parts of a condition that are compared by themselves; one without a name where there is no other.
    unit : str
        What one unit is called.
    paired : bool
        Whether units of the same name belong together.

    Returns
    -------
    DataFrame
        compared (the measure's title and unit), label (the instruct model's condition), base, instruct, temperature,
        task, unit, paired, the mean of both with intervals over units, instruct_less_base, low, high and p
        (``analysis.pairs.compared``; of outcomes their distance, which has no means), p_adjusted (Benjamini and
        Hochberg, over the table), base_units, instruct_units (distinct). NaN where it cannot be told.
    """
    names, pairs = labels(study), list(_conditions(study))
    rows = []
    for measure in measures.values() if pairs and len(data.rows) else ():
        values, how = measure.values(data, study), How(Asked(share=measure.share), paired, measure.outcomes)
        titled = f"{measure.title}, {measure.unit}" if measure.unit else measure.title
        for base, tuned in pairs:
            for task in tasks:
                both = [_own(values, condition, task) for condition in (base, tuned)]
                if all(len(each) for each in both):
                    known = (titled, names[tuned.id], base.model, tuned.model, tuned.temperature, task, unit)
                    rows.append((*known, *_compared(both[0], both[1], how, measure)))
    table = pd.DataFrame(rows, columns=[*NAMED, *NUMBERS])
    return table.assign(p_adjusted=fdr(table["p"]))


def _conditions(study: Study) -> Iterator[tuple[Condition, Condition]]:
    """The conditions of base and instruct model at the same temperature."""
    known = {(c.model, c.temperature): c for c in study.conditions()}
    for base, tuned in study.model_pairs.items():
        for temperature in sorted(study.temperatures):
            yield known[base, temperature], known[tuned, temperature]


def _own(values: pd.DataFrame, condition: Condition, task: str) -> pd.DataFrame:
    own = values[values["condition"] == condition.id]
    return own[own["task"] == task] if task else own


def _compared(base: pd.DataFrame, tuned: pd.DataFrame, how: How, measure: Measure) -> tuple[Any, ...]:
    found = compared(tuned, base, how)
    size = found.distance if isinstance(found, Distance) else found.difference
    means = [(np.nan,) * 3] * 2 if isinstance(found, Distance) else [_mean(each, measure) for each in (base, tuned)]
    return (found.paired, *means[0], *means[1], size, found.low, found.high, found.p, *reversed(found.distinct))


def _mean(rows: pd.DataFrame, measure: Measure) -> tuple[float, float, float]:
    found = unit_mean(rows["value"].to_numpy(float), copies=rows["copy"].tolist(), share=measure.share)
    return found.mean, found.low, found.high
