"""What is set rarely: the experiment's own parameters, prompt, sampler, seed and name, and who can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import ValidationError

from lmwalk.datasets.labels import HELD
from lmwalk.errors import InputError
from lmwalk.processes.readers import alphabet_of
from lmwalk.registry import make_process
from lmwalk.study import Study
from lmwalk.types import Process
from lmwalk.ui.families.family import Values
from lmwalk.ui.parts.available_models import available_models
from lmwalk.ui.parts.form.judging import judged
from lmwalk.ui.parts.form.parameters import parameters
from lmwalk.ui.parts.form.prompt import pick_template, prompt

SAMPLERS = {
    "temperature-only": "Temperature only",
    "provider-default": "The provider's own cuts",
    "explicit": "Cuts of my own",
}
CUTS = ("top_p", "top_k", "min_p", "max_tokens")
HOLD = "hold"
MOST_SEED = 2**53 - 1
"""The largest whole number that a browser keeps exactly."""
UNSUPPORTED = {"error": "Refuse to run", "note": "Leave it out and say so"}
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
CUTS_HELP = (
    "What is sent beside the temperature. Temperature only: no cuts, so that temperature does all it can. The "
    "provider's own cuts: nothing is sent; Ollama then drops unlikely answers before temperature acts."
)
THINKING = {
    "default": "The provider's default",
    "off": "Off",
    "on": "On",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
}
THINKING_HELP = (
    "Whether a model thinks before it answers, and how much. A thought takes room and time, stands folded beside the "
    "answer, and is never read as one. A provider that has no such setting refuses it."
)
CONTEXT_HELP = (
    "Tokens that question, thought and answer share; Ollama calls it num_ctx. A question that does not fit is cut by "
    "the server, which is shown. Left empty: the server's own."
)
ON_CUT = {
    "keep": "Keep it, and go on",
    "stop": "End the chain",
    "retry": "Ask again with more room",
}
ON_CUT_HELP = (
    "What follows where a limit of tokens cuts an answer off. Keep: a text is handed on as far as it came, and marked. "
    "End: the chain is over there; walks and draws go on. Ask again: with twice the room, up to four times."
)
ANSWER = {"free": "Free", "one-word": "One word", "json": "JSON, held by the server", "choice": "Held to a choice"}
ANSWER_HELP = (
    "Free: in the model's own words. One word: the question ends with a request for one. JSON and choice: the server "
    "lets nothing through but an outcome, where it can."
)
RENORMALISED = (
    "The server spreads all probability over the outcomes (it renormalises): nothing is refused or unread any more, "
    "and shares are not those of free answers. Run both, and Compare lays them side by side."
)
UNSUPPORTED_HELP = (
    "Refuse: nothing runs and the error names the setting. Leave it out: the run goes on and the study keeps a note."
)


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
    with words:
        own = prompt(process, template or pick_template(st, process))
    with sampler:
        cuts = _sampler(process)
    with run:
        values = _run(process)
    with models:
        _who()
    return {"process": name, "params": params, "template": own, **cuts, **values}, process


def made(name: str, params: Values) -> Process:
    """The process, with its usual parameters where these cannot be used; the study says what is wrong with them."""
    try:
        return make_process(name, params)
    except (InputError, ValidationError):
        return make_process(name, {})


def more(place: Any) -> Any:
    """The button behind which ``advanced_settings`` are drawn."""
    return place.popover("More…", help="Experiment, prompt, sampler, seed, name, and who can be asked.")


def is_long(process: Process) -> bool:
    """Whether one answer holds many results, or a piece of a text that goes on."""
    return process.answers_at_once > 1 or not (process.alphabet or process.passes_text)


def sampler_key(process: Process) -> str:
    """The key of the list of cuts; long answers have another usual value."""
    return "sampler_long" if is_long(process) else "sampler"


def tokens_key(process: Process) -> str:
    """The key of the longest answer, whose usual value depends on the experiment."""
    if process.passes_text:
        return "max_tokens_text"
    return "max_tokens_long" if is_long(process) else "max_tokens"


def whole_number(place: Any, words: str, key: str, value: int, bounds: tuple[int, int], meaning: str) -> int:
    """A whole number that lives in the address."""
    low, high = bounds
    chosen = place.number_input(words, low, high, value, key=key, bind="query-params", help=meaning)
    return int(chosen)


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


def _sampler(process: Process) -> Values:
    names = list(SAMPLERS)
    kind = st.selectbox(
        "Cuts",
        names,
        index=names.index("explicit") if is_long(process) else 0,
        format_func=lambda name: SAMPLERS[name],
        key=sampler_key(process),
        bind="query-params",
        help=CUTS_HELP,
    )
    cuts: Any = _explicit_cuts(process) if kind == "explicit" else kind
    unsupported = st.selectbox(
        "A setting the provider cannot take",
        list(UNSUPPORTED),
        format_func=lambda name: UNSUPPORTED[name],
        key="unsupported",
        bind="query-params",
        help=UNSUPPORTED_HELP,
    )
    return {"sampler": cuts, "on_unsupported": unsupported, **_answers(process)}


def _answers(process: Process) -> Values:
    """How much room there is for a thought and an answer, which form it has, and what follows where it is cut off."""
    left, right = st.columns(2)
    values: Values = {
        "thinking": _one_of(left, "Thinking", "thinking", THINKING, THINKING_HELP),
        "context": _context(right),
        "on_cut": _one_of(left, "An answer that is cut off", "on_cut", ON_CUT, ON_CUT_HELP),
    }
    if not alphabet_of(process):
        return values
    values["answer"] = _one_of(right, "Form of the answer", "answer", ANSWER, ANSWER_HELP)
    if values["answer"] in HELD:
        st.caption(RENORMALISED)
    return values


def _one_of(place: Any, words: str, key: str, options: Mapping[str, str], meaning: str) -> str:
    """One of several words that lives in the address."""
    chosen: str = place.selectbox(
        words, list(options), format_func=options.__getitem__, key=key, bind="query-params", help=meaning
    )
    return chosen


def _context(place: Any) -> int | None:
    chosen = place.number_input(
        "Context, in tokens",
        16,
        10_000_000,
        None,
        key="context",
        bind="query-params",
        placeholder="the server's own",
        help=CONTEXT_HELP,
    )
    return None if chosen is None else int(chosen)


def _explicit_cuts(process: Process) -> Values:
    left, right = st.columns(2)
    tokens, key = process.room, tokens_key(process)
    return {
        "top_p": _share(left, "top_p", 1.0, "Keeps the likeliest tokens up to this probability together. 1: all."),
        "top_k": whole_number(right, "top_k", "top_k", 0, (0, 1_000_000), "Keeps this many likeliest tokens. 0: all."),
        "min_p": _share(left, "min_p", 0.0, "Drops tokens less likely than this share of the likeliest. 0: none."),
        "max_tokens": whole_number(right, "max_tokens", key, tokens, (1, 1_000_000), "The longest answer, in tokens."),
    }


def _share(place: Any, name: str, value: float, meaning: str) -> float:
    low = 0.01 if name == "top_p" else 0.0
    chosen = place.number_input(name, low, 1.0, value, 0.05, key=name, bind="query-params", help=meaning)
    return float(chosen)


def _run(process: Process) -> Values:
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
    rule = judged(process)
    st.checkbox(
        "Hold the first trajectory",
        key=HOLD,
        help="Each of its questions waits until you send it by hand, under Step by step. The others go on.",
    )
    return {"seed": seed, "concurrency": concurrency, "name": name.strip(), **limits, **rule}


def _limit(place: Any, field: str) -> float:
    """One limit of a run, a number that need not be whole."""
    words, low, high, step, meaning = LIMITED[field]
    usual = float(Study.model_fields[field].default)
    chosen = place.number_input(
        words, low, high, usual, step, format="%g", key=field, bind="query-params", help=meaning
    )
    return float(chosen)
