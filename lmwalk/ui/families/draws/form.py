"""The controls of draws: one row, the experiment first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from lmwalk.registry import processes
from lmwalk.study import Study
from lmwalk.types import Process
from lmwalk.ui.families.draws import FAMILY
from lmwalk.ui.families.family import Values
from lmwalk.ui.parts.control_row import Width
from lmwalk.ui.parts.form.advanced import advanced_settings, more
from lmwalk.ui.parts.form.conditions import pick_models, pick_temperatures
from lmwalk.ui.parts.form.numbers import whole_number
from lmwalk.ui.parts.form.parameters import key_of, schema
from lmwalk.ui.parts.form.sampler import is_long

WIDTHS: tuple[Width, ...] = (176, 104, "stretch", "stretch", 134, 84, 122, "content", 76)
PROCESS, THING, MATRIX, MEASURE, TRAJECTORIES = "experiment", "of", "matrix", "measure", "repeats"
MEASURES = {"probabilities": "Probabilities", "replies": "Replies"}
THINGS = {"coin": "Coin", "die": "Die", "number": "Number"}
CHAINS = {
    "sticky": "Sticky",
    "uniform": "Uniform",
    "last": "Last",
    "cycle": "Cycle",
}
ORDER = ("prior", "stated-bias", "in-context", "switching", "double-distribution", "markov", "sequence", "poisson")
USUAL_QUESTIONS = {"prior": 20, "stated-bias": 10, "sequence": 100}
"""Questions of a trajectory whose answers are sampled."""
OF_LONG_ANSWERS = 3
STEPS_HELP = "Questions in each trajectory, one after the other."
TRAJECTORIES_HELP = "How often each case of the experiment is run in each wording of the question."
MEASURE_HELP = (
    "Probabilities: the model's token probabilities; one question tells how likely every outcome is. Replies: answers "
    "are sampled, read and counted, as any model allows."
)


def form_row(places: Sequence[Any]) -> tuple[Values, str]:
    """Draw the row."""
    experiment, thing, models, temperatures, measure, steps, trajectories, rare, _ = places
    name = _experiment(experiment)
    given = _given(thing, name)
    with more(rare):
        values, process = advanced_settings(name, given, None)
    values["models"] = pick_models(models, FAMILY)
    values["measurement"] = measured = _measurement(measure, process)
    values["temperatures"] = pick_temperatures(temperatures, FAMILY.temperatures)
    if process.length is None:
        usual, key = usual_questions(process, measured), questions_key(process, measured)
        values["steps"] = whole_number(steps, "Steps", key, usual, (1, 10_000_000), STEPS_HELP)
    else:
        steps.number_input("Steps", value=process.length, disabled=True, help="As many as the experiment has.")
    values["trajectories"] = whole_number(
        trajectories, "Trajectories", TRAJECTORIES, 1, (1, 100_000), TRAJECTORIES_HELP
    )
    return values, ""


def form_settings(study: Study) -> Values:
    """The values of these controls."""
    process = study.make_process()
    values: Values = {PROCESS: study.process, MEASURE: study.measurement, TRAJECTORIES: study.trajectories}
    if MATRIX in schema(study.process):
        values[key_of(study.process, MATRIX)] = study.params.get(MATRIX, schema(study.process)[MATRIX]["default"])
    if process.length is None:
        values[questions_key(process, study.measurement)] = study.steps
    return values


def usual_questions(process: Process, measurement: str) -> int:
    """Questions in a trajectory where the user sets none."""
    if is_long(process):
        return OF_LONG_ANSWERS
    once = measurement == "probabilities" and process.name != "sequence"
    return 1 if once else USUAL_QUESTIONS.get(process.name, 20)


def questions_key(process: Process, measurement: str) -> str:
    """The key of the number of questions; another one where another number is usual."""
    return f"questions_{process.name}_{usual_questions(process, measurement)}"


def can_be_scored(process: Process) -> bool:
    """Whether token probabilities can be asked for."""
    return process.outcomes(process.start(partial(np.random.default_rng, 0))) is not None


def _experiment(place: Any) -> str:
    known = sorted(FAMILY.processes, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    each = " ".join(f"**{processes[name].title}**: {processes[name].__doc__}" for name in known)
    chosen: str = place.selectbox(
        "Experiment",
        known,
        index=known.index(FAMILY.process),
        format_func=lambda name: str(processes[name].title),
        key=PROCESS,
        bind="query-params",
        help=each,
    )
    return chosen


def _given(place: Any, process: str) -> Values:
    """What is drawn, where the experiment leaves a choice."""
    if MATRIX in schema(process):
        return {MATRIX: _chain(place, process)}
    if THING not in schema(process):
        place.selectbox("Draw from", ["Marks"], disabled=True, help="Marks among words. Choose the mark under More.")
        return {}
    chosen = place.selectbox(
        "Draw from",
        list(THINGS),
        format_func=lambda name: THINGS[name],
        key=key_of(process, THING),
        bind="query-params",
        help="What is drawn. Set the range of numbers and the outcome to follow under More.",
    )
    return {THING: chosen}


def _chain(place: Any, process: str) -> str:
    """How the chain moves that is to be learnt."""
    chosen: str = place.selectbox(
        "Draw from",
        list(CHAINS),
        format_func=CHAINS.__getitem__,
        key=key_of(process, MATRIX),
        bind="query-params",
        help=f"{schema(process)[MATRIX]['description']} A matrix of your own, and the states, stand under More.",
    )
    return chosen


def _measurement(place: Any, process: Process) -> str:
    if not can_be_scored(process):
        place.selectbox("Measure", [MEASURES["replies"]], disabled=True, help="Answers here are whole texts.")
        return "replies"
    chosen: str = place.selectbox(
        "Measure",
        list(MEASURES),
        format_func=lambda name: MEASURES[name],
        key=MEASURE,
        bind="query-params",
        help=MEASURE_HELP,
    )
    return chosen
