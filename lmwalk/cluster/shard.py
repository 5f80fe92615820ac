"""Asking a shard on a worker: our own engine, with the models of this machine and a store that the owner holds."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

import lmwalk
from lmwalk.cluster.messages import Begun, Ordered, Orders, Planned, Report, Setup, Shard, Waiting
from lmwalk.cluster.reach import must_be_reachable, reach_of
from lmwalk.engine import Policy, Run
from lmwalk.engine.prepared import PreparedCondition, prepare, probed
from lmwalk.engine.scheduling import Control, Retries
from lmwalk.errors import InputError, LmwalkError
from lmwalk.models.endpoint import FILE
from lmwalk.registry import open_model
from lmwalk.shelves.attention import attended
from lmwalk.shelves.lists import shelved
from lmwalk.step import Step
from lmwalk.store import Store
from lmwalk.store.packing import rows_of
from lmwalk.store.remote import Frames, RemoteCursors
from lmwalk.store.writer import GATHER_S, MOST_ROWS, Told
from lmwalk.study import Study
from lmwalk.types import Model, TellsServer

Ask = Callable[..., Awaitable[Any]]
LAST_WORDS_S = 3.0
"""How long what was answered is tried to be sent when a shard is called off."""


class FarStore(Store):
    """A store that the owner of the run holds: read by way of it; what models told goes there with the next steps."""

    def __init__(self, path: Path, ask: Ask, told: list[Told], loop: asyncio.AbstractEventLoop) -> None:
        self._told = told

        def select(query: str, values: list[Any] | dict[str, Any], frames: Frames) -> pa.Table:
            return asyncio.run_coroutine_threadsafe(ask("select", query, values, frames), loop).result()  # type: ignore[arg-type]

        self._work_through(RemoteCursors(path, select), path)

    def keep(self, lists: Told) -> None:
        self._told.append(lists)


class Outbox:
    """The steps of one attempt at a shard, on their way to the owner in batches; each is sent until it has arrived."""

    def __init__(self, attempt: str, ask: Ask, told: list[Told], sending: asyncio.Lock) -> None:
        self._attempt, self._ask, self._told, self._sending = attempt, ask, told, sending
        self._steps: list[Step] = []
        self._under_way = 0
        self._new = asyncio.Event()

    @property
    def backlog(self) -> int:
        return len(self._steps) + self._under_way

    def append(self, step: Step) -> str | None:
        self._steps.append(step)
        self._new.set()
        return None

    async def send_on(self) -> None:
        """Send what comes, until it is cancelled. Raises what the owner answers."""
        while True:
            await self._new.wait()
            if len(self._steps) < MOST_ROWS:
                await asyncio.sleep(GATHER_S)
            await self.send()

    async def send(self) -> None:
        """Send everything that is here."""
        async with self._sending:  # what was told before a step is sent before it, whoever sends
            while self._steps:
                batch, told = self._steps[:MOST_ROWS], self._told[:]
                del self._steps[: len(batch)], self._told[: len(told)]
                self._under_way = len(batch)
                self._new.clear()
                await self._ask("take", self._attempt, rows_of(batch), told)
                self._under_way = 0


class _Decided:
    """The rule of a run as far as a worker knows it: the owner looks, and says what is decided."""

    def __init__(self) -> None:
        self.is_decided = False

    def decided(self, condition: str) -> bool:
        return self.is_decided

    async def look(self) -> None:
        return None


class _Attempt:
    """One attempt at a shard: how it is controlled, and whom the engine tells what happens."""

    def __init__(self, waits: dict[str, Waiting]) -> None:
        self.control, self.rule = Control(), _Decided()
        self.not_begun = 0
        self._ordered: Ordered | None = None
        self._waits = waits

    def order(self, ordered: Ordered) -> None:
        """Go on as is ordered, unless something newer was; what was asked for before the attempt is not made up for."""
        if self._ordered and self._ordered.number > ordered.number:
            return
        orders = ordered.orders
        before = self._ordered.orders if self._ordered else Orders(rounds=orders.rounds, wakes=orders.wakes)
        self._ordered = ordered
        self.rule.is_decided = orders.decided
        if orders.slots and orders.slots != before.slots:
            self.control.resize(orders.slots)
        for _ in range(orders.rounds - before.rounds):
            self.control.step()
        if orders.wakes != before.wakes:
            self._waits.clear()
            self.control.ask_now()
        if orders.paused or not orders.slots:
            self.control.pause()
        elif self.control.paused:
            self.control.resume()

    def stepped(self, step: Step) -> None:
        return None

    def spared(self, condition: str) -> None:
        self.not_begun += 1

    def waiting(self, model: str, attempt: int, wait_s: float, reason: str) -> None:
        self._waits[model] = Waiting(model, attempt, wait_s, reason)


class Bench:
    """What all shards of a run share on one worker: the study, its models, and the way to its owner."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._told: list[Told] = []
        self._sending = asyncio.Lock()
        self._preparing = asyncio.Lock()
        self._plays: dict[str, PreparedCondition] = {}
        self._study: Study | None = None
        self._models: list[Model] = []
        self._attempts: dict[str, _Attempt] = {}
        self._waits: dict[str, Waiting] = {}
        self._lessons = 0
        self._sent: Mapping[str, Any] = {}
        self.background: set[asyncio.Task[Any]] = set()

    def order(self, attempt: str, ordered: Ordered) -> None:
        """Have an attempt go on as its owner says."""
        if known := self._attempts.get(attempt):
            known.order(ordered)

    async def check(self) -> None:
        """Raise LmwalkError where a model cannot be asked from here."""
        await self._prepared()

    async def plan(self) -> dict[str, Planned]:
        """What there is to say of each condition before anything is asked; takes a question where beliefs are asked."""
        plays = list((await self._prepared()).values())
        after = await probed(plays)
        return {
            play.condition.id: Planned(
                *(new.sent, play.model.simulated, play.model.server, play.model.exclusive, reach_of(play.model)),
                new.sent.notes[len(play.sent.notes) :],
            )
            for play, new in zip(plays, after, strict=True)
        }

    async def ask(self, shard: Shard) -> bool:
        """Ask trajectories from where they stand to their ends."""
        plays = await self._prepared()
        assert self._study is not None
        name, attempt = uuid.uuid4().hex, _Attempt(self._waits)
        outbox = Outbox(name, self._ask, self._told, self._sending)
        self._attempts[name] = attempt
        try:
            begun: Begun = await self._ask("begin", shard, name)
            attempt.order(begun.ordered)
            retries = Retries(longest_s=self._study.longest_wait_s, load_s=self._study.load_timeout_s)
            policy = Policy(retries, attempt, attempt.rule if self._study.stop_when else None)
            only = {(shard.condition, number) for number in begun.numbers}
            play = plays[shard.condition]
            run = Run(self._study, [play], outbox, begun.standings, attempt.control, policy, only)
            await _with(run(), outbox)
            return True
        finally:
            del self._attempts[name]
            if not outbox.backlog:  # else nobody came for the last steps, or would for this
                with suppress(LmwalkError, TimeoutError):  # the owner may be gone, or have given these to another
                    async with asyncio.timeout(LAST_WORDS_S):
                        await self._ask("end", name, attempt.not_begun)

    def report(self) -> Report:
        """How it goes now; waits are told once."""
        waits, caches = tuple(self._waits.values()), {id(play.scores): play.scores for play in self._plays.values()}
        self._waits.clear()
        loading = {
            model.name: float(int(waited))
            for model in self._models
            if isinstance(model, TellsServer) and (waited := model.loading_s) is not None
        }
        lessons = sum(model.lessons for model in self._models if isinstance(model, TellsServer))
        if lessons != self._lessons:
            self._lessons = lessons
            self._sent = {name: play.sent_by_now() for name, play in self._plays.items()}
        asked, spared = (sum(getattr(cache, name) for cache in caches.values()) for name in ("asked", "spared"))
        return Report(waits, loading, self._sent, asked, spared)

    async def close(self) -> None:
        """Call everything off and close the models."""
        for task in (*self.background,):
            task.cancel()
        for model in self._models:
            with suppress(Exception):
                await model.close()
        self._models.clear()

    async def _prepared(self) -> dict[str, PreparedCondition]:
        """Every condition, ready to be asked; once a worker. Raises LmwalkError."""
        async with self._preparing:
            if not self._plays:
                setup: Setup = await self._ask("setup")
                if setup.version != lmwalk.__version__:
                    raise InputError(
                        f"A worker has lmwalk {lmwalk.__version__}, and the study is run by {setup.version}. Install "
                        "the same version on both."
                    )
                self._study = study = Study.from_stored(setup.study)
                plays = await asyncio.to_thread(prepare, study, partial(self._opened, setup))
                await must_be_reachable(self._models)
                loop = asyncio.get_running_loop()
                # to make it is to read, which waits for the owner
                store = await asyncio.to_thread(FarStore, Path(setup.database), self._ask, self._told, loop)
                await attended(store, plays, study)
                self._plays = {play.condition.id: play for play in await shelved(store, plays, refresh=study.refresh)}
            return self._plays

    def _opened(self, setup: Setup, name: str) -> Model:
        with tempfile.TemporaryDirectory(prefix="lmwalk-") as home:
            if setup.endpoints:
                (Path(home) / FILE).write_text(setup.endpoints, encoding="utf-8")
            model = open_model(name, Path(home))
        self._models.append(model)
        return model


async def _with(run: Awaitable[None], outbox: Outbox) -> None:
    """Run while what is answered is sent; what is here at the end is sent too. Raises the first that either raises."""
    sending, asking = asyncio.create_task(outbox.send_on()), asyncio.ensure_future(run)
    try:
        await asyncio.wait([sending, asking], return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            asking.result()
        if sending.done():
            sending.result()
        await outbox.send()
    except asyncio.CancelledError:
        asking.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await asking
        with suppress(Exception):
            async with asyncio.timeout(LAST_WORDS_S):
                await outbox.send()
        raise
    finally:
        for task in (sending, asking):
            task.cancel()
        await asyncio.wait([sending, asking])
