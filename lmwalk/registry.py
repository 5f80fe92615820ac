"""Name -> thing. A registry imports every module of its package on first use, so a new file is enough to add one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from lmwalk.errors import InputError
from lmwalk.types import HERE, Backend, Model, Process
from lmwalk.validation_messages import shown

T = TypeVar("T")


class Registry(Generic[T]):
    """Things registered by the modules of one package.

    Parameters
    ----------
    package : str
        Dotted name of the package whose modules register.
    noun : str
        What a thing is called in an error sentence.
    """

    def __init__(self, package: str, noun: str) -> None:
        self._package = package
        self._noun = noun
        self._things: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Decorate a thing to file it under a name."""

        def file(thing: T) -> T:
            self._things[name] = thing
            return thing

        return file

    @cached_property
    def _found(self) -> dict[str, T]:
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        return dict(sorted(self._things.items()))

    def __getitem__(self, name: str) -> T:
        """The thing of that name. Raises InputError naming what there is."""
        try:
            return self._found[name]
        except KeyError:
            known = ", ".join(self._found)
            raise InputError(f"There is no {self._noun} called {shown(name)}. There is: {known}.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def values(self) -> list[T]:
        """All things, by name."""
        return list(self._found.values())


processes: Registry[type[Any]] = Registry("lmwalk.processes", "process")
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
    """The model of that name. Raises InputError in a sentence where it cannot be had.

    ``home`` is the folder of the user's own files, such as the list of endpoints.
    """
    return backend_of(name).open(name, home)
