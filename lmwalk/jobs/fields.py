"""Fields in the background: every position of a walk is asked once, coarse to fine, and what is told is kept."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Any, Literal

from lmwalk.analysis.policy_field import PolicyField
from lmwalk.datasets.fields import field_from
from lmwalk.datasets.outcome_mass import POSITIONS, doubts, outcome_mass_of_trees, warnings
from lmwalk.engine.distribution_cache import DistributionCache
from lmwalk.engine.field_plan import FieldPlan
from lmwalk.engine.patience import persistently
from lmwalk.engine.scheduling import Control, Retries, Server, Turn
from lmwalk.engine.together import together
from lmwalk.errors import LmwalkError, PermanentError
from lmwalk.sampler import Pipeline
from lmwalk.shelves.lists import KeptTrees, shelve
from lmwalk.store import Store
from lmwalk.token_tree import AT_ONE, TEMPERATURE_ONLY, TellsTree
from lmwalk.types import Model, Sampling, TellsServer

__all__ = ["FieldAsking", "FieldPlan", "FieldState"]

FieldState = Literal["running", "done", "stopped", "failed"]
AT_ONCE = 16
"""Questions that a server is asked at once."""
FIRST_AT_ONCE = 2
"""Positions that are begun with."""
RETRIES = Retries()
_LOGGER = logging.getLogger(__name__)


class Servers:
    """The servers that fields ask, on one event loop: each gets so many questions at once, however many the fields."""

    def __init__(self) -> None:
        self._control = Control()
        self._known: dict[str, Server] = {}
        self._one_at_a_time: dict[str, asyncio.Lock] = {}

    def turn(self, model: Model) -> Turn:
        """A place in the queue of a model's server; what runs without one does not queue."""
        if not model.server:
            return Turn(Server(None), self._control)
        if model.server not in self._known:
            self._known[model.server] = self._control.server(AT_ONCE)
        return Turn(self._known[model.server], self._control)

    def alone(self, model: Model) -> AbstractAsyncContextManager[Any]:
        """Field after field where a server holds one model at a time: in turns it would load them again and again."""
        return self._one_at_a_time.setdefault(model.server, asyncio.Lock()) if model.exclusive else nullcontext()


class FieldAsking:
    """One run of questions for a field. Its attributes may be read and its methods called from any thread.

    Attributes
    ----------
    plan : FieldPlan
    lattice : Lattice
        The positions; numbers of positions are its own.
    total : int
        How many positions are asked.
    state : str
        ``running``, ``done``, ``stopped`` or ``failed``. It changes once all that came is on disk.
    error : str or None
        Why it failed, as a sentence.
    notes : tuple of str
        What is to be said of how the model was asked, such as that it is another one than before.
    waiting : str or None
        Why a question is put again, and when, while that is so.
    """

    def __init__(
        self, plan: FieldPlan, loop: asyncio.AbstractEventLoop, servers: Servers, *, refresh: bool = False
    ) -> None:
        self.plan, self.lattice, self.total = plan, plan.lattice, len(plan.order)
        self.state: FieldState = "running"
        self.error: str | None = None
        self.notes: tuple[str, ...] = ()
        self.waiting: str | None = None
        self._loop, self._servers, self._refresh = loop, servers, refresh
        self._arrived: list[tuple[int, Any]] = []
        self._cache: DistributionCache | None = None
        self._counts = (0, 0)
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._abreast = FIRST_AT_ONCE
        self._cautions = (0, list[str]())
        self._over = threading.Event()
        self.has_sampler = True
        """Whether the temperature changes the law, so that it can be set once the model has been asked."""

    @property
    def asked(self) -> int:
        """Different questions that the model was asked."""
        return self._counted()[0]

    @property
    def spared(self) -> int:
        """Positions that needed no question, as it had been asked before, or for another position."""
        return self._counted()[1]

    @property
    def loading_s(self) -> float | None:
        """For how many seconds a first question has waited for a server that may be loading the model; else None."""
        model = self._cache.model if self._cache else None
        return model.loading_s if isinstance(model, TellsServer) else None

    def since(self, n: int) -> list[tuple[int, Any]]:
        """What has come, from the n-th on (the first is 0), in the order in which it came: position and token tree."""
        return self._arrived[n:]

    def field(self, sampling: Sampling = AT_ONE, pipeline: Pipeline = TEMPERATURE_ONLY) -> PolicyField:
        """The field that a sampler makes of what has come; see ``field_from``.

        A simulation that has no sampler has the same law at every temperature, and is read as it is.
        """
        law = (sampling, pipeline) if self.has_sampler else (AT_ONE, TEMPERATURE_ONLY)
        return field_from(self.lattice, self.since(0), *law)

    def cautions(self) -> list[str]:
        """Sentences on a model whose moves hold little of the probability, and what it would rather say; else none."""
        told = self.since(0)[:POSITIONS]
        if len(told) != self._cautions[0]:
            found = outcome_mass_of_trees(self.plan.model, [tree for _, tree in told], self.plan.process.alphabet)
            self._cautions = (len(told), [*warnings(found), *doubts(found)])
        return self._cautions[1]

    def stop(self) -> None:
        """End it; questions under way are dropped, and what has come is kept. Returns at once."""
        if self._over.is_set():
            return
        self._stopping = True
        self._loop.call_soon_threadsafe(self._cancel)

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until it has ended, or for ``timeout_s`` seconds."""
        self._over.wait(timeout_s)

    def launch(self, store: Store, open_model: Callable[[str], Any]) -> None:
        """Start on the event loop. An exception that is a bug of ours goes to the log."""
        asyncio.run_coroutine_threadsafe(self._run(store, open_model), self._loop).add_done_callback(self._log_a_bug)

    def _counted(self) -> tuple[int, int]:
        cache = self._cache
        if cache is None:
            return self._counts
        return (len(self._arrived), 0) if cache.model.simulated else (cache.asked, cache.spared)

    def _cancel(self) -> None:
        if self._task and not self._over.is_set():
            self._task.cancel()

    def _log_a_bug(self, ended: Future[None]) -> None:
        if not ended.cancelled() and (bug := ended.exception()):
            _LOGGER.error("a field of %r ended in a bug", self.plan.model, exc_info=bug)

    async def _run(self, store: Store, open_model: Callable[[str], Model]) -> None:
        """Ask everything, and say how that ended once the model is closed and what it told is on disk."""
        self._task = asyncio.current_task()
        ended: FieldState = "failed"
        try:
            if not self._stopping:
                await self._ask(store, open_model)
            ended = "stopped" if self._stopping else "done"
        except asyncio.CancelledError:
            ended = "stopped"
        except LmwalkError as problem:
            self.error = str(problem)
        finally:
            try:
                await self._put_away(store)
            except LmwalkError as problem:
                ended, self.error = "failed", self.error or str(problem)
            finally:
                self._end(ended)

    async def _ask(self, store: Store, open_model: Callable[[str], Model]) -> None:
        model = await asyncio.to_thread(open_model, self.plan.model)
        self._cache = cache = DistributionCache(model, self.plan.thinking)
        cache.tempers = True
        self.has_sampler = not model.simulated or isinstance(model, TellsTree)
        begun = self.plan.template.prefill is not None
        sent = model.accepts(Sampling(1.0, thinking=self.plan.thinking), drop=True, prefill=begun)
        self.notes = sent.notes
        if isinstance(model, TellsTree) and model.trees_are_kept:
            await asyncio.to_thread(store.flush)  # what another run was told just now
            self.notes += await shelve(store, cache, refresh=self._refresh)
            await self._fetch(cache)
        async with self._servers.alone(model):
            await self._ask_all(cache)

    async def _fetch(self, cache: DistributionCache) -> None:
        """Have at hand what was told before."""
        if isinstance(cache.shelf, KeptTrees):
            questions = await asyncio.to_thread(lambda: [self.plan.question(each) for each in self.plan.order.tolist()])
            await cache.shelf.fetch(questions, without_thought=cache.without_thought)

    async def _ask_all(self, cache: DistributionCache) -> None:
        positions = iter(self.plan.order.tolist())
        async with together() as group:
            for _ in range(FIRST_AT_ONCE):
                group.create_task(self._ask_in_turn(cache, positions, group))

    async def _ask_in_turn(self, cache: DistributionCache, positions: Iterator[int], group: asyncio.TaskGroup) -> None:
        """Ask position after position of those that nobody has taken. Raises PermanentError where one cannot be.

        Each that arrives lets one more be asked beside it, up to twice as many as the server is asked at once. A
        position takes several questions; a slow server that began with all would finish none for minutes.
        """
        turn = self._servers.turn(cache.model)
        for position in positions:
            turn.renew()
            put = partial(cache.tree, self.plan.prompt(position), self.plan.process.alphabet)
            tree, _, problem = await persistently(put, turn, RETRIES, position, self._waits)
            if tree is None:
                raise PermanentError(problem or "")
            self._arrived.append((position, tree))
            self.waiting = None
            if self._abreast < 2 * AT_ONCE:
                self._abreast += 1
                group.create_task(self._ask_in_turn(cache, positions, group))
            await turn.server.yield_to_loop()

    def _waits(self, attempt: int, wait_s: float, reason: str) -> None:
        why = reason if reason.startswith(self.plan.model) else f"{self.plan.model}: {reason}"
        self.waiting = f"{why} Asking again in {wait_s:.0f} s (attempt {attempt + 1})."

    async def _put_away(self, store: Store) -> None:
        """Close the model, and wait until what it told is on disk."""
        if self._cache is None:
            return
        await self._cache.model.close()
        if self._cache.shelf:
            await asyncio.shield(asyncio.to_thread(store.flush))

    def _end(self, ended: FieldState) -> None:
        self._counts = self._counted()
        self._cache = self.waiting = None  # the cache would hold all lists a second time
        if ended == "failed" and self.error is None:
            self.error = "lmwalk itself failed; the terminal it runs in says where."
        self.state = ended
        self._over.set()
