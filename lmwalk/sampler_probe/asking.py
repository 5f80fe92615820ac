"""Putting a probe's questions: a few at once, again after a failure that may pass, counted and told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import count
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from lmwalk.engine.scheduling import Retries
from lmwalk.engine.together import together
from lmwalk.errors import TransientError
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled
from lmwalk.types import Gate, Model, Prompt, Reply, Sampling, TellsTokens

RETRIES = Retries(attempts=4, first_s=0.5, most_s=10.0, longest_s=60.0)
T = TypeVar("T")
Tokens = tuple[tuple[str, float], ...]


class Observer(Protocol):
    """Is told how far a probe is."""

    def progress(self, done: int, most: int, doing: str) -> None:
        """``done`` questions of at most ``most`` are answered."""


class Question(NamedTuple):
    """One question to a model."""

    prompt: Prompt
    sampling: Sampling
    seed: int


class Asker:
    """Asks one model.

    Parameters
    ----------
    model : Model
        Who is asked.
    observer : Observer or None
        Is told after every answer.
    most : int
        How many questions there will be at most.
    at_once : int
        Questions on the wire at the same time; simulations that work without a server are asked one by one.
    """

    def __init__(self, model: Model, observer: Observer | None, most: int, at_once: int) -> None:
        self.model = model
        self.done = 0
        self.doing = ""
        self._observer = observer
        self._most = most
        self._slots = asyncio.Semaphore(at_once if model.server else 1)
        self._gate: Gate = nullcontext()

    async def replies(self, questions: Sequence[Question], doing: str) -> list[Reply]:
        """The replies, in the order of the questions. Raises ModelError where one stays without."""
        self.doing = doing
        async with together() as group:
            tasks = [group.create_task(self._slotted(question)) for question in questions]
        return [task.result() for task in tasks]

    async def one_by_one(self, questions: Sequence[Question], doing: str) -> list[tuple[Reply, float]]:
        """The replies with the seconds that each took, never two at once."""
        found = []
        for question in questions:
            started = time.perf_counter()
            (reply,) = await self.replies([question], doing)
            found.append((reply, reply.latency_s or time.perf_counter() - started))
        return found

    async def first_tokens(self, prompt: Prompt) -> Tokens:
        """Tokens an answer can begin with; of models that list none, the process's outcomes."""
        self.doing = "Asking for log-probabilities"
        if isinstance(self.model, TellsTokens):
            listed = await self._again(partial(self.model.first_tokens, prompt, self._gate))
            return tuple((text.strip(), logprob) for text, logprob in listed if np.isfinite(logprob))
        outcomes = prompt.process.outcomes(prompt.state) or ()
        found = await self._again(partial(self.model.distribution, prompt, outcomes, self._gate))
        return tuple((name, logprob) for name, logprob in found.logprobs.items() if np.isfinite(logprob))

    async def _slotted(self, question: Question) -> Reply:
        async with self._slots:
            return await self._again(partial(self.model.reply, *question, self._gate))

    async def _again(self, ask: Callable[[], Awaitable[T]]) -> T:
        begun = time.monotonic()
        for attempt in count(1):
            try:
                answer = await ask()
            except TransientError as failure:
                if given_up := RETRIES.last_words(attempt, failure, time.monotonic() - begun):
                    raise TransientError(given_up) from None
                self._tell(f"{failure} Asking again.")
                await asyncio.sleep(RETRIES.wait_s(attempt, failure, 0.5))
            else:
                self.done += 1
                self._tell(self.doing)
                await asyncio.sleep(0)  # a model without a server never lets the loop come round
                return answer
        raise AssertionError

    def _tell(self, doing: str) -> None:
        if self._observer:
            self._observer.progress(self.done, self._most, doing)


def prompts() -> list[Prompt]:
    """The questions whose first tokens are looked at: where to go, a die, a number."""
    return [
        _prompt("grid", {}, {"x": 3, "y": -2}),
        _prompt("prior", {"of": "die"}, {}),
        _prompt("prior", {"of": "number", "high": 9}, {}),
    ]


def _prompt(name: str, params: dict[str, object], at: dict[str, object]) -> Prompt:
    process = make_process(name, params)
    state = {**process.start(partial(np.random.default_rng, 0)), **at}
    template = builtin_templates(process.prompts)[process.template]
    view = process.view(state)
    system = compiled(template.system)(view) if template.system else None
    return Prompt(compiled(template.text)(view), system, process, state)


def sentence_prompt() -> Prompt:
    """A question whose answer is many tokens long, so that a difference anywhere in it shows."""
    return _prompt("grid", {}, {"x": 3, "y": -2})._replace(
        text="Write one short sentence about a walk by the sea.", system=None
    )
