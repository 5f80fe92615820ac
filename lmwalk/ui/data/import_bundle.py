"""A run bundle from elsewhere: a file becomes a study like any other."""

from __future__ import annotations

import io
from typing import Any

import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, plain

FILE_HELP = "What Bundle on the page Compare gives, or lmwalk export --format bundle: one .zip with the study inside."


def import_bundle() -> None:
    """Draw the uploader; what was imported is a study at once."""
    st.caption("A bundle holds a whole study: its settings, every question and answer, and what was measured of texts.")
    left, right = st.columns((3, 2))
    file = left.file_uploader("Bundle", type=["zip"], help=FILE_HELP, key="bundle-file")
    name = right.text_input(
        "Name of the study", key="bundle-name", max_chars=120, placeholder="as in the bundle", help="What to call it."
    )
    if st.button("Import", type="primary", icon=":material/download_done:", disabled=file is None, key="bundle-import"):
        _keep(file, name.strip() or None)


def _keep(file: Any, name: str | None) -> None:
    from lmwalk.importing import import_bundle

    try:
        with st.spinner("Reading the bundle", show_time=True):
            study = import_bundle(session.store(), io.BytesIO(file.getvalue()), name)
    except LmwalkError as error:
        st.error(plain(str(error)), title="Nothing was imported", icon=":material/edit:")
        return
    session.choose(study.name)
    answers = int(session.store().studies().set_index("study")["steps"][study.name])
    st.toast(f"{plain(study.name)} is here: {counted(answers, 'answer')}.", icon=":material/download_done:")
