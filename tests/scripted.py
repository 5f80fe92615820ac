"""A model that does what a test tells it, a sink that is a list, and a study run to its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from lmwalk.errors import UnsupportedError
from lmwalk.jobs import Jobs
from lmwalk.step import Step
from lmwalk.study import Study
from lmwalk.types import Distribution, Gate, Outcome, Prompt, Reply, Sampling, Sent

Answerer = Callable[[Prompt, int], Awaitable[str] | str]


class Scripted:
    """Answers with ``answer(prompt, seed)``; counts how many questions it holds at once."""

    simulated = True

    def __init__(
        self, name: str = "scripted", answer: Answerer = lambda *_: "UP", server: str = "here", exclusive: bool = False
    ) -> None:
        self.name, self.server, self.exclusive = name, server, exclusive
        self.answer = answer
        self.asked: list[Prompt] = []
        self.inside = self.peak = 0
        self.closed = 0

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        return Sent({"temperature": sampling.temperature})

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        async with gate:
            self.asked.append(prompt)
            self.inside += 1
            self.peak = max(self.peak, self.inside)
            try:
                text = self.answer(prompt, seed)
                text = text if isinstance(text, str) else await text
                await asyncio.sleep(0)
            finally:
                self.inside -= 1
        return Reply(text, 0.0)

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        raise UnsupportedError("A scripted model has no distribution.")

    async def close(self) -> None:
        self.closed += 1


class ListSink(list[Step]):
    """Keeps steps in memory."""

    backlog = 0


def finished(jobs: Jobs, **values: object) -> Study:
    """A study that was run to its end, its texts measured: a page has jobs of its own, which would measure them too."""
    study = Study.of(**{"name": "walk", "models": ["ideal"], "trajectories": 2, "steps": 10, **values})
    job = jobs.start(study)
    job.wait(timeout_s=60)
    assert (job.state, job.error) == ("done", None)
    while jobs.measuring(study.name):
        time.sleep(0.01)
    return study
