"""What is set rarely: grid, prompt, sampler, seed and name, and who can be asked."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from lmwalk.errors import InputError
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, checked, compiled
from lmwalk.types import Template
from lmwalk.ui.offers import offers
from lmwalk.ui.text import plain

SAMPLERS = {
    "temperature-only": "Temperature only",
    "provider-default": "The provider's own cuts",
    "explicit": "Cuts of my own",
}
CUTS = ("top_p", "top_k", "min_p", "max_tokens")
MOST_SEED = 2**53 - 1
"""The largest whole number that a browser keeps exactly."""
UNSUPPORTED = {"error": "Refuse to run", "note": "Leave it out and say so"}
WALLS_HELP = "The walls stand this far from the centre. They stop a move."
RULES_HELP = (
    "corrected: whole words, true size. legacy: as the original experiment, which finds UP in any reply that contains "
    "it, and tells the model half the width."
)
CUTS_HELP = (
    "What is sent beside the temperature. Temperature only: no cuts, so that temperature does all it can. The "
    "provider's own cuts: nothing is sent; Ollama then drops unlikely answers before temperature acts."
)
UNSUPPORTED_HELP = (
    "Refuse: nothing runs and the error names the setting. Leave it out: the run goes on and the study keeps a note."
)
Values = dict[str, Any]


def more(template: str, suggested: str) -> Values:
    """What stands behind the button More.

    Parameters
    ----------
    template : str
        The template chosen in the row of controls.
    suggested : str
        The study's name where the user gives none.
    """
    grid, prompt, sampler, run, models = st.tabs(["Grid", "Prompt", "Sampler", "Run", "Models"])
    with grid:
        params = {
            "half_width": whole(st, "Half-width", "half_width", 25, (1, 10_000), WALLS_HELP),
            "rules": st.selectbox("Rules", ["corrected", "legacy"], key="rules", bind="query-params", help=RULES_HELP),
        }
    with prompt:
        words = _prompt(template, params)
    with sampler:
        cuts = _sampler()
    with run:
        values = _run(suggested)
    with models:
        _who()
    return {"params": params, "template": words, **cuts, **values}


def whole(place: Any, words: str, key: str, value: int, bounds: tuple[int, int], meaning: str) -> int:
    """A whole number that lives in the address."""
    low, high = bounds
    chosen = place.number_input(words, low, high, value, key=key, bind="query-params", help=meaning)
    return int(chosen)


def _who() -> None:
    """Every model and provider that was looked for, and why some cannot be asked now."""
    found, pending = offers()
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


def _prompt(name: str, params: Values) -> Any:
    known = builtin_templates("grid")[name]
    names = ", ".join(f"{{{variable}}}" for variable in make_process("grid", params).variables)
    text = st.text_area(
        "Words of the question",
        known.text,
        key=f"prompt_{name}",
        height=190,
        bind="query-params",
        help=f"Changed words make a template of your own, kept with the study. Variables: {names}.",
    )
    system = st.text_input(
        "System message",
        known.system or "",
        key=f"system_{name}",
        bind="query-params",
        help="Sent before the question. Empty: none is sent.",
    )
    _preview(Template("inline", (text,), system or None), params)
    if text == known.text and system == (known.system or ""):
        return name
    return {"text": text, "system": system or None}


def _preview(template: Template, params: Values) -> None:
    """The question as the model reads it at the start, or why it cannot be asked."""
    process = make_process("grid", params)
    try:
        checked(template, process.variables)
        first = compiled(template.text)(process.view(process.start(partial(np.random.default_rng, 0))))
    except InputError as error:
        st.error(plain(str(error)))
        return
    st.caption("At t = 0 the model reads")
    st.code(first, language=None, wrap_lines=True)


def _sampler() -> Values:
    kind = st.selectbox(
        "Cuts",
        list(SAMPLERS),
        format_func=lambda name: SAMPLERS[name],
        key="sampler",
        bind="query-params",
        help=CUTS_HELP,
    )
    cuts: Any = _explicit_cuts() if kind == "explicit" else kind
    unsupported = st.selectbox(
        "A setting the provider cannot take",
        list(UNSUPPORTED),
        format_func=lambda name: UNSUPPORTED[name],
        key="unsupported",
        bind="query-params",
        help=UNSUPPORTED_HELP,
    )
    return {"sampler": cuts, "on_unsupported": unsupported}


def _explicit_cuts() -> Values:
    left, right = st.columns(2)
    return {
        "top_p": _share(left, "top_p", 1.0, "Keeps the likeliest tokens up to this probability together. 1: all."),
        "top_k": whole(right, "top_k", "top_k", 0, (0, 1_000_000), "Keeps this many likeliest tokens. 0: all."),
        "min_p": _share(left, "min_p", 0.0, "Drops tokens less likely than this share of the likeliest. 0: none."),
        "max_tokens": whole(right, "max_tokens", "max_tokens", 64, (1, 1_000_000), "The longest answer, in tokens."),
    }


def _share(place: Any, name: str, value: float, meaning: str) -> float:
    low = 0.01 if name == "top_p" else 0.0
    chosen = place.number_input(name, low, 1.0, value, 0.05, key=name, bind="query-params", help=meaning)
    return float(chosen)


def _run(suggested: str) -> Values:
    left, right = st.columns(2)
    seed = whole(left, "Seed", "seed", 0, (0, MOST_SEED), "Same seed, same draws, where the model honours it.")
    concurrency = whole(
        right, "Questions at once", "at_once", 8, (1, 1024), "In flight at each server. Ollama's own default is 1."
    )
    name = st.text_input(
        "Name of the study",
        placeholder=suggested,
        key="name",
        bind="query-params",
        max_chars=120,
        help="What the run is kept under. Left empty, the name shown in grey is used.",
    )
    return {"seed": seed, "concurrency": concurrency, "name": name.strip() or suggested}
