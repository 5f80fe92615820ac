"""Name -> thing. A registry imports every module of its package on first use, so a new file is enough to add one.

Other packages add things by entry points; a notebook adds them by the same decorator, at any time.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from lmwalk.access import refuse_if_read_only
from lmwalk.errors import InputError
from lmwalk.types import HERE, Backend, Model, Process
from lmwalk.validation_messages import shown

T = TypeVar("T")
_LOGGER = logging.getLogger(__name__)


class Registry(Generic[T]):
    """Things registered by the modules of one package, by other packages, and by whoever has the registry at hand.

    Another package adds things by entry points in a group that is called as the package is, such as
    ``lmwalk.processes``: each names a module that registers, or the thing itself. One that cannot be loaded is left
    out, and a log line and ``complaints`` say why. A name that is registered again means the newest thing.

    Parameters
    ----------
    package : str
        Dotted name of the package whose modules register.
    noun : str
        What a thing is called in an error sentence.
    check : callable
        Raises InputError for a thing that is none.
    """

    def __init__(self, package: str, noun: str, check: Callable[[str, T], None] = lambda *_: None) -> None:
        self._package = package
        self._noun = noun
        self._check = check
        self._things: dict[str, T] = {}
        self._lock = threading.RLock()
        self._is_begun = self._is_loaded = False
        self.complaints: list[str] = []

    def register(self, name: str) -> Callable[[T], T]:
        """Decorate a thing to file it under a name. Raises InputError where it is none."""

        def file(thing: T) -> T:
            self._check(name, thing)
            self._things[name] = thing
            return thing

        return file

    def __getitem__(self, name: str) -> T:
        """The thing of that name. Raises InputError naming what there is."""
        self._load()
        try:
            return self._things[name]
        except KeyError:
            sentences = (f"There is: {', '.join(self)}.", *self.complaints)
            raise InputError(f"There is no {self._noun} called {shown(name)}. {' '.join(sentences)}") from None

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._things))

    def values(self) -> list[T]:
        """All things, by name."""
        return [self._things[name] for name in self]

    def _load(self) -> None:
        """Import, once, every module that registers; one of them may look something up meanwhile."""
        if self._is_loaded:
            return
        with self._lock:
            if self._is_begun:
                return
            self._is_begun = True
            try:
                package = importlib.import_module(self._package)
                for module in pkgutil.iter_modules(package.__path__):
                    importlib.import_module(f"{self._package}.{module.name}")
                own = dict(self._things)
                for point in entry_points(group=self._package):
                    self._add(point, own)
                self._is_loaded = True
            finally:
                self._is_begun = self._is_loaded

    def _add(self, point: EntryPoint, own: dict[str, T]) -> None:
        """Load what another package brings, which takes no name of ``own``."""
        try:
            thing = point.load()
            taken = [name for name, known in own.items() if self._things[name] is not known]
            self._things.update(own)
            is_new = not isinstance(thing, ModuleType) and all(thing is not known for known in self._things.values())
            if taken or (is_new and point.name in own):
                raise InputError(f"there is a {self._noun} called {(taken or [point.name])[0]!r} already.")
            if is_new and point.name not in self._things:
                self.register(point.name)(thing)
        except Exception as cause:  # noqa: BLE001 - whatever a stranger's module raises, the others are there
            whose = f" of {point.dist.name} {point.dist.version}" if point.dist else ""
            why = str(cause) if isinstance(cause, InputError) else f"{type(cause).__name__}: {cause}"
            self.complaints.append(f"The {self._noun} {point.name!r}{whose} could not be loaded: {why}")
            _LOGGER.warning(self.complaints[-1])


def _must_be_a_process(name: str, thing: type[Any]) -> None:
    """Raise InputError where a class lacks something of ``Process``, or calls itself otherwise."""
    wanted = [each for each in (*Process.__annotations__, *vars(Process)) if not each.startswith("_")]
    fields = getattr(thing, "model_fields", {})
    if lacking := [each for each in dict.fromkeys(wanted) if not hasattr(thing, each) and each not in fields]:
        raise InputError(f"process: {name!r} lacks {', '.join(lacking)}; lmwalk.Process says what each of them is.")
    if thing.name != name:
        raise InputError(f"process: {name!r} calls itself {thing.name!r}. Accepted: one name.")


processes: Registry[type[Any]] = Registry("lmwalk.processes", "process", _must_be_a_process)
"""Process classes by name; calling one with its parameters gives a Process."""

properties: Registry[Any] = Registry("lmwalk.properties", "property")
"""What can be measured of a text (``lmwalk.properties.Property``), by name."""

backends: Registry[Backend] = Registry("lmwalk.models", "model backend")

FALLBACK = "providers"
"""The backend asked when no other claims a name."""


def make_process(name: str, params: dict[str, Any]) -> Process:
    """A process with its parameters checked by pydantic (ValidationError where they are not accepted)."""
    process: Process = processes[name](**params)
    return process


def backend_of(name: str) -> Backend:
    """The backend that answers to a model name."""
    for key in backends:
        if key != FALLBACK and backends[key].claims(name):
            return backends[key]
    return backends[FALLBACK]


def accepted_forms() -> str:
    """The name forms of every backend, for a sentence."""
    return ", ".join(form for backend in backends.values() for form in backend.forms)


def open_model(name: str, home: Path = HERE) -> Model:
    """The model of that name. Raises InputError in a sentence where it cannot be had, or this process only reads.

    ``home`` is the folder of the user's own files, such as the list of endpoints.
    """
    refuse_if_read_only("no model is asked")
    return backend_of(name).open(name, home)
