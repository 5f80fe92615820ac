"""Buttons that several pages have: the one that pauses, resumes and continues a run, and the study's file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from lmwalk.export import file_name
from lmwalk.jobs import Job
from lmwalk.study import Study
from lmwalk.ui.shell import access, session

MAIN_WIDTH = 118
WORTH_A_BUTTON_S = 5.0


def main_button(study: Study, job: Job | None, *, can_go_on: bool) -> None:
    """Pause, Resume or Continue, whichever the run allows; nothing on a read-only dashboard.

    Parameters
    ----------
    can_go_on : bool
        Whether there is something left that could be asked.
    """
    if access.read_only():
        return
    act: Callable[[], None]
    if job and job.state == "paused":
        words, icon, act, why, usable = "Resume", "play_arrow", job.resume, "Go on with the run (space).", True
    elif job and session.active(job):
        words, icon, act, why = "Pause", "pause", job.pause, "Send no more questions until Resume (space)."
        usable = job.state == "running"
    else:
        words, icon, why = "Continue", "play_arrow", "Ask what is still unanswered; nothing is asked twice."
        act, usable = partial(_start, study), can_go_on
    # in a place of its own and of one width, so that the buttons beside it stand still when its words change
    place = st.container(width=MAIN_WIDTH, key="main").empty()
    place.button(
        words,
        icon=f":material/{icon}:",
        help=why,
        disabled=not usable,
        on_click=act,
        key=f"main-{words}",
        width="stretch",
    )


def _start(study: Study) -> None:
    session.jobs().start(study)


def ask_now_button(job: Job | None) -> None:
    """End a wait that takes a while; nothing where none does."""
    if job and session.active(job) and job.progress().wait_s >= WORTH_A_BUTTON_S:
        st.button(
            "Ask now",
            icon=":material/bolt:",
            help="Do not wait any longer: ask again at once. A server that asked for patience may refuse once more.",
            on_click=job.ask_now,
            key="ask-now",
        )


def file_button(study: Study) -> None:
    """The study as a file."""
    st.download_button(
        "Download study.yaml",
        study.to_yaml(),
        file_name=file_name(study.name, ending="yaml"),
        mime="application/yaml",
        on_click="ignore",
        icon=":material/download:",
        key="study-yaml",
        help="Its settings as a file. Run it again anywhere with: lmwalk run study.yaml",
    )
