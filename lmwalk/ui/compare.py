"""The Compare page: every condition of a study side by side, its figures as a table, its steps as files."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lmwalk.export import to_bytes
from lmwalk.store import Store
from lmwalk.ui import state
from lmwalk.ui.chains import is_chain
from lmwalk.ui.compare_chains import compare_chains
from lmwalk.ui.compare_draws import compare_draws
from lmwalk.ui.compare_walks import compare_walks
from lmwalk.ui.families import CHAINS, WALKS, family_of
from lmwalk.ui.page import invitation
from lmwalk.ui.picker import pick_study

INVITATION = (
    "Models stand below each other, temperatures side by side, every cell a picture of its walks or draws. "
    "The built-in model fills the first row in a few seconds: no key, no server, no network."
)
FORMATS = {"csv": ("CSV", "text/csv", "csv"), "parquet": ("Parquet", "application/vnd.apache.parquet", "parquet")}
WHOLE = {"bundle": ("Bundle", "application/zip", "zip")}
OF_CHAINS = {
    "chains-csv": ("Chains", "text/csv", "csv"),
    "chains-zip": ("Folders", "application/zip", "zip"),
    "properties": ("Properties", "text/csv", "csv"),
}
MEANINGS = {
    "bundle": "The study in one file: study.yaml, every step, and of chains the measured properties.",
    "chains-csv": "Every text of every chain as CSV: model, task, initial, seed, generation, text.",
    "chains-zip": "The chains as folders of JSON files, model/task/text/seed, as the original experiment keeps them.",
    "properties": "Every measured property of every text as CSV, one row each.",
}
POLL_S = 2.0


def compare() -> None:
    """Draw the page."""
    store = state.store()
    known = state.names()
    shown = state.chosen(known)
    if shown is None:
        if invitation("Nothing to compare yet", INVITATION, "Run the built-in model", key="first"):
            study = WALKS.first_study(known)
            state.jobs().start(study)
            state.choose(study.name)
            st.rerun()
        return
    name = _top(store, shown)
    running = state.busy(name)
    st.fragment(_follow, run_every=POLL_S if running else None)(name, running)


def _top(store: Store, shown: str) -> str:
    """Which study, and its steps as files."""
    row = st.container(horizontal=True, vertical_alignment="bottom", key="top")
    with row:
        name = pick_study(shown, width=340)
        st.space("stretch")
        formats = FORMATS | (OF_CHAINS if is_chain(state.find(name)) else {}) | WHOLE
        for file_format, (words, mime, ending) in formats.items():
            stem = "steps" if file_format in FORMATS else words.lower()
            st.download_button(
                words,
                partial(to_bytes, store, name, file_format),
                file_name=f"{stem}.{ending}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                help=MEANINGS.get(file_format, f"Every question and answer of this study as {words}, one row each."),
                key=f"download-{file_format}",
            )
    state.choose(name)
    return name


def _follow(name: str, running: bool) -> None:
    study = state.find(name)
    if family_of(study.process) == WALKS.name:
        compare_walks(state.store(), study, running=running)
    elif family_of(study.process) == CHAINS.name:
        compare_chains(state.store(), study, running=running)
    else:
        compare_draws(state.store(), study, running=running)
    if state.busy(name) != running:
        st.rerun()
