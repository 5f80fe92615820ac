"""The owner's side of one run: deals shards to workers, answers and orders these, and stores their steps."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil
from types import TracebackType
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

import lmwalk
from lmwalk.cluster import desk
from lmwalk.cluster.dealing import Deck, Pile, shares, size_of_next
from lmwalk.cluster.fabric import Fabric, FabricGoneError, WorkerGoneError
from lmwalk.cluster.messages import Given, Orders, Planned, Report, Setup, Shard, SupersededError
from lmwalk.cluster.together import Together
from lmwalk.cluster.visits import COUNT_S, LAST_S, LOOK_S, Visits
from lmwalk.engine import Rule
from lmwalk.engine.scheduling import Control
from lmwalk.errors import InputError, LmwalkError
from lmwalk.models.endpoint import FILE
from lmwalk.store import Standing, Store
from lmwalk.store.writer import Told
from lmwalk.study import Condition, Study

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


@dataclass
class _Out:
    """A shard that is dealt: the one attempt that may store its steps, whose worker that is, and when it began.

    ``stands`` is the last step that is stored of each trajectory, or under way to the disk.
    """

    shard: Shard
    attempt: str = ""
    worker: str = ""
    began: float = 0.0
    stands: dict[int, int] = field(default_factory=dict)
    storing: asyncio.Lock = field(default_factory=asyncio.Lock)
    ordered: Orders = field(default_factory=Orders)

    def new_of(self, rows: pa.Table) -> pa.Table:
        """Those of some steps, in order, that are not stored; they count as stored from now on."""
        new = []
        for place, (number, t) in enumerate(zip(rows["trajectory"].to_pylist(), rows["t"].to_pylist(), strict=True)):
            if t > self.stands.get(number, 0):
                self.stands[number] = t
                new.append(place)
        return rows if len(new) == len(rows) else rows.take(new)


class Owner:
    """One run of a study on a fabric of workers. Belongs to the event loop of the jobs."""

    CALLS = ("setup", "select", "begin", "take", "end", "report")
    """What a worker may call."""

    def __init__(self, fabric: Fabric, study: Study, store: Store, control: Control, observer: Observer) -> None:
        self._fabric, self._study, self._store = fabric, study, store
        self._control, self._observer = control, observer
        self._run = uuid.uuid4().hex
        self._visits = Visits(fabric, self._run, self._answered, self._lost)
        self._rule: Rule | None = None
        self._decks: dict[str, Deck] = {}
        self._planned: Mapping[str, Planned] = {}
        self._out: dict[str, _Out] = {}
        self._together = Together(store)

    async def __aenter__(self) -> Owner:
        await self._visits.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._visits.__aexit__(kind, problem, trace)
        await self._together.end()  # nothing is written once the run is over

    # ---- what is done, in order

    async def plan(self) -> Mapping[str, Planned]:
        """What one worker finds of each condition, once all that are there can ask every model. Raises LmwalkError."""
        await self._visits.while_there(self._first_worker())
        await self._visits.while_there(self._check_all())
        self._planned = await self._visits.while_there(self._planned_by_one())
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
        ordering = asyncio.create_task(self._order())
        try:
            await self._visits.while_there(self._deal_all())
        except ExceptionGroup as failures:
            raise _first(failures) from failures
        finally:
            ordering.cancel()

    async def _first_worker(self) -> None:
        began, is_told = time.monotonic(), False
        while not self._visits.seats:
            await asyncio.sleep(LOOK_S)
            if not is_told and time.monotonic() - began > ALONE_S:
                self._observer.alone()
                is_told = True

    async def _check_all(self) -> None:
        """Raise LmwalkError where a worker cannot ask a model; one that is lost meanwhile is none."""
        checks = [self._visits.visit(worker, Given(checks=True)) for worker in self._visits.workers]
        for found in await asyncio.gather(*checks, return_exceptions=True):
            if isinstance(found, BaseException) and not isinstance(found, WorkerGoneError):
                raise found

    async def _planned_by_one(self) -> dict[str, Planned]:
        key = f"lmwalk-plan-{uuid.uuid4().hex}"
        task = self._fabric.submit(desk.plan, self._run, key, key=key)
        try:
            found: dict[str, Planned] = await task
            return found
        except (asyncio.CancelledError, CancelledError, OSError) as cause:  # the second is another one, and Dask's
            if _is_called_off():
                raise
            raise FabricGoneError("The scheduler no longer answers.") from cause
        finally:
            task.release()

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

    # ---- dealing

    async def _deal_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for server, deck in self._decks.items():
                group.create_task(self._deal(server, deck))

    async def _deal(self, server: str, deck: Deck) -> None:
        """Deal the trajectories of one server until all are over."""
        pace: float | None = None
        out: set[asyncio.Task[float]] = set()
        try:
            while not deck.is_over:
                while pile := self._next(server, deck, pace):
                    out.add(asyncio.create_task(self._shard(deck, pile)))
                if not out:  # there is no worker
                    await asyncio.sleep(LOOK_S)
                    continue
                done, out = await asyncio.wait(out, timeout=COUNT_S, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    pace = task.result()
        finally:
            for task in out:
                task.cancel()
            if out:
                await asyncio.wait(out)

    def _next(self, server: str, deck: Deck, pace: float | None) -> Pile | None:
        """The next shard, where a seat for it is free, or nearly."""
        seats = self._seats_of(server)
        # one more than there are seats, so that none stays empty while a shard is dealt
        if not self._visits.seats or deck.out > seats:
            return None
        at_once = self._slots if self._is_own(server) else ceil(self._slots / seats)
        size = size_of_next(deck.left, seats, seats - deck.out, at_once, pace)
        # with a rule no more are under way than are asked at once: all in step would all be over when it is decided
        return deck.deal(min(size, at_once) if self._rule else size)

    def _seats_of(self, server: str) -> int:
        """How many shards of a server run side by side: no more than questions that it is asked at once."""
        seats = self._visits.seats
        return seats if self._is_own(server) else max(1, min(seats, self._slots))

    def _is_own(self, server: str) -> bool:
        return next(each.own_server for each in self._planned.values() if each.server == server)

    @property
    def _slots(self) -> int:
        return self._control.slots or self._study.concurrency

    async def _shard(self, deck: Deck, pile: Pile) -> float:
        """Have a shard asked to its end; trajectories a second."""
        unfinished = True
        try:
            for loss in range(MOST_LOSSES):
                await asyncio.sleep(LOOK_S * loss)
                if (seconds := await self._asked(pile)) is not None:
                    unfinished = False
                    return len(pile.numbers) / max(1e-3, seconds)
            raise InputError(
                f"Workers were lost {MOST_LOSSES} times while they asked the same {len(pile.numbers)} trajectories. "
                "Look at what ends them, such as too little memory, and run the study again; it goes on from there."
            )
        finally:
            deck.take_back(pile, unfinished=unfinished)

    async def _asked(self, pile: Pile) -> float | None:
        """For how long a worker asked a shard, from where it stands to its end; None where it did not come so far."""
        name = f"lmwalk-{self._study.name}-{uuid.uuid4().hex}"
        self._out[name] = out = _Out(Shard(name, self._run, pile.condition, tuple(pile.numbers)))
        task = self._fabric.submit(desk.ask, out.shard, key=name)
        try:
            return time.monotonic() - out.began if await task else None
        except SupersededError:
            return None
        except LmwalkError:
            raise
        except (asyncio.CancelledError, CancelledError):
            if _is_called_off():
                await self._call_off(task, out)
                raise
            return None
        except Exception as problem:
            if type(problem).__module__.split(".")[0] == "distributed":  # the worker was lost, not what it does
                return None
            raise
        finally:
            task.release()
            del self._out[name]

    async def _call_off(self, task: Any, out: _Out) -> None:
        """End a shard, and wait a moment for what it has answered."""
        if self._visits.is_lost:  # nothing can come
            return
        with suppress(Exception):
            async with asyncio.timeout(LAST_S):
                await self._fabric.cancel([task])
                while out.attempt:
                    await asyncio.sleep(LOOK_S / 2)

    # ---- what workers call

    async def _answered(self, name: str, worker: str, *given: Any) -> Any:
        """What a call of a worker gives. Raises LmwalkError."""
        if name not in self.CALLS:
            raise InputError(f"{name} cannot be called.")
        return await getattr(self, f"_{name}")(worker, *given)

    def _lost(self, worker: str) -> None:
        """Let a worker that is gone store nothing any more, should it come back."""
        for out in self._out.values():
            if out.worker == worker:
                out.attempt = ""

    async def _setup(self, worker: str) -> Setup:
        home = self._store.path.parent
        endpoints = home / FILE
        text = await asyncio.to_thread(lambda: endpoints.read_text(encoding="utf-8") if endpoints.is_file() else "")
        return Setup(lmwalk.__version__, self._study.to_yaml(), text, self._store.path.name)

    async def _select(self, worker: str, query: str, values: Any, frames: dict[str, pa.Table]) -> pa.Table:
        return await asyncio.to_thread(self._store.select, query, values, frames)

    async def _begin(self, worker: str, shard: Shard, attempt: str) -> tuple[dict[tuple[str, int], Standing], Orders]:
        if shard.name not in self._out:
            raise SupersededError("These trajectories are over.")
        out = self._out[shard.name]
        async with out.storing:
            out.attempt, out.worker, out.began = attempt, worker, time.monotonic()
            standings = await asyncio.to_thread(self._store.standings, [shard.condition])
            begun = {key: standing for key, standing in standings.items() if key[1] in shard.numbers}
            out.stands = {number: standing.t for (_, number), standing in begun.items()}
        out.ordered = self._orders().get(attempt, Orders())
        return begun, out.ordered

    async def _take(self, worker: str, attempt: str, rows: pa.Table, told: list[Told]) -> None:
        out = self._held_by(attempt)
        async with out.storing:
            self._held_by(attempt)
            new = out.new_of(rows)
            await self._together.put(new, told)
        self._observer.taken(new)
        if self._rule and self._ends_some(rows):
            await self._rule.look()

    def _ends_some(self, rows: pa.Table) -> bool:
        """Whether steps are the last ones of their trajectories."""
        last = pc.or_(pc.is_valid(rows["ended"]), pc.equal(rows["t"], self._study.steps))
        return bool(pc.any(last).as_py())

    async def _end(self, worker: str, attempt: str, spared: int) -> None:
        out = self._held_by(attempt)
        for _ in range(spared):
            self._observer.spared(out.shard.condition)
        out.attempt = ""

    async def _report(self, worker: str, report: Report) -> None:
        for waiting in report.waits:
            self._observer.waiting(*waiting)
        self._observer.reported(worker, report)

    def _held_by(self, attempt: str) -> _Out:
        """The shard that an attempt may store steps of. Raises SupersededError."""
        for out in self._out.values():
            if out.attempt == attempt:
                return out
        raise SupersededError("These trajectories are asked by another worker by now.")

    # ---- orders

    async def _order(self) -> None:
        """Tell each attempt how to go on, whenever that changes."""
        while True:
            await asyncio.sleep(LOOK_S)
            orders = self._orders()
            told: dict[str, dict[str, Orders]] = {}
            for out in self._out.values():
                if out.attempt and out.ordered != orders[out.attempt]:
                    out.ordered = orders[out.attempt]
                    told.setdefault(out.worker, {})[out.attempt] = out.ordered
            visits = [self._visits.visit(worker, Given(orders=own)) for worker, own in told.items()]
            if visits:  # a worker that does not answer is lost, and what it asks is dealt again
                await asyncio.wait([asyncio.ensure_future(each) for each in visits], timeout=COUNT_S)

    def _orders(self) -> dict[str, Orders]:
        """How each attempt is to go on now."""
        servers: dict[str, list[_Out]] = {}
        for out in self._out.values():
            if out.attempt:
                servers.setdefault(self._planned[out.shard.condition].server, []).append(out)
        return {
            out.attempt: Orders(
                *(self._control.paused, self._control.rounds, self._control.wakes, slots[out.attempt]),
                bool(self._rule and self._rule.decided(out.shard.condition)),
            )
            for server, own in servers.items()
            for slots in [self._slots_of(server, [out.attempt for out in own])]
            for out in own
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


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
