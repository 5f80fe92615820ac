"""Models that take turns: ``relay/A + B`` asks A for the first generation of a chain, B for the second, A again ..."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from lmwalk.errors import InputError, PermanentError
from lmwalk.registry import backend_of, backends, open_model
from lmwalk.types import (
    HERE,
    Distribution,
    Gate,
    Model,
    NeedsRoom,
    Offer,
    Outcome,
    Process,
    Prompt,
    Reply,
    Sampling,
    Sent,
    TellsServer,
)

PREFIX = "relay/"
BETWEEN = " + "


class Relay:
    """Several models as one: each question goes to the next in turn."""

    def __init__(self, name: str, runners: Sequence[Model]) -> None:
        self.name = name
        self.server = name if any(runner.server for runner in runners) else ""
        self.exclusive = any(runner.exclusive for runner in runners)
        self.simulated = all(runner.simulated for runner in runners)
        self._runners = runners
        self._unlimited: list[Model] = []
        """Those that keep their own limit where the study names none."""

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        each = {
            runner.name: runner.accepts(self._told(runner, sampling), drop=drop, prefill=prefill)
            for runner in self._runners
        }
        notes = [f"{name}: {note}" for name, sent in each.items() for note in sent.notes]
        return Sent({name: dict(sent.parameters) for name, sent in each.items()}, tuple(notes))

    def needs_room(self, process: Process) -> bool:
        """Whether any of the models needs a limit; only those that do are sent it."""
        needing = [each for each in self._runners if isinstance(each, NeedsRoom) and each.needs_room(process)]
        self._unlimited = [each for each in self._runners if each not in needing]
        return bool(needing)

    @property
    def loading_s(self) -> float | None:
        waits = [runner.loading_s for runner in self._runners if isinstance(runner, TellsServer)]
        return max((waited for waited in waits if waited is not None), default=None)

    @property
    def lessons(self) -> int:
        return sum(runner.lessons for runner in self._runners if isinstance(runner, TellsServer))

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        runner = self._next(prompt)
        return await runner.reply(prompt, self._told(runner, sampling), seed, gate)

    def _told(self, runner: Model, sampling: Sampling) -> Sampling:
        return replace(sampling, max_tokens=None) if runner in self._unlimited else sampling

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        return await self._next(prompt).distribution(prompt, outcomes, gate)

    async def close(self) -> None:
        for runner in self._runners:
            await runner.close()

    def _next(self, prompt: Prompt) -> Model:
        generation = prompt.state.get("generation")
        if generation is None:
            raise PermanentError(f"{self.name} takes turns by generation, and {prompt.process.name} has none.")
        runner: Model = self._runners[int(generation) % len(self._runners)]
        return runner


class RelayBackend:
    """Backend of the names that start with ``relay/``."""

    forms: ClassVar[tuple[str, ...]] = ("relay/NAME + NAME",)

    def claims(self, name: str) -> bool:
        return name.startswith(PREFIX)

    def check(self, name: str) -> None:
        for runner in _runners(name):
            backend_of(runner).check(runner)

    def open(self, name: str, home: Path = HERE) -> Relay:
        return Relay(name, [open_model(runner, home) for runner in _runners(name)])

    def offers(self, home: Path = HERE) -> list[Offer]:
        return []


def _runners(name: str) -> list[str]:
    """The names of the models that take turns. Raises InputError."""
    names = [part.strip() for part in name.removeprefix(PREFIX).split(BETWEEN)]
    if len(names) < 2 or not all(names) or any(part.startswith(PREFIX) for part in names):
        raise InputError(
            f"{name!r} cannot be used. Accepted: {PREFIX}NAME{BETWEEN}NAME, two or more models that take turns."
        )
    return names


backends.register("relay")(RelayBackend())
