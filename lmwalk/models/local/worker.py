"""One thread that asks the network for all questions at once: they join and leave between two tokens."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from lmwalk.models.local.answering import Ids, Steps

T = TypeVar("T")
_OF_ONE_TURN = 64
"""Questions that share a turn."""


class Reads(Protocol):
    """What a worker needs of ``reader.Reader``."""

    def logits(self, sequences: Sequence[Ids]) -> list[Any]:
        """The logits after each sequence."""


@dataclass(eq=False)
class _Asked(Generic[T]):
    """A question under way: what it wants to know next, and the future of what comes of it."""

    begin: Callable[[], Steps[T]]
    length: int
    future: Future[tuple[T, float]] = field(default_factory=Future)
    steps: Steps[T] | None = None
    wanted: list[Ids] = field(default_factory=list)
    began: float = 0.0


class Worker:
    """Answers the questions of any threads and event loops.

    Parameters
    ----------
    reads : Reads
        Used by this worker's thread alone.
    capacity : int
        Tokens of all questions that are under way together; a longer one is under way alone.
    on_failure : callable
        Turns what was raised into what is told; called within the thread.
    """

    def __init__(self, reads: Reads, capacity: int, on_failure: Callable[[Exception], Exception]) -> None:
        self._reads, self._capacity, self._on_failure = reads, capacity, on_failure
        self._waiting: queue.SimpleQueue[_Asked[Any] | None] = queue.SimpleQueue()
        self._next: list[_Asked[Any]] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ended = False

    def submit(self, begin: Callable[[], Steps[T]], length: int) -> Future[tuple[T, float]]:
        """A future of what the steps come to, and the seconds from their first turn to their last.

        Parameters
        ----------
        begin : callable
            Begins the steps; called within the thread.
        length : int
            Tokens that they may come to.
        """
        asked = _Asked(begin, length)
        self._waiting.put(asked)
        with self._lock:
            if self._thread is None:
                # a daemon, so that a program can end while it waits for questions
                self._thread = threading.Thread(target=self._work, name="local-model", daemon=True)
                self._thread.start()
        return asked.future

    def end(self) -> None:
        """Let the thread go, once the questions under way are answered."""
        self._waiting.put(None)

    def _work(self) -> None:
        under_way: list[_Asked[Any]] = []
        while under_way or self._next or not self._ended:
            under_way += self._joining(under_way)
            under_way = [asked for asked in under_way if not asked.future.cancelled() and self._is_begun(asked)]
            if under_way:
                under_way = self._turn(under_way)

    def _joining(self, under_way: Sequence[_Asked[Any]]) -> list[_Asked[Any]]:
        """The questions that wait and fit beside the others; waits where there is nothing else to do."""
        while not self._ended and (not self._waiting.empty() or not (under_way or self._next)):
            asked = self._waiting.get()
            self._ended = self._ended or asked is None
            self._next += [asked] if asked else []
        joining: list[_Asked[Any]] = []
        room = self._capacity - sum(asked.length for asked in under_way)
        while self._next and len(under_way) + len(joining) < _OF_ONE_TURN:
            if (under_way or joining) and self._next[0].length > room:
                break
            joining.append(self._next.pop(0))
            room -= joining[-1].length
        return joining

    def _is_begun(self, asked: _Asked[Any]) -> bool:
        """Begin a question that is not; whether it wants anything."""
        if asked.steps is not None:
            return True
        asked.steps, asked.began = asked.begin(), time.perf_counter()
        return self._went_on(asked, None)

    def _turn(self, under_way: list[_Asked[Any]]) -> list[_Asked[Any]]:
        """One pass for all of them; those that want another."""
        try:
            found = iter(self._reads.logits([ids for asked in under_way for ids in asked.wanted]))
        except Exception as problem:  # noqa: BLE001 - it is raised where the question was asked
            return self._apart(under_way, problem)
        return [asked for asked in under_way if self._went_on(asked, [next(found) for _ in asked.wanted])]

    def _apart(self, under_way: list[_Asked[Any]], problem: Exception) -> list[_Asked[Any]]:
        """What failed together is asked one by one, as one of them may be too long; what fails alone has failed."""
        told = self._on_failure(problem)
        if len(under_way) == 1:
            self._settle(under_way[0], None, told)
            return []
        return [asked for each in under_way for asked in self._turn([each])]

    def _went_on(self, asked: _Asked[Any], found: list[Any] | None) -> bool:
        assert asked.steps is not None
        try:
            asked.wanted = next(asked.steps) if found is None else asked.steps.send(found)
        except StopIteration as done:
            self._settle(asked, (done.value, time.perf_counter() - asked.began), None)
            return False
        except Exception as problem:  # noqa: BLE001 - it is raised where the question was asked
            self._settle(asked, None, self._on_failure(problem))
            return False
        return True

    @staticmethod
    def _settle(asked: _Asked[Any], result: Any, problem: Exception | None) -> None:
        with suppress(CancelledError, InvalidStateError):  # nobody waits for it any more
            if problem is None:
                asked.future.set_result(result)
            else:
                asked.future.set_exception(problem)


def once(work: Callable[[], T]) -> Steps[T]:
    """Steps that do something else between two turns, with the network to themselves."""
    return work()
    yield []  # makes it a generator
