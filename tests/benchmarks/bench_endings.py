"""How a dashboard ends: each phase and signal several times; the longest time, the exit codes, lines on stderr.

PYTHONPATH=tests:. python tests/benchmarks/bench_endings.py [--tries 10]
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import tempfile
from collections import Counter
from pathlib import Path

from endings import PHASES, PLAN, SIGNALS, Ended, dashboard, ended_in, kept, made


def one_try(phase: str, number: signal.Signals, folder: Path, database: Path) -> tuple[Ended, int]:
    """How it ended, and how many answers were lost."""
    with dashboard(folder, database) as one:
        ended = asyncio.run(ended_in(phase, one, number))
        least = sum(kept(database)) + max(0, len(one.server.questions) - PLAN.concurrency)
        return ended, max(0, least - sum(kept(one.database)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=10)
    tries = parser.parse_args().tries
    signal.signal(signal.SIGINT, signal.default_int_handler)  # or what is started would ignore it, as a shell may do
    print(f"{'phase':24}{'signal':9}{'longest':>9}  {'exit codes':16}{'lines on stderr':>16}{'answers lost':>14}")
    with tempfile.TemporaryDirectory() as folder:
        database = made(Path(folder) / "made.duckdb")
        for phase in PHASES:
            for number in SIGNALS:
                where = (Path(folder) / f"{phase}-{number.name}-{count}" for count in range(tries))
                found = [one_try(phase, number, each, database) for each in where]
                longest = max(ended.seconds for ended, _ in found)
                codes = ", ".join(f"{code}: {count}" for code, count in Counter(e.code for e, _ in found).items())
                lines = sum(len(ended.errors.splitlines()) for ended, _ in found)
                lost = sum(each for _, each in found)
                print(f"{phase:24}{number.name:9}{longest:7.2f} s  {codes:16}{lines:16}{lost:14}", flush=True)
                for ended, _ in found:
                    print(ended.errors, end="", flush=True)


if __name__ == "__main__":
    main()
