"""Python functions as models, under the names that they are registered with."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from lmwalk.errors import InputError, ModelError, PermanentError, UnsupportedError
from lmwalk.registry import backends
from lmwalk.types import HERE, Distribution, Gate, Offer, Outcome, Prompt, Reply, Sampling, Sent

Said = str | Reply
Answer = Callable[[Prompt, Sampling, int], Said | Awaitable[Said]]
"""Question, sampler settings and seed to an answer. It runs in a thread of its own, unless it is async."""


class FunctionModel:
    """A function that answers."""

    server = ""
    exclusive = False

    def __init__(self, name: str, answer: Answer, *, simulated: bool) -> None:
        self.name = name
        self.simulated = simulated
        self._answer = answer

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        return Sent(
            {"temperature": sampling.temperature},
            ("A Python function: it is given every setting, and what it does with them is its own.",),
        )

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        async with gate:
            begun = time.monotonic()
            try:
                said = await self._said(prompt, sampling, seed)
            except ModelError:
                raise
            except Exception as cause:
                raise PermanentError(f"{self.name}: the function raised {type(cause).__name__}: {cause}") from cause
        if isinstance(said, str):
            return Reply(said, time.monotonic() - begun)
        if not isinstance(said, Reply):
            raise PermanentError(
                f"{self.name}: the function returned {type(said).__name__}. Accepted: text, or a Reply."
            )
        return said

    async def _said(self, prompt: Prompt, sampling: Sampling, seed: int) -> object:
        if inspect.iscoroutinefunction(self._answer):
            return await self._answer(prompt, sampling, seed)
        said = await asyncio.to_thread(self._answer, prompt, sampling, seed)
        return await said if inspect.isawaitable(said) else said

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        raise UnsupportedError(
            f"{self.name}: a Python function gives no probabilities. Accepted: measurement: replies."
        )

    async def close(self) -> None:
        return None


class FunctionBackend:
    """Backend of one registered function."""

    def __init__(self, name: str, answer: Answer, *, simulated: bool) -> None:
        self.forms = (name,)
        self._name = name
        self._answer = answer
        self._simulated = simulated

    def claims(self, name: str) -> bool:
        return name == self._name

    def check(self, name: str) -> None:
        if name != self._name:
            raise InputError(f"{name!r} is no model. Accepted: {self._name!r}.")

    def open(self, name: str, home: Path = HERE) -> FunctionModel:
        self.check(name)
        return FunctionModel(name, self._answer, simulated=self._simulated)

    def offers(self, home: Path = HERE) -> list[Offer]:
        return [Offer(self._name, True, "a Python function of this process", "functions")]


def register_function(name: str, *, simulated: bool) -> Callable[[Answer], Answer]:
    """Decorate a function to make it the model of that name. Raises InputError for the name of a backend."""
    if name in backends and not isinstance(backends[name], FunctionBackend):
        raise InputError(f"model: {name!r} is the name of a backend. Accepted: another name.")

    def file(answer: Answer) -> Answer:
        backends.register(name)(FunctionBackend(name, answer, simulated=simulated))
        return answer

    return file
