"""The end of the process: what was begun is ended in order, whichever way the end comes.

Whoever begins what outlives a call says here at which stage it ends; nobody else keeps a hook of the interpreter.
Imports nothing heavy: commands heed signals before anything else is loaded.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import IntEnum
from queue import SimpleQueue
from typing import NoReturn

STOPPED = 130
"""Exit code of a command that a signal stopped."""
PATIENCE_S = 10.0
"""How long all stages together may take before the process ends without them."""

Ending = Callable[[], None]


class Stage(IntEnum):
    """When something is ended: those who begin work before those who do it, and the store after all who write to it."""

    SCREEN = 1
    JOBS = 2
    BACKGROUND = 3
    STORES = 4
    LIBRARIES = 5


_ENDINGS: list[tuple[Stage, Ending]] = []
_ASKED: SimpleQueue[int] = SimpleQueue()
"""Signals; the one kind of queue that a signal handler may put something into."""
_HEEDED: list[signal.Signals] = []
_LEAVING = threading.Lock()


def at_end(stage: Stage) -> Callable[[Ending], Ending]:
    """Have a function called at that stage of the end, once, by the interpreter or by ``leave``."""

    def keep(ending: Ending) -> Ending:
        _ENDINGS.append((stage, ending))
        # registered anew, to come before the hooks of libraries that were loaded meanwhile
        atexit.unregister(end_all)
        atexit.register(end_all)
        return ending

    return keep


def end_all() -> None:
    """End everything, stage by stage. What one stage raises is raised when all are through."""
    with ExitStack() as stack:
        for _, ending in sorted(_ENDINGS, key=lambda known: -known[0]):
            stack.callback(ending)
        _ENDINGS.clear()


def await_each(waits: Iterable[Callable[[float], None]], patience_s: float) -> None:
    """Wait for several, each called with the seconds that are left of those that all may take together."""
    deadline = time.monotonic() + patience_s
    for wait in waits:
        wait(max(0.0, deadline - time.monotonic()))


def leave(code: int) -> NoReturn:
    """End everything, then the process.

    The interpreter is not asked to end. Threads that are inside native code (a query, a batch of the built-in model,
    the loading of a library) cannot be ended in order; an interpreter that ends tears them out of it as soon as they
    come back, which aborts the process, and before that it waits for threads of libraries that may not end. All that
    is ours is closed by then, and the system takes back the rest.
    """
    _LEAVING.acquire()  # and never given back: who comes second waits for the end
    through = threading.Event()

    def work() -> None:
        end_all()
        through.set()

    ending = threading.Thread(target=work, name="lmwalk-ending", daemon=True)
    ending.start()
    ending.join(PATIENCE_S)
    if ending.is_alive():
        print("lmwalk ended before all that it was doing had; the database is whole.", file=sys.stderr)  # noqa: T201
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, or none there
            stream.flush()
    os._exit(code if through.is_set() else code or 1)


def heed_signals(code: int) -> None:
    """From now on SIGTERM and Ctrl-C end everything in order, wherever the program is, with that exit code.

    The work is done in a thread that waits for it: an exception could be raised in the middle of an import, where
    libraries swallow it or show it. A signal that is ignored stays ignored.
    """
    _HEEDED[:] = [each for each in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(each) != signal.SIG_IGN]
    threading.Thread(target=_await_signal, args=(code,), name="lmwalk-signals", daemon=True).start()
    heed_again()


def heed_again() -> None:
    """Take the signals back from whoever took them."""
    for each in _HEEDED:
        signal.signal(each, _asked)


def heeding() -> bool:
    """Whether signals still come here."""
    return all(signal.getsignal(each) is _asked for each in _HEEDED)


@contextmanager
def interruptible() -> Iterator[None]:
    """Where a signal raises KeyboardInterrupt instead, so that what is half done can be undone or told."""
    for each in _HEEDED:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        heed_again()


def _asked(number: int, _frame: object) -> None:
    _ASKED.put(number)


def _await_signal(code: int) -> None:
    _ASKED.get()
    leave(code)
