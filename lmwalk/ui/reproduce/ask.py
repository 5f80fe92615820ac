"""Who is asked a published experiment, in which version, and the button that runs it."""

from __future__ import annotations

import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.published import Experiment
from lmwalk.study import Study
from lmwalk.ui.families.family import free_name, record_of
from lmwalk.ui.parts.available_models import available_models
from lmwalk.ui.parts.form.extent import how_many
from lmwalk.ui.parts.form.fill_form import form_button
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import plain

FIRST_WAIT_S = 0.3
MOST_NAMED = 3
MODELS_HELP = (
    "Who is asked. Those of the publication are chosen by themselves where a server here has them. Type any full name, "
    "such as ollama/gemma2:9b, even if it is not listed."
)
VERSION_HELP = "The first one is as published; what differs stands above."


def ask(chosen: Experiment) -> None:
    """Draw the choices, what a run asks, and its buttons."""
    models, version = _models(chosen), _version(chosen)
    try:
        study = chosen.study(models, free_name(chosen.title.lower(), session.names()), version)
    except LmwalkError as error:
        st.warning(plain(str(error)) if models else "Choose who is asked.", icon=":material/edit:")
        return
    st.caption(f"Run asks {how_many(study)}.")
    with st.container(horizontal=True):
        if st.button("Run", type="primary", icon=":material/play_arrow:", key="reproduce-run", help="Start asking."):
            _start(study)
        _form(study)


def _models(chosen: Experiment) -> list[str]:
    """Draw the list of models; those of the publication that are at hand, else those that answer anywhere."""
    found, pending = available_models(FIRST_WAIT_S)
    if pending:
        st.fragment(_await_offers, run_every=FIRST_WAIT_S)()
    names = [offer.name for offer in found if offer.available and not offer.name.endswith("/...")]
    there = chosen.at_hand(names)
    usual = list(there or chosen.stand_ins)
    models: list[str] = st.multiselect(
        "Models",
        list(dict.fromkeys([*usual, *names])),
        default=usual,
        key=f"reproduce-models-{chosen.name}-{len(there)}",  # anew where a server has answered meanwhile
        accept_new_options=True,
        help=MODELS_HELP,
        placeholder="A model's full name",
    )
    st.caption(plain(_missing(chosen, there)))
    return models


def _missing(chosen: Experiment, there: tuple[str, ...]) -> str:
    """Which models of the publication no server here has."""
    bare = {name.rpartition("/")[2].casefold() for name in there}
    lacking = [name for name in chosen.models if name.rpartition("/")[2].casefold() not in bare]
    if not lacking:
        return f"All {len(chosen.models)} models of the publication are at hand."
    named = ", ".join(lacking[:MOST_NAMED]) + (f" and {len(lacking) - MOST_NAMED} more" if lacking[MOST_NAMED:] else "")
    instead = "" if there else " Others are chosen instead: they show how it works, not what was published."
    return f"{len(there)} of {len(chosen.models)} models of the publication are at hand. Missing: {named}.{instead}"


def _await_offers() -> None:
    if not available_models()[1]:
        st.rerun()


def _version(chosen: Experiment) -> str:
    names = list(chosen.versions)
    if len(names) == 1:
        return names[0]
    return str(
        st.pills(
            "Version",
            names,
            default=names[0],
            key=f"reproduce-version-{chosen.name}",
            required=True,
            help=VERSION_HELP,
        )
    )


def _start(study: Study) -> None:
    try:
        session.jobs().start(study)
    except LmwalkError as error:
        st.error(plain(str(error)), title="Nothing was started", icon=":material/edit:")
        return
    st.session_state["_reproduced"] = study.name
    st.rerun()


def _form(study: Study) -> None:
    title = record_of(study.process).title
    meaning = f"Put these settings into the controls of the page {title}, to change them before a run."
    form_button(study, f"Set up on {title}", meaning, "", key="reproduce-form")
