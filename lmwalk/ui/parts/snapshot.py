"""A study up to its newest answer, and what is computed from it once for all sessions."""

from __future__ import annotations

import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lmwalk.datasets.families import study_data
from lmwalk.figures._data import StudyData
from lmwalk.store import Store
from lmwalk.study import Study

T = TypeVar("T")
FRESH_S = 5.0
"""A snapshot of a run is read anew after that."""
MOST_SHARE = 0.03
"""Of the time that goes by, reading may take at most so much."""


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
    version : tuple
        Of what they are made from besides answers.
    """

    database: str
    settings: str
    cursor: int
    store: Store = field(compare=False, repr=False)
    study: Study = field(compare=False, repr=False)
    data: StudyData = field(compare=False, repr=False)
    version: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from other snapshots."""
        return self.database, self.settings, *self.newest

    @property
    def newest(self) -> tuple[object, ...]:
        """What tells it from earlier and later snapshots of the study."""
        return self.cursor, self.version

    @classmethod
    def of(cls, store: Store, study: Study) -> Snapshot:
        """The study as it is stored now."""
        cursor, data = study_data(store, study)
        return cls(str(store.path), study.to_yaml(), cursor, store, study, data, data.version)

    @classmethod
    def lately(cls, store: Store, study: Study, *, running: bool) -> Snapshot:
        """The study as it is stored; while it runs, as it was a few seconds ago, and one snapshot for all who watch it.

        A study is read whole, so the longer that takes, the more seldom it is done.
        """
        if running:
            return _LATELY.of(store, study)
        _LATELY.forget()
        return cls.of(store, study)


class _Lately:
    """The snapshot of a study that runs, one at a time: it is as large as the study."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._snapshot: Snapshot | None = None
        self._due = 0.0
        self._reading = threading.Lock()

    def of(self, store: Store, study: Study) -> Snapshot:
        """The one there is, or another one where that is of another study, or old; who asks meanwhile waits for it."""
        key = (str(store.path), study)
        with self._reading:
            if self._snapshot is None or key != self._key or time.monotonic() > self._due:
                self._snapshot = None  # two at once would take twice the memory
                began = time.monotonic()
                self._key, self._snapshot = key, Snapshot.of(store, study)
                ended = time.monotonic()
                self._due = ended + max(FRESH_S, (ended - began) / MOST_SHARE)
            return self._snapshot

    def forget(self) -> None:
        """Hold none."""
        with self._reading:
            self._snapshot = None


class _Newest:
    """Remembers what functions made of snapshots; of one study only what its newest answers gave.

    While a study runs, what an earlier moment of it gave is not asked for again, and would only fill the memory.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._changing = threading.Lock()

    def of(self, function: Callable[..., T], snapshot: Snapshot, args: tuple[Hashable, ...]) -> T:
        """The value, made by whoever asks first; others wait for it."""
        plain = tuple(each.key if isinstance(each, Snapshot) else each for each in args)
        key = (function.__module__, function.__qualname__, snapshot.database, snapshot.settings, plain)
        with self._changing:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._changing:
                known = self._known.get(key)
            made: T = known[1] if known and known[0] == snapshot.newest else function(snapshot, *args)
            with self._changing:
                self._known[key] = snapshot.newest, made
                self._known.move_to_end(key)
                while len(self._known) > self._most:
                    self._making.pop(self._known.popitem(last=False)[0], None)
        return made


_COPIED, _SHARED, _LATELY = _Newest(128), _Newest(4), _Lately()


def cached(function: Callable[..., T], snapshot: Snapshot, *args: Hashable) -> T:
    """What a function makes of a snapshot and of more arguments; everyone gets a copy.

    Parameters
    ----------
    function : callable
        A function of a module, given the snapshot and the arguments. Nothing else may change what it returns.
    args
        Snapshots, or plain values such as texts, numbers and tuples of them.
    """
    value: T = pickle.loads(_COPIED.of(_pickled, snapshot, (function, *args)))  # noqa: S301 - made here
    return value


def _pickled(snapshot: Snapshot, function: Callable[..., Any], *args: Hashable) -> bytes:
    return pickle.dumps(function(snapshot, *args))


def shared(function: Callable[..., T], snapshot: Snapshot, *args: Hashable) -> T:
    """The same for what is too large to copy: all sessions get one object, so nobody may change it."""
    return _SHARED.of(function, snapshot, args)
