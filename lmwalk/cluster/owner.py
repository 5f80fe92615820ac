"""The owner's side of one run: deals shards to workers, answers and orders these, and stores their steps."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Container, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from itertools import groupby
from math import ceil
from types import TracebackType
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

import lmwalk
from lmwalk.cluster import desk
from lmwalk.cluster.dealing import Deck, Pile, size_of_next
from lmwalk.cluster.fabric import Fabric, FabricGoneError
from lmwalk.cluster.limits import Limits
from lmwalk.cluster.messages import Begun, Planned, Report, Setup, Shard, SupersededError
from lmwalk.cluster.out import Out
from lmwalk.cluster.steering import Steering
from lmwalk.cluster.together import Together
from lmwalk.cluster.visits import COUNT_S, LAST_S, LOOK_S, Visits
from lmwalk.engine import Rule
from lmwalk.engine.scheduling import Control
from lmwalk.engine.together import together
from lmwalk.errors import InputError, LmwalkError
from lmwalk.models.endpoint import FILE
from lmwalk.store import Store
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

    def lost(self, worker: str) -> None:
        """A worker is gone."""

    def unfit(self, worker: str, problem: LmwalkError) -> None:
        """A worker that came while the study runs cannot ask it."""

    def alone(self, *, is_so: bool) -> None:
        """Whether there has been no worker for a while."""


class Owner:
    """One run of a study on a fabric of workers. Belongs to the event loop of the jobs."""

    CALLS = ("setup", "select", "begin", "take", "end", "report")
    """What a worker may call."""

    def __init__(self, fabric: Fabric, study: Study, store: Store, control: Control, observer: Observer) -> None:
        self._fabric, self._study, self._store = fabric, study, store
        self._control, self._observer = control, observer
        self._run = uuid.uuid4().hex
        self._visits = Visits(fabric, self._run, self)
        self._rule: Rule | None = None
        self._begun: Container[tuple[str, int]] = ()
        self._decks: dict[str, Deck] = {}
        self._planned: Mapping[str, Planned] = {}
        self._out: dict[str, Out] = {}
        self._together = Together(store)
        self._failed: set[tuple[str, int]] = set()
        """The trajectories that ended in an error; only another run asks them again."""
        self._seen = time.monotonic()
        """When there was a worker last."""

    async def __aenter__(self) -> Owner:
        await self._visits.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._visits.__aexit__(kind, problem, trace)
        await self._together.settled()  # nothing is written once the run is over

    # ---- what is done, in order

    async def plan(self) -> Mapping[str, Planned]:
        """What one worker finds of each condition, once all that are there can ask every model. Raises LmwalkError."""
        await self._visits.while_there(self._workers())
        for problem in self._visits.unfit.values():
            raise problem
        self._planned = await self._visits.while_there(self._planned_by_one())
        self._limits = Limits(self._planned, self._study.concurrency, self._control, self._visits)
        return self._planned

    async def ask(
        self,
        conditions: Sequence[Condition],
        left: Mapping[str, Sequence[int]],
        begun: Container[tuple[str, int]],
        rule: Rule | None,
    ) -> None:
        """Have trajectories asked.

        Parameters
        ----------
        left : mapping
            The numbers of those that are left of each condition, by its id.
        begun : container of (str, int)
            Those of them that have begun, which are asked to their ends whatever a rule decides.

        Raises
        ------
        LmwalkError
            A worker cannot ask, or steps can no longer be kept.
        FabricGoneError
            The scheduler is gone; what was stored is safe.
        """
        self._rule, self._begun = rule, begun

        def server(condition: Condition) -> str:
            return self._limits.server_of(condition.id)

        servers = groupby(sorted(conditions, key=server), key=server)
        self._decks = {name: Deck(self._shifts(list(own), left)) for name, own in servers}
        self._steering = Steering(self._limits, self._out, self._decks, self._is_decided)
        ordering = asyncio.create_task(self._order())
        try:
            await self._visits.while_there(self._deal_all())
        finally:
            ordering.cancel()

    async def _workers(self) -> None:
        """Wait until there are workers, and of each of them it is known whether it can ask."""
        while not self._visits.are_known:
            self._mind_loneliness()
            await asyncio.sleep(LOOK_S)

    def _mind_loneliness(self) -> None:
        """Tell where there has been no worker for a while, and that there is one again."""
        now = time.monotonic()
        was_alone = now - self._seen > ALONE_S
        if self._visits.fit:
            self._seen = now
        if was_alone:
            self._observer.alone(is_so=not self._visits.fit)

    async def _planned_by_one(self) -> dict[str, Planned]:
        for _ in range(MOST_LOSSES):
            key = f"lmwalk-plan-{uuid.uuid4().hex}"
            task = self._fabric.submit(desk.plan, self._run, key, key=key)
            try:
                if found := await task:  # nothing, where its worker ended in order
                    planned: dict[str, Planned] = found
                    return planned
            except (asyncio.CancelledError, CancelledError, OSError) as cause:  # the second is another one, and Dask's
                if _is_called_off():
                    raise
                raise FabricGoneError("The scheduler no longer answers.") from cause
            except Exception as problem:
                if not _is_of_dask(problem):
                    raise
                break
            finally:
                task.release()
        raise InputError(
            "Workers were lost again and again while they opened the models. Look at what ends them, such as too "
            "little memory."
        )

    def _shifts(self, conditions: list[Condition], left: Mapping[str, Sequence[int]]) -> list[list[Pile]]:
        """What one server is asked, in order: all at once, or model after model where it holds one at a time."""
        if not self._planned[conditions[0].id].exclusive:
            return [[Pile(each.id, left[each.id]) for each in conditions]]
        by_model = [list(own) for _, own in groupby(conditions, key=lambda each: each.model)]
        if self._study.order != "rounds":
            return [[Pile(each.id, left[each.id]) for each in own] for own in by_model]
        ahead = {each.id: frozenset(left[each.id]) for each in conditions}
        return [
            [Pile(each.id, [number]) for each in own if number in ahead[each.id]]
            for number in self._study.numbers
            for own in by_model
        ]

    async def _order(self) -> None:
        """Tell each attempt how to go on, whenever that changes."""
        while True:
            await asyncio.sleep(LOOK_S)
            self._mind_loneliness()
            await self._steering.tell()

    # ---- dealing

    async def _deal_all(self) -> None:
        async with together() as group:
            for server, deck in self._decks.items():
                group.create_task(self._deal(server, deck))

    async def _deal(self, server: str, deck: Deck) -> None:
        """Deal the trajectories of one server until all are over."""
        pace: float | None = None
        out: set[asyncio.Task[float]] = set()
        try:
            while not deck.is_over:
                self._spare(deck)
                while pile := self._next(server, deck, pace):
                    out.add(asyncio.create_task(self._shard(deck, pile)))
                if not out:  # there is no worker, or nothing is left
                    await asyncio.sleep(0 if deck.is_over else LOOK_S)
                    continue
                done, _ = await asyncio.wait(out, timeout=COUNT_S, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    pace = task.result()
                    out.remove(task)
        finally:
            for task in out:
                task.cancel()
            await asyncio.gather(*out, return_exceptions=True)

    def _spare(self, deck: Deck) -> None:
        """Deal no more of the conditions that are decided."""
        for condition in filter(self._is_decided, self._planned):
            for _ in range(deck.spare(condition, self._begun)):
                self._observer.spared(condition)

    def _is_decided(self, condition: str) -> bool:
        return bool(self._rule and self._rule.decided(condition))

    def _next(self, server: str, deck: Deck, pace: float | None) -> Pile | None:
        """The next shard, where a seat for it is free, or nearly."""
        seats, limit = self._visits.seats, self._limits.of_all(server)
        # one more than there are seats, so that none stays empty while a shard is dealt
        if not seats or deck.out > min(seats, limit - 1):
            return None
        seats = min(seats, limit)
        at_once = self._limits.slots if self._limits.reach(server) == "worker" else ceil(limit / seats)
        size = size_of_next(deck.left, seats, seats - deck.out, at_once, pace)
        # with a rule no more are under way than are asked at once: all in step would all be over when it is decided
        return deck.deal(min(size, at_once) if self._rule else size)

    async def _shard(self, deck: Deck, pile: Pile) -> float:
        """Have a shard asked to its end; trajectories a second."""
        unfinished, losses = True, 0
        try:
            while losses < MOST_LOSSES:
                await asyncio.sleep(LOOK_S * losses)
                out = await self._asked(pile)
                if out.is_whole:
                    unfinished = False
                    return len(pile.numbers) / max(1e-3, time.monotonic() - out.began)
                losses = 1 if out.has_stored else losses + 1
            raise out.problem or InputError(
                f"Workers were lost {MOST_LOSSES} times while they asked the same {len(pile.numbers)} trajectories. "
                "Look at what ends them, such as too little memory, and run the study again; it goes on from there."
            )
        finally:
            deck.take_back(pile, unfinished=unfinished)

    async def _asked(self, pile: Pile) -> Out:
        """What became of a shard that a worker was to ask from where it stands to its end."""
        name = f"lmwalk-{self._study.name}-{uuid.uuid4().hex}"
        self._out[name] = out = Out(Shard(name, self._run, pile.condition, tuple(pile.numbers)))
        among = list(self._visits.fit) if self._visits.unfit else []
        task = self._fabric.submit(desk.ask, out.shard, key=name, workers=among)
        result = asyncio.ensure_future(_of(task))
        try:
            while not result.done() and (not among or self._visits.fit.keys() & set(among)):
                await asyncio.wait([result], timeout=COUNT_S)
            out.is_whole = result.done() and result.result()
        except SupersededError:
            pass
        except LmwalkError as problem:
            if out.began:
                raise
            out.problem = problem  # it came to a worker that cannot ask, which is given no other
        except asyncio.CancelledError:
            await self._call_off(task, out)
            raise
        finally:
            result.cancel()
            task.release()
            del self._out[name]
        return out

    async def _call_off(self, task: Any, out: Out) -> None:
        """End a shard, and wait a moment for what it has answered."""
        if self._visits.is_lost:  # nothing can come
            return
        with suppress(Exception):
            async with asyncio.timeout(LAST_S):
                await self._fabric.cancel([task])
                while out.attempt:
                    await asyncio.sleep(LOOK_S / 2)

    # ---- what workers call

    async def answered(self, name: str, worker: str, *given: Any) -> Any:
        """What a call of a worker gives. Raises LmwalkError."""
        if name not in self.CALLS:
            raise InputError(f"{name} cannot be called.")
        return await getattr(self, f"_{name}")(worker, *given)

    def lost(self, worker: str) -> None:
        """Let a worker that is gone store nothing any more, should it come back."""
        for out in self._out.values():
            if out.worker == worker:
                out.attempt = ""
        self._observer.lost(worker)

    def unfit(self, worker: str, problem: LmwalkError) -> None:
        """A worker cannot ask; before the study starts, that is why it does not."""
        if self._planned:
            self._observer.unfit(worker, problem)

    async def _setup(self, worker: str) -> Setup:
        home = self._store.path.parent
        endpoints = home / FILE
        text = await asyncio.to_thread(lambda: endpoints.read_text(encoding="utf-8") if endpoints.is_file() else "")
        return Setup(lmwalk.__version__, self._study.to_yaml(), text, self._store.path.name)

    async def _select(self, worker: str, query: str, values: Any, frames: dict[str, pa.Table]) -> pa.Table:
        return await asyncio.to_thread(self._store.select, query, values, frames)

    async def _begin(self, worker: str, shard: Shard, attempt: str) -> Begun:
        if shard.name not in self._out:
            raise SupersededError("These trajectories are over.")
        out, wanted = self._out[shard.name], frozenset(shard.numbers)
        async with out.storing:
            out.attempt, out.worker, out.began = attempt, worker, time.monotonic()
            await self._together.settled()  # what an earlier attempt has sent
            standings = await asyncio.to_thread(self._store.standings, [shard.condition])
            begun = {key: standing for key, standing in standings.items() if key[1] in wanted}
            out.stands = {number: standing.t for (_, number), standing in begun.items()}
        numbers = frozenset(number for number in wanted if (shard.condition, number) not in self._failed)
        self._held_by(attempt)  # nobody else began it meanwhile
        return Begun(numbers, begun, self._steering.first(out))

    async def _take(self, worker: str, attempt: str, rows: pa.Table, told: list[Told]) -> None:
        out = self._held_by(attempt)
        async with out.storing:
            self._held_by(attempt)
            new = out.new_of(rows)
            await self._together.put(new, told)
            out.has_stored = True
        failed = new.filter(pc.equal(new["status"], "error"))
        self._failed |= {(out.shard.condition, number) for number in failed["trajectory"].to_pylist()}
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

    def _held_by(self, attempt: str) -> Out:
        """The shard that an attempt may store steps of. Raises SupersededError."""
        for out in self._out.values():
            if out.attempt == attempt:
                return out
        raise SupersededError("These trajectories are asked by another worker by now.")


def _is_called_off() -> bool:
    """Whether the task that asks is cancelled itself, and not what it waits for."""
    current = asyncio.current_task()
    return current is None or current.cancelling() > 0


def _is_of_dask(problem: Exception) -> bool:
    """Whether a task failed as its worker was lost, and not in what it does."""
    return type(problem).__module__.split(".")[0] == "distributed"


async def _of(task: Any) -> bool:
    """Whether a shard was asked to its end; not where its worker was lost, or Dask has forgotten it."""
    try:
        return bool(await task)
    except (asyncio.CancelledError, CancelledError):
        if _is_called_off():
            raise
        return False
    except Exception as problem:
        if _is_of_dask(problem):
            return False
        raise
