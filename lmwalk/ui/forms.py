"""The controls of the Walk page: one row, and everything rarer behind More. Every value lives in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.study import Study
from lmwalk.templates import builtin_templates
from lmwalk.ui.more import Values, more, whole
from lmwalk.ui.offers import BUILTIN, offers

BASE_TEMPLATE = "memoryless"
TEMPERATURES = ("0", "0.1", "0.3", "0.5", "0.7", "0.9", "1", "1.5", "2")
FIRST_WAIT_S = 0.3
FIRST_TEMPERATURES = ("0.3", "1", "2")
MODELS_HELP = (
    "Who is asked. Type any full name, such as ollama/gemma2:9b, even if it is not listed. Each model adds a row to "
    "Compare."
)
TEMPERATURES_HELP = (
    "How freely answers are drawn: 0 always gives the likeliest one, higher values level the odds. Type any number "
    "from 0 to 5. Each adds a column to Compare."
)
STEPS_HELP = "Questions in each walk. More of them show a slow drift."
WALKS_HELP = "How many walks each model takes at each temperature. More of them narrow the intervals."


@dataclass(frozen=True)
class Asked:
    """What the controls ask for: the study, or why there is none, and whether Run was pressed."""

    study: Study | None
    complaint: str
    run: bool


def controls(suggested: str, *, quiet: bool) -> Asked:
    """The row of controls.

    Parameters
    ----------
    suggested : str
        The study's name where the user gives none.
    quiet : bool
        Whether another button on the page is the first choice.
    """
    with st.container(key="controls"):
        columns = st.columns([3, 2, 1.4, 0.85, 1.2, 0.95, 0.8], gap="small")
        values = _row(columns)
        with columns[5].popover(
            "More…", help="Grid, prompt, sampler, seed, name, and who can be asked.", width="stretch"
        ):
            values |= more(values["template"], suggested)
        study, complaint = _study(values)
        kind: Literal["primary", "secondary"] = "secondary" if quiet else "primary"
        run = columns[6].button("Run", type=kind, width="stretch", help="Start asking. It goes on without this tab.")
    return Asked(study, complaint, run)


def first_study(name: str) -> Study:
    """What the invitation runs: the built-in model at three temperatures."""
    temperatures = [float(t) for t in FIRST_TEMPERATURES]
    return Study.of(name=name, process="grid", models=[BUILTIN], temperatures=temperatures)


def _row(columns: list[Any]) -> Values:
    return {
        "models": _models(columns[0]),
        "temperatures": _temperatures(columns[1]),
        "template": _template(columns[2]),
        "steps": whole(columns[3], "Steps", "steps", 50, (1, 10_000_000), STEPS_HELP),
        "trajectories": whole(columns[4], "Trajectories", "walks", 5, (1, 100_000), WALKS_HELP),
    }


def _models(place: Any) -> Any:
    found, pending = offers(FIRST_WAIT_S)
    if pending:
        st.fragment(_await_offers, run_every=FIRST_WAIT_S)()
    return place.multiselect(
        "Models",
        [offer.name for offer in found if offer.available],
        default=[BUILTIN],
        key="models",
        accept_new_options=True,
        bind="query-params",
        help=MODELS_HELP,
        placeholder="A model's full name",
    )


def _await_offers() -> None:
    """Bring the list up to date once the servers have answered."""
    if not offers()[1]:
        st.rerun()


def _temperatures(place: Any) -> Any:
    return place.multiselect(
        "Temperatures",
        TEMPERATURES,
        default=list(FIRST_TEMPERATURES),
        key="temperatures",
        accept_new_options=True,
        bind="query-params",
        help=TEMPERATURES_HELP,
    )


def _template(place: Any) -> Any:
    templates = builtin_templates("grid")
    each = " ".join(f"**{name}**: {known.description}" for name, known in templates.items())
    return place.selectbox(
        "Template",
        list(templates),
        index=list(templates).index(BASE_TEMPLATE),
        key="template",
        bind="query-params",
        help=f"The words of the question. {each} Read or change them under More.",
    )


def _study(values: Values) -> tuple[Study | None, str]:
    """The study that the values make, or a sentence on why they make none."""
    try:
        temperatures = [_temperature(text) for text in values["temperatures"]]
        return Study.of(**{**values, "process": "grid", "temperatures": temperatures}), ""
    except InputError as error:
        return None, str(error)


def _temperature(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"temperatures: {text!r} cannot be used. Accepted: a number from 0 to 5.") from None
