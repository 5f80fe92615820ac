"""Steps of many workers put on disk together: while one commit is under way, the next one gathers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pyarrow as pa

from lmwalk.store import Store
from lmwalk.store.writer import Told

MOST_ROWS = 16_000
"""Of one commit, less the last batch."""
_Batch = tuple[pa.Table, Sequence[Told], "asyncio.Future[None]"]


class Together:
    """Commits what comes, in the order in which it comes. Belongs to one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[_Batch] = []
        self._committing: asyncio.Task[None] | None = None

    async def put(self, rows: pa.Table, told: Sequence[Told]) -> None:
        """Put steps on disk, and what they were read from. Raises StoreError."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, told, done))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit())
        await asyncio.shield(done)

    async def settled(self) -> None:
        """Wait until what has come is on disk, or has failed."""
        if self._committing:
            await asyncio.wait([self._committing])

    async def _commit(self) -> None:
        while self._waiting:
            batch = self._next()
            tables = pa.concat_tables([rows for rows, _, _ in batch])
            told = [each for _, own, _ in batch for each in own]
            try:
                await asyncio.to_thread(self._store.add, tables, told)
            except Exception as problem:  # noqa: BLE001 - raised where the steps came from
                for _, _, done in batch:
                    done.set_exception(problem)
            else:
                for _, _, done in batch:
                    done.set_result(None)

    def _next(self) -> list[_Batch]:
        batch: list[_Batch] = []
        while self._waiting and sum(len(rows) for rows, _, _ in batch) < MOST_ROWS:
            batch.append(self._waiting.pop(0))
        return batch
