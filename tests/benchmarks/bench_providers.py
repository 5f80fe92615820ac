"""How much of a server's capacity a study reaches through LiteLLM: questions per second over slots / latency.

Run ``python tests/benchmarks/bench_providers.py``; the server runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import server_process

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from lmwalk.study import Study

CASES = ((0.2, 16), (0.05, 16), (0.05, 64))
BARE = "bare aiohttp"
NAMES = (("ollama", BARE), ("ollama", "ollama/tiny"), ("openai", "openai/tiny"))


def questions_per_s(name: str, slots: int, questions: int) -> tuple[float, float]:
    """Rate of a whole study, stored, and milliseconds of this process's CPU time for each question.

    A first study loads LiteLLM and opens the connections.
    """
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "r.duckdb") as store:
        jobs = Jobs(store)
        for study, count in (("warm", 4 * slots), ("measured", questions)):
            trajectories = min(count, 100)
            plan = Study.of(
                name=study, models=[name], trajectories=trajectories, steps=count // trajectories, concurrency=slots
            )
            started, cpu = time.perf_counter(), time.process_time()
            job = jobs.start(plan)
            job.wait()
            wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
            assert (job.state, job.progress().errors) == ("done", 0)
    return plan.total_steps / wall_s, 1000 * cpu_s / plan.total_steps


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
    arguments = parser.parse_args()
    print(f"{'model':12} {'latency':>8} {'slots':>5} {'ideal/s':>8} {'got/s':>8} {'share':>6} {'CPU ms':>7}")
    for latency_s, slots in CASES:
        for kind, name in NAMES:
            with server_process(kind, latency_s) as url:
                os.environ["OLLAMA_HOST"] = os.environ["OPENAI_BASE_URL"] = url
                if name == BARE:
                    rate, cpu_ms = asyncio.run(bare_questions_per_s(url, slots, arguments.questions))
                else:
                    rate, cpu_ms = questions_per_s(name, slots, arguments.questions)
            ideal = slots / latency_s
            place = f"{1000 * latency_s:5.0f} ms {slots:5}"
            print(f"{name:12} {place} {ideal:8.0f} {rate:8.1f} {rate / ideal:6.3f} {cpu_ms:7.2f}", flush=True)


if __name__ == "__main__":
    main()
