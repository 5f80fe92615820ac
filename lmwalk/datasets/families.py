"""What differs between walks, draws and chains below the screen: one record for each family, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from lmwalk.analysis.nulls import NULLS
from lmwalk.datasets import simulated, trajectory_values, unit_chains, unit_draws, unit_values, unit_walks
from lmwalk.datasets.chains import chain_data
from lmwalk.datasets.column_words import OF_CHAINS, OF_WALKS, Heading
from lmwalk.datasets.draws import draw_data
from lmwalk.datasets.model_pairs import pair_differences
from lmwalk.datasets.simulated import Spread
from lmwalk.datasets.unit_values import Measure
from lmwalk.datasets.walk_data import walk_data
from lmwalk.figures._data import StudyData
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study


@dataclass(frozen=True, kw_only=True)
class Family:
    """What a family of processes knows of its studies.

    Attributes
    ----------
    file_prefix : str
        How the names of its pictures begin.
    data : callable
        The newest row's id, and what figures are made from.
    nulls : tuple of str
        What answers are compared with, in words, for a frozen plan.
    headings : mapping
        Of columns of figures' tables that mean something else than in other families, or are there alone.
    measures : callable
        By which measures two conditions can be compared; the first is the usual one.
    kind : callable
        Studies of different kinds have no measure in common.
    noun : callable
        What a unit is called, which was sampled as a whole: a walk, a text, a wording.
    named_units : callable
        Units of the same name belong together where this is equal in two studies; None where units have no names.
    tasks : callable
        Parts of a condition that are compared by themselves; one without a name where there is no other.
    cases_are_units : bool
        Whether the process's parameters are units and conditions, so that studies do not differ in them.
    unit_count : callable
        Units of each condition and task.
    unit_numbers : callable
        Numbers of trajectories to those of their tasks and units.
    values : callable
        A measure of each whole trajectory, indexed by condition and trajectory; the answers are given. Raises
        InputError where it has none.
    simulated : callable
        How far units differ in a measure before any is known.
    """

    file_prefix: str
    data: Callable[[Store, Study], tuple[int, StudyData]]
    measures: Callable[[Study], Mapping[str, Measure]]
    kind: Callable[[Study], str]
    noun: Callable[[Study], str]
    named_units: Callable[[Study], object | None]
    values: Callable[[Store, Study, str, pd.DataFrame], pd.Series]
    simulated: Callable[[Study, str], Spread]
    nulls: tuple[str, ...] = ()
    headings: Mapping[str, Heading] = field(default_factory=dict)
    tasks: Callable[[Study], tuple[str, ...]] = lambda _: ("",)
    cases_are_units: bool = False
    unit_count: Callable[[Study], int] = unit_values.unit_count
    unit_numbers: Callable[[Study, pd.Series], tuple[pd.Series, pd.Series]] = unit_values.unit_numbers


FAMILIES: Mapping[str, Family] = {
    "walk": Family(
        file_prefix="random_walk",
        data=walk_data,
        nulls=(f"unbiased: {NULLS['unbiased']}",),
        headings=OF_WALKS,
        measures=unit_walks.of_walks,
        kind=lambda study: study.process,
        noun=unit_walks.noun,
        named_units=unit_values.named_wordings,
        values=trajectory_values.of_walks,
        simulated=simulated.of_walks,
    ),
    "draw": Family(
        file_prefix="draw",
        data=draw_data,
        nulls=("the ideal observer",),
        measures=unit_draws.of_draws,
        kind=unit_draws.kind,
        noun=unit_draws.noun,
        named_units=unit_draws.named_units,
        values=trajectory_values.of_draws,
        simulated=simulated.of_draws,
    ),
    "chain": Family(
        file_prefix="chain",
        data=chain_data,
        measures=unit_chains.of_chains,
        headings=OF_CHAINS,
        kind=lambda _: "chain",
        noun=lambda _: "text",
        named_units=unit_chains.named_units,
        tasks=unit_chains.tasks,
        cases_are_units=True,
        unit_count=unit_chains.unit_count,
        unit_numbers=unit_chains.unit_numbers,
        values=trajectory_values.of_chains,
        simulated=simulated.of_chains,
    ),
}


def family_of(study: Study) -> Family:
    """The family of a study's process."""
    return FAMILIES[processes[study.process].family]


def study_data(store: Store, study: Study) -> tuple[int, StudyData]:
    """The newest row's id, and what the figures of a study of any family are made from."""
    family = family_of(study)
    cursor, data = family.data(store, study)
    return cursor, replace(
        data, pairs=study.model_pairs, pair_differences=partial(_pair_differences, family, data, study)
    )


def _pair_differences(family: Family, data: StudyData, study: Study) -> pd.DataFrame:
    how = (family.measures(study), family.tasks(study), family.noun(study))
    return pair_differences(data, study, *how, paired=family.named_units(study) is not None)
