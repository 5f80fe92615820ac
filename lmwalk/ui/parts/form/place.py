"""Where a study runs, under More. It is no part of the study, and so of none of its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from lmwalk.cluster.fabric import must_be_installed
from lmwalk.cluster.file import ClusterFile
from lmwalk.cluster.place import MOST_WORKERS, Place
from lmwalk.errors import InputError
from lmwalk.ui.shell.access import is_open
from lmwalk.ui.shell.escape import plain

WHERE = "where"
"""The key of the choice. Neither it nor what belongs to it is in the address: workers are handed the settings of
whoever asks them, so nobody is to choose them by a link."""
HERE, WORKERS, SCHEDULER, FILE = "here", "workers", "scheduler", "file"
TAKEN = "taken"
CHOICES: Mapping[str, str] = {
    HERE: "This computer",
    WORKERS: "Processes on this computer",
    SCHEDULER: "A Dask scheduler",
    FILE: "A cluster described by a file",
}
MEANING: Mapping[str, str] = {
    HERE: "In this dashboard's own process.",
    WORKERS: "Each asks its share, and loads models that run on this computer for itself.",
    SCHEDULER: "Its workers ask. Each of them needs this version of lmwalk.",
    FILE: "Jobs of Slurm, PBS, LSF or SGE ask. They end with the run.",
}
USUAL: Mapping[str, Any] = {WHERE: HERE, WORKERS: 2, SCHEDULER: "", FILE: "", TAKEN: ""}
WHERE_HELP = (
    "Who asks the questions. The study stays the same, and its answers are stored here. Under By hand, questions can "
    "be sent on this computer only."
)
TAKEN_HELP = (
    "What Dask calls resources: only workers that have them ask. Several: GPU=1, MEMORY=2. Left empty, every worker "
    "asks, or as the file says."
)
_KEPT = "_where"


class Asked(NamedTuple):
    """What the controls say.

    Attributes
    ----------
    place : Place or None
        Where the study runs; None: in this process, or nowhere, as there is a complaint.
    complaint : str
        Why it cannot run where they say; empty where it can.
    words : str
        Who asks, in words; empty where this process does.
    """

    place: Place | None = None
    complaint: str = ""
    words: str = ""


def offered() -> list[str]:
    """What can be chosen. A scheduler or a file may have this computer do anything, so nobody else names one."""
    return [HERE, WORKERS] if is_open() else list(CHOICES)


def asked_place() -> Asked:
    """What the controls say; as they come before they are drawn."""
    chosen = _value(WHERE)
    if chosen == HERE or chosen not in offered():
        return Asked()
    try:
        place = _place(chosen)
    except InputError as error:
        words = CHOICES[chosen]
        return Asked(complaint=str(error), words=words[0].lower() + words[1:])
    return Asked(place, words=place.words)


def complaint_of(asked: Asked) -> str:
    """The complaint as Markdown; empty where there is none."""
    return f":material/edit: **{plain(asked.complaint)}**" if asked.complaint else ""


def place_setting() -> None:
    """Draw the controls, and beside them why the study cannot run where they say."""
    # the widgets of a page that is left forget what they said
    kept: dict[str, Any] = st.session_state.setdefault(_KEPT, dict(USUAL))
    for name, value in kept.items():
        st.session_state.setdefault(_key(name), value)
    left, right = st.columns(2)
    chosen: str = left.selectbox(
        "Where it runs", offered(), format_func=CHOICES.__getitem__, key=_key(WHERE), help=WHERE_HELP
    )
    if chosen == WORKERS:
        right.number_input("Processes", 1, MOST_WORKERS, key=_key(WORKERS), help="More than processors gain nothing.")
    elif chosen == SCHEDULER:
        _text(right, "Address of the scheduler", SCHEDULER, "tcp://host:8786", "As dask scheduler prints it.")
    elif chosen == FILE:
        _text(right, "Path of the file", FILE, "~/cluster.yaml", "On the computer of this dashboard; YAML.")
    if chosen in (SCHEDULER, FILE):
        _text(st, "What each worker must have", TAKEN, "nothing in particular; such as GPU=1", TAKEN_HELP)
    # one line for both, so that what comes below stands still while an address is typed
    st.caption(complaint_of(asked_place()) or MEANING[chosen])
    kept.update({name: _value(name) for name in USUAL})


def set_place_back() -> None:
    """Choose this computer."""
    st.session_state[_key(WHERE)] = HERE


def _text(place: Any, words: str, name: str, example: str, meaning: str) -> None:
    place.text_input(words, key=_key(name), placeholder=example, help=meaning)


def _key(name: str) -> str:
    return name if name == WHERE else f"{WHERE}-{name}"


def _value(name: str) -> Any:
    return st.session_state.get(_key(name), USUAL[name])


def _place(chosen: str) -> Place:
    """The place that is chosen. Raises InputError."""
    must_be_installed()
    if chosen == WORKERS:
        return Place.of(workers=_value(WORKERS))
    said = str(_value(chosen)).strip()
    if not said:
        missing = "the path of the file is" if chosen == FILE else "the address of the scheduler is"
        raise InputError(f"Where it runs: {missing} missing.")
    taken = Place.taken(each for each in _value(TAKEN).split(",") if each.strip())
    if chosen == SCHEDULER:
        return Place.of(scheduler=said, resources=taken)
    file = Path(os.path.expanduser(said)).resolve()  # noqa: PTH111 - unlike that of Path it takes every name
    ClusterFile.read(file)
    return Place.of(file=file, resources=taken)
