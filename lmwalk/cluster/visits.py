"""The owner's way to the workers: it visits each that is there, and answers what it finds there."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

from lmwalk.cluster.desk import HANDLER
from lmwalk.cluster.fabric import Fabric, FabricGoneError, WorkerGoneError
from lmwalk.cluster.messages import Answer, Call, Given
from lmwalk.errors import LmwalkError, StoreError

T = TypeVar("T")
VISIT_S = 2.0
"""How long a visit waits at a worker for calls; what comes meanwhile is told at once."""
LOOK_S = 0.1
COUNT_S = 1.0
"""Between looks for workers that came or went."""
LAST_S = 6.0
"""How long the end waits for workers that do not answer."""
ATTEMPTS = 3


class Visits:
    """Visits to all workers of a fabric, for one run, within a ``with`` block.

    Parameters
    ----------
    answered : callable
        Gives the result of a call (its name, the worker, what goes with it), or raises.
    lost : callable
        Is told the address of a worker that is gone.

    Attributes
    ----------
    seats : int
        How many shards all workers ask side by side.
    """

    def __init__(
        self, fabric: Fabric, run: str, answered: Callable[..., Awaitable[Any]], lost: Callable[[str], None]
    ) -> None:
        self.seats = 0
        self._fabric, self._run = fabric, run
        self._answered, self._lost = answered, lost
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._is_over = False

    async def __aenter__(self) -> Visits:
        await self._fabric.begin()
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watching.cancel()
        with suppress(asyncio.CancelledError, LmwalkError):
            await self._watching
        self._is_over = True
        last = [asyncio.create_task(self.visit(worker, Given(is_last=True))) for worker in self._rounds]
        tasks = [*last, *self._rounds.values(), *self._answering]
        if tasks:
            await asyncio.wait(tasks, timeout=0.0 if kind is FabricGoneError else LAST_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def workers(self) -> list[str]:
        """The addresses of the workers that are there."""
        return list(self._rounds)

    @property
    def is_lost(self) -> bool:
        """Whether the scheduler is gone."""
        return self._watching.done()

    async def while_there(self, work: Coroutine[Any, Any, T]) -> T:
        """What something gives; raises FabricGoneError where the scheduler goes meanwhile."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait([task, self._watching], return_when=asyncio.FIRST_COMPLETED)
            if self._watching.done():
                self._watching.result()
            return await task
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait([task])

    async def visit(self, worker: str, given: Given) -> list[Call]:
        """Bring something to a worker; the calls found there. Raises WorkerGoneError, and what the worker raised."""
        told = await self._fabric.exchange(worker, op=HANDLER, run=self._run, given=pickle.dumps(given, protocol=5))
        if not isinstance(told, bytes):
            raise WorkerGoneError(f"The worker {worker} does not answer as it should.")
        found = pickle.loads(told)  # noqa: S301 - of a worker that carries out this user's tasks
        if isinstance(found, LmwalkError):
            raise found
        calls: list[Call] = found
        return calls

    async def _watch(self) -> None:
        """Visit every worker that is there. Raises FabricGoneError."""
        while True:
            seats = await self._fabric.seats()
            there = {seat.address for seat in seats}
            for gone in set(self._rounds) - there:
                self._rounds.pop(gone).cancel()
                self._lost(gone)
            for new in there - set(self._rounds):
                self._rounds[new] = asyncio.create_task(self._visit_on(new))
            self.seats = sum(seat.shards for seat in seats)
            await asyncio.sleep(COUNT_S if seats else LOOK_S)

    async def _visit_on(self, worker: str) -> None:
        """Visit a worker again and again; each call is answered by itself."""
        received = 0
        while not self._is_over:
            try:
                calls = await self.visit(worker, Given(received=received, wait_s=VISIT_S))
            except WorkerGoneError:
                await asyncio.sleep(LOOK_S)
                continue
            for call in calls:
                received = max(received, call.number)
                task = asyncio.create_task(self._answer(worker, call))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def _answer(self, worker: str, call: Call) -> None:
        try:
            answer = Answer(call.number, await self._answered(call.name, worker, *call.given))
        except LmwalkError as problem:
            answer = Answer(call.number, None, problem)
        except Exception:
            logging.getLogger(__name__).exception("what a worker asked for ended in a bug")
            answer = Answer(call.number, None, StoreError("lmwalk itself failed; the terminal it runs in says where."))
        for _ in range(ATTEMPTS):
            with suppress(WorkerGoneError):
                await self.visit(worker, Given((answer,)))
                return
