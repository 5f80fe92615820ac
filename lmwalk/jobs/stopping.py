"""When the conditions of a run need no more trajectories, as their study's rule says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

from lmwalk.datasets.units import Units, decision, verdicts_of
from lmwalk.store import Store
from lmwalk.study import Study

Tell = Callable[[Mapping[str, str]], Awaitable[None]]


class Stopping:
    """Looks at the whole trajectories of a study that are stored, whenever one has ended.

    What is decided follows from what is stored alone, so that a run that was killed decides the same when it goes on.

    Parameters
    ----------
    conditions : iterable of str
        Those of the run.
    tell : callable
        Keeps the sentences on conditions that were decided just now, by condition.
    """

    def __init__(self, store: Store, study: Study, conditions: Iterable[str], tell: Tell) -> None:
        self._store = store
        self._study = study
        self._open = dict.fromkeys(conditions)
        self._units = Units(store, study, study.primary or "", self._open)
        self._tell = tell
        self._looking = asyncio.Lock()
        self._wanted = self._looked = 0
        self.sentences: dict[str, str] = {}

    def decided(self, condition: str) -> bool:
        return condition in self.sentences

    async def look(self) -> None:
        self._wanted += 1
        own = self._wanted
        async with self._looking:
            if self._looked >= own or not self._open:
                return  # whoever waited for the same lock has seen this end, too
            upto = self._wanted
            found = await asyncio.to_thread(self._found)
            self._looked = upto
            self.sentences |= found
            for condition in found:
                del self._open[condition]
            if found:
                await self._tell(found)

    def _found(self) -> dict[str, str]:
        self._store.flush()
        found = verdicts_of(self._store, self._study, self._units)
        new = {name: verdict for name, verdict in found.items() if verdict.decided and name in self._open}
        return {name: decision(self._study, verdict) for name, verdict in new.items()}
