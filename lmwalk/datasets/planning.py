"""Before a study is run, or after: which difference it can find, how many units a width needs, what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from lmwalk.analysis.power import (
    POWER,
    smallest_detectable,
    spread,
    units_for_difference,
    units_for_width,
    width_of,
)
from lmwalk.datasets.families import family_of
from lmwalk.datasets.simulated import Spread
from lmwalk.datasets.units import unit_table
from lmwalk.errors import InputError
from lmwalk.models.providers import price_of
from lmwalk.number_format import counted, counted_units, duration, number
from lmwalk.store import Store
from lmwalk.store.costs import is_free
from lmwalk.study import Study

NO_ANSWERS = pd.DataFrame(columns=["latency_s", "cost_usd", "tokens_in", "tokens_out"])


class Effort(NamedTuple):
    """What the questions of a study take: seconds and US dollars, None where not known, and why not, in words."""

    seconds: float | None
    cost_usd: float | None
    why: str


@dataclass(frozen=True)
class Plan:
    """A study of so many units of each condition, and how far these differ."""

    study: Study
    measure: str
    units: int
    spread: Spread
    ran: bool = False
    """Whether the study was run, and its own units say how far they differ."""

    @property
    def detectable(self) -> float:
        """The smallest difference between two conditions that is found in 80 of 100 studies; NaN where unknown."""
        return smallest_detectable(self.spread.sd, self.units)

    @property
    def width(self) -> float:
        """About how wide the 95% interval of a condition is; NaN where unknown."""
        return width_of(self.spread.sd, self.units)


def measure_of(study: Study) -> str:
    """What the study is judged by; where it does not say so, the first measure of its process."""
    return study.primary or next(iter(study.make_process().measures(study.steps)))


def unit_count(study: Study) -> int:
    """Units of each condition: walks, texts, wordings where there are several, else sequences."""
    return family_of(study).unit_count(study)


def planned(study: Study, pilot: tuple[Store, Study] | None = None) -> Plan:
    """A plan from the process's own simulation, or from a pilot's units. Raises InputError for a pilot of no use."""
    measure = measure_of(study)
    if pilot is None:
        return Plan(study, measure, unit_count(study), family_of(study).simulated(study, measure))
    store, ran = pilot
    if ran.process != study.process:
        raise InputError(f"pilot: {ran.name!r} is a study of {ran.process}. Accepted: one of {study.process}.")
    found, units, distinct, _ = _observed(store, ran, measure)
    steps = f" (of {ran.steps:,} steps, where this study has {study.steps:,})" if ran.steps != study.steps else ""
    whose = f"the {counted_units(units, distinct, ran.unit, bracketed=True)} of {ran.name!r}{steps}"
    return Plan(study, measure, unit_count(study), _spread(found, whose))


def looked_back(store: Store, study: Study) -> Plan:
    """The plan of a stored study, had it been known how its units spread. Raises InputError where it has no value."""
    measure = measure_of(study)
    found, units, distinct, fewest = _observed(store, study, measure)
    whose = f"its {counted_units(units, distinct, study.unit, bracketed=True)}"
    return Plan(study, measure, fewest, _spread(found, whose), ran=True)


def _spread(sd: float, whose: str) -> Spread:
    """What was seen; units that are all alike say no more than units that are too few."""
    return Spread(sd, f"as {whose} do") if sd > 0 else Spread(np.nan, f"{whose} do not differ, or are too few")


def _observed(store: Store, study: Study, measure: str) -> tuple[float, int, int, int]:
    """The spread of a stored study's units, how many there are and differ, and the fewest distinct of a condition.

    A condition of one distinct unit, as at temperature 0, does not count: no study of it finds anything.
    """
    units = units_of(store, study, measure)
    sd, every, distinct = spread(units, ("condition", "task"))
    each = units[units["value"].notna()].drop_duplicates(["condition", "task", "copy"])
    sizes = each.groupby(["condition", "task"]).size()
    several = sizes[sizes > 1]
    return sd, every, distinct, int((several if len(several) else sizes).min()) if len(sizes) else 0


def units_of(store: Store, study: Study, measure: str) -> pd.DataFrame:
    """One row a unit: condition, task (0 but for chains), unit, value (mean over its trajectories), copy."""
    table = unit_table(store, study, measure)
    task, unit = family_of(study).unit_numbers(study, table["trajectory"].astype(int))
    keyed = table.assign(task=task, unit=unit).groupby(["condition", "task", "unit"], sort=False)
    return keyed.agg(value=("value", "mean"), copy=("copy", tuple)).reset_index()


def effort(store: Store | None, study: Study) -> Effort:
    """What a study takes, from the stored answers of the same models to questions of the same process.

    The money of a model that has not answered yet: LiteLLM's price of as many tokens as others' answers have.
    """
    known = store.accounts.of_answers(study.process).set_index("model") if store else NO_ANSWERS
    each = study.total_steps // len(study.models)
    at_once = min(study.concurrency, study.trajectory_count * len(study.temperatures))
    latencies = known["latency_s"].reindex(study.models).astype(float)
    asked = known.index.intersection(list(study.models))
    unknown, untimed = ([model for model in study.models if (model in asked) == is_in] for is_in in (False, True))
    untimed = [model for model in untimed if np.isnan(latencies[model])]
    told = [f"no answer of {', '.join(unknown)} to such questions is stored"] if unknown else []
    told += [f"how long {', '.join(untimed)} took is not kept"] if untimed else []
    cost = each * sum(_price(model, known) for model in study.models)
    seconds = None if told else each * float(latencies.sum()) / at_once
    return Effort(seconds, cost if np.isfinite(cost) else None, "; ".join(told))


def _price(model: str, known: pd.DataFrame) -> float:
    """US dollars of an answer; NaN where that is not known."""
    if is_free(model):
        return 0.0
    if model in known.index:
        return float(known["cost_usd"].astype(float)[model])
    tokens = known[["tokens_in", "tokens_out"]].astype(float).mean()
    prices = price_of(model) if tokens.notna().all() else None
    return float(tokens @ np.array(prices)) if prices else float("nan")


def found_in_words(plan: Plan) -> str:
    """The smallest difference a study finds, in a sentence for the form; nothing where it is not known."""
    if not np.isfinite(plan.detectable):
        return ""
    units = counted(plan.units, plan.study.unit)
    difference = number(plan.detectable, 2)
    return (
        f"{units}: differences of {difference} in {plan.measure} between two conditions are found in "
        f"{100 * POWER:.0f} of 100 studies, if {plan.study.unit}s differ {plan.spread.source}."
    )


def sentences(plan: Plan, effort: Effort, width: float | None = None, difference: float | None = None) -> list[str]:
    """The plan in words: what is compared, what is found, what a wish needs, what it takes."""
    study, noun = plan.study, plan.study.unit
    lines = [f"{plan.measure}, over {counted(plan.units, noun)} of each condition."]
    if np.isfinite(plan.spread.sd):
        lines.append(f"{noun.capitalize()}s differ by {number(plan.spread.sd)} (sd), {plan.spread.source}.")
    else:
        lines.append(f"How far {noun}s differ is not known: {plan.spread.source}.")
    if np.isfinite(plan.detectable):
        is_found = "would have been found" if plan.ran else "is found"
        found = f"{number(plan.detectable)} between two conditions {is_found} in {100 * POWER:.0f} of 100 studies"
        lines.append(f"A difference of {found} (two-sided, at 5%); a smaller one less often.")
        lines.append(f"The 95% interval of one condition is about {number(plan.width)} wide.")
        if width is not None:
            lines.append(_needed(plan, units_for_width(plan.spread.sd, width), f"An interval {width:g} wide"))
        if difference is not None:
            needed = units_for_difference(plan.spread.sd, difference)
            lines.append(_needed(plan, needed, f"A difference of {difference:g} found in 80 of 100 studies"))
    if plan.ran:
        return lines
    if study.stop_when:
        lines.append(f"Its rule may stop a condition earlier: {counted(plan.units, noun)} are the most.")
    return [*lines, _taken(study, effort)]


def _needed(plan: Plan, units: int | None, wish: str) -> str:
    if units is None:
        return f"{wish} needs more than a million {plan.study.unit}s."
    per_unit = plan.study.trajectory_count * plan.study.steps / max(1, unit_count(plan.study))
    conditions = len(plan.study.models) * len(plan.study.temperatures)
    questions = counted(round(units * per_unit * conditions), "question")
    return f"{wish} needs {counted(units, plan.study.unit)} of each condition, {questions} in all."


def _taken(study: Study, effort: Effort) -> str:
    time = f"about {duration(effort.seconds)}" if effort.seconds is not None else "time unknown"
    cost = f"{effort.cost_usd:,.2f} US dollars" if effort.cost_usd is not None else "price unknown"
    why = f" ({effort.why})" if effort.why and (effort.seconds is None or effort.cost_usd is None) else ""
    return f"{counted(study.total_steps, 'question')} in all; {time}; {cost}{why}."
