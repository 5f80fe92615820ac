"""Which tests start processes of their own: found in their code, and held to it while they run."""

from __future__ import annotations

import inspect
import multiprocessing
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

HERE = Path(__file__).parent
QUERIES = "queries"
"""A store answers a user's SELECT in a process of its own."""
EVENTS = {"subprocess.Popen", "os.fork", "os.posix_spawn"}
"""What Python calls the start of a process where it is audited."""
_allowed = [True]


def starts_processes(item: pytest.Item) -> bool:
    """Whether a test, a fixture that it takes, or a function of ``tests`` that they call can start a process."""
    fixtures = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009 - it has no public name
    return _any_starts(getattr(item, "function", None), *(each.func for several in fixtures for each in several))


@cache
def _any_starts(*called: Any) -> bool:
    seen: set[object] = set()
    return any(_starts(each, seen) for each in called)


def _starts(value: Any, seen: set[object]) -> bool:
    """Whether what a name of the tests stands for starts a process, or calls what does."""
    if value is subprocess or value is multiprocessing or isinstance(value, BaseContext):
        return True
    if inspect.isclass(value) and _is_ours(value):
        return any(_starts(each, seen) for each in vars(value).values())
    function = inspect.unwrap(value) if callable(value) else None
    if not inspect.isfunction(function) or not _is_ours(function) or function in seen:
        return False
    seen.add(function)
    names = set(_names(function.__code__))
    return QUERIES in names or any(_starts(function.__globals__.get(name), seen) for name in names)


def _is_ours(value: Any) -> bool:
    known = sys.modules.get(value.__module__)
    return HERE in Path(getattr(known, "__file__", None) or "/").parents


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


@contextmanager
def held_to(*, may_start: bool) -> Generator[None]:
    """Let a test start processes or not."""
    _allowed.append(may_start)
    try:
        yield
    finally:
        _allowed.pop()


def _look(event: str, _: object) -> None:
    if event in EVENTS and not _allowed[-1]:
        raise AssertionError("This test starts a process where none is seen in its code. Mark it: pytest.mark.process")


sys.addaudithook(_look)
