"""What is set rarely: the experiment's own parameters, prompt, sampler, seed and name, and available models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import ValidationError

from lmwalk.errors import InputError
from lmwalk.registry import make_process
from lmwalk.study import Study
from lmwalk.types import Process
from lmwalk.ui.families.family import Values
from lmwalk.ui.parts.available_models import available_models
from lmwalk.ui.parts.form.attention import attention_setting
from lmwalk.ui.parts.form.judging import judged
from lmwalk.ui.parts.form.numbers import whole_number
from lmwalk.ui.parts.form.pairs import pairs_setting
from lmwalk.ui.parts.form.parameters import parameters
from lmwalk.ui.parts.form.place import asked_place, place_setting
from lmwalk.ui.parts.form.prompt import pick_template, prompt
from lmwalk.ui.parts.form.sampler import sampler_settings

HOLD = "hold"
MOST_SEED = 2**53 - 1
"""The largest whole number that a browser keeps exactly."""
ORDERS: Mapping[str, str] = {
    "models": "one model after the other, each to its end",
    "rounds": "in turn, one trajectory of each model at a time",
}
LIMITED: Mapping[str, tuple[str, float, float, float, str]] = {
    "timeout_s": (
        "Seconds for an answer",
        *(0.1, 86_400.0, 30.0),
        "What takes longer is dropped and asked again. More helps slow models and long queues. In a file: timeout_s.",
    ),
    "load_timeout_s": (
        "Seconds for the first answer",
        *(0.1, 86_400.0, 60.0),
        "A model's server may have to load it first, and begins anew where nobody waits. In a file: load_timeout_s.",
    ),
    "longest_wait_s": (
        "Longest rest, in seconds",
        *(0.0, 31_536_000.0, 3600.0),
        "A server that asks to be left alone for longer is an error. In a file: longest_wait_s.",
    ),
    "largest_reply_mb": (
        "Megabytes of an answer",
        *(0.01, 100.0, 1.0),
        "What is longer is not read, and is an error. In a file: largest_reply_mb.",
    ),
}
"""The limits of a run: the words of the control, the least, the most, a step, and what it means."""


def advanced_settings(name: str, given: Values, template: str | None) -> tuple[Values, Process]:
    """What stands behind the button More, and the process that it makes.

    Parameters
    ----------
    name : str
        The process.
    given : dict
        Its parameters that have a control elsewhere.
    template : str or None
        The template chosen in the row of controls; None where it is chosen here.
    """
    experiment, words, sampler, run, models = st.tabs(["Experiment", "Prompt", "Sampler", "Run", "Models"])
    with experiment:
        params = parameters(name, given)
        process = made(name, params)
        attention = attention_setting(process)
    with words:
        own = prompt(process, template or pick_template(st, process))
    with sampler:
        cuts = sampler_settings(process)
    with run:
        values = _run(process)
    with models:
        pairs = pairs_setting()
        _who()
    return {"process": name, "params": params, "template": own, **cuts, **values, **attention, **pairs}, process


def made(name: str, params: Values) -> Process:
    """The process, with its usual parameters where these cannot be used; the study says what is wrong with them."""
    try:
        return make_process(name, params)
    except (InputError, ValidationError):
        return make_process(name, {})


def more(place: Any) -> Any:
    """The button behind which ``advanced_settings`` are drawn."""
    return place.popover("More…", help="Experiment, prompt, sampler, seed, name, and available models.")


def _who() -> None:
    """Every model and provider that was looked for, and why some cannot be asked now."""
    found, pending = available_models()
    st.caption("Servers are still being asked." if pending else "What can be asked now, and why the rest cannot.")
    rows = [{"model": o.name, "ready": o.available, "about": o.detail, "group": o.group} for o in found]
    st.dataframe(
        rows,
        hide_index=True,
        height=300,
        column_order=["ready", "model", "about"],
        column_config={
            "ready": st.column_config.CheckboxColumn("Ready", width=50),
            "model": st.column_config.TextColumn("Model or provider", width=190),
            "about": st.column_config.TextColumn("What it is, or what to do", width=380),
        },
    )


def _run(process: Process) -> Values:
    place_setting()
    left, right = st.columns(2)
    seed = whole_number(left, "Seed", "seed", 0, (0, MOST_SEED), "Same seed, same draws, where the model honours it.")
    concurrency = whole_number(
        right, "Questions at once", "at_once", 8, (1, 1024), "In flight at each server. Ollama's own default is 1."
    )
    limits = {field: _limit(place, field) for field, place in zip(LIMITED, (left, right) * 2, strict=True)}
    name = st.text_input(
        "Name of the study",
        placeholder="named by the experiment and a number",
        key="name",
        bind="query-params",
        max_chars=120,
        help="What the run is kept under. Left empty, it is called by the experiment and the next free number.",
    )
    order = _order()
    rule = judged(process)
    st.checkbox(
        "Hold the first trajectory",
        key=HOLD,
        disabled=bool(asked_place().words),
        help="Each of its questions waits until you send it, under By hand on the stage. The others go on. Only where "
        "the study runs on this computer, in the dashboard's own process.",
    )
    return {"seed": seed, "concurrency": concurrency, "order": order, "name": name.strip(), **limits, **rule}


def _order() -> str:
    """How models take turns that one server holds one at a time."""
    chosen: str = st.selectbox(
        "Models of a server that holds one at a time",
        list(ORDERS),
        format_func=ORDERS.__getitem__,
        key="order",
        bind="query-params",
        help="As Ollama does. In turn, every model is seen early, and each is loaded again in every round.",
    )
    return chosen


def _limit(place: Any, field: str) -> float:
    """One limit of a run, a number that need not be whole."""
    words, low, high, step, meaning = LIMITED[field]
    usual = float(Study.model_fields[field].default)
    chosen = place.number_input(
        words, low, high, usual, step, format="%g", key=field, bind="query-params", help=meaning
    )
    return float(chosen)
