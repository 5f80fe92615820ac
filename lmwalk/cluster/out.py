"""What the owner knows of a shard that is dealt and not over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pyarrow as pa

from lmwalk.cluster.messages import Orders, Shard
from lmwalk.errors import LmwalkError


@dataclass
class Out:
    """A shard that is dealt: the one attempt that may store its steps, whose worker that is, and when it began.

    ``stands`` is the last step that is stored of each trajectory, or under way to the disk.
    """

    shard: Shard
    attempt: str = ""
    worker: str = ""
    began: float = 0.0
    is_whole: bool = False
    problem: LmwalkError | None = None
    stands: dict[int, int] = field(default_factory=dict)
    storing: asyncio.Lock = field(default_factory=asyncio.Lock)
    ordered: Orders | None = None
    has_stored: bool = False

    def new_of(self, rows: pa.Table) -> pa.Table:
        """Those of some steps, in order, that are not stored; they count as stored from now on."""
        new = []
        for place, (number, t) in enumerate(zip(rows["trajectory"].to_pylist(), rows["t"].to_pylist(), strict=True)):
            if t > self.stands.get(number, 0):
                self.stands[number] = t
                new.append(place)
        return rows if len(new) == len(rows) else rows.take(new)
