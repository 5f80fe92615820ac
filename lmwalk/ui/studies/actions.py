"""What can be done with the study that is chosen in the list."""

from __future__ import annotations

import streamlit as st

from lmwalk.datasets.units import decisions
from lmwalk.errors import LmwalkError
from lmwalk.models.imported import PREFIX
from lmwalk.study import Study
from lmwalk.ui.families.family import record_of
from lmwalk.ui.parts.form.extent import how_many
from lmwalk.ui.parts.form.fill_form import form_settings, not_representable
from lmwalk.ui.parts.run_controls import ask_now_button, file_button, here_button, main_button, place_line
from lmwalk.ui.parts.run_errors import run_errors
from lmwalk.ui.shell import access, link, session
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.studies.dialogs import open_dialog
from lmwalk.ui.studies.rows import Row

MOST_TOLD = 6
"""Conditions of which it is said why they were stopped."""
AT_ONCE_HELP = (
    "In flight at each model server. It takes effect at once, and the study keeps it; random seeds do not change. "
    "Models that run in this process are not limited by it."
)


def actions(row: Row) -> None:
    """Draw the panel."""
    study = session.find(row.name)
    with st.container(border=True, key="actions"):
        _about(row, study)
        if access.may_change():
            _run_actions(row, study)
        with st.container(horizontal=True, key="file-actions"):
            _look(row)
            if access.may_change():
                _copy(row, study)
            file_button(study)
            if access.may_change():
                _take_away(row)
    run_errors(session.store(), study, session.jobs().get(row.name))


def _run_actions(row: Row, study: Study) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="run-actions"):
        main_button(study, session.jobs().get(row.name), can_go_on=row.resumable)
        _stop(row)
        ask_now_button(session.jobs().get(row.name))
        here_button(study, session.jobs().get(row.name), can_go_on=row.resumable)
        _at_once(row, study)


def _about(row: Row, study: Study) -> None:
    job = session.jobs().get(row.name)
    with st.container(gap="xxsmall"):
        st.markdown(f"**{plain(row.name)}** · {record_of(row.process).title} · {row.state}")
        st.caption(f"{how_many(study)}. {plain(', '.join(study.models))}.")
        progress = job.progress() if job and session.active(job) else None
        waiting = progress and (progress.waiting or progress.loading)
        st.caption(plain(waiting) if waiting else row.why or "Nothing is stored of it yet.")
        place_line(job)
        known = decisions(session.store(), study)
        for line in known[:MOST_TOLD]:
            st.caption(plain(line))
        if len(known) > MOST_TOLD:
            st.caption(f"And {len(known) - MOST_TOLD:,} conditions more; their notes are on the study's page.")


def _imported(study: Study) -> bool:
    return any(model.startswith(PREFIX) for model in study.models)


def _stop(row: Row) -> None:
    job = session.jobs().get(row.name)
    st.button(
        "Stop",
        icon=":material/stop:",
        help="Stop the run now. Answers so far are kept, and the run can be resumed.",
        disabled=row.state not in ("preparing", "running", "paused"),
        on_click=job.stop if job else None,
        key="action-stop",
    )


def _at_once(row: Row, study: Study) -> None:
    # another widget for each number: a browser that is late reports the one before as if it had just been typed there
    key = f"at-once-{row.name}-{study.concurrency}"
    st.container(width=160).empty().number_input(
        "Questions at once",
        1,
        1024,
        study.concurrency,
        key=key,
        on_change=_set_at_once,
        args=(row.name, key),
        disabled=not (row.moving or row.resumable) or row.state == "stopping",
        help=AT_ONCE_HELP,
        width=160,
    )


def _set_at_once(name: str, key: str) -> None:
    try:
        session.jobs().set_concurrency(name, int(st.session_state[key]))
    except LmwalkError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def _look(row: Row) -> None:
    family = record_of(row.process)
    page = family.title
    if st.button(
        f"Open in {page}",
        icon=":material/open_in_new:",
        key="action-open",
        help=f"Show it on the stage of the page {page}.",
    ):
        link.open_page(family.page, study=row.name)
    if st.button("Compare", icon=":material/grid_view:", key="action-compare", help="All its conditions side by side."):
        link.open_page("pages/compare.py", study=row.name)
    if st.button(
        "Steps", icon=":material/database:", key="action-steps", help="Every question and answer on the page Data."
    ):
        link.open_page("pages/data.py", study=row.name)


def _copy(row: Row, study: Study) -> None:
    lost, family = ", ".join(not_representable(study)), record_of(row.process)
    if st.button(
        "Duplicate into the form",
        icon=":material/input:",
        disabled=bool(lost) or _imported(study),
        key="action-duplicate",
        help=f"The form cannot represent {lost}. Use the study file."
        if lost
        else f"Put its settings into the controls of the page {family.title}, under a new name.",
    ):
        link.open_page(family.page, form_settings(study))


def _take_away(row: Row) -> None:
    for words, icon, why in (
        ("Rename", "edit", "Give it another name."),
        ("Delete", "delete", "Delete it with all its answers; you are asked first."),
    ):
        if st.button(
            words,
            icon=f":material/{icon}:",
            disabled=row.moving,
            key=f"action-{words.lower()}",
            help="It is under way; stop it first." if row.moving else why,
        ):
            open_dialog(words, row.name)
            st.rerun()  # a dialog drawn in here would close when this part of the page is drawn again
