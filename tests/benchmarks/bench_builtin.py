"""Replies and distributions a second of builtin/tiny: ``python tests/benchmarks/bench_builtin.py``.

Every question is different: of the walk a reply is asked for, of draws (0 to 100 tosses shown) the distribution. The
processor time of a reply, in brackets, is what other programs on the machine do not change.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time

import numpy as np

from lmwalk.models.builtin.evaluate import questions
from lmwalk.models.builtin.evaluate_draws import Question, evidence
from lmwalk.registry import open_model
from lmwalk.templates import builtin_templates
from lmwalk.types import Model, Prompt, Sampling

QUESTIONS = 1200


async def rate(model: Model, asked: list[Prompt], concurrent: int) -> str:
    """Replies a second with so many asked at once, as the engine does, and the processor time of one."""
    waiting = iter(enumerate(asked))

    async def ask() -> None:
        for seed, prompt in waiting:
            await model.reply(prompt, Sampling(1.0), seed, contextlib.AsyncExitStack())

    started, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(ask() for _ in range(concurrent)))
    wall, work = time.perf_counter() - started, time.process_time() - worked
    return f"{len(asked) / wall:.0f}/s ({1000 * work / len(asked):.1f} ms)"


async def scored(model: Model, asked: list[Question], concurrent: int) -> str:
    """Distributions a second with so many asked at once, and the processor time of one."""
    waiting = iter(asked)

    async def ask() -> None:
        for question in waiting:
            await model.distribution(question.prompt, list(question.truth), contextlib.nullcontext())

    started, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(ask() for _ in range(concurrent)))
    wall, work = time.perf_counter() - started, time.process_time() - worked
    return f"{len(asked) / wall:.0f}/s ({1000 * work / len(asked):.1f} ms)"


def main() -> None:
    started = time.perf_counter()
    model = open_model("builtin/tiny")
    positions = np.random.default_rng(0).integers(-25, 26, size=(QUESTIONS, 2))
    for name, template in builtin_templates("grid").items():
        asked = questions(template.text, positions)
        asyncio.run(rate(model, asked[:1], 1))
        if started:
            print(f"opened and first answered in {time.perf_counter() - started:.2f} s, {os.cpu_count()} cores\n")
            print("| question | 1 at once | 8 at once | 32 at once |\n|---|--:|--:|--:|")
            started = 0.0
        rates = [asyncio.run(rate(model, asked[:n], c)) for n, c in ((200, 1), (QUESTIONS, 8), (QUESTIONS, 32))]
        print(f"| {name} | " + " | ".join(rates) + " |")
    for of in ("coin", "die"):
        # 8 sizes x 11 rates x 20 stems: an in-context study
        asked = [question for question in evidence(of) if question.wording == "stems"]
        rates = [asyncio.run(scored(model, asked[:n], c)) for n, c in ((200, 1), (len(asked), 8), (len(asked), 32))]
        print(f"| {of}, {len(asked)} distributions | " + " | ".join(rates) + " |")


if __name__ == "__main__":
    main()
