"""What faults cost: every fault of the matrix in a process of its own, as a user meets it, with its memory; and kills.

Run ``python tests/benchmarks/bench_faults.py``; ``--only PART`` runs the faults whose name holds that part and no kill,
``--kills N`` kills each kind of work N times (SIGKILL) at seeded moments, and then does it to its end.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults import FAULTS
from kills import print_kills
from raw_server import KEY, WELL, Fault, Server, faulty_server

from lmwalk.store import open_store
from lmwalk.study import Study

LAB = "import sys; from lmwalk.cli import app; sys.argv = ['lmwalk', *sys.argv[1:]]; app()"


class Cost(NamedTuple):
    """What one fault came to."""

    code: int
    seconds: float
    memory_mb: float
    tries: int
    sentence: str


def cost_of(fault: Fault, server: Server) -> Cost:
    """Run a study that meets the fault, beside a model that does not."""
    with tempfile.TemporaryDirectory() as folder:
        file, db = Path(folder) / "study.yaml", Path(folder) / "r.duckdb"
        models = [f"openai/{fault.name}", f"openai/{WELL}"]
        file.write_text(Study.of(name="faulty", models=models, trajectories=1, steps=3, **fault.settings).to_yaml())
        begun = time.perf_counter()
        command = [sys.executable, "-c", LAB, "run", str(file), "--db", str(db)]
        child = os.posix_spawn(sys.executable, command, _environment(server), file_actions=_silent(folder))
        _, status, used = os.wait4(child, 0)
        seconds = time.perf_counter() - begun
        with open_store(db) as store:
            rows = store.steps("faulty")
    assert KEY not in rows.to_csv()
    assert len(rows[rows["model"] == models[1]]) == 3, "the other model did not go on"
    sick = rows[rows["model"] == models[0]]
    sentence = (
        sick["error"].dropna().iloc[-1] if sick["error"].notna().any() else f"answered: {sick['reply'].iloc[1]!r}"
    )
    return Cost(
        os.waitstatus_to_exitcode(status), seconds, used.ru_maxrss / 1024, int(sick["attempts"].max()), sentence
    )


def _environment(server: Server) -> dict[str, str]:
    return {**os.environ, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY}


def _silent(folder: str) -> list[tuple[object, ...]]:
    """What it prints goes to a file."""
    opened = (os.POSIX_SPAWN_OPEN, 1, f"{folder}/printed", os.O_WRONLY | os.O_CREAT, 0o600)
    return [opened, (os.POSIX_SPAWN_DUP2, 1, 2)]


def faults(only: str) -> None:
    """Print the table of the faults of servers."""
    print(f"{'fault':28} {'code':>4} {'s':>6} {'MB':>5} {'tries':>5}  sentence")
    for name, fault in FAULTS.items():
        if only in name:
            with faulty_server(FAULTS) as server:
                cost = cost_of(fault, server)
            figures = f"{cost.code:>4} {cost.seconds:>6.1f} {cost.memory_mb:>5.0f} {cost.tries:>5}"
            print(f"{name:28} {figures}  {cost.sentence}", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="Part of a fault's name.")
    parser.add_argument("--kills", type=int, default=10, help="Kills of each kind of work.")
    chosen = parser.parse_args()
    faults(chosen.only)
    if not chosen.only:
        print_kills(chosen.kills)


if __name__ == "__main__":
    main()
