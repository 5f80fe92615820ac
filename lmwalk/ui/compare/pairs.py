"""Which models of a study are base and instruct of one another: a switch, a table to correct, and rows side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.study import Study
from lmwalk.study.model_pairs import guessed_pairs
from lmwalk.ui.shell import session
from lmwalk.ui.shell.access import may_change
from lmwalk.ui.shell.escape import counted, plain

SWITCH = "pairs"
BASE, INSTRUCT = "Base", "Instruct"
HELP = (
    "Which models were made of which base models by instruction. Their rows can stand together here, and the figure "
    "Base and instruct shows how far they differ. No answer changes."
)
NONE_GUESSED = "The names of these models suggest no pair, such as gemma-2-2b and gemma-2-2b-it."


def shown_in_pairs() -> bool:
    """Whether rows of a pair are to stand behind each other."""
    return bool(st.session_state.get(SWITCH, st.query_params.get(SWITCH) == "true"))


def pairs_control(study: Study) -> None:
    """Draw the button behind which pairs are switched on and corrected; nothing where there is one model."""
    if len(study.models) < 2:
        return
    with st.popover("Pairs…", icon=":material/join_inner:", help=HELP):
        st.toggle(
            "Models of a pair beside each other",
            key=SWITCH,
            bind="query-params",
            help="Rows of the grid: each base model, then the instruct model that was made of it.",
        )
        _say(study)
        if may_change():
            _table(study)


def _say(study: Study) -> None:
    known = study.model_pairs
    if study.pairs is not None:
        st.caption(f"{counted(len(known), 'pair')}, as set for this study.")
    elif known:
        st.caption(f"{counted(len(known), 'pair')}, guessed from the names.")
    else:
        st.caption(NONE_GUESSED)
    if not may_change():
        for base, tuned in known.items():
            st.caption(f"{plain(base)} → {plain(tuned)}")


def _table(study: Study) -> None:
    """The pairs, to be changed; kept once the button is pressed."""
    rows = pd.DataFrame(study.model_pairs.items(), columns=[BASE, INSTRUCT], dtype=object)
    models = list(study.models)
    edited = st.data_editor(
        rows,
        key=f"pairs of {study.name} {hash(tuple(study.model_pairs.items()))}",
        num_rows="dynamic",
        hide_index=True,
        width=560,
        column_config={
            name: st.column_config.SelectboxColumn(name, options=models, required=True, width="medium")
            for name in (BASE, INSTRUCT)
        },
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        guess = guessed_pairs(models)
        if study.pairs is not None and st.button(
            "Guess from the names", help=f"{counted(len(guess), 'pair')}: what the names suggest, and nothing else."
        ):
            _keep(study.name, None)
        if st.button("Keep these pairs", type="primary", help="Kept with the study, also where it is exported."):
            _keep(study.name, edited.dropna().astype(str).to_dict("records"))


def _keep(study: str, rows: Sequence[Mapping[Any, str]] | None) -> None:
    """Store them; what cannot be is said and changes nothing."""
    try:
        bases = [row[BASE] for row in rows or ()]
        if len(bases) > len(set(bases)):
            st.error("A base model stands there twice. Accepted: each model in one pair.")
            return
        pairs = None if rows is None else {row[BASE]: row[INSTRUCT] for row in rows}
        session.jobs().set_pairs(study, pairs)
    except LmwalkError as error:
        st.error(plain(str(error)))
        return
    st.rerun()
