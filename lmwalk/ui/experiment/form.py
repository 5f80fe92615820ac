"""The controls of an experiment: one row, and everything rarer behind More. Every value lives in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import streamlit as st

from lmwalk.datasets.planning import found_in_words, planned
from lmwalk.errors import InputError
from lmwalk.processes.telephone import TASKS
from lmwalk.registry import processes
from lmwalk.study import Study
from lmwalk.study.copies import copies_expected
from lmwalk.types import Process
from lmwalk.ui.experiment.advanced import advanced_settings, is_long, whole_number
from lmwalk.ui.experiment.conditions import pick_models, pick_temperatures, temperature
from lmwalk.ui.experiment.parameters import Values, key_of, schema
from lmwalk.ui.experiment.prompt import pick_template
from lmwalk.ui.families.chains.initial_texts import pick_texts
from lmwalk.ui.families.family import CHAINS, WALKS, Family, family_of
from lmwalk.ui.parts.control_row import row
from lmwalk.ui.shell.escape import counted

MEASURES = {"probabilities": "Probabilities", "replies": "Replies"}
TIMES = "\N{MULTIPLICATION SIGN}"
THINGS = {"coin": "Coin", "die": "Die", "number": "Number"}
ORDER = ("prior", "stated-bias", "in-context", "switching", "sequence", "poisson")
USUAL_QUESTIONS = {"prior": 20, "stated-bias": 10, "sequence": 100, "poisson": 3}
"""Questions of a trajectory whose answers are sampled."""
STEPS_HELP = "Questions in each walk. More of them show a slow drift."
WALKS_HELP = "How many walks each model takes at each temperature. More of them narrow the intervals."
QUESTIONS_HELP = "Questions in each trajectory, one after the other."
REPEATS_HELP = "How often each case of the experiment is run in each wording of the question."
TASKS_HELP = (
    "What is asked of a text: **rephrase** it, let it be an **inspiration**, or **continue** it; or an instruction "
    "that you type. Several are compared; with + between them (rephrase + continue) they take turns along one chain."
)
GENERATIONS_HELP = "How often each text is handed on."
SEEDS_HELP = "How many chains begin with each text. More of them narrow the curves, more texts the intervals."
MEASURE_HELP = (
    "Probabilities: the model's token probabilities; one question tells how likely every outcome is. Replies: answers "
    "are sampled, read and counted, as any model allows."
)


@dataclass(frozen=True)
class FormResult:
    """What the controls ask for: the study, or why there is none, and whether Run was pressed."""

    study: Study | None
    complaint: str
    run: bool


def controls(family: Family, taken: Collection[str], *, quiet: bool) -> FormResult:
    """The row of controls.

    Parameters
    ----------
    family : Family
        Whose experiments are offered.
    taken : collection of str
        Names of studies that there are.
    quiet : bool
        Whether another button on the page is the first choice.
    """
    *places, below = row("controls", (*family.widths, "content"))
    draw = {WALKS.name: _walk_row, CHAINS.name: _chain_row}.get(family.name, _draw_row)
    values, complaint = draw(places)
    values["name"] = values["name"] or family.suggestion(values["process"], taken)
    study, complaint = (None, complaint) if complaint else _study(values)
    kind: Literal["primary", "secondary"] = "secondary" if quiet else "primary"
    run = places[-1].button(
        "Run",
        type=kind,
        width="stretch",
        key=f"run-{family.name}",  # or Streamlit would show the one before beneath it for a moment
        help="Start asking. It goes on without this tab.",
    )
    with below:
        st.caption(_told(study, family) if study else "")
    return FormResult(study, complaint, run)


def _told(study: Study, family: Family) -> str:
    """In a line: how many questions a run asks, and what it can find, or that it will find copies."""
    asks = "" if family is WALKS else how_many(study)
    copied = copies_expected(study)
    finds = f":material/content_copy: {copied}" if copied else found_in_words(planned(study))
    return " ".join(filter(None, [asks, finds]))


def first_study(name: str) -> Study:
    """What the invitation to walk runs: the built-in model at three temperatures."""
    return Study.of(name=name, **WALKS.first)


def how_many(study: Study) -> str:
    """How many questions a study asks, and of what."""
    process: Any = study.make_process()
    chains = process.family == CHAINS.name
    cases = [(len(process.tasks), "task"), (len(process.initial), "text")] if chains else [(process.cases, "case")]
    parts = [
        (len(study.models), "model"),
        (len(study.temperatures), "temperature"),
        *cases,
        (study.variants // process.cases, "wording"),
        (study.trajectories, "seed" if chains else "repeat"),
        (study.steps, "generation" if chains else "question"),
    ]
    product = f" {TIMES} ".join(counted(count, noun) for count, noun in parts if count > 1 or noun == parts[-1][1])
    total = counted(study.total_steps, "question")
    return f"Run asks {total}" + (f": {product} each." if product != total else ".")


def _walk_row(places: list[Any]) -> tuple[Values, str]:
    values: Values = {
        "models": pick_models(places[0]),
        "temperatures": pick_temperatures(places[1], WALKS.temperatures),
    }
    process = processes[WALKS.process]()
    template = pick_template(places[2], process)
    values["steps"] = whole_number(places[3], "Steps", "steps", 50, (1, 10_000_000), STEPS_HELP)
    values["trajectories"] = whole_number(places[4], "Trajectories", "walks", 5, (1, 100_000), WALKS_HELP)
    with _more(places[-2]):
        rare, _ = advanced_settings(WALKS.process, {}, template)
    return {**values, **rare}, ""


def _chain_row(places: list[Any]) -> tuple[Values, str]:
    values: Values = {
        "models": pick_models(places[0], CHAINS.model),
        "temperatures": pick_temperatures(places[1], CHAINS.temperatures),
    }
    tasks = places[2].multiselect(
        "Tasks",
        list(TASKS),
        default=["rephrase"],
        key="tasks",
        accept_new_options=True,
        bind="query-params",
        help=TASKS_HELP,
    )
    texts, complaint = pick_texts(places[3])
    template = pick_template(places[4], processes[CHAINS.process]())
    values["steps"] = whole_number(places[5], "Generations", "generations", 50, (1, 10_000), GENERATIONS_HELP)
    values["trajectories"] = whole_number(places[6], "Seeds", "seeds", 5, (1, 10_000), SEEDS_HELP)
    with _more(places[-2]):
        rare, _ = advanced_settings(CHAINS.process, {"tasks": tasks, "texts": texts}, template)
    return {**values, **rare}, complaint


def _draw_row(places: list[Any]) -> tuple[Values, str]:
    name = _experiment(places[0])
    given = _given(places[1], name)
    with _more(places[-2]):
        values, process = advanced_settings(name, given, None)
    values["models"] = pick_models(places[2])
    values["measurement"] = measured = _measurement(places[4], process)
    values["temperatures"] = pick_temperatures(places[3], ("1",), fixed=measured == "probabilities")
    if process.length is None:
        usual = usual_questions(process, measured)
        key = questions_key(process, measured)
        values["steps"] = whole_number(places[5], "Steps", key, usual, (1, 10_000_000), QUESTIONS_HELP)
    else:
        places[5].number_input("Steps", value=process.length, disabled=True, help="As many as the experiment has.")
    values["trajectories"] = whole_number(places[6], "Repeats", "repeats", 1, (1, 100_000), REPEATS_HELP)
    return values, ""


def usual_questions(process: Process, measurement: str) -> int:
    """Questions in a trajectory where the user sets none."""
    if is_long(process):
        return USUAL_QUESTIONS["poisson"]
    once = measurement == "probabilities" and process.name != "sequence"
    return 1 if once else USUAL_QUESTIONS.get(process.name, 20)


def questions_key(process: Process, measurement: str) -> str:
    """The key of the number of questions; another one where another number is usual."""
    return f"questions_{process.name}_{usual_questions(process, measurement)}"


def can_be_scored(process: Process) -> bool:
    """Whether token probabilities can be asked for."""
    return process.outcomes(process.start(partial(np.random.default_rng, 0))) is not None


def _more(place: Any) -> Any:
    return place.popover("More…", help="Experiment, prompt, sampler, seed, name, and who can be asked.")


def _experiment(place: Any) -> str:
    known = [name for name in processes if family_of(name) == "draw"]
    known.sort(key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    each = " ".join(f"**{processes[name].title}**: {processes[name].__doc__}" for name in known)
    chosen: str = place.selectbox(
        "Experiment",
        known,
        index=known.index("in-context"),
        format_func=lambda name: str(processes[name].title),
        key="experiment",
        bind="query-params",
        help=each,
    )
    return chosen


def _given(place: Any, process: str) -> Values:
    """What is drawn, where the experiment leaves a choice."""
    if "of" not in schema(process):
        place.selectbox("Of", ["Marks"], disabled=True, help="Marks among words. Which mark stands under More.")
        return {}
    return {"of": _thing(place)}


def _thing(place: Any) -> str:
    chosen: str = place.selectbox(
        "Of",
        list(THINGS),
        format_func=lambda name: THINGS[name],
        key=key_of("", "of"),
        bind="query-params",
        help="What is drawn. The range of numbers, and which outcome is followed, stand under More.",
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
        key="measure",
        bind="query-params",
        help=MEASURE_HELP,
    )
    return chosen


def _study(values: Values) -> tuple[Study | None, str]:
    """The study that the values make, or a sentence on why they make none."""
    try:
        temperatures = [temperature(text) for text in values["temperatures"]]
        return Study.of(**{**values, "temperatures": temperatures}), ""
    except InputError as error:
        return None, str(error)
