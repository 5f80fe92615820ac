"""Models and temperatures, whose grid makes the conditions of a study."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.models._names import meant
from lmwalk.registry import backend_of
from lmwalk.types import Offer
from lmwalk.ui.families.family import Family
from lmwalk.ui.parts.available_models import available_models
from lmwalk.ui.shell.escape import plain

TEMPERATURES = ("0", "0.1", "0.3", "0.5", "0.7", "0.9", "1", "1.5", "2")
MODELS_KEY, TEMPERATURES_KEY = "models", "temperatures"
FIRST_WAIT_S = 0.3
BUILT_IN, HOSTED = "built in", "providers"
_CHIP = f".st-key-{TEMPERATURES_KEY} [data-tag]"
_NUMBER = re.compile(r"[0-9]*[.,]?[0-9]+")
LAST = {BUILT_IN: 1, "functions": 2, "controls": 3}
"""Groups of models that are listed after those on servers, and in which order."""
MODELS_HELP = (
    "Who is asked. Type any full name, such as ollama/gemma2:9b, even if it is not listed. Each model adds a row to "
    "Compare."
)
TEMPERATURES_HELP = (
    "How freely answers are drawn: 0 always gives the likeliest one, higher values level the odds. Type any number "
    "from 0 to 5. Each adds a column to Compare."
)


def pick_models(place: Any, family: Family, *, most: int | None = None, help_text: str = MODELS_HELP) -> Any:
    """The list of models, of which no more than ``most`` can be chosen."""
    found, pending = available_models(FIRST_WAIT_S)
    if pending:
        st.fragment(_await_offers, run_every=FIRST_WAIT_S)()
    return place.multiselect(
        "Models",
        listed(found, family),
        default=[family.model],
        key=MODELS_KEY,
        accept_new_options=True,
        bind="query-params",
        max_selections=most,
        help=help_text,
        placeholder="A model's full name",
    )


def listed(found: Iterable[Offer], family: Family) -> list[str]:
    """The names of models that can be asked now: those on servers, the built-in one, simulations that suit the page."""
    usual = Offer(family.model, True, group=BUILT_IN)
    asked = [offer for offer in (usual, *found) if offer.available and offer.suits(family.name)]
    return list(dict.fromkeys(offer.name for offer in sorted(asked, key=lambda offer: LAST.get(offer.group, 0))))


def unanswered(found: Iterable[Offer], chosen: Sequence[str]) -> list[str]:
    """Why servers list no model: those whose models are chosen, or all of them where none answers."""
    servers = [offer for offer in found if offer.group not in LAST]
    silent = [offer for offer in servers if not offer.available and offer.group != HOSTED]
    if any(offer.available for offer in servers):
        silent = [offer for offer in silent if any(name.startswith(offer.name.removesuffix("...")) for name in chosen)]
    return [offer.detail for offer in silent]


def unsuited(found: Iterable[Offer], chosen: Sequence[str], family: Family) -> list[str]:
    """The chosen models that were not made for the questions of a family."""
    return [offer.name for offer in found if offer.name in chosen and not offer.suits(family.name)]


def replace_model(name: str, full: str) -> None:
    """Choose another model in the place of one."""
    chosen = [full if each == name else each for each in st.session_state[MODELS_KEY]]
    st.session_state[MODELS_KEY] = list(dict.fromkeys(chosen))


def likely_name(name: str) -> str:
    """The full name that was meant by one that nobody claims; an empty text where it can be used, or none is likely."""
    try:
        backend_of(name).check(name)
    except InputError:
        return meant(name)
    return ""


def offer_names(chosen: Sequence[str]) -> bool:
    """Beside each name that lacks its beginning, a button that writes it in full; whether there is one."""
    likely = {name: full for name in chosen if (full := likely_name(name))}
    for name, full in likely.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"meant-{name}"):
            words = f":material/edit: {plain(repr(name))} is not a model's full name. Did you mean"
            st.markdown(words, width="content")
            st.button(
                plain(full),
                key=f"use-{name}",
                on_click=partial(replace_model, name, full),
                help="Put this name in the place of the other.",
            )
    return bool(likely)


def _await_offers() -> None:
    """Bring the list up to date once the servers have answered."""
    if not available_models()[1]:
        st.rerun()


def pick_temperatures(place: Any, usual: tuple[str, ...]) -> Any:
    """The list of temperatures, as texts."""
    chosen = place.multiselect(
        "Temperatures",
        sorted({*TEMPERATURES, *usual}, key=float),
        default=list(usual),
        key=TEMPERATURES_KEY,
        accept_new_options=True,
        bind="query-params",
        help=TEMPERATURES_HELP,
    )
    _order_chips({*TEMPERATURES, *usual, *chosen})
    return chosen


def _order_chips(known: Iterable[str]) -> None:
    """Show the chips in numerical order, whichever was pressed first; what is no number comes last.

    All stand before what is typed into. By a style, and not by writing the list anew: what is written may arrive later
    than the user's next press, and would take that back.
    """
    numbers = sorted(filter(_NUMBER.fullmatch, known), key=temperature)
    first = -1 - len(numbers)
    rules = [
        f'{_CHIP}:has([aria-label="Remove {text}"]) {{ order: {place}; }}' for place, text in enumerate(numbers, first)
    ]
    st.html(f"<style>{_CHIP} {{ order: -1; }} {' '.join(rules)}</style>")


def temperature(text: str) -> float:
    """What was typed as a temperature. Raises InputError where it is no number."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"temperatures: {text!r} cannot be used. Accepted: a number from 0 to 5.") from None
