"""How much of a server's capacity reaches it through LiteLLM: questions per second over slots / latency.

Run ``python tests/benchmarks/bench_providers.py``; the server runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

import aiohttp
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import server_process

from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.types import Prompt, Sampling

CASES = ((0.2, 16), (0.05, 16), (0.05, 64))
BARE = "bare aiohttp"
NAMES = (("ollama", BARE), ("ollama", "ollama/tiny"), ("openai", "openai/tiny"))
SAMPLING = Sampling(0.7, top_p=1.0, top_k=0, min_p=0.0, repeat_penalty=1.0)


async def questions_per_s(name: str, slots: int, questions: int, extra: int) -> tuple[float, float]:
    """Rate, and milliseconds of this process's CPU time for each question, once LiteLLM is loaded."""
    process = Grid()
    state = process.start(lambda: np.random.default_rng(0))
    prompt = Prompt("You are at (0, 0). Answer UP, DOWN, LEFT or RIGHT.", None, process, state)
    gate, admitted = asyncio.Semaphore(slots), asyncio.Semaphore(slots + extra)
    model = open_model(name)

    async def ask(seed: int) -> None:
        async with admitted:
            await model.reply(prompt, SAMPLING, seed, gate)

    await asyncio.gather(*(ask(seed) for seed in range(slots)))
    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(ask(seed) for seed in range(questions)))
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    await model.close()
    return questions / wall_s, 1000 * cpu_s / questions


async def bare_questions_per_s(url: str, slots: int, questions: int) -> tuple[float, float]:
    """The same without LiteLLM: what this machine gives now."""
    gate = asyncio.Semaphore(slots)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(seed: int) -> None:
            body = {"model": "tiny", "messages": [{"role": "user", "content": "?"}], "stream": False, "seed": seed}
            async with gate, session.post(f"{url}/api/chat", json=body) as answer:
                await answer.json()

        await asyncio.gather(*(ask(seed) for seed in range(slots)))
        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(ask(seed) for seed in range(questions)))
        return questions / (time.perf_counter() - started), 1000 * (time.process_time() - cpu) / questions


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=1600)
    parser.add_argument("--extra", type=int, default=16, help="questions admitted beyond the slots")
    arguments = parser.parse_args()
    print(f"{'model':12} {'latency':>8} {'slots':>5} {'ideal/s':>8} {'got/s':>8} {'share':>6} {'CPU ms':>7}")
    for latency_s, slots in CASES:
        for kind, name in NAMES:
            with server_process(kind, latency_s) as url:
                os.environ["OLLAMA_HOST"] = os.environ["OPENAI_BASE_URL"] = url
                if name == BARE:
                    rate, cpu_ms = asyncio.run(bare_questions_per_s(url, slots, arguments.questions))
                else:
                    rate, cpu_ms = asyncio.run(questions_per_s(name, slots, arguments.questions, arguments.extra))
            ideal = slots / latency_s
            place = f"{1000 * latency_s:5.0f} ms {slots:5}"
            print(f"{name:12} {place} {ideal:8.0f} {rate:8.1f} {rate / ideal:6.3f} {cpu_ms:7.2f}", flush=True)


if __name__ == "__main__":
    main()
