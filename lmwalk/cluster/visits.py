"""The owner's way to the workers: it visits each that is there, and answers what it finds there."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Protocol, TypeVar

from lmwalk.cluster.desk import HANDLER
from lmwalk.cluster.fabric import Fabric, FabricGoneError, Seat, WorkerGoneError
from lmwalk.cluster.messages import Answer, Call, Given
from lmwalk.errors import LmwalkError, StoreError

T = TypeVar("T")
VISIT_S = 2.0
"""How long a visit waits at a worker for calls; what comes meanwhile is told at once."""
LOOK_S = 0.1
COUNT_S = 1.0
"""Between looks for workers that came or went."""
LAST_S = 3.0
"""How long the end waits for workers that do not answer."""


class Heard(Protocol):
    """Who answers workers, and is told of them."""

    async def answered(self, name: str, worker: str, *given: Any) -> Any:
        """The result of a call. Raises LmwalkError."""

    def lost(self, worker: str) -> None:
        """A worker is gone."""

    def unfit(self, worker: str, problem: LmwalkError) -> None:
        """A worker cannot ask, and is given nothing."""


class Visits:
    """Visits to all workers of a fabric, for one run, within a ``with`` block.

    Attributes
    ----------
    fit : dict
        The workers that can ask every model, by address.
    unfit : dict
        Why the others that are there cannot.
    """

    def __init__(self, fabric: Fabric, run: str, heard: Heard) -> None:
        self.fit: dict[str, Seat] = {}
        self.unfit: dict[str, LmwalkError] = {}
        self._fabric, self._run, self._heard = fabric, run, heard
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._answering: dict[asyncio.Task[None], str] = {}
        """What is on its way to which worker."""
        self._is_over = False

    async def __aenter__(self) -> Visits:
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watching.cancel()
        with suppress(asyncio.CancelledError, LmwalkError):
            await self._watching
        if kind is not FabricGoneError:
            with suppress(FabricGoneError):
                await self._without_lost()
            if self._answering:
                await asyncio.wait(self._answering, timeout=LAST_S)
        self._is_over = True
        last = [asyncio.create_task(self.visit(worker, Given(is_last=True))) for worker in self._rounds]
        tasks = [*last, *self._rounds.values(), *self._answering]
        if tasks:
            await asyncio.wait(tasks, timeout=0.0 if kind is FabricGoneError else LAST_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def seats(self) -> int:
        """How many shards all workers ask side by side."""
        return sum(seat.shards for seat in self.fit.values())

    @property
    def hosts(self) -> Mapping[str, int]:
        """The same of each machine."""
        found: Counter[str] = Counter()
        for seat in self.fit.values():
            found[seat.host] += seat.shards
        return found

    @property
    def are_known(self) -> bool:
        """Whether there are workers, and of each of them whether it can ask."""
        return bool(self._rounds) and set(self._rounds) <= {*self.fit, *self.unfit}

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
            seats = await self._without_lost()
            for seat in seats:
                if seat.address not in self._rounds:
                    self._rounds[seat.address] = asyncio.create_task(self._attend(seat))
            await asyncio.sleep(COUNT_S if seats else LOOK_S)

    async def _without_lost(self) -> list[Seat]:
        """The workers that are there, those that are gone let go of. Raises FabricGoneError."""
        seats = await self._fabric.seats()
        for gone in set(self._rounds) - {seat.address for seat in seats}:
            for task in [self._rounds.pop(gone), *(each for each, to in self._answering.items() if to == gone)]:
                task.cancel()
            self.fit.pop(gone, None)
            self.unfit.pop(gone, None)
            self._heard.lost(gone)
        return seats

    async def _attend(self, seat: Seat) -> None:
        """Find out whether a worker can ask, and answer what it wants meanwhile and from then on."""
        if not await self._can(seat.address, partial(self._fabric.begin, seat.address)):
            return
        receiving = asyncio.create_task(self._receive(seat.address))
        try:
            if await self._can(seat.address, partial(self.visit, seat.address, Given(checks=True))):
                self.fit[seat.address] = seat
            await receiving
        finally:
            receiving.cancel()
            await asyncio.wait([receiving])

    async def _can(self, worker: str, act: Callable[[], Awaitable[object]]) -> bool:
        """Whether a worker can do something, which is tried until it answers; one that cannot is unfit."""
        while True:
            try:
                await act()
                return True
            except WorkerGoneError:
                await asyncio.sleep(LOOK_S)
            except LmwalkError as problem:
                self.unfit[worker] = problem
                self._heard.unfit(worker, problem)
                return False

    async def _receive(self, worker: str) -> None:
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
                self._answering[task] = worker
                task.add_done_callback(self._answering.pop)

    async def _answer(self, worker: str, call: Call) -> None:
        try:
            answer = Answer(call.number, await self._heard.answered(call.name, worker, *call.given))
        except LmwalkError as problem:
            answer = Answer(call.number, None, problem)
        except Exception:
            logging.getLogger(__name__).exception("what a worker asked for ended in a bug")
            answer = Answer(call.number, None, StoreError("lmwalk itself failed; the terminal it runs in says where."))
        while worker in self._rounds and not self._is_over:  # the worker will not ask again
            try:
                await self.visit(worker, Given((answer,)))
                return
            except WorkerGoneError:
                await asyncio.sleep(LOOK_S)
