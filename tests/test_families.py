"""What differs between families of processes below the screen is in one record for each."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from lmwalk.datasets.contrasts import differing, paired, sides_of
from lmwalk.datasets.families import FAMILIES, family_of, study_data
from lmwalk.datasets.planning import unit_count
from lmwalk.export.scene import SCENES
from lmwalk.figures._data import ChainData, DrawData, WalkData
from lmwalk.figures._drawing import figures_of
from lmwalk.registry import processes
from lmwalk.store import Store, StoredCondition
from lmwalk.study import Study
from lmwalk.types import Sent

DATA = {"walk": WalkData, "draw": DrawData, "chain": ChainData}
TEXTS: dict[str, Any] = {"process": "telephone", "params": {"texts": ["one", "two", "three"], "tasks": ["rephrase"]}}
every_process = pytest.mark.parametrize("process", list(processes))


def stored(store: Store, process: str) -> Study:
    """A study of which nothing is asked yet."""
    study = Study.of(name=process, process=process, models=["ideal"])
    store.register(study, [StoredCondition(each, Sent({}), False) for each in study.conditions()])
    return study


@every_process
def test_every_process_has_the_data_of_its_family(store: Store, process: str) -> None:
    """The record, empty at first, the scene of exports, and a measure with the name of its unit."""
    study = stored(store, process)
    _, data = study_data(store, study)
    family = processes[process].family

    assert type(data) is DATA[family]
    assert data.rows.empty
    assert {"label"} <= set(data.rows)
    assert set(FAMILIES) == set(SCENES) == set(DATA)
    assert family_of(study).measures(study)
    assert family_of(study).noun(study)
    assert figures_of(process)


@every_process
def test_trajectories_are_shared_out_among_units(process: str) -> None:
    """As many units as are counted, each with as many trajectories as the others, in every task."""
    study = Study.of(name="a", process=process, models=["ideal"], trajectories=2)
    task, unit = family_of(study).unit_numbers(study, pd.Series(study.numbers))

    sizes = pd.DataFrame({"task": task, "unit": unit}).groupby("task")["unit"].value_counts()

    assert sizes.groupby("task").size().eq(unit_count(study)).all()
    assert sizes.nunique() == 1


def test_chains_of_the_same_texts_belong_together_whatever_their_order() -> None:
    """The initial texts are the units, so that studies of other texts are not paired, and do not differ in them."""
    one, turned, other = (
        Study.of(**{**TEXTS, "name": name, "models": ["simulated/mover"], "params": {"texts": texts}})
        for name, texts in (("a", ["one", "two"]), ("b", ["two", "one"]), ("c", ["one", "three"]))
    )
    (first,), (second,) = sides_of(one), sides_of(other)

    assert paired(one, turned)
    assert not paired(one, other)
    assert differing(first, second) == []


def test_tasks_of_chains_are_sides_of_their_own() -> None:
    """Two tasks of one condition are compared with each other; one alone has no name."""
    study = Study.of(
        **{**TEXTS, "name": "a", "models": ["simulated/mover"], "params": {"tasks": ["rephrase", "continue"]}}
    )

    assert [side.task for side in sides_of(study)] == ["rephrase", "continue"]
    assert [side.task for side in sides_of(Study.of(**TEXTS, name="b", models=["simulated/mover"]))] == [""]
