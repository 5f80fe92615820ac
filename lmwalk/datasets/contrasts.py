"""Two conditions of stored studies compared: which there are, by which measure, and what came of it in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lmwalk.analysis.contrasts import Asked, Contrast
from lmwalk.analysis.outcome_contrasts import Distance
from lmwalk.analysis.pairs import How, compared, matrix
from lmwalk.datasets.families import family_of, study_data
from lmwalk.datasets.unit_values import Measure
from lmwalk.errors import InputError
from lmwalk.figures._data import StudyData
from lmwalk.store import Store
from lmwalk.study import Condition, Study

__all__ = ["Compared", "Measure", "Side", "compare", "compare_all", "find_side", "measures_of", "sides_of", "units_of"]

MOST_NAMED = 12


@dataclass(frozen=True)
class Side:
    """One condition of a study; of chains, one task of it where there are several."""

    study: Study
    condition: Condition
    task: str = ""

    @property
    def cell(self) -> str:
        """What it is called inside its study: ``MODEL@T``, and ``/TASK`` where there are several."""
        return f"{self.condition.model}@{self.condition.temperature:g}" + (f"/{self.task}" if self.task else "")

    @property
    def name(self) -> str:
        """What it is called among all studies: ``STUDY/MODEL@T``."""
        return f"{self.study.name}/{self.cell}"

    @property
    def answers_to(self) -> set[str]:
        """Every name that it can be meant by; several conditions may share the short ones."""
        model = f"{self.study.name}/{self.condition.model}"
        return {self.study.name, model, f"{model}@{self.condition.temperature:g}", self.name}


@dataclass(frozen=True)
class Compared:
    """What came of a comparison, with what it is said in.

    Attributes
    ----------
    a, b : Side
        The first and the second condition.
    noun : str
        What a unit is called.
    found : Contrast or Distance
        The numbers.
    simulated : tuple of str
        Names of those whose answers come from no language model.
    """

    a: Side
    b: Side
    measure: Measure
    noun: str
    found: Contrast | Distance
    simulated: tuple[str, ...]


def measures_of(study: Study) -> Mapping[str, Measure]:
    """Every measure by which conditions of a study can be compared, by name; the first is the usual one."""
    return family_of(study).measures(study)


def sides_of(study: Study) -> list[Side]:
    """Every condition of a study, in its order."""
    tasks = family_of(study).tasks(study)
    return [Side(study, condition, task) for condition in study.conditions() for task in tasks]


def noun(study: Study) -> str:
    """What one unit of a study is called."""
    return family_of(study).noun(study)


def find_side(store: Store, name: str) -> Side:
    """The condition that ``STUDY``, ``STUDY/MODEL`` or ``STUDY/MODEL@T`` names. Raises InputError that lists them.

    A study, or a model of it, is name enough where it has one condition.
    """
    known = [study for study in store.all() if name == study.name or name.startswith(f"{study.name}/")]
    sides = [side for study in known for side in sides_of(study)]
    found = [side for side in sides if name in side.answers_to]
    exact = [side for side in found if side.name == name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise InputError(f"{name!r} is {len(found)} conditions. Accepted: one of them, {_listed(found)}.")
    if sides:
        raise InputError(f"There is no condition {name!r}. Accepted: {_listed(sides)}.")
    studies = list(store.studies()["study"])
    there = _few([repr(each) for each in studies]) if studies else "none is stored yet"
    raise InputError(f"There is no study or condition {name!r}. Studies: {there}. Accepted: STUDY/MODEL@T.")


def _listed(sides: Sequence[Side]) -> str:
    return _few([repr(side.name) for side in sides])


def _few(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def measure_named(study: Study, name: str | None) -> Measure:
    """The measure of that name, else the study's primary or the usual one. Raises InputError, naming what there is."""
    known = measures_of(study)
    if name is None:
        return known.get(study.primary or "", next(iter(known.values())))
    if name not in known:
        raise InputError(f"measure: {name!r} is no measure of {study.process}. Accepted: {', '.join(known)}.")
    return known[name]


def units_of(store: Store, side: Side, measure: Measure) -> pd.DataFrame:
    """One row a unit: unit (its name), copy (what it is, to the letter), value (a number, or shares of outcomes)."""
    return _own(measure.values(study_data(store, side.study)[1], side.study), side)


def _own(values: pd.DataFrame, side: Side) -> pd.DataFrame:
    own = values[values["condition"] == side.condition.id]
    return own[own["task"] == side.task] if side.task else own


def paired(a: Study, b: Study) -> bool:
    """Whether units of the same name belong together: the same initial texts, wordings, or cases."""
    first, second = (family_of(study).named_units(study) for study in (a, b))
    return noun(a) == noun(b) and first is not None and first == second


def compare(store: Store, a: Side, b: Side, measure: str | None = None, within: float | None = None) -> Compared:
    """The first condition minus the second.

    Parameters
    ----------
    measure : str, optional
        Its name; the usual one where left out (``measures_of``).
    within : float, optional
        The margin inside which they count as alike, in units of the measure; the measure's own where left out.

    Raises
    ------
    InputError
        The two are one condition, or cannot be compared by this measure.
    """
    if a.name == b.name:
        raise InputError(f"{a.name!r} is compared with itself. Accepted: two conditions.")
    known, also = (measure_named(side.study, measure) for side in (a, b))
    _must_fit(a, b, known, also)
    asked = Asked(known.within if within is None else within, known.share)
    how = How(asked, paired(a.study, b.study), known.outcomes)
    first, second = (units_of(store, side, mine) for side, mine in ((a, known), (b, also)))
    return Compared(a, b, known, noun(a.study), compared(first, second, how), _simulated(store, a, b))


def _must_fit(a: Side, b: Side, first: Measure, second: Measure) -> None:
    one, other = (family_of(side.study).kind(side.study) for side in (a, b))
    if one != other:
        raise InputError(
            f"{a.name!r} ({a.study.process}) and {b.name!r} ({b.study.process}) have no measure in common."
        )
    if noun(a.study) != noun(b.study):
        raise InputError(
            f"{a.name!r} is told apart by its {noun(a.study)}s and {b.name!r} by its {noun(b.study)}s, so that they "
            "cannot be compared. Accepted: two studies that both ask in several wordings, or both in one."
        )
    outcomes = [side.study.make_process().alphabet for side in (a, b)]
    if (first.outcomes and outcomes[0] != outcomes[1]) or first.title.casefold() != second.title.casefold():
        raise InputError(
            f"{a.name!r} and {b.name!r} have other outcomes, so that {first.title!r} is not the same thing."
        )


def _simulated(store: Store, *sides: Side) -> tuple[str, ...]:
    found = []
    for side in sides:
        known = store.conditions(side.study.name).set_index("condition")["simulated"]
        if bool(known.get(side.condition.id, False)):
            found.append(side.condition.model)
    return tuple(dict.fromkeys(found))


def compare_all(store: Store, study: Study, measure: str | None = None) -> pd.DataFrame:
    """All pairs of conditions of a study (``analysis.pairs.matrix``); first and second are ``Side.cell``."""
    return matrix_of(study_data(store, study)[1], study, measure)


def matrix_of(data: StudyData, study: Study, measure: str | None = None) -> pd.DataFrame:
    """The same from what figures are made from."""
    known = measure_named(study, measure)
    values = known.values(data, study)
    parts = [_own(values, side).assign(condition=side.cell) for side in sides_of(study)]
    how = How(Asked(share=known.share), paired(study, study), known.outcomes)
    return matrix(pd.concat(parts, ignore_index=True), how)


def differing(a: Side, b: Side) -> list[str]:
    """In what else two conditions differ than model, temperature and task."""
    one, other = a.study, b.study
    parts = {
        "template": (one.prompt_template, other.prompt_template),
        "sampler": (one.sampler, other.sampler),
        "steps": (one.steps, other.steps),
        "process": (one.make_process(), other.make_process()),
        "measurement": (one.measurement, other.measurement),
        "answer": (one.answer, other.answer),
        "thinking": (one.thinking, other.thinking),
    }
    if family_of(one).cases_are_units:
        del parts["process"]
    return [name for name, (first, second) in parts.items() if first != second]
