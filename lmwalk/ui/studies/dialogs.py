"""Renaming and deleting a study: what is asked before it happens."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, plain
from lmwalk.ui.studies.rows import rows

ASKING = "_asking"


def open_dialog(what: str, study: str) -> None:
    """Open a dialog, Rename or Delete, at the next run of the page."""
    st.session_state[ASKING] = (what, study)


def dialogs() -> None:
    """Draw the dialog that is open; called by the page outside of whatever draws itself again."""
    what, study = st.session_state.get(ASKING, ("", ""))
    if study not in session.names():
        _close()
    elif what == "Delete":
        _delete(study)
    elif what == "Rename":
        _rename(study)


def _close() -> None:
    st.session_state.pop(ASKING, None)


@st.dialog("Delete this study?", on_dismiss=_close)
def _delete(study: str) -> None:
    row = next(row for row in rows(session.store(), session.jobs()) if row.name == study)
    st.markdown(f"**{plain(study)}**")
    failed = f" and {counted(row.failed, 'failed call')}" if row.failed else ""
    st.write(f"{counted(row.done, 'answer')}{failed} go with it, and what was measured of them. This cannot be undone.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="keep", help="Close this, and change nothing."):
            _close()
            st.rerun()
        if st.button(
            f"Delete {counted(row.done, 'answer')}", type="primary", key="delete-now", icon=":material/delete:"
        ):
            _do(lambda: session.jobs().delete(study))


@st.dialog("Rename this study", on_dismiss=_close)
def _rename(study: str) -> None:
    with st.form("rename", border=False):  # so that a name and the press on the button arrive together
        name = st.text_input("Name", study, max_chars=120, key=f"rename-{study}", help="One name, one study.")
        st.caption("Its answers stay. Renaming changes the random seeds of the remaining steps.")
        if st.form_submit_button("Rename", type="primary", key="rename-now") and name != study:
            _do(lambda: session.jobs().rename(study, name), name)


def _do(action: Callable[[], object], name: str | None = None) -> None:
    try:
        action()
    except LmwalkError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if name:
        session.choose(name)
    _close()
    st.rerun()
