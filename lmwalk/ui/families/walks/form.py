"""The controls of walks: one row, and beside the title the process where there are several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lmwalk.registry import processes
from lmwalk.sampler import PIPELINES
from lmwalk.study import Study
from lmwalk.ui.families.family import Values
from lmwalk.ui.families.walks import FAMILY
from lmwalk.ui.parts.control_row import Width
from lmwalk.ui.parts.form.advanced import advanced_settings, more
from lmwalk.ui.parts.form.conditions import pick_models, pick_temperatures
from lmwalk.ui.parts.form.numbers import whole_number
from lmwalk.ui.parts.form.prompt import pick_template

WIDTHS: tuple[Width, ...] = (176, "stretch", "stretch", 150, 90, 128, "content", 76)
PROCESS, STEPS, TRAJECTORIES = "process", "steps", "walks"
STEPS_HELP = "Questions in each walk. More of them show a slow drift."
MEASURED, IMITATED = "moves_from", "imitate"
MOVES = {"replies": "Read from replies", "probabilities": "Drawn from token probabilities"}
MOVES_HELP = (
    "Token probabilities: each question is asked once for the likeliest next tokens, and serves every temperature and "
    "walk that comes to it. Needs a server that gives log-probabilities."
)
IMITATED_HELP = (
    "In which order temperature and cuts are worked out. The cuts are the server's own; set others under Sampler, "
    "Truncation, Custom."
)
TRAJECTORIES_HELP = "How many walks each model takes at each temperature. More of them narrow the intervals."


def form_row(places: Sequence[Any]) -> tuple[Values, str]:
    """Draw the row."""
    process, models, temperatures, template, steps, trajectories, rare, _ = places
    name = _process(process) if len(FAMILY.processes) > 1 else FAMILY.process
    values: Values = {
        "models": pick_models(models, FAMILY),
        "temperatures": pick_temperatures(temperatures, FAMILY.temperatures),
    }
    chosen = pick_template(template, processes[name]())
    values["steps"] = whole_number(steps, "Steps", STEPS, 50, (1, 10_000_000), STEPS_HELP)
    values["trajectories"] = whole_number(
        trajectories, "Trajectories", TRAJECTORIES, 5, (1, 100_000), TRAJECTORIES_HELP
    )
    with more(rare):
        values |= _measured()
        advanced, _ = advanced_settings(name, {}, chosen)
    return {**values, **advanced}, ""


def form_settings(study: Study) -> Values:
    """The values of these controls."""
    values: Values = {STEPS: study.steps, TRAJECTORIES: study.trajectories}
    values |= {MEASURED: study.measurement, IMITATED: study.imitate}
    return {PROCESS: study.process, **values} if len(FAMILY.processes) > 1 else values


def _measured() -> Values:
    """Whether moves are read from replies or drawn from token probabilities, and under whose sampler."""
    left, right = st.columns(2)
    chosen = left.selectbox(
        "Moves",
        list(MOVES),
        format_func=MOVES.__getitem__,
        key=MEASURED,
        bind="query-params",
        help=MOVES_HELP,
    )
    if chosen == "replies":
        return {"measurement": chosen}
    imitated = right.selectbox(
        "Sampler imitated",
        list(PIPELINES),
        format_func=lambda name: PIPELINES[name].title,
        key=IMITATED,
        bind="query-params",
        help=IMITATED_HELP,
    )
    st.caption(f"What is done: {PIPELINES[imitated].about}.")
    return {"measurement": chosen, "imitate": imitated}


def _process(place: Any) -> str:
    known = FAMILY.processes
    each = " ".join(f"**{processes[name].title}**: {processes[name].__doc__}" for name in known)
    chosen: str = place.container(key="which-process").selectbox(
        "Process",
        known,
        format_func=lambda name: str(processes[name].title),
        key=PROCESS,
        bind="query-params",
        help=each,
    )
    return chosen
