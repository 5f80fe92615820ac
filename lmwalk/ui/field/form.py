"""The controls of a field: whose positions, which models, which words, at which moment, how densely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from lmwalk.analysis.lattices import STRIDES, lattice_of
from lmwalk.errors import InputError
from lmwalk.jobs.fields import FieldPlan
from lmwalk.registry import processes
from lmwalk.templates import fields_of
from lmwalk.types import PlacesWalkers, Process
from lmwalk.ui.families.family import record_of
from lmwalk.ui.parts.control_row import Width, row
from lmwalk.ui.parts.form.conditions import offer_names, pick_models
from lmwalk.ui.parts.form.numbers import whole_number
from lmwalk.ui.parts.form.prompt import templates_of
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.shell.link import choose

WIDTHS: tuple[Width, ...] = (150, "stretch", 170, 100, 170, 90)
PROCESS, TEMPLATE, MOMENT, STRIDE = "positions_of", "words", "moment", "stride"
LATEST = 100_000
MOST_MODELS = 2
MODELS_HELP = (
    "Who is asked: one model, or two that are laid side by side under one sampler. Type any full name, such as "
    "ollama/gemma2:9b. A server must give log-probabilities."
)
MOMENT_HELP = "The time t that the model is told: how many questions came before. A template without {t} knows none."
STRIDE_HELP = (
    "Every 5th position is a first look; positions between them show the one in the middle of their block. What was "
    "asked once is never asked again."
)
WORDS = {1: "Every position", 2: "Every 2nd", 5: "Every 5th"}


@dataclass(frozen=True)
class Asked:
    """What the controls ask for: a plan for each model, or why there is none; ``place`` is where Run stands."""

    plans: tuple[FieldPlan, ...]
    complaint: str
    place: Any


def controls() -> Asked:
    """The row of controls."""
    with st.container(gap="xsmall"):
        places, below = row("controls", WIDTHS, together=3), st.container()
    process = _process(places[0])
    models = pick_models(places[1], record_of(process.name), most=MOST_MODELS, help_text=MODELS_HELP)
    template = _template(places[2], process)
    t = whole_number(places[3], "Moment t", MOMENT, 0, (0, LATEST), MOMENT_HELP)
    with places[4]:
        stride = choose("Positions asked", STRIDE, STRIDES, STRIDE_HELP, 170, format_func=WORDS.__getitem__)
    with below:
        offered = offer_names(models)
    plans, complaint = _plans(process, template, models, t, stride)
    return Asked(plans, "" if offered else complaint, places[5])


def _process(place: Any) -> Process:
    known = laid_out()
    with place:
        name = choose(
            "Process",
            PROCESS,
            known,
            "Whose positions: walks whose places are known one by one.",
            150,
            format_func=lambda each: str(processes[each].title),
        )
    return cast("Process", processes[name]())


def laid_out() -> list[str]:
    """The names of processes whose positions are known, first those that their pages set up at first."""
    found = [name for name in processes if _positions(processes[name]())]
    return sorted(found, key=lambda name: name != record_of(name).process)


def _positions(process: Process) -> int:
    """How many positions a process has; 0 where they are not known."""
    if not isinstance(process, PlacesWalkers) or process.geometry is None:
        return 0
    try:
        return len(lattice_of(process.geometry, process.alphabet))
    except InputError:
        return 0


def _template(place: Any, process: Process) -> Any:
    """A template that says no more than a position and a time do."""
    remembered = process.remembered if isinstance(process, PlacesWalkers) else frozenset()
    known = {name: each for name, each in templates_of(process).items() if not fields_of(each) & remembered}
    usual = sorted(known, key=lambda name: name != process.template)
    described = " ".join(f"**{plain(name)}**: {plain(known[name].description or 'your own')}" for name in usual)
    with place:
        name = choose("Template", TEMPLATE, usual, f"The words of the question. {described}", 170)
    return known[name]


def _plans(
    process: Process, template: Any, models: Sequence[str], t: int, stride: int
) -> tuple[tuple[FieldPlan, ...], str]:
    """A plan for each model, or a sentence on why there is none."""
    if not models:
        return (), "Choose a model to ask."
    try:
        return tuple(FieldPlan(process, template, model, t, stride) for model in models), ""
    except InputError as error:
        return (), str(error)


def first_plan() -> FieldPlan:
    """What the invitation runs: the first process's own model and template, every 5th position."""
    process = cast("Process", processes[laid_out()[0]]())
    template = templates_of(process)[process.template]
    return FieldPlan(process, template, record_of(process.name).model, 0, max(STRIDES))
