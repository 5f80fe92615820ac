"""What is done to a run from the stage itself, by its buttons and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from lmwalk.jobs import Job
from lmwalk.study import Study
from lmwalk.ui.experiment.step_by_step.branch import turned_key
from lmwalk.ui.experiment.step_by_step.panel import PRESENTING, asked_elsewhere, open_key, who_key
from lmwalk.ui.parts.selection import CELL, label, own_choice
from lmwalk.ui.shell import access, session

Key = tuple[str, int]


def act(study: Study, told: Mapping[str, Any]) -> None:
    """Do what a button or a key of the stage says.

    Parameters
    ----------
    told : mapping
        ``do``: its name; condition, number and t where it is about a trajectory or a question. What the study does
        not have, or what cannot be done now or by this dashboard, changes nothing.
    """
    does, job = str(told.get("do")), session.jobs().get(study.name)
    if does in ("open", "close"):
        st.session_state[open_key(study.name)] = does == "open"
    elif does in ("present", "leave"):
        st.session_state[PRESENTING] = does == "present"
    elif does == "cell":
        _to_cell(study, str(told.get("cell")))
    elif not access.may_change():
        return
    elif does in _RUN:
        if job and job.state in ("running", "paused"):
            _RUN[does](job)
    elif does == "hold_all":
        _hold_all(study, job)
    elif (who := _who(study, told)) is not None:
        st.session_state[who_key(study.name)] = who
        _to_one(study, job, does, who, told)


def _to_one(study: Study, job: Job | None, does: str, who: Key, told: Mapping[str, Any]) -> None:
    if asked_elsewhere(job):
        return
    if does == "hold" and (job is None or not session.active(job)):
        session.jobs().start(study, hold=[who], paused=True)
    elif job and does == "hold":
        job.hold(*who)
    elif job and does == "release":
        job.release(*who)
    elif job and does == "send":
        st.session_state.pop(turned_key(*who), None)  # whoever sends wants to see what comes
        job.send(*who, int(told["t"]))


def _hold_all(study: Study, job: Job | None) -> None:
    """A paused run is one whose every trajectory is held."""
    if job and session.active(job):
        job.pause()
    else:
        session.jobs().start(study, paused=True)


def _to_cell(study: Study, named: str) -> None:
    if named in map(label, study.conditions()):
        own_choice(study.name)
        st.session_state[CELL] = named


def _who(study: Study, told: Mapping[str, Any]) -> Key | None:
    known = {condition.id for condition in study.conditions()}
    condition, number = told.get("condition"), told.get("number")
    return (condition, number) if condition in known and number in study.numbers else None  # type: ignore[return-value]


_RUN: Mapping[str, Callable[[Job], None]] = {"pause": Job.pause, "resume": Job.resume, "step": Job.step}
