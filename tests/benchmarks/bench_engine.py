"""How fast steps are made and kept, and what a million of them cost.

    python tests/benchmarks/bench_engine.py [--steps 1000000]

Prints a table; asserts nothing about time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store
from lmwalk.study import Study

CELLS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.1, 1.3, 1.5)
TRAJECTORIES = 20


def resident_mb() -> float:
    """Resident memory of this process in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def timed(action: Callable[[], object], repeats: int = 5) -> float:
    """The median of a few runs, in seconds."""
    taken = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[repeats // 2]


def compare_query(store: Store, study: str) -> None:
    """Everything that Compare reads of a study."""
    store.conditions(study)
    store.paths(study, most_points=200)
    store.tallies(study)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=1_000_000)
    each = parser.parse_args().steps // (len(CELLS) * TRAJECTORIES)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "r.duckdb") as store:
        jobs = Jobs(store)
        jobs.start(Study.of(name="warm", models=["ideal"], steps=2000)).wait()
        plan = Study.of(name="many", models=["ideal"], temperatures=CELLS, trajectories=TRAJECTORIES, steps=each)
        before = peak = resident_mb()
        begin = time.perf_counter()
        job = jobs.start(plan)
        while job.state in ("preparing", "running"):
            peak = max(peak, resident_mb())
            time.sleep(0.1)
        seconds = time.perf_counter() - begin
        table = Table("what", "goal", "measured")
        table.add_row("stored steps", "", f"{store.tallies('many')['count'].sum():,} ({job.state})")
        table.add_row("ideal player, stored steps per second", ">= 10,000", f"{plan.total_steps / seconds:,.0f}")
        table.add_row("memory growth while running, MB", "< 100", f"{peak - before:.0f}")
        table.add_row("Compare's query, s", "< 0.3", f"{timed(lambda: compare_query(store, 'many')):.3f}")
        table.add_row("live view's query, s", "", f"{timed(lambda: store.latest('many', 200)):.3f}")
        table.add_row("file, MB", "", f"{store.path.stat().st_size / 1e6:.0f}")
        Console().print(table)


if __name__ == "__main__":
    main()
