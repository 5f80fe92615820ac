"""The worker's side: what shards want of the owner lies here until the owner comes for it.

A worker never calls the owner, which may be behind a firewall: the owner comes by way of the scheduler, takes what
lies here, and brings answers and orders. Shards are asked on an event loop of their own, in one thread of the worker,
so that a model that computes does not keep Dask waiting.
"""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from functools import lru_cache
from typing import Any, TypeVar

from lmwalk.cluster.messages import Answer, Call, Given, Planned, Report, Shard, SupersededError
from lmwalk.cluster.shard import Bench
from lmwalk.errors import LmwalkError

T = TypeVar("T")
HANDLER = "lmwalk_exchange"
"""What the owner calls at a worker."""
LEASE_S = 60.0
"""Without a visit of its owner for so long, a run is over; an owner comes every few seconds."""
REPORT_S = 1.0
GONE = "The owner of the run is gone."
LOOK_S = 0.2
"""Between looks whether work is still wanted."""


class Channel:
    """What one run has on this worker: its calls, its shards, and what they share. Belongs to the loop of the desk."""

    def __init__(self) -> None:
        self.heard = time.monotonic()
        self.bench = Bench(self.call)
        self._calls: dict[int, Call] = {}
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._last = 0
        self._is_over = False
        self._new = asyncio.Event()
        self._reported, self._again = Report(), 0.0

    async def call(self, name: str, *given: Any) -> Any:
        """What the owner answers. Raises what it raised there, and SupersededError where the owner is gone."""
        if self._is_over:
            raise SupersededError(GONE)
        self._last += 1
        number, answer = self._last, asyncio.get_running_loop().create_future()
        self._calls[number], self._waiting[number] = Call(number, name, given), answer
        self._new.set()
        try:
            return await answer
        finally:
            self._calls.pop(number, None)
            self._waiting.pop(number, None)

    async def exchange(self, given: Given) -> list[Call]:
        """Take what the owner brings; the calls that it has not received."""
        self.heard = time.monotonic()
        for answer in given.answers:
            self._settle(answer)
        for attempt, ordered in given.orders.items():
            self.bench.order(attempt, ordered)
        if given.wait_s:
            self._report()
        if given.wait_s and not self._later_than(given.received):
            self._new.clear()
            try:
                async with asyncio.timeout(given.wait_s):
                    await self._new.wait()
            except TimeoutError:
                pass
        return self._later_than(given.received) if given.wait_s else []

    def end(self) -> None:
        """Let the visit that waits here go, and whoever waits for an answer."""
        self._is_over = True
        self._new.set()
        for number in list(self._waiting):
            self._settle(Answer(number, None, SupersededError(GONE)))

    def _later_than(self, received: int) -> list[Call]:
        return [call for number, call in self._calls.items() if number > received]

    def _settle(self, answer: Answer) -> None:
        waiting = self._waiting.get(answer.number)
        if waiting is None or waiting.done():
            return
        if answer.error is not None:
            waiting.set_exception(answer.error)
        else:
            waiting.set_result(answer.found)
        self._calls.pop(answer.number, None)

    def _report(self) -> None:
        """Tell how it goes, where that has changed, and no more than once a second: to tell ends the owner's visit."""
        if time.monotonic() < self._again:
            return
        report = self.bench.report()
        if report != self._reported:
            self._reported, self._again = report, time.monotonic() + REPORT_S
            task = asyncio.create_task(self.call("report", report))
            self.bench.background.add(task)
            task.add_done_callback(self.bench.background.discard)


class Desk:
    """All runs of one worker process."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="lmwalk-shards", daemon=True).start()
        self._begin(self._watch())

    def _begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def exchange(self, run: str, given: bytes) -> bytes:
        """A visit of a run's owner; may be awaited on any loop."""
        return await asyncio.wrap_future(self._begin(self._exchange(run, given)))

    async def _exchange(self, run: str, given: bytes) -> bytes:
        told: Given = pickle.loads(given)  # noqa: S301 - of the scheduler's client, whose tasks this worker runs anyway
        if told.is_last:
            await self._close(run)
            return pickle.dumps([])
        channel = self._channel(run)
        try:
            if told.checks:
                await channel.bench.check()
            return pickle.dumps(await channel.exchange(told), protocol=5)
        except LmwalkError as problem:
            return pickle.dumps(problem)

    def _channel(self, run: str) -> Channel:
        if run not in self._channels:
            self._channels[run] = Channel()
        return self._channels[run]

    def plan(self, run: str, key: str) -> dict[str, Planned]:
        """What there is to say of each condition before anything is asked. Raises LmwalkError."""
        found: dict[str, Planned] = self._done(key, run, lambda channel: channel.bench.plan())
        return found

    def ask(self, shard: Shard) -> bool:
        """Ask a shard to its end; False where it was called off before."""
        return bool(self._done(shard.name, shard.run, lambda channel: channel.bench.ask(shard)))

    def drop(self, key: str) -> None:
        """Call off the work of a Dask task."""
        self._loop.call_soon_threadsafe(self._drop, key)

    def _drop(self, key: str) -> None:
        if task := self._tasks.get(key):
            task.cancel()

    def drop_all(self, patience_s: float) -> None:
        """Call off everything, as the worker ends; what was answered has so many seconds to be sent."""
        for key in list(self._tasks):
            self.drop(key)
        self._loop.call_soon_threadsafe(self._loop.call_later, patience_s, self._end_all)

    def _end_all(self) -> None:
        for channel in self._channels.values():
            channel.end()

    def _done(self, key: str, run: str, work: Any) -> Any:
        """What work on a run gives, to a thread of Dask's; False where it was called off."""
        begun = self._begin(self._do(key, run, work))
        while not begun.done() and _is_wanted(key):
            wait([begun], LOOK_S)
        if not begun.done():
            self.drop(key)
        return begun.result()

    async def _do(self, key: str, run: str, work: Any) -> Any:
        task = asyncio.ensure_future(work(self._channel(run)))
        self._tasks[key] = task
        try:
            return await task
        except asyncio.CancelledError:
            return False
        finally:
            self._tasks.pop(key, None)

    async def _watch(self) -> None:
        """End the runs whose owners are gone."""
        while True:
            await asyncio.sleep(LOOK_S)
            for run, channel in list(self._channels.items()):
                if time.monotonic() - channel.heard > LEASE_S:
                    await self._close(run)

    async def _close(self, run: str) -> None:
        if channel := self._channels.pop(run, None):
            channel.end()
            await channel.bench.close()


def _is_wanted(key: str) -> bool:
    """Whether anybody still waits for a task of this worker; Dask itself does not end a thread."""
    from distributed import get_worker

    task = get_worker().state.tasks.get(key)
    return task is not None and task.state in ("executing", "long-running")


@lru_cache(maxsize=1)
def desk() -> Desk:
    """The one of this process."""
    return Desk()


def plan(run: str, key: str) -> dict[str, Planned]:
    """As ``Desk.plan``, as a Dask task."""
    return desk().plan(run, key)


def ask(shard: Shard) -> bool:
    """As ``Desk.ask``, as a Dask task."""
    return desk().ask(shard)
