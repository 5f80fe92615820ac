"""The sampler's settings under More: what is sent beside the temperature, and how an answer may look and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lmwalk.datasets.labels import HELD
from lmwalk.processes.readers import alphabet_of
from lmwalk.types import Process
from lmwalk.ui.families.family import Values
from lmwalk.ui.parts.form.numbers import whole_number

SAMPLERS = {
    "temperature-only": "Temperature only",
    "provider-default": "Provider default",
    "explicit": "Custom",
}
CUTS = ("top_p", "top_k", "min_p", "max_tokens")
UNSUPPORTED = {"error": "Refuse to run", "note": "Leave it out and say so"}
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


def sampler_settings(process: Process) -> Values:
    """Draw the controls; the fields of the study that they set."""
    names = list(SAMPLERS)
    kind = st.selectbox(
        "Truncation (top-p, top-k)",
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
