"""How many questions each server is asked at once, and so each shard that asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lmwalk.cluster.dealing import shares
from lmwalk.cluster.messages import Planned, Reach
from lmwalk.cluster.out import Out
from lmwalk.cluster.visits import Visits
from lmwalk.engine.scheduling import Control


@dataclass(frozen=True)
class Limits:
    """The limits of one run.

    Attributes
    ----------
    planned : mapping
        What was found of each condition, by its id.
    concurrency : int
        Questions at once of a server, until that is changed (``Control.slots``).
    """

    planned: Mapping[str, Planned]
    concurrency: int
    control: Control
    visits: Visits

    @property
    def slots(self) -> int:
        """Questions at once of a server."""
        return self.control.slots or self.concurrency

    def server_of(self, condition: str) -> str:
        """The server that a condition's model is asked at."""
        return self.planned[condition].server

    def reach(self, server: str) -> Reach:
        """Whose a server is."""
        return next(each.reach for each in self.planned.values() if each.server == server)

    def of_all(self, server: str) -> int:
        """Questions at once of all servers of that name, on whichever machines."""
        times = {"worker": self.visits.seats, "machine": len(self.visits.hosts), "shared": 1}
        return self.slots * max(1, times[self.reach(server)])

    def sharers(self, out: Out) -> tuple[str, str]:
        """The server of a shard, and whose it is: equal for those that share one."""
        server = self.server_of(out.shard.condition)
        seat = self.visits.fit.get(out.worker)
        owners = {"worker": out.attempt, "machine": seat.host if seat else out.worker, "shared": ""}
        return server, owners[self.reach(server)]

    def divided(self, server: str, host: str, attempts: Sequence[str], out: int) -> Mapping[str, int]:
        """Questions at once of each attempt that shares a server of a machine; ``out`` counts shards that are dealt."""
        seats = {"worker": 1, "machine": self.visits.hosts.get(host, 1), "shared": self.visits.seats}
        return shares(self.slots, attempts, min(out, seats[self.reach(server)], self.slots))
