"""Buttons that several pages have: the one that pauses, resumes and continues a run, and the study's file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from lmwalk.cluster.place import Place
from lmwalk.export import file_name
from lmwalk.jobs import Job
from lmwalk.study import Study
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import plain

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
        act, usable = partial(go_on, study), can_go_on
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


def go_on(study: Study) -> None:
    """Continue a study where its last run in this process was asked."""
    known = session.jobs().get(study.name)
    _start(study, known.place if known else None)


def _start(study: Study, place: Place | None = None) -> None:
    session.jobs().start(study, place=place)


def here_button(study: Study, job: Job | None, *, can_go_on: bool) -> None:
    """Continue on this computer what was asked elsewhere, as a scheduler may be gone; nothing for all other runs."""
    if access.may_change() and can_go_on and job and not session.active(job) and job.place:
        st.button(
            "Continue here",
            icon=":material/computer:",
            help=f"Ask the rest on this computer, and not by {plain(job.place.words)}.",
            on_click=partial(_start, study),
            key="continue-here",
        )


def place_line(job: Job | None) -> None:
    """Who asks a study, with a link to what Dask shows of it; nothing where it is asked by this process."""
    place = job.place if job else None
    if job is None or place is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="place"):
        st.caption(f":material/lan: Asked by {plain(place.words)}.", width="content")
        address = job.dashboard if session.active(job) else ""
        if urlsplit(address).scheme in ("http", "https"):
            st.link_button(
                "Dask's dashboard",
                address,
                type="tertiary",
                icon=":material/open_in_new:",
                key="dask",
                help="What the workers are doing, on a page of Dask's own. It opens where its address can be reached: "
                f"{plain(address)}",
            )


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
