"""The controls of chains: one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lmwalk.processes.telephone import TASKS
from lmwalk.registry import processes
from lmwalk.study import Study
from lmwalk.ui.families.chains import FAMILY, initial_texts
from lmwalk.ui.families.family import Values
from lmwalk.ui.parts.control_row import Width
from lmwalk.ui.parts.form.advanced import advanced_settings, more
from lmwalk.ui.parts.form.conditions import pick_models, pick_temperatures
from lmwalk.ui.parts.form.numbers import whole_number
from lmwalk.ui.parts.form.prompt import pick_template

WIDTHS: tuple[Width, ...] = ("stretch", "stretch", "stretch", "content", 140, 128, 128, "content", 76)
TASKS_KEY, STEPS, TRAJECTORIES = "tasks", "generations", "seeds"
TASKS_HELP = (
    "What is asked of a text: **rephrase** it, let it be an **inspiration**, or **continue** it; or an instruction "
    "that you type. Several are compared; with + between them (rephrase + continue) they take turns along one chain."
)
STEPS_HELP = "How often each text is handed on."
TRAJECTORIES_HELP = "How many chains begin with each text. More of them narrow the curves, more texts the intervals."


def form_row(places: Sequence[Any]) -> tuple[Values, str]:
    """Draw the row."""
    models, temperatures, tasks, texts, template, steps, trajectories, rare, _ = places
    values: Values = {
        "models": pick_models(models, FAMILY),
        "temperatures": pick_temperatures(temperatures, FAMILY.temperatures),
    }
    asked = tasks.multiselect(
        "Tasks",
        list(TASKS),
        default=["rephrase"],
        key=TASKS_KEY,
        accept_new_options=True,
        bind="query-params",
        help=TASKS_HELP,
    )
    initial, complaint = initial_texts.pick_texts(texts)
    chosen = pick_template(template, processes[FAMILY.process]())
    values["steps"] = whole_number(steps, "Generations", STEPS, 50, (1, 10_000), STEPS_HELP)
    values["trajectories"] = whole_number(trajectories, "Trajectories", TRAJECTORIES, 5, (1, 10_000), TRAJECTORIES_HELP)
    with more(rare):
        advanced, _ = advanced_settings(FAMILY.process, {"tasks": asked, "texts": initial}, chosen)
    return {**values, **advanced}, complaint


def form_settings(study: Study) -> Values:
    """The values of these controls."""
    process: Any = study.make_process()
    return {
        STEPS: study.steps,
        TRAJECTORIES: study.trajectories,
        TASKS_KEY: list(process.tasks),
        **initial_texts.settings(process.texts),
    }
