"""How attempts are to go on: worked out from pause, steps and limits as they are, and told until it has arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from lmwalk.cluster.dealing import Deck
from lmwalk.cluster.limits import Limits
from lmwalk.cluster.messages import Given, Ordered, Orders
from lmwalk.cluster.out import Out
from lmwalk.cluster.visits import COUNT_S
from lmwalk.errors import LmwalkError


@dataclass(frozen=True)
class Steering:
    """The orders of one run.

    Attributes
    ----------
    out : mapping
        The shards that are dealt, which changes under way.
    decided : callable
        Whether a condition needs no more trajectories.
    """

    limits: Limits
    out: Mapping[str, Out]
    decks: Mapping[str, Deck]
    decided: Callable[[str], bool]
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def first(self, out: Out) -> Ordered:
        """What an attempt begins with."""
        out.ordered = self._orders()[out.attempt]
        return self._numbered(out.ordered)

    async def tell(self) -> None:
        """Tell each attempt how to go on, where that has changed."""
        orders = self._orders()
        changed: dict[str, list[Out]] = {}
        for out in self.out.values():
            if out.attempt and out.ordered != orders[out.attempt]:
                changed.setdefault(out.worker, []).append(out)
        await asyncio.gather(*(self._tell(worker, outs, orders) for worker, outs in changed.items()))

    async def _tell(self, worker: str, outs: list[Out], orders: Mapping[str, Orders]) -> None:
        told = {out.attempt: orders[out.attempt] for out in outs}
        numbered = {attempt: self._numbered(own) for attempt, own in told.items()}
        with suppress(LmwalkError, TimeoutError):  # told again at the next look
            async with asyncio.timeout(COUNT_S):
                await self.limits.visits.visit(worker, Given(orders=numbered))
            for out in outs:
                out.ordered = told.get(out.attempt, out.ordered)

    def _numbered(self, orders: Orders) -> Ordered:
        return Ordered(next(self._numbers), orders)

    def _orders(self) -> dict[str, Orders]:
        """How each attempt is to go on now."""
        groups: dict[tuple[str, str], list[Out]] = {}
        for out in self.out.values():
            if out.attempt:
                groups.setdefault(self.limits.sharers(out), []).append(out)
        control = self.limits.control
        return {
            out.attempt: Orders(
                *(control.paused, control.rounds, control.wakes, slots[out.attempt]), self.decided(out.shard.condition)
            )
            for (server, host), outs in groups.items()
            for slots in [self.limits.divided(server, host, [each.attempt for each in outs], self.decks[server].out)]
            for out in outs
        }
