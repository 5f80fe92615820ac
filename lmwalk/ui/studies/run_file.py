"""A study file from elsewhere: read, checked, and run or put into the controls."""

from __future__ import annotations

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.store.compatibility import must_be_same
from lmwalk.study import Study
from lmwalk.ui.families.family import record_of
from lmwalk.ui.parts.form.extent import how_many
from lmwalk.ui.parts.form.fill_form import form_button
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import plain

FILE_HELP = "A study file as Download study.yaml and lmwalk run know it. It is checked before anything is asked."


def bring_study() -> None:
    """Draw the uploader, and what can be done with the file; nothing on a read-only dashboard."""
    if access.read_only():
        return
    with st.expander("Run a study file", icon=":material/upload_file:", key="bring-study"):
        file = st.file_uploader("Study file", type=["yaml", "yml"], help=FILE_HELP, key="study-file")
        if file is None:
            return
        study, complaint = _read(file.getvalue())
        if study is None:
            st.error(plain(complaint), title="This file is no study", icon=":material/edit:")
            return
        _offer(study)


def _read(content: bytes) -> tuple[Study | None, str]:
    try:
        return Study.from_yaml(content), ""
    except InputError as error:
        return None, str(error)


def _offer(study: Study) -> None:
    name = st.text_input("Name of the study", study.name, max_chars=120, key="study-file-name", help="What to call it.")
    try:
        named = Study.of(**{**study.model_dump(), "name": name.strip()})
        note = _known(named)
    except InputError as error:
        st.warning(plain(str(error)), icon=":material/edit:")
        return
    family = record_of(study.process)
    st.caption(f"{family.title}. Run asks {how_many(named)}. {plain(', '.join(named.models))}. {note}")
    with st.container(horizontal=True):
        if st.button("Run", type="primary", icon=":material/play_arrow:", key="run-file", help="Start asking."):
            session.jobs().start(named)
            session.choose(named.name)
            st.rerun()
        meaning = f"Set the controls of the page {family.title} as the file says."
        form_button(study, "Put into the form", meaning, "Run the file as it is.", key="use-file")


def _known(study: Study) -> str:
    """What Run would do where the name is taken. Raises InputError where it is another study's."""
    if study.name not in session.names():
        return ""
    must_be_same(study, session.find(study.name))
    return "There is this study already: Run goes on with it."
