"""By which measures chains of texts are compared, each initial text a unit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from lmwalk.datasets.chains import chain_process
from lmwalk.datasets.unit_values import Measure
from lmwalk.figures._data import ChainData
from lmwalk.properties import available
from lmwalk.study import Study

SMALL = {"length": 50.0, "difficulty": 1.0}
"""Of properties that have no upper end; of others a twentieth of the way from one end to the other."""


def of_chains(_study: Study) -> Mapping[str, Measure]:
    """Every property that can be measured, of the last texts."""
    return {
        known.name: Measure(
            known.title,
            f"{known.about} Of the last text of each chain.",
            known.unit,
            _margin(known),
            partial(_last, known.name),
        )
        for known in available()
    }


def tasks(study: Study) -> tuple[str, ...]:
    """The tasks, each of which is compared by itself; one without a name where there is no other."""
    known = chain_process(study).tasks
    return known if len(known) > 1 else ("",)


def named_units(study: Study) -> object:
    """The initial texts, by which chains of two studies belong together."""
    return frozenset(chain_process(study).initial)


def unit_count(study: Study) -> int:
    """Initial texts of each condition and task."""
    return len(chain_process(study).initial)


def unit_numbers(study: Study, trajectories: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The number of the task and of the initial text of each chain."""
    process = chain_process(study)
    task, text = (trajectories % process.cases).divmod(len(process.initial))
    return task, text


def _margin(known: Any) -> float:
    if known.low is None or known.high is None:
        return SMALL.get(known.name, float("nan"))
    return (float(known.high) - float(known.low)) / 20


def _last(name: str, material: ChainData, study: Study) -> pd.DataFrame:
    """Of each initial text the mean over its chains."""
    if material.chains.empty:
        return pd.DataFrame(columns=["condition", "task", "unit", "copy", "value"])
    known = material.chains[(material.chains["generation"] > 0) & material.chains[name].notna()]
    keys = ["condition", "task", "initial"]
    last = known.sort_values("generation", kind="stable").drop_duplicates([*keys, "seed"], keep="last")
    found = last.groupby(keys, sort=False)[name].mean().rename("value").reset_index()
    texts = found["initial"].map(dict(enumerate(chain_process(study).initial)))
    return found.assign(unit=texts, copy=texts)[["condition", "task", "unit", "copy", "value"]]
