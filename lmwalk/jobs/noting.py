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
Register = Callable[[Store, list[StoredCondition]], Awaitable[None]]


class Noting:
    """The conditions of one run as they are stored; while the run lasts, new lessons are noted as they are learnt.

    Parameters
    ----------
    store : Store
        Where they are kept.
    plays : list of PreparedCondition
        The conditions.
    register : callable
        Stores the study with its conditions.
    """

    def __init__(self, store: Store, plays: list[PreparedCondition], register: Register) -> None:
        self._store = store
        self._plays = plays
        self._register = register
        self._noted = 0
        self._storing = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Store the study and its conditions. Notes of earlier runs stay."""
        known = await asyncio.to_thread(self._kept)
        self._plays = [
            replace(play, sent=_with(play.sent, play.sent, known.get(play.condition.id, ()))) for play in self._plays
        ]
        await self._register(self._store, stored_conditions(self._plays))

    async def add(self, notes: Mapping[str, str]) -> None:
        """Add a note to each of some conditions (id to sentence)."""
        self._plays = [
            replace(play, sent=_with(play.sent, play.sent, (notes[play.condition.id],)))
            if play.condition.id in notes
            else play
            for play in self._plays
        ]
        await self._store_as_they_are()

    async def _store_as_they_are(self) -> None:
        async with self._storing:  # or one that was begun earlier could be stored later
            await self._register(self._store, stored_conditions([_anew(play) for play in self._plays]))

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
        models = {id(play.model): play.model for play in self._plays}
        lessons = sum(model.lessons for model in models.values() if isinstance(model, TellsServer))
        if lessons == self._noted:
            return
        self._noted = lessons
        await self._store_as_they_are()

    def _kept(self) -> dict[str, tuple[str, ...]]:
        """What stands with each condition of what was learnt."""
        if not self._plays:
            return {}
        stored = self._store.conditions(self._plays[0].condition.study)
        return {
            condition: tuple(note for note in json.loads(notes) if REFUSED in note)
            for condition, notes in zip(stored["condition"], stored["notes"], strict=True)
        }


def _anew(play: PreparedCondition) -> PreparedCondition:
    """A play with what its model would be sent now."""
    begun = play.condition.template.prefill is not None
    now = play.model.accepts(play.sampling, drop=play.drop, prefill=begun)
    return replace(play, sent=_with(now, play.sent, now.notes))


def _with(now: Sent, before: Sent, more: tuple[str, ...]) -> Sent:
    """What is sent now, with the notes from before and more, each once."""
    return Sent(now.parameters, tuple(dict.fromkeys((*before.notes, *more))))


def stored_conditions(plays: list[PreparedCondition]) -> list[StoredCondition]:
    """Conditions as they are stored."""
    return [StoredCondition(play.condition, play.sent, play.model.simulated) for play in plays]
