"""Chains that were made elsewhere: a file becomes a study like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

from lmwalk.drafts import scratch_folder
from lmwalk.errors import LmwalkError
from lmwalk.importing import NOTE, import_chains, read_chains
from lmwalk.ui.families.family import free_name
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import plain

TOLD = "_import_told"
FILE_HELP = (
    "A .csv, .json, .jsonl or .parquet file with columns model, task, initial, seed, generation and text, of which "
    "generation 0 is the initial one, and where wanted temperature; or a .zip of folders model/task/text/seed_1 that "
    "hold JSON files, as the original experiment keeps them. A folder's name may hold the temperature, as "
    "model_Temp1.6 does."
)


def import_box(taken: list[str]) -> None:
    """Draw the form; what was imported is shown at once, with what was not kept of it, and measured meanwhile."""
    for note in st.session_state.pop(TOLD, ()):
        st.toast(plain(note), icon=":material/info:", duration="long")
    with st.expander("Import chains made elsewhere", icon=":material/upload_file:"):
        left, middle, right = st.columns((3, 2, 1.2))
        file = left.file_uploader(
            "Chains", type=["csv", "json", "jsonl", "parquet", "zip"], help=FILE_HELP, key="chains-file"
        )
        name = middle.text_input("Name of the study", key="import-name", placeholder="as the file is called")
        temperature = right.number_input(
            "Temperature", 0.0, 5.0, 0.8, 0.1, key="import-temperature", help="Of chains that do not say theirs."
        )
        if st.button("Import", icon=":material/download_done:", disabled=file is None, key="import"):
            _keep(file, name.strip(), float(temperature), taken)


def _keep(file: Any, name: str, temperature: float, taken: list[str]) -> None:
    try:
        with scratch_folder() as folder, st.spinner("Reading the chains", show_time=True):
            source = folder / Path(file.name).name  # complaints name it
            source.write_bytes(file.getvalue())
            chosen = name or free_name(Path(file.name).stem.strip() or "imported", taken)
            study = import_chains(session.store(), chosen, read_chains(source), temperature)
    except LmwalkError as error:
        st.error(plain(str(error)), title="Nothing was imported", icon=":material/edit:")
        return
    notes = session.store().conditions(study.name)["notes"].map(json.loads)
    st.session_state[TOLD] = list(dict.fromkeys(note for own in notes for note in own if note != NOTE))
    session.jobs().measure(study)
    session.choose(study.name)
    st.rerun()
