"""The controls of a field: whose positions, which models, which words, at which moments, how densely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import streamlit as st

from lmwalk.analysis.lattices import STRIDES, lattice_of
from lmwalk.engine.field_plan import HOTTEST, LATEST, MOST_REPLIES, REPLIES, FieldPlan, SampledPlan
from lmwalk.errors import InputError
from lmwalk.registry import processes
from lmwalk.templates import fields_of
from lmwalk.types import PlacesWalkers, Process, Template
from lmwalk.ui.families.family import record_of
from lmwalk.ui.parts.control_row import Width, row
from lmwalk.ui.parts.form.conditions import offer_names, pick_models
from lmwalk.ui.parts.form.numbers import whole_number
from lmwalk.ui.parts.form.prompt import templates_of
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.shell.link import choose

WIDTHS: tuple[Width, ...] = (130, "stretch", 190, 130, 165, 150, 90)
PROCESS, TEMPLATE, MOMENT, STRIDE = "positions_of", "words", "moment", "stride"
ASK, REPLIES_KEY, TEMPERATURE = "ask", "replies", "at_temperature"
PROBABILITIES, REPLIED = "probabilities", "replies"
ASKED_FOR = {PROBABILITIES: "Probabilities", REPLIED: "Replies"}
ASK_HELP = (
    "Probabilities: one question a position, then every temperature and sampler. Replies, for models that give no "
    "probabilities (Ollama's, hosted chat models): many questions a position, at one temperature under the server's "
    "own sampler; shares have exact intervals."
)
REPLIES_HELP = "How many replies at each position. More make the intervals narrower; those that were given are kept."
TEMPERATURE_HELP = "What the server is told. What was sampled at one temperature says nothing of another."
MOMENTS = ("0", "10", "50", "1000")
MOST_BESIDE, MOST_MOMENTS = 2, 6
MODELS_HELP = (
    "Who is asked: one model, or two that are laid side by side under one sampler. Type any full name, such as "
    "ollama/gemma2:9b. A server must give log-probabilities."
)
MOMENT_HELP = (
    "The time t that the model is told: how many questions came before. Of several, any two can be laid side by side, "
    "and the page says whether t matters. A template without {t} knows none."
)
STRIDE_HELP = (
    "Every 5th position is a first look; positions between them show the one in the middle of their block. What was "
    "asked once is never asked again."
)
WORDS = {1: "Every position", 2: "Every 2nd", 5: "Every 5th"}


class Sampled(NamedTuple):
    """How many replies at each position, and at which temperature."""

    replies: int
    temperature: float


@dataclass(frozen=True)
class Column:
    """What one picture shows: a model asked in some words, with a plan for each moment; ``name`` says which it is."""

    name: str
    plans: tuple[FieldPlan, ...]


@dataclass(frozen=True)
class Asked:
    """What the controls ask for: one column or two, or why there is none; ``place`` is where Run stands.

    ``differ`` is what two columns differ in: ``model`` or ``template``; empty of one.
    """

    columns: tuple[Column, ...]
    differ: str
    complaint: str
    place: Any


def controls() -> Asked:
    """The row of controls."""
    with st.container(gap="xsmall"):
        places, below = row("controls", WIDTHS, together=3), st.container()
    process = _process(places[0])
    models = pick_models(places[1], record_of(process.name), most=MOST_BESIDE, help_text=MODELS_HELP)
    templates = _templates(places[2], process)
    moments = _moments(places[3])
    with places[4]:
        stride = choose("Positions asked", STRIDE, STRIDES, STRIDE_HELP, 165, format_func=WORDS.__getitem__)
    with places[5]:
        ask = choose("Ask for", ASK, tuple(ASKED_FOR), ASK_HELP, 150, format_func=ASKED_FOR.__getitem__)
    with below:
        offered = offer_names(models)
        sampled = _sampled() if ask == REPLIED else None
    try:
        differ, columns = "", columns_of(process, templates, models, moments, stride, sampled)
        if len(columns) > 1:
            differ = "model" if len(models) > 1 else "template"
        return Asked(columns, differ, "", places[6])
    except InputError as error:
        return Asked((), "", "" if offered else str(error), places[6])


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


def _templates(place: Any, process: Process) -> list[Template]:
    """Templates that say no more than a position and a time do."""
    remembered = process.remembered if isinstance(process, PlacesWalkers) else frozenset()
    known = {name: each for name, each in templates_of(process).items() if not fields_of(each) & remembered}
    described = " ".join(f"**{plain(name)}**: {plain(known[name].description or 'your own')}" for name in known)
    if any(name not in known for name in st.session_state.get(TEMPLATE, ())):
        st.session_state[TEMPLATE] = [process.template]
    chosen = place.multiselect(
        "Template",
        sorted(known, key=lambda name: name != process.template),
        default=[process.template],
        key=TEMPLATE,
        bind="query-params",
        max_selections=MOST_BESIDE,
        help=f"The words of the question; two are laid side by side. {described}",
    )
    return [known[name] for name in chosen]


def _moments(place: Any) -> list[str]:
    """The moments, as texts."""
    chosen: list[str] = place.multiselect(
        "Moment t",
        MOMENTS,
        default=["0"],
        key=MOMENT,
        accept_new_options=True,
        bind="query-params",
        max_selections=MOST_MOMENTS,
        help=MOMENT_HELP,
    )
    return chosen


def _sampled() -> Sampled:
    """How many replies, and at which temperature."""
    replies, temperature = row("controls-sampled", (160, 130))
    many = whole_number(replies, "Replies a position", REPLIES_KEY, REPLIES, (1, MOST_REPLIES), REPLIES_HELP)
    degrees = temperature.number_input(
        "Temperature", 0.0, float(HOTTEST), 1.0, 0.1, key=TEMPERATURE, bind="query-params", help=TEMPERATURE_HELP
    )
    return Sampled(many, round(degrees, 4))


def columns_of(
    process: Process,
    templates: Sequence[Template],
    models: Sequence[str],
    moments: Sequence[str],
    stride: int,
    sampled: Sampled | None = None,
) -> tuple[Column, ...]:
    """A column for each model, or for each template. Raises InputError where there is none."""
    if not models:
        raise InputError("Choose a model to ask.")
    if not templates:
        raise InputError("Choose a template: the words of the question.")
    if len(models) > 1 and len(templates) > 1:
        raise InputError("Two models are laid side by side, or two templates, not both at once: remove one of them.")
    times = sorted({_moment(text) for text in moments})
    if not times:
        raise InputError("Choose a moment, such as 0.")
    return tuple(
        Column(
            template.name if len(templates) > 1 else model,
            tuple(_plan(process, template, model, (t, stride), sampled) for t in times),
        )
        for model in models
        for template in templates
    )


def _plan(
    process: Process, template: Template, model: str, asked: tuple[int, int], sampled: Sampled | None
) -> FieldPlan:
    """What is asked of one model in some words; ``asked`` is the moment and the stride."""
    t, stride = asked
    if sampled is None:
        return FieldPlan(process, template, model, t, stride)
    return SampledPlan(process, template, model, t, stride, replies=sampled.replies, temperature=sampled.temperature)


def _moment(text: str) -> int:
    plain_digits = text.replace(",", "").strip()
    if not (plain_digits.isascii() and plain_digits.isdigit()) or int(plain_digits) > LATEST:
        raise InputError(f"Moment t: {text!r} cannot be used. Accepted: a whole number from 0 to {LATEST:,}.")
    return int(plain_digits)


def first_plan() -> FieldPlan:
    """What the invitation runs: the first process's own model and template, every 5th position."""
    process = cast("Process", processes[laid_out()[0]]())
    template = templates_of(process)[process.template]
    return FieldPlan(process, template, record_of(process.name).model, 0, max(STRIDES))
