"""One database, any number of processes: the first holds it and answers the others beside the file.

``open_store`` gives the store itself to whoever comes first, and to everybody else a visitor with the same methods:
what is read comes from the process that holds it, as of the last commit; what is written or run, that process does.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from lmwalk import access
from lmwalk.errors import LmwalkError, StoreLockedError

if TYPE_CHECKING:
    from lmwalk.host.visitor import Visitor
    from lmwalk.store import Store

PATIENCE_S = 2.0
"""How long a file is waited for that is held and for which nobody answers: its holder may have just begun, or end."""
LOOK_S = 0.05
SOON_S = 0.25
"""After that, whoever holds a database begins to answer; most commands are through by then."""
_VISITED: dict[Path, Visitor] = {}
_ANSWERED: WeakSet[Store] = WeakSet()
_OPENING, _ANSWERING = threading.Lock(), threading.Lock()


def open_store(path: Path | str | None = None, *, read_only: bool | None = None) -> Store:
    """The store at that path, or a visitor of the process that holds it; else as ``lmwalk.store.open_store``.

    Raises
    ------
    StoreLockedError
        A process holds the file that is no lmwalk, or another version; the sentence names it.
    StoreError
        As there.
    """
    from lmwalk.store import open_store as own_store
    from lmwalk.store.opening import MEMORY

    if path is None or str(path) == MEMORY:
        return own_store(path, read_only=read_only)
    resolved, deadline = Path(path).expanduser().resolve(), time.monotonic() + PATIENCE_S
    with _OPENING:
        while True:
            if (known := _VISITED.get(resolved)) and not known.line.gone:
                return known
            try:
                own = own_store(resolved, read_only=read_only)
                _answer_soon(own)
                return own
            except StoreLockedError:
                if visitor := _visit(resolved, read_only):
                    return visitor
                if time.monotonic() > deadline:
                    raise
                time.sleep(LOOK_S)


def holder(store: Store) -> int | None:
    """The process that holds a store's database for this one; None where this one does."""
    line = getattr(store, "line", None)
    return line.pid if line else None


def _visit(path: Path, read_only: bool | None) -> Visitor | None:
    """A visitor of whoever holds a database; None where nobody answers."""
    from lmwalk.host.visitor import Line, Visitor

    line = Line.to(path)
    if line is None:
        return None
    _VISITED[path] = visitor = Visitor(path, line, read_only=access.read_only() if read_only is None else read_only)
    visitor.before_closing(lambda: _VISITED.pop(path, None))
    return visitor


def _answer_soon(own: Store) -> None:
    """Answer guests of a store in a moment, where it is not only read."""
    if not own.read_only and own not in _ANSWERED:
        timer = threading.Timer(SOON_S, answer, [own])
        timer.daemon = True
        own.before_closing(timer.cancel)
        timer.start()


def answer(own: Store) -> None:
    """Answer guests of a store from now on, for as long as it is open; where that cannot be, they wait for the file."""
    from lmwalk.host.server import Host
    from lmwalk.jobs import jobs_of

    with _ANSWERING:
        if own in _ANSWERED:
            return
        _ANSWERED.add(own)
        try:
            own.before_closing(Host(own, jobs_of(own)).end)
        except (OSError, RuntimeError, LmwalkError) as cause:
            logging.getLogger(__name__).warning("nobody can visit %s: %s", own.path.name, cause)
