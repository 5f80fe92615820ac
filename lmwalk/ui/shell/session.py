"""What every page shares: the one store, its jobs, and the study that the address names."""

from __future__ import annotations

import os
import time
from pathlib import Path

import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.host import open_store
from lmwalk.jobs import ENDED, Job, Jobs, jobs_of
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.shell.link import STUDY
from lmwalk.user_templates import Library, library_of

DB_VARIABLE = "LMWALK_DB"


def database() -> Path:
    """The file that the dashboard works on."""
    return Path(os.environ.get(DB_VARIABLE, "results.duckdb")).expanduser()


def store() -> Store:
    """The store, or its complaint on screen and the end of this run."""
    try:
        return open_store(database())
    except LmwalkError as error:
        st.error(plain(str(error)), icon=":material/lock:", title="The database cannot be opened")
        st.button("Try again", help="Open the database once more.")
        st.stop()


def library() -> Library:
    """The user's own templates, which lie beside the database."""
    return library_of(database())


def jobs() -> Jobs:
    """The jobs of the store; they outlive tab and session."""
    return jobs_of(store())


def active(job: Job | None) -> bool:
    """Whether a job is under way."""
    return job is not None and job.state not in ENDED


def busy(study: str) -> bool:
    """Whether something of a study may still change: questions are asked, or texts are measured."""
    return active(jobs().get(study)) or jobs().measuring(study)


def names(family: str | None = None) -> list[str]:
    """Every study there is, or those of one family, newest first: those just begun, then those stored."""
    begun = {job.study.name: job.study.process for job in reversed(jobs().all())}
    known = begun | store().processes()
    return [name for name, process in known.items() if family in (None, processes[process].family)]


def studies() -> list[Study]:
    """Every study there is, newest first: those just begun, then those stored."""
    begun = {job.study.name: job.study for job in reversed(jobs().all())}
    return [*begun.values(), *(study for study in store().all() if study.name not in begun)]


def find(name: str) -> Study:
    """The study of that name, whether stored or only just begun. Raises InputError where there is none."""
    job = jobs().get(name)
    return job.study if job else store().study(name)


def begin_here(study: str) -> None:
    """Remember that a run is begun in this session, so that its page shows it from its beginning."""
    st.session_state["_begun"] = (study, time.monotonic())


def begun_at(study: str) -> float | None:
    """When the run of that study was begun, on the monotonic clock, where it is the last that this session began."""
    name, when = st.session_state.get("_begun", ("", None))
    return when if name == study else None


def chosen(known: list[str]) -> str | None:
    """The study that the address names, else the one last looked at, else the newest."""
    for name in (st.query_params.get(STUDY), st.session_state.get("_study")):
        if name in known:
            choose(name)
            return name
    return known[0] if known else None


def choose(name: str) -> None:
    """Put a study into the address, so that a reload and a shared link come back to it."""
    st.session_state["_study"] = name
    if st.query_params.get(STUDY) != name:
        st.query_params[STUDY] = name
