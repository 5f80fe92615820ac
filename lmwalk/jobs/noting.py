"""Keeping with each condition what its model's server was found to refuse while it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from types import TracebackType

from lmwalk.engine.prepared import PreparedCondition
from lmwalk.errors import LmwalkError
from lmwalk.store import Store, StoredCondition
from lmwalk.types import REFUSED, Sent, TellsServer

LOOK_S = 1.0
Learnt = Callable[[], Mapping[str, Sent] | None]
Register = Callable[[Store, list[StoredCondition]], Awaitable[None]]


class Noting:
    """The conditions of one run as they are stored; while the run lasts, new lessons are noted as they are learnt.

    Parameters
    ----------
    store : Store
        Where they are kept.
    conditions : list of StoredCondition
        The conditions, as they are begun.
    learnt : callable
        What the model of each condition (by id) is sent by now; None where nothing was learnt since it was called last.
    register : callable
        Stores the study with its conditions.
    """

    def __init__(self, store: Store, conditions: list[StoredCondition], learnt: Learnt, register: Register) -> None:
        self._store = store
        self._conditions = conditions
        self._learnt = learnt
        self._register = register
        self._storing = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Store the study and its conditions. Notes of earlier runs stay."""
        self._add(await asyncio.to_thread(self._kept))
        await self._register(self._store, self._conditions)

    async def add(self, notes: Mapping[str, str]) -> None:
        """Add a note to each of some conditions (id to sentence)."""
        self._add({condition: (note,) for condition, note in notes.items()})
        await self._store_as_they_are()

    def _add(self, notes: Mapping[str, tuple[str, ...]]) -> None:
        self._conditions = [_noted(each, notes.get(each.condition.id, ())) for each in self._conditions]

    async def _store_as_they_are(self) -> None:
        async with self._storing:  # or one that was begun earlier could be stored later
            await self._register(self._store, self._conditions)

    async def __aenter__(self) -> None:
        self._watching = asyncio.create_task(self._watch())

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._watching is not None
        self._watching.cancel()
        with suppress(asyncio.CancelledError):
            await self._watching
        with suppress(LmwalkError) if kind else nullcontext():  # what ended the run is what is to be told
            await self._note()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._note()

    async def _note(self) -> None:
        """Store what is sent by now, where something was learnt since."""
        if (sent := self._learnt()) is None:
            return
        self._conditions = [
            _noted(replace(each, sent=replace(each.sent, parameters=now.parameters)), now.notes)
            for each in self._conditions
            for now in [sent.get(each.condition.id, each.sent)]
        ]
        await self._store_as_they_are()

    def _kept(self) -> dict[str, tuple[str, ...]]:
        """What stands with each condition of what was learnt."""
        if not self._conditions:
            return {}
        stored = self._store.conditions(self._conditions[0].condition.study)
        return {
            condition: tuple(note for note in json.loads(notes) if REFUSED in note)
            for condition, notes in zip(stored["condition"], stored["notes"], strict=True)
        }


def _noted(stored: StoredCondition, more: tuple[str, ...]) -> StoredCondition:
    """A condition with more notes, each once."""
    return replace(stored, sent=Sent(stored.sent.parameters, tuple(dict.fromkeys((*stored.sent.notes, *more)))))


def stored_conditions(plays: list[PreparedCondition]) -> list[StoredCondition]:
    """Conditions as they are stored."""
    return [StoredCondition(play.condition, play.sent, play.model.simulated) for play in plays]


def lessons_of(plays: list[PreparedCondition]) -> Learnt:
    """What is sent by now, as often as a model has learnt something of its server."""
    models = {id(play.model): play.model for play in plays}
    noted = 0

    def learnt() -> Mapping[str, Sent] | None:
        nonlocal noted
        lessons = sum(model.lessons for model in models.values() if isinstance(model, TellsServer))
        if lessons == noted:
            return None
        noted = lessons
        return {play.condition.id: play.sent_by_now() for play in plays}

    return learnt
