"""What it costs to visit a database that another process holds.

    python -m tests.benchmarks.bench_host [--kills 50]

Prints the time of a list of studies and of 10,000 steps as a frame, read by the process that holds the database and by
a guest; steps a second that a guest can have stored; a command from its start to its table; and what 50 kills of owner
and guest each have lost.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lmwalk.host import open_store as visited
from lmwalk.jobs import jobs_of
from lmwalk.step import Step
from lmwalk.store import open_store
from lmwalk.store.packing import rows_of
from lmwalk.study import Study
from tests.owners import held, kills, print_kills
from tests.scripted import finished
from tests.stored_study import NOW

BATCH, BATCHES = 4000, 50


def measured(act: Callable[[], Any], times: int = 15) -> float:
    """The median of so many times, in milliseconds."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return 1000 * statistics.median(seconds)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=0)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        database = Path(home) / "r.duckdb"
        sizes = {"models": ["ideal"], "temperatures": [1.0], "trajectories": 10, "steps": 1000}
        taken = Study.of(name="taken", models=["ideal"], trajectories=100, steps=BATCH * BATCHES // 100)
        with open_store(database) as own:
            finished(jobs_of(own), name="ten thousand", **sizes)
            finished(jobs_of(own), **{**taken.model_dump(), "trajectories": 1, "steps": 1})
            own.shelf.delete("taken")
            finished(jobs_of(own), **{**taken.model_dump(), "trajectories": 1, "steps": 1})
            mine = [measured(own.studies), measured(lambda: own.steps("ten thousand"))]
        with held(database), visited(database) as guest:
            theirs = [measured(guest.studies), measured(lambda: guest.steps("ten thousand"))]
            print("| read | owner, ms | guest, ms |\n|---|--:|--:|")
            for name, one, other in zip(("studies", "10,000 steps as a frame"), mine, theirs, strict=True):
                print(f"| {name} | {one:.1f} | {other:.1f} |")
            condition = taken.conditions()[0].id
            told = {"condition": condition, "status": "ok", "state_before": "{}", "state_after": "{}", "seed": 0}
            first = Step.bare(**told, trajectory=0, t=1, prompt="Where?", attempts=1, asked_at=NOW)
            first = first._replace(x=0.0, y=1.0, outcome="UP", reply="UP", latency_s=0.1)
            steps = [first._replace(trajectory=n % 100, t=n // 100 + 1) for n in range(BATCH * BATCHES)]
            batches = [rows_of(steps[k : k + BATCH]) for k in range(0, len(steps), BATCH)]
            began = time.perf_counter()
            stored = sum(map(guest.take, batches))
            seconds = time.perf_counter() - began
            print(f"\nsteps a guest had stored: {stored:,} in batches of {BATCH:,}, {stored / seconds:,.0f} a second")
            command = [sys.executable, "-m", "lmwalk", "studies", "--db", str(database)]
            run = lambda: subprocess.run(command, check=True, capture_output=True, cwd=home)  # noqa: E731
            print(f"'lmwalk studies' from command to table: {measured(run, 7):,.0f} ms")
    if asked.kills:
        print_kills(kills(asked.kills))


if __name__ == "__main__":
    main()
