"""A million stored steps read otherwise, and their ledger: ``python tests/benchmarks/bench_rereading.py``."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from lmwalk.processes.grid import MOVES, Grid
from lmwalk.processes.readers import Words, usual_words
from lmwalk.step import Step
from lmwalk.store import Store, StoredCondition, open_store
from lmwalk.study import Study
from lmwalk.types import Sent
from lmwalk.ui.parts.reparse_cache import differences

NOW = datetime(2024, 12, 22, tzinfo=UTC).replace(tzinfo=None)
SAID = ["UP", "down", "Left.", "RIGHT", "I SUPPOSE so", "north", "up or down?", ""]


def filled(store: Store, name: str, *, steps: int, distinct: bool) -> Study:
    """A study of so many steps; of a few different replies, or of as many as steps."""
    study = Study.of(name=name, models=["ollama/a", "ollama/b"], trajectories=steps // 1000, steps=500)
    store.register(study, [StoredCondition(condition, Sent({}), simulated=False) for condition in study.conditions()])
    grid, rng = Grid(), np.random.default_rng(0)
    for condition in study.conditions():
        for trajectory in range(study.trajectories):
            for t, choice in enumerate(rng.integers(len(SAID), size=study.steps).tolist(), start=1):
                reply = f"{SAID[choice]} {trajectory} {t}" if distinct else SAID[choice]
                known = (*grid.parse(reply), None, "Where?", reply, '{"t": 0}', '{"t": 1}')
                store.append(Step(condition.id, trajectory, t, 0.0, 0.0, *known, 0.1, 3, 1, 0.0, 1, 42, NOW, None))
        store.flush()
    return study


@contextmanager
def timed(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.2f} s", flush=True)


def main(steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "r.duckdb") as store:
        for name, distinct in (("few", False), ("many", True)):
            with timed(f"{steps:,} steps stored, {name} different replies"):
                study = filled(store, name, steps=steps, distinct=distinct)
            for words, reader in {
                "legacy": Grid(rules="legacy").parse,
                "own words": Words.of(usual_words(Grid()) + "\nUP: north", tuple(MOVES)),
            }.items():
                with timed(f"    read by {words}"):
                    found = differences(store, study, None, reader)
                print(f"        {len(found.steps):,} steps differ, in {len(found.firsts):,} walks")
            with timed("    first thousand replies"):
                store.replies.texts(found.steps["id"].head(1000), 200)
            with timed("    ledger's counts"):
                store.tallies(name)
            with timed("    ledger's examples"):
                store.replies.commonest(name)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
