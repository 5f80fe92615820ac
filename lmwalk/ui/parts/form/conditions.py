"""Models and temperatures, whose grid makes the conditions of a study."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.ui.parts.available_models import available_models

TEMPERATURES = ("0", "0.1", "0.3", "0.5", "0.7", "0.9", "1", "1.5", "2")
FIRST_WAIT_S = 0.3
MODELS_HELP = (
    "Who is asked. Type any full name, such as ollama/gemma2:9b, even if it is not listed. Each model adds a row to "
    "Compare."
)
TEMPERATURES_HELP = (
    "How freely answers are drawn: 0 always gives the likeliest one, higher values level the odds. Type any number "
    "from 0 to 5. Each adds a column to Compare."
)
FIXED_HELP = (
    "Token probabilities are read at T = 1, before a temperature acts. Measure replies to compare temperatures."
)


def pick_models(place: Any, usual: str) -> Any:
    """The list of models."""
    found, pending = available_models(FIRST_WAIT_S)
    if pending:
        st.fragment(_await_offers, run_every=FIRST_WAIT_S)()
    return place.multiselect(
        "Models",
        list(dict.fromkeys([usual, *(offer.name for offer in found if offer.available)])),
        default=[usual],
        key="models",
        accept_new_options=True,
        bind="query-params",
        help=MODELS_HELP,
        placeholder="A model's full name",
    )


def _await_offers() -> None:
    """Bring the list up to date once the servers have answered."""
    if not available_models()[1]:
        st.rerun()


def pick_temperatures(place: Any, usual: tuple[str, ...], *, fixed: bool = False) -> Any:
    """The list of temperatures, as texts; ``fixed`` where only T = 1 has a meaning."""
    if fixed:
        return place.multiselect("Temperatures", ["1"], default=["1"], disabled=True, help=FIXED_HELP)
    return place.multiselect(
        "Temperatures",
        sorted({*TEMPERATURES, *usual}, key=float),
        default=list(usual),
        key="temperatures",
        accept_new_options=True,
        bind="query-params",
        help=TEMPERATURES_HELP,
    )


def temperature(text: str) -> float:
    """What was typed as a temperature. Raises InputError where it is no number."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"temperatures: {text!r} cannot be used. Accepted: a number from 0 to 5.") from None
