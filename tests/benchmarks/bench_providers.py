"""How much of a server's capacity a study reaches: questions per second over slots / latency; and questions asked.

Run ``python tests/benchmarks/bench_providers.py``; the server runs in a process of its own. Beside whole studies, which
are stored, stand bare aiohttp and LiteLLM alone. Then the requests that a distribution costs are counted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import openai_server, server_process

from lmwalk.jobs import Jobs
from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.store import open_store
from lmwalk.study import Study
from lmwalk.types import Prompt

CASES = ((0.2, 16), (0.05, 16), (0.05, 64))
BARE = "bare aiohttp"
ALONE = "LiteLLM"
MESSAGES = [{"role": "user", "content": "?"}]
SHORTEST_S = 4.0
"""Seconds that a server without an end of its own would take; or the start of a study is what is measured."""
Law = Callable[[str], Mapping[str, float]]
NAMES = (("openai", BARE), ("openai", "openai/tiny"), ("openai", ALONE), ("ollama", "ollama/tiny"))


def questions_per_s(name: str, slots: int, questions: int) -> tuple[float, float]:
    """Rate of a whole study, stored, and milliseconds of this process's CPU time for each question.

    A first study loads libraries and opens the connections.
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


Ask = Callable[[int], Awaitable[Any]]


async def rate_of(ask: Ask, slots: int, questions: int) -> tuple[float, float]:
    """The same of nothing but questions: what this machine gives now. The first ones open the connections."""
    gate = asyncio.Semaphore(slots)

    async def gated(seed: int) -> None:
        async with gate:
            await ask(seed)

    await asyncio.gather(*(gated(seed) for seed in range(slots)))
    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(gated(seed) for seed in range(questions)))
    return questions / (time.perf_counter() - started), 1000 * (time.process_time() - cpu) / questions


async def bare_questions_per_s(url: str, slots: int, questions: int) -> tuple[float, float]:
    """By aiohttp."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(seed: int) -> None:
            body = {"model": "tiny", "messages": MESSAGES, "seed": seed}
            async with session.post(f"{url}/chat/completions", json=body) as answer:
                await answer.json()

        return await rate_of(ask, slots, questions)


async def litellm_questions_per_s(url: str, slots: int, questions: int) -> tuple[float, float]:
    """By LiteLLM, as its manual has it."""
    import litellm

    def ask(seed: int) -> Awaitable[Any]:
        answer: Awaitable[Any] = litellm.acompletion(
            "openai/tiny", messages=MESSAGES, seed=seed, api_base=url, api_key="none"
        )
        return answer

    return await rate_of(ask, slots, questions)


def requests_per_distribution(law: Law, **settings: Any) -> int:
    """Requests for a coin on a completion server whose next tokens are known; after a first one, which learns."""
    with openai_server(next_tokens=law, **settings) as server:
        os.environ["OPENAI_BASE_URL"] = server.url

        async def scored() -> int:
            model = open_model("text-completion-openai/tiny")
            before = 0
            for _ in range(2):
                before = len(server.questions)
                await model.distribution(Prompt("", None, Grid(), {}), ("heads", "tails"), asyncio.Semaphore(1))
            await model.close()
            return len(server.questions) - before

        return asyncio.run(scored())


def base_model(text: str) -> Mapping[str, float]:
    """Next tokens as those of a small base model behind "I flipped a fair coin and it landed on", rounded."""
    marks = dict.fromkeys((" (", " '", ' "', " [", " `", "\n", "\n\n", " H", " T", " (a", "  "), 0.0015)
    words = {" heads": 0.155, " tails": 0.122, " head": 0.079, " Heads": 0.0037, " Tails": 0.0015, " tail": 0.0098}
    first = words | {" ": 0.054} | marks | {f" w{number}": 0.003 for number in range(170)}
    return {"": first, " head": {"s": 0.01, " and": 0.99}, " tail": {"s": 0.02, " and": 0.98}}.get(text, {".": 1.0})


def one_prompt_only(body: Any) -> tuple[int, Any] | None:
    """The refusal of a server that takes no array of prompts."""
    return None if isinstance(body["prompt"], str) else (400, {"error": {"message": "prompt: one text, please"}})


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=1600)
    arguments = parser.parse_args()
    print(
        f"{'model':12} {'latency':>8} {'slots':>5} {'ideal/s':>8} {'got/s':>8} {'share':>6} {'CPU ms':>7} {'load':>5}"
    )
    for latency_s, slots in CASES:
        ideal = slots / latency_s
        questions = max(arguments.questions, round(SHORTEST_S * ideal))
        for kind, name in NAMES:
            with server_process(kind, latency_s) as url:
                os.environ["OLLAMA_HOST"] = os.environ["OPENAI_BASE_URL"] = url
                if alone := {BARE: bare_questions_per_s, ALONE: litellm_questions_per_s}.get(name):
                    rate, cpu_ms = asyncio.run(alone(url, slots, questions))
                else:
                    rate, cpu_ms = questions_per_s(name, slots, questions)
            place = f"{1000 * latency_s:5.0f} ms {slots:5}"
            load = os.getloadavg()[0]
            print(
                f"{name:12} {place} {ideal:8.0f} {rate:8.1f} {rate / ideal:6.3f} {cpu_ms:7.2f} {load:5.1f}", flush=True
            )
    singly = requests_per_distribution(base_model, refuse=one_prompt_only)
    print(f"requests for a coin: {requests_per_distribution(base_model)}; {singly} where each text is asked alone")


if __name__ == "__main__":
    main()
