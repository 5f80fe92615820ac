"""One run of a study whose questions are asked by the workers of a cluster, and whose steps are stored here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from lmwalk.cluster.fabric import FabricGoneError, joined
from lmwalk.cluster.messages import Planned, Report
from lmwalk.cluster.owner import Owner
from lmwalk.cluster.place import Place
from lmwalk.errors import InputError, LmwalkError
from lmwalk.jobs.job import Counted, Job, to_its_end
from lmwalk.jobs.noting import Noting
from lmwalk.jobs.stopping import Stopping
from lmwalk.store import Standing, Store, StoredCondition
from lmwalk.study import Condition, Study
from lmwalk.study.part import WHOLE, Part
from lmwalk.types import Sent

REJOIN_S = 60.0
"""For how long a scheduler that is gone is looked for again."""
LOOK_S = 1.0


@dataclass
class _FarModel:
    """A model of the study as its workers have it, for what a job says of models."""

    name: str
    server: str
    exclusive: bool
    loading_s: float | None = None
    lessons: int = 0

    async def close(self) -> None:
        return None


class FarJob(Job):
    """A run on the workers of a place."""

    def __init__(self, study: Study, loop: asyncio.AbstractEventLoop, place: Place, part: Part = WHOLE) -> None:
        super().__init__(study, loop, part)
        self.place, self._at = place, place
        self._reports: dict[str, Report] = {}
        self._learnt: dict[str, Sent] = {}

    def hold(self, condition: str, trajectory: int) -> None:
        raise InputError(
            f"{self.study.name!r} is asked by {self._at.words}, where no trajectory is held. Run it on this computer "
            "to send questions by hand."
        )

    async def _run_through(self, store: Store, open_model: Any) -> None:
        """Have everything asked, by another scheduler at the same place where one is lost."""
        gone_at: float | None = None
        while True:
            try:
                async with joined(self._at) as fabric:
                    self.dashboard = fabric.dashboard
                    async with Owner(fabric, self.study, store, self._control, self) as owner:
                        gone_at = None
                        await self._ask_through(owner, store)
                        break
            except (FabricGoneError, InputError) as problem:
                if isinstance(problem, InputError) and gone_at is None:
                    raise
                gone_at = gone_at or time.monotonic()
                if time.monotonic() - gone_at > REJOIN_S:
                    raise FabricGoneError(
                        f"The scheduler of {self._at.words} is gone. What was answered is stored; the same "
                        "command goes on from there."
                    ) from problem
                self._warnings["scheduler"] = f"The scheduler of {self._at.words} is gone; it is looked for."
                await asyncio.sleep(LOOK_S)
        await to_its_end(store.flush)
        await to_its_end(self._recount, store)

    async def _ask_through(self, owner: Owner, store: Store) -> None:
        planned = await owner.plan()
        self._warnings.pop("scheduler", None)
        conditions = self.study.conditions()
        self._opened = list(_models(conditions, planned).values())
        said = ((each.model, note) for each in conditions for note in planned[each.id].cautions)
        self.cautions = tuple(dict.fromkeys(f"{model}: {note}" for model, note in said))
        stored = [StoredCondition(each, planned[each.id].sent, planned[each.id].simulated) for each in conditions]
        noting = Noting(store, stored, self._lessons, self._register)
        await noting.begin()
        begun = await to_its_end(self._stand, store, conditions)
        if self.study.stop_when:
            self._rule = Stopping(store, self.study, self._models, noting.add)
            await self._rule.look()
        self._phase = "running"
        async with noting:
            await owner.ask(conditions, self._left_of(conditions, begun), begun, self._rule)

    def _left_of(self, conditions: list[Condition], begun: Mapping[tuple[str, int], Standing]) -> dict[str, list[int]]:
        """The numbers of the trajectories of each condition that are not over."""
        over = {key for key, standing in begun.items() if standing.ended or standing.t >= self.study.steps}
        own = self._share.numbers
        return {
            each.id: [number for number in own.get(each.id, ()) if (each.id, number) not in over] for each in conditions
        }

    def _lessons(self) -> Mapping[str, Sent] | None:
        """What was learnt since this was called last."""
        learnt, self._learnt = self._learnt, {}
        return learnt or None

    # ---- told by the owner's side, on the loop

    def alone(self, *, is_so: bool) -> None:
        self._warnings.pop("workers", None)
        if is_so:
            self._warnings["workers"] = f"No worker is there. {self._at.hint}"

    def unfit(self, worker: str, problem: LmwalkError) -> None:
        self._warnings[worker] = f"A worker is left out: {problem}"

    def lost(self, worker: str) -> None:
        self._warnings.pop(worker, None)
        if worker in self._reports:
            self.reported(worker, replace(self._reports[worker], loading={}))

    def taken(self, rows: pa.Table) -> None:
        for step in zip(*(rows[name].to_pylist() for name in Counted._fields), strict=True):
            self.stepped(Counted(*step))

    def reported(self, worker: str, report: Report) -> None:
        before = self._reports.get(worker, Report())
        self._reports[worker] = report
        if report.sent != before.sent:
            self._learnt |= report.sent
        for model in self._opened:
            waits = [each.loading[model.name] for each in self._reports.values() if model.name in each.loading]
            model.loading_s = max(waits, default=None)  # type: ignore[attr-defined]
        self._caches = list(self._reports.values())


def _models(conditions: list[Condition], planned: Mapping[str, Planned]) -> dict[str, Any]:
    return {
        each.model: _FarModel(each.model, planned[each.id].server, planned[each.id].exclusive) for each in conditions
    }
