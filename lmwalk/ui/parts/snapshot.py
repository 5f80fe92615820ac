"""A study up to its newest answer, and what is computed from it once for all sessions."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, TypeVar

import streamlit as st

from lmwalk.datasets.families import study_data
from lmwalk.figures._data import StudyData
from lmwalk.store import Store
from lmwalk.study import Study

T = TypeVar("T")


@dataclass(frozen=True)
class Snapshot:
    """A study as it was stored when its newest answer was ``cursor``.

    Two snapshots are equal where everything that can be computed from them is.

    Attributes
    ----------
    database, settings : str
        The file that the study is stored in, and its settings as text.
    cursor : int
        The id of the newest answer, 0 before the first.
    data : StudyData
        What its figures are made from.
    """

    database: str
    settings: str
    cursor: int
    store: Store = field(compare=False, repr=False)
    study: Study = field(compare=False, repr=False)
    data: StudyData = field(compare=False, repr=False)

    @classmethod
    def of(cls, store: Store, study: Study) -> Snapshot:
        """The study as it is stored now."""
        cursor, data = study_data(store, study)
        return cls(str(store.path), study.to_yaml(), cursor, store, study, data)


def cached(function: Callable[..., T], snapshot: Snapshot, *args: Hashable) -> T:
    """What a function makes of a snapshot and of more arguments; everyone gets a copy.

    Parameters
    ----------
    function : callable
        A function of a module, given the snapshot and the arguments. Nothing else may change what it returns.
    args
        Snapshots, or plain values such as texts, numbers and tuples of them.
    """
    value: T = _copied(function, snapshot, args)
    return value


def shared(function: Callable[..., T], snapshot: Snapshot, *args: Hashable) -> T:
    """The same for what is too large to copy: all sessions get one object, so nobody may change it."""
    value: T = _shared(function, snapshot, args)
    return value


# Streamlit hashes arguments by their content: without these it would take a snapshot apart, data and all
_KEYS: dict[str | type, Callable[[Any], Any]] = {
    Snapshot: lambda snapshot: (snapshot.database, snapshot.settings, snapshot.cursor),
    FunctionType: lambda function: f"{function.__module__}.{function.__qualname__}",
}


@st.cache_data(max_entries=128, show_spinner=False, hash_funcs=_KEYS)
def _copied(function: Callable[..., Any], snapshot: Snapshot, args: tuple[Hashable, ...]) -> Any:
    return function(snapshot, *args)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_KEYS)
def _shared(function: Callable[..., Any], snapshot: Snapshot, args: tuple[Hashable, ...]) -> Any:
    return function(snapshot, *args)
