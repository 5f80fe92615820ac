"""The models that this process holds: each is loaded once, in a thread, when it is first asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lmwalk.errors import LmwalkError, PermanentError
from lmwalk.models.local.failures import failure_of, out_of_memory
from lmwalk.models.local.naming import Wanted
from lmwalk.models.local.worker import Worker

if TYPE_CHECKING:
    from lmwalk.models.local.loading import Loaded

_SHELF: dict[tuple[Wanted, str, str], Weights] = {}
_LOCK = threading.Lock()


class Weights:
    """One model on one device; whoever asks for it by the same name shares it.

    Attributes
    ----------
    loads : int
        How often it was loaded.
    """

    def __init__(self, name: str, wanted: Wanted, device: str, dtype: str) -> None:
        self.name, self.wanted, self.device, self.dtype = name, wanted, device, dtype
        self.loads = 0
        self._asking = 0
        self._future: Future[tuple[Loaded, Worker]] | None = None
        self._began: float | None = None

    @property
    def at_hand(self) -> Loaded | None:
        """The model, where it is loaded now."""
        future = self._future
        return future.result()[0] if future and future.done() and not future.exception() else None

    @property
    def loading_s(self) -> float | None:
        """Seconds for which it has been loading; None where it is not."""
        began, future = self._began, self._future
        return time.monotonic() - began if began is not None and future and not future.done() else None

    def ready(self) -> Future[tuple[Loaded, Worker]]:
        """The model with its worker, once it is loaded; what failed before is tried again."""
        with _LOCK:
            if self._future is None or (self._future.done() and self._future.exception()):
                self._future, self._began = Future(), time.monotonic()
                # a daemon, so that a program can end while it loads
                threading.Thread(target=self._load, args=(self._future,), name="local-loading", daemon=True).start()
            return self._future

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within this, it is not let go of."""
        with _LOCK:
            self._asking += 1
        try:
            yield
        finally:
            with _LOCK:
                self._asking -= 1

    def unload(self) -> None:
        """Let go of the memory, where nobody is asking."""
        with _LOCK:
            future = self._future
            if future is None or not future.done() or self._asking:
                return
            self._future = None
        if not future.exception():
            future.result()[1].end()

    def _load(self, future: Future[tuple[Loaded, Worker]]) -> None:
        try:
            from lmwalk.models.local.loading import loaded

            found = loaded(self.name, self.wanted, self.device, self.dtype, self._make_room)
            found.wording.index  # noqa: B018 - so that no question waits for it
        except BaseException as problem:  # noqa: BLE001 - it is raised where the question was asked
            told = problem if isinstance(problem, LmwalkError) else failure_of(self.name, self.wanted, problem)
            future.set_exception(told)
            return
        self.loads += 1
        future.set_result((found, Worker(found.reader, found.capacity, self._failure)))

    def _make_room(self) -> None:
        for other in tuple(_SHELF.values()):
            if other is not self and other.device == self.device:
                other.unload()

    def _failure(self, problem: Exception) -> Exception:
        """What failed while a question was answered."""
        if isinstance(problem, LmwalkError):
            return problem
        if out_of_memory(problem):
            return PermanentError(
                f"{self.name} ran out of memory on {self.device} while it answered. What may fit: fewer questions at "
                "once (concurrency), shorter ones, numbers of fewer bits (dtype), a smaller model."
            )
        return failure_of(self.name, self.wanted, problem)


def weights_of(name: str, wanted: Wanted, device: str, dtype: str) -> Weights:
    """The one model of this process that is asked for."""
    with _LOCK:
        return _SHELF.setdefault((wanted, device, dtype), Weights(name, wanted, device, dtype))
