"""What the cells of Compare are called, which is open, and which is laid beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypedDict

import streamlit as st

from lmwalk.datasets.labels import labels
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.compare.replies import opened
from lmwalk.ui.parts.selection import BESIDE, CELL, label
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell import link


@dataclass(frozen=True)
class Place:
    """A cell: its study as it is stored now, the id of its condition, and what it is called on the page."""

    snapshot: Snapshot
    condition: str
    name: str

    @property
    def study(self) -> Study:
        """Whose condition it is."""
        return self.snapshot.study

    @property
    def full_name(self) -> str:
        """What it is called among the conditions of several studies."""
        return f"{self.study.name} · {self.label}"

    @cached_property
    def label(self) -> str:
        """What figures call the condition."""
        return labels(self.study)[self.condition]


def places(snapshots: Sequence[Snapshot]) -> dict[str, Place]:
    """Every cell by its name: a condition of the first study as it is, one of another with that study's name."""
    found = {}
    for number, snapshot in enumerate(snapshots):
        for condition in snapshot.study.conditions():
            name = label(condition) if number == 0 else f"{snapshot.study.name} · {label(condition)}"
            found[name] = Place(snapshot, condition.id, name)
    return found


def open_condition(names: Mapping[str, str], condition: str | None) -> None:
    """Open a condition whose picture was clicked; with None, close the one that is open."""
    st.session_state[CELL] = names.get(condition) if condition else None


def set_beside(names: Mapping[str, str], condition: str) -> None:
    """Lay another condition beside the open one; the same one once more takes it away."""
    name = names.get(condition)
    st.session_state[BESIDE] = None if st.session_state.get(BESIDE) == name else name


class GridHandles(TypedDict):
    """What the pictures of Compare tell, and are told: which cell is open, and where their clock stands."""

    on_pick: Callable[[str | None], None]
    picked: str | None
    t: int | None
    on_seek: Callable[[int | None], None]
    on_beside: Callable[[str], None]
    beside: str | None
    opened: messages.Opened | None


def grid_handles(snapshots: Sequence[Snapshot]) -> GridHandles:
    """A click opens a condition; the clock's place is kept in the address."""
    known = places(snapshots)
    names = {place.condition: name for name, place in known.items()}
    picked, beside = (known.get(str(st.session_state.get(key, st.query_params.get(key)))) for key in (CELL, BESIDE))
    return {
        "on_pick": partial(open_condition, names),
        "picked": picked.condition if picked else None,
        "t": link.t(),
        "on_seek": link.set_t,
        "on_beside": partial(set_beside, names),
        "beside": beside.condition if beside and beside != picked else None,
        "opened": opened(picked.snapshot.store, picked.study, picked.condition) if picked else None,
    }
