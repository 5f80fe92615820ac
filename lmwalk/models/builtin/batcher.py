"""A few threads that answer; who asks while they are busy shares the next batch."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from lmwalk.models.builtin.decoding import Job

Split = Callable[[Sequence[Job]], list[list[Job]]]
Answer = Callable[[Sequence[Job]], None]
Timed = tuple[list[Job], float]
_Item = tuple[list[Job], "Future[Timed]"]


class Batcher:
    """Hands jobs to ``answer`` in batches, from any thread and any event loop.

    Parameters
    ----------
    split : callable
        Splits the jobs that wait into batches.
    answer : callable
        Completes the jobs of one batch; called in each of the threads.
    threads : int
        How many batches are answered at the same time.
    largest : int
        How many questions are taken at once.
    """

    def __init__(self, split: Split, answer: Answer, threads: int = 1, largest: int = 64) -> None:
        self._split = split
        self._answer = answer
        self._count = threads
        self._largest = largest
        self._waiting: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._threads: list[threading.Thread] = []

    def submit(self, jobs: list[Job]) -> Future[Timed]:
        """A future of the same jobs, completed, and the seconds their batch took."""
        future: Future[Timed] = Future()
        self._waiting.put((jobs, future))
        with self._starting:
            while len(self._threads) < self._count:
                # daemons, so that a program can end while they wait for questions
                thread = threading.Thread(target=self._work, name="builtin-model", daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    def _work(self) -> None:
        while True:
            items = self._gathered()
            # a question that was cancelled while it waited is not answered
            self._complete([item for item in items if item[1].set_running_or_notify_cancel()])

    def _gathered(self) -> list[_Item]:
        """One thread's share of what waits: the other threads are to have work too."""
        items = [self._waiting.get()]
        share = -(-(1 + self._waiting.qsize()) // self._count)
        while len(items) < min(share, self._largest):
            try:
                items.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return items

    def _complete(self, items: list[_Item]) -> None:
        owner = {id(job): number for number, (jobs, _) in enumerate(items) for job in jobs}
        left = [len(jobs) for jobs, _ in items]
        for batch in self._split([job for jobs, _ in items for job in jobs]):
            started = time.perf_counter()
            try:
                self._answer(batch)
            except Exception as error:  # noqa: BLE001 - it is raised where the question was asked
                self._fail({owner[id(job)] for job in batch}, items, error)
                continue
            seconds = time.perf_counter() - started
            for job in batch:
                number = owner[id(job)]
                left[number] -= 1
                if not left[number] and not items[number][1].done():
                    items[number][1].set_result((items[number][0], seconds))

    @staticmethod
    def _fail(numbers: set[int], items: list[_Item], error: Exception) -> None:
        for number in numbers:
            if not items[number][1].done():
                items[number][1].set_exception(error)
