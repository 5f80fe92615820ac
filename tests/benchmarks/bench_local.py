"""A model on this machine at a study of in-context learning, with what questions share read once and anew.

``python tests/benchmarks/bench_local.py MODEL [STEMS] [OPTIONS]``, such as ``/models/gemma.gguf 20 dtype=bf16``: eight
sizes of evidence, 11 coins and so many of the 20 stems. Prints seconds of loading, memory, questions a second, and how
many tokens the network read: as lmwalk reads them; with nothing kept from question to question; and with each spelling
read by itself from the beginning, which is counted, not run.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from lmwalk.engine.prepared import prepare
from lmwalk.randomness import chance
from lmwalk.registry import open_model
from lmwalk.study import Study
from lmwalk.types import Prompt

AT_ONCE = 16
OUTCOMES = ("heads", "tails")


def questions(model: Any, stems: int) -> list[Prompt]:
    """As a study asks them: of each stem and coin, from no toss to 100."""
    study = Study(name="bench", process="in-context", template="stems", measurement="probabilities", models=["ideal"])
    (play,) = prepare(study, lambda _: model)
    found = []
    for trajectory in range(play.process.cases * stems):
        state = play.start(trajectory)
        for t in range(8):
            found.append(play.prompt(state, trajectory))
            state = play.process.advance(state, "heads", chance(0, trajectory, t))
    return found


async def scored(model: Any, prompts: Sequence[Prompt]) -> tuple[list[Any], float, int]:
    """Distributions, seconds and tokens read; so many at once as one study asks."""
    reader = model.weights.at_hand.reader
    slots, before, started = asyncio.Semaphore(AT_ONCE), reader.tokens, time.perf_counter()

    async def one(prompt: Prompt) -> Any:
        async with slots:
            return await model.distribution(prompt, OUTCOMES, nullcontext())

    laws = await asyncio.gather(*map(one, prompts))
    return laws, time.perf_counter() - started, reader.tokens - before


async def anew(model: Any, prompts: Sequence[Prompt]) -> tuple[list[Any], float, int]:
    """As ``scored``, one by one, with nothing kept from the question before."""
    at_hand = model.weights.at_hand
    laws, seconds, tokens = [], 0.0, 0
    for prompt in prompts:
        at_hand.reader.resize(at_hand.capacity)
        (law,), taken, read = await scored(model, [prompt])
        laws, seconds, tokens = [*laws, law], seconds + taken, tokens + read
    return laws, seconds, tokens


def memory_gb() -> float:
    """The most that this process took."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


async def measured(place: str, stems: int, options: str) -> None:
    model: Any = open_model(f"local/{place}{':' if options else ''}{options}")
    started = time.perf_counter()
    await asyncio.wrap_future(model.weights.ready())
    print(f"{model.name} on {model.server}, {model.weights.dtype}; loaded in {time.perf_counter() - started:.1f} s")
    prompts = questions(model, stems)
    wording = model.weights.at_hand.wording
    lengths = [len(wording.fed(prompt).ids) for prompt in prompts]
    await scored(model, prompts[:1])
    laws, seconds, tokens = await scored(model, prompts)
    rate = len(prompts) / seconds
    print(f"shared: {len(prompts)} questions in {seconds:.1f} s, {rate:.2f} a second, {tokens:,} tokens read")
    few = prompts[: 8 * 11 : 4]
    apart, seconds_apart, tokens_apart = await anew(model, few)
    part = sum(lengths[: 8 * 11 : 4])
    followed = (tokens_apart - part) / len(few)
    print(
        f"nothing kept between questions: {len(few)} of them in {seconds_apart:.1f} s, "
        f"{len(few) / seconds_apart:.2f} a second, {tokens_apart:,} tokens read; for all {len(prompts)} some "
        f"{sum(lengths) + followed * len(prompts):,.0f}"
    )
    whole = sum(length * (1 + followed) for length in lengths)
    print(f"each spelling by itself: some {whole:,.0f} tokens, {whole / tokens:.0f} times as many")
    worst = max(
        abs(law.masses()[outcome] - other.masses()[outcome])
        for law, other in zip(laws[: 8 * 11 : 4], apart, strict=True)
        for outcome in OUTCOMES
    )
    inside = [sum(law.masses().values()) for law in laws]
    print(f"largest difference of a probability: {worst:.2g}; mass of heads and tails {np.median(inside):.3f} (median)")
    print(f"memory {memory_gb():.2f} GB")


if __name__ == "__main__":
    asyncio.run(measured(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20, (sys.argv[3:] or [""])[0]))
