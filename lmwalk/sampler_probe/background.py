"""Probes in the background: start, progress, stop. What is found is kept in the store."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Literal
from weakref import WeakKeyDictionary

from lmwalk.access import SAID
from lmwalk.ending import Stage, at_end, await_each
from lmwalk.errors import LmwalkError, ReadOnlyError
from lmwalk.registry import open_model
from lmwalk.sampler_probe import Size, most_questions, probe
from lmwalk.store import Store
from lmwalk.types import Model

State = Literal["running", "stopped", "done", "failed"]
_LOGGER = logging.getLogger(__name__)
PATIENCE_S = 1.0
"""How long the end of the process waits for probes."""


class Probing:
    """One probe under way, or ended. Its methods may be called from any thread."""

    def __init__(self, model: str, size: Size) -> None:
        self.model = model
        self.size = size
        self.state: State = "running"
        self.error = ""
        self.done = 0
        self.most = sum(most_questions(size.answers))
        self.doing = "Getting the model ready."
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        self._ended = threading.Event()

    def progress(self, done: int, most: int, doing: str) -> None:
        """Told by the probe."""
        self.done, self.most, self.doing = done, most, doing

    def stop(self) -> None:
        """End the probe; nothing of it is kept."""
        self._stopped = True
        with suppress(RuntimeError):  # it ended just now
            self._loop.call_soon_threadsafe(self._cancel)

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until the probe has ended, for at most that long."""
        self._ended.wait(timeout_s)

    def run(self, store: Store, opener: Callable[[str], Model]) -> None:
        """Probe, keep the report, and say how it ended; for the thread that works on it."""
        try:
            self._loop.run_until_complete(self._probed(store, opener))
            self.state = "done"
        except asyncio.CancelledError:
            self.state = "stopped"
        except LmwalkError as problem:
            self.error, self.state = str(problem), "failed"
        except Exception:
            _LOGGER.exception("the probe of %r ended in a bug", self.model)
            self.error, self.state = "lmwalk itself failed; the terminal it runs in says where.", "failed"
        finally:
            self._ended.set()
            self._loop.close()

    async def _probed(self, store: Store, opener: Callable[[str], Model]) -> None:
        self._task = asyncio.current_task()
        if self._stopped:
            raise asyncio.CancelledError
        model = await asyncio.to_thread(opener, self.model)
        try:
            report = await probe(model, self.size, self)
        finally:
            await model.close()
        await asyncio.to_thread(store.probes.keep, report.model, report.asked_at, report.model_dump_json())

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()


class Probings:
    """The probes of one store, by model; a model has at most one that is under way."""

    def __init__(self, store: Store, opener: Callable[[str], Model] | None = None) -> None:
        self._store = store
        self._opener = opener or partial(open_model, home=store.path.parent)
        self._known: dict[str, Probing] = {}
        self._lock = threading.Lock()

    def start(self, model: str, size: Size | None = None) -> Probing:
        """Probe a model; returns at once. One that is under way already is given back as it is.

        Raises ReadOnlyError where nothing can be kept.
        """
        if self._store.read_only:
            raise ReadOnlyError(f"{SAID}: no model is probed.")
        with self._lock:
            known = self._known.get(model)
            if known and known.state == "running":
                return known
            begun = self._known[model] = Probing(model, size or Size())
        work = threading.Thread(target=begun.run, args=(self._store, self._opener), name="lmwalk-probe", daemon=True)
        work.start()
        return begun

    def get(self, model: str) -> Probing | None:
        """The latest probe of a model in this process."""
        return self._known.get(model)

    def running(self) -> list[Probing]:
        """Every probe that is under way."""
        return [each for each in list(self._known.values()) if each.state == "running"]


_PROBINGS: WeakKeyDictionary[Store, Probings] = WeakKeyDictionary()
_MAKING = threading.Lock()


def probings_of(store: Store) -> Probings:
    """The probes of a store; one object a process and store."""
    with _MAKING:
        if store not in _PROBINGS:
            _PROBINGS[store] = Probings(store)
        return _PROBINGS[store]


@at_end(Stage.BACKGROUND)
def _stop_all() -> None:
    running = [each for probings in list(_PROBINGS.values()) for each in probings.running()]
    for each in running:
        each.stop()
    await_each([each.wait for each in running], PATIENCE_S)
