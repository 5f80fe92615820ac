"""The owner's side of one run: deals shards to workers, visits these, answers them, and stores their steps."""

from __future__ import annotations

import asyncio
import pickle
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from itertools import groupby
from math import ceil
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

import lmwalk
from lmwalk.cluster import desk
from lmwalk.cluster.dealing import Deck, Pile, shares, size_of_next
from lmwalk.cluster.desk import HANDLER
from lmwalk.cluster.fabric import Fabric, FabricGoneError, Seat, WorkerGoneError
from lmwalk.cluster.messages import Answer, Call, Given, Orders, Planned, Report, Setup, Shard, SupersededError
from lmwalk.engine import Rule
from lmwalk.engine.scheduling import Control
from lmwalk.errors import InputError, LmwalkError
from lmwalk.models.endpoint import FILE
from lmwalk.store import Standing, Store
from lmwalk.store.writer import Told
from lmwalk.study import Condition, Study

VISIT_S = 2.0
"""How long a visit waits at a worker for calls; what comes meanwhile is told at once."""
LOOK_S = 0.1
"""Between looks for orders that changed."""
COUNT_S = 1.0
"""Between looks for workers that came or went."""
LAST_S = 6.0
"""How long the end waits for the last steps of shards that are called off."""
ALONE_S = 10.0
"""Without a worker for so long, somebody is told."""
MOST_LOSSES = 10
"""Losses of its worker after which a shard is not dealt again."""


class Observer(Protocol):
    """Who is told what comes of a run."""

    def taken(self, rows: pa.Table) -> None:
        """Steps were stored that were not there."""

    def spared(self, condition: str) -> None:
        """A trajectory is not begun, as its condition is decided."""

    def waiting(self, model: str, attempt: int, wait_s: float, reason: str) -> None:
        """As ``engine.Observer`` is told."""

    def reported(self, worker: str, report: Report) -> None:
        """How it goes on one worker."""

    def alone(self) -> None:
        """No worker has come for a while."""


class Owner:
    """One run of a study on a fabric of workers. Belongs to the event loop of the jobs."""

    CALLS = ("setup", "select", "begin", "take", "end", "report")
    """What a worker may call."""

    def __init__(self, fabric: Fabric, study: Study, store: Store, control: Control, observer: Observer) -> None:
        self._fabric, self._study, self._store = fabric, study, store
        self._control, self._observer = control, observer
        self._run = uuid.uuid4().hex
        self._rule: Rule | None = None
        self._visited: dict[str, asyncio.Task[None]] = {}
        self._seats = 0
        self._is_over = False
        self._attempts: dict[str, tuple[Shard, str]] = {}
        """The attempts that may store steps: the shard, and the worker."""
        self._latest: dict[str, str] = {}
        self._storing: dict[str, asyncio.Lock] = {}
        self._decks: dict[str, Deck] = {}
        self._planned: Mapping[str, Planned] = {}
        self._ordered: dict[str, Orders] = {}
        self._answering: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Owner:
        await self._fabric.begin()
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        patience_s = 0.0 if kind is FabricGoneError else LAST_S
        self._watching.cancel()
        with suppress(asyncio.CancelledError, LmwalkError):
            await self._watching
        if self._answering:  # nothing is written once the run is over
            await asyncio.wait(self._answering)
        self._is_over = True
        last = [asyncio.create_task(self._visit(worker, Given(is_last=True))) for worker in self._visited]
        tasks = [*last, *self._visited.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---- what is done, in order

    async def plan(self) -> Mapping[str, Planned]:
        """What one worker finds of each condition, once all that are there can ask every model. Raises LmwalkError."""
        await self._while_watched(self._first_worker())
        found = await self._while_watched(self._on_one(desk.plan))
        await self._while_watched(_all([self._check(worker) for worker in tuple(self._visited)]))
        self._planned = found
        return self._planned

    async def ask(self, conditions: Sequence[Condition], left: Mapping[str, Sequence[int]], rule: Rule | None) -> None:
        """Have the trajectories asked that are left of each condition.

        Raises
        ------
        LmwalkError
            A worker cannot ask, or steps can no longer be kept.
        FabricGoneError
            The scheduler is gone; what was stored is safe.
        """
        self._rule = rule
        servers = groupby(sorted(conditions, key=self._server_of), key=self._server_of)
        self._decks = {name: Deck(self._shifts(list(own), left)) for name, own in servers}
        try:
            async with asyncio.TaskGroup() as group:
                ordering = group.create_task(self._order())
                dealing = [group.create_task(self._deal(name, deck)) for name, deck in self._decks.items()]
                failing = group.create_task(self._fail_with_fabric())
                if dealing:
                    await asyncio.wait(dealing)
                ordering.cancel()
                failing.cancel()
        except ExceptionGroup as failures:
            raise _first(failures) from failures

    def _server_of(self, condition: Condition) -> str:
        return self._planned[condition.id].server

    def _shifts(self, conditions: list[Condition], left: Mapping[str, Sequence[int]]) -> list[list[Pile]]:
        """What one server is asked, in order: all at once, or model after model where it holds one at a time."""
        if not self._planned[conditions[0].id].exclusive:
            return [[Pile(each.id, left[each.id]) for each in conditions]]
        by_model = [list(own) for _, own in groupby(conditions, key=lambda each: each.model)]
        if self._study.order != "rounds":
            return [[Pile(each.id, left[each.id]) for each in own] for own in by_model]
        return [
            [Pile(each.id, [number]) for each in own if number in left[each.id]]
            for number in self._study.numbers
            for own in by_model
        ]

    async def _check(self, worker: str) -> None:
        """Raise LmwalkError where a worker cannot ask a model; one that is lost meanwhile is none."""
        checking = asyncio.create_task(self._on_one(desk.check, worker))
        try:
            while not checking.done() and worker in self._visited:
                await asyncio.wait([checking], timeout=COUNT_S)
            if checking.done():
                checking.result()
        finally:
            checking.cancel()

    async def _on_one(self, function: Callable[..., Any], worker: str | None = None) -> Any:
        key = f"lmwalk-{function.__name__}-{uuid.uuid4().hex}"
        task = self._fabric.submit(function, self._run, key, key=key, worker=worker)
        try:
            return await task
        except (asyncio.CancelledError, CancelledError, OSError) as cause:  # the second is another one, and Dask's
            if _is_called_off():
                raise
            raise FabricGoneError("The scheduler no longer answers.") from cause
        finally:
            task.release()

    # ---- dealing

    async def _deal(self, server: str, deck: Deck) -> None:
        """Deal the trajectories of one server until all are over."""
        pace: float | None = None
        out: set[asyncio.Task[float | None]] = set()
        try:
            while not deck.is_over:
                while pile := self._next(server, deck, len(out), pace):
                    out.add(asyncio.create_task(self._shard(deck, pile)))
                if not out:  # there is no worker
                    await asyncio.sleep(LOOK_S)
                    continue
                done, out = await asyncio.wait(out, timeout=COUNT_S, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    pace = task.result() or pace
        finally:
            for task in out:
                task.cancel()
            if out:
                await asyncio.wait(out)

    def _next(self, server: str, deck: Deck, out: int, pace: float | None) -> Pile | None:
        """The next shard, where a seat for it is free, or nearly."""
        seats = self._seats_of(server)
        # one more than there are seats, so that none stays empty while a shard is dealt
        if not self._seats or out > seats:
            return None
        at_once = self._slots if self._is_own(server) else ceil(self._slots / seats)
        size = size_of_next(deck.left, seats, seats - out, at_once, pace)
        # with a rule no more are under way than are asked at once: all in step would all be over when it is decided
        return deck.deal(min(size, at_once) if self._rule else size)

    def _seats_of(self, server: str) -> int:
        """How many shards of a server run side by side: no more than questions that it is asked at once."""
        return self._seats if self._is_own(server) else max(1, min(self._seats, self._slots))

    def _is_own(self, server: str) -> bool:
        return next(each.own_server for each in self._planned.values() if each.server == server)

    @property
    def _slots(self) -> int:
        return self._control.slots or self._study.concurrency

    async def _shard(self, deck: Deck, pile: Pile) -> float | None:
        """Have a shard asked to its end; trajectories a second."""
        unfinished = True
        try:
            for loss in range(MOST_LOSSES):
                await asyncio.sleep(LOOK_S * loss)
                began = time.monotonic()
                if await self._asked(pile):
                    unfinished = False
                    return len(pile.numbers) / max(1e-3, time.monotonic() - began)
            raise InputError(
                f"Workers were lost {MOST_LOSSES} times while they asked the same {len(pile.numbers)} trajectories. "
                "Look at what ends them, such as too little memory, and run the study again; it goes on from there."
            )
        finally:
            deck.take_back(pile, unfinished=unfinished)

    async def _asked(self, pile: Pile) -> bool:
        """Whether a worker asked a shard to its end; it is asked from where it stands."""
        shard = Shard(f"lmwalk-{self._study.name}-{uuid.uuid4().hex}", self._run, pile.condition, tuple(pile.numbers))
        self._storing[shard.name] = asyncio.Lock()
        task = self._fabric.submit(desk.ask, shard, key=shard.name)
        try:
            return bool(await task)
        except SupersededError:
            return False
        except LmwalkError:
            raise
        except (asyncio.CancelledError, CancelledError):
            if _is_called_off():
                await self._call_off(task, shard)
                raise
            return False
        except Exception as problem:
            if type(problem).__module__.split(".")[0] == "distributed":  # the worker was lost, not what it does
                return False
            raise
        finally:
            task.release()
            self._latest.pop(shard.name, None)
            self._storing.pop(shard.name, None)

    async def _call_off(self, task: Any, shard: Shard) -> None:
        """End a shard, and wait a moment for what it has answered."""
        if self._watching.done():  # the scheduler is gone, and nothing can come
            return
        with suppress(Exception):
            async with asyncio.timeout(LAST_S):
                await self._fabric.cancel([task])
                while any(known.name == shard.name for known, _ in self._attempts.values()):
                    await asyncio.sleep(LOOK_S / 2)

    # ---- workers

    async def _watch(self) -> None:
        """Visit every worker that is there."""
        while True:
            seats = await self._fabric.seats()
            self._count(seats)
            await asyncio.sleep(COUNT_S if seats else LOOK_S)

    def _count(self, seats: list[Seat]) -> None:
        there = {seat.address for seat in seats}
        for gone in set(self._visited) - there:
            self._visited.pop(gone).cancel()
            for attempt in [name for name, (_, worker) in self._attempts.items() if worker == gone]:
                del self._attempts[attempt]
        for new in there - set(self._visited):
            self._visited[new] = asyncio.create_task(self._visit_on(new))
        self._seats = sum(seat.shards for seat in seats)

    async def _while_watched(self, work: Any) -> Any:
        """What something gives; raises FabricGoneError where the scheduler goes meanwhile."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait([task, self._watching], return_when=asyncio.FIRST_COMPLETED)
            if self._watching.done():
                self._watching.result()
            return await task
        finally:
            task.cancel()

    async def _fail_with_fabric(self) -> None:
        await asyncio.wait([self._watching])
        self._watching.result()

    async def _first_worker(self) -> None:
        began, is_told = time.monotonic(), False
        while not self._seats:
            await asyncio.sleep(LOOK_S)
            if not is_told and time.monotonic() - began > ALONE_S:
                self._observer.alone()
                is_told = True

    async def _visit_on(self, worker: str) -> None:
        """Visit a worker again and again; each call is answered by itself."""
        received = 0
        while not self._is_over:
            try:
                calls: list[Call] = await self._visit(worker, Given(received=received, wait_s=VISIT_S))
            except WorkerGoneError:
                await asyncio.sleep(LOOK_S)
                continue
            for call in calls:
                received = max(received, call.number)
                task = asyncio.create_task(self._answer(worker, call))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def _visit(self, worker: str, given: Given) -> Any:
        told = await self._fabric.exchange(worker, op=HANDLER, run=self._run, given=pickle.dumps(given, protocol=5))
        if not isinstance(told, bytes):
            raise WorkerGoneError(f"The worker {worker} does not answer as it should.")
        return pickle.loads(told)  # noqa: S301 - of a worker that carries out this user's tasks

    async def _answer(self, worker: str, call: Call) -> None:
        try:
            if call.name not in self.CALLS:
                raise InputError(f"{call.name} cannot be called.")
            answer = Answer(call.number, await getattr(self, f"_{call.name}")(worker, *call.given))
        except Exception as problem:  # noqa: BLE001 - the worker raises it, and so it comes back by the shard
            answer = Answer(call.number, None, problem)
        for _ in range(3):
            with suppress(WorkerGoneError):
                await self._visit(worker, Given((answer,)))
                return

    # ---- what workers call

    async def _setup(self, worker: str) -> Setup:
        home = self._store.path.parent
        endpoints = home / FILE
        text = await asyncio.to_thread(lambda: endpoints.read_text(encoding="utf-8") if endpoints.is_file() else "")
        return Setup(lmwalk.__version__, self._study.to_yaml(), text, self._store.path.name)

    async def _select(self, worker: str, query: str, values: Any, frames: dict[str, pa.Table]) -> pa.Table:
        return await asyncio.to_thread(self._store.select, query, values, frames)

    async def _begin(self, worker: str, shard: Shard, attempt: str) -> tuple[dict[tuple[str, int], Standing], Orders]:
        async with self._lock_of(shard.name):
            self._latest[shard.name] = attempt
            self._attempts = {name: own for name, own in self._attempts.items() if own[0].name != shard.name}
            self._attempts[attempt] = (shard, worker)
            standings = await asyncio.to_thread(self._store.standings, [shard.condition])
        wanted = {(shard.condition, number) for number in shard.numbers}
        self._ordered[attempt] = orders = self._orders()[attempt]
        return {key: standing for key, standing in standings.items() if key in wanted}, orders

    async def _take(self, worker: str, attempt: str, rows: pa.Table, told: list[Told]) -> None:
        shard, _ = self._attempt(attempt)
        async with self._lock_of(shard.name):
            self._attempt(attempt)
            new = await asyncio.to_thread(self._store.take, rows, told)
        if new:  # what came a second time was counted when it came first
            self._observer.taken(rows)
        if self._rule and self._ends_some(rows):
            await self._rule.look()

    def _ends_some(self, rows: pa.Table) -> bool:
        """Whether steps are the last ones of their trajectories."""
        last = pc.or_(pc.is_valid(rows["ended"]), pc.equal(rows["t"], self._study.steps))
        return bool(pc.any(last).as_py())

    async def _end(self, worker: str, attempt: str, spared: int) -> None:
        shard, _ = self._attempt(attempt)
        for _ in range(spared):
            self._observer.spared(shard.condition)
        self._attempts.pop(attempt, None)
        self._ordered.pop(attempt, None)

    async def _report(self, worker: str, report: Report) -> None:
        for waiting in report.waits:
            self._observer.waiting(*waiting)
        self._observer.reported(worker, report)

    def _attempt(self, attempt: str) -> tuple[Shard, str]:
        """The shard of an attempt that may still store steps. Raises SupersededError."""
        if attempt not in self._attempts:
            raise SupersededError("These trajectories are asked by another worker by now.")
        return self._attempts[attempt]

    def _lock_of(self, shard: str) -> asyncio.Lock:
        """Raises SupersededError where the shard is over."""
        if shard not in self._storing:
            raise SupersededError("These trajectories are over.")
        return self._storing[shard]

    # ---- orders

    async def _order(self) -> None:
        """Tell each attempt how to go on, whenever that changes."""
        while True:
            await asyncio.sleep(LOOK_S)
            orders = self._orders()
            changed = {name: own for name, own in orders.items() if self._ordered.get(name) != own}
            by_worker: dict[str, dict[str, Orders]] = {}
            for name, own in changed.items():
                by_worker.setdefault(self._attempts[name][1], {})[name] = own
            for worker, told in by_worker.items():
                with suppress(WorkerGoneError):
                    await self._visit(worker, Given(orders=told))
                    self._ordered |= told

    def _orders(self) -> dict[str, Orders]:
        servers: dict[str, list[str]] = {}
        for attempt, (shard, _) in self._attempts.items():
            servers.setdefault(self._planned[shard.condition].server, []).append(attempt)
        return {
            attempt: Orders(
                self._control.paused,
                self._control.rounds,
                self._control.wakes,
                slots,
                bool(self._rule and self._rule.decided(self._attempts[attempt][0].condition)),
            )
            for server, attempts in servers.items()
            for attempt, slots in self._slots_of(server, attempts).items()
        }

    def _slots_of(self, server: str, attempts: list[str]) -> Mapping[str, int]:
        """How many questions each attempt at a shard of one server may have in flight."""
        if self._is_own(server):
            return dict.fromkeys(attempts, self._slots)
        return shares(self._slots, attempts, min(self._decks[server].out, self._seats_of(server)))


def _is_called_off() -> bool:
    """Whether the task that asks is cancelled itself, and not what it waits for."""
    current = asyncio.current_task()
    return current is None or current.cancelling() > 0


async def _all(works: Sequence[Awaitable[Any]]) -> None:
    await asyncio.gather(*works)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
