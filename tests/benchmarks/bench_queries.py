"""What hostile and honest queries take, and what exports of many steps take: python tests/benchmarks/bench_queries.py.

Seconds, and the most memory of the process that asks and of the one that answers. Asserts nothing about time.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_engine import CELLS, TRAJECTORIES, resident_mb
from store.hostile_queries import MEMORY, SLOWLY, TIME

from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store
from lmwalk.store.apart import Limits
from lmwalk.store.examples import EXAMPLES
from lmwalk.study import Study

HONEST = [
    *EXAMPLES.values(),
    "SELECT 1",
    "SELECT * FROM steps ORDER BY id DESC LIMIT 100",
    "SELECT id, outcome FROM steps ORDER BY prompt",
    "SELECT prompt, count(*) AS n FROM steps GROUP BY ALL ORDER BY n DESC",
    "SELECT a.id FROM steps a JOIN steps b ON a.prompt = b.prompt AND a.id = b.id",
]


@contextmanager
def watched() -> Iterator[Callable[[], float]]:
    """The most resident memory of this process meanwhile, in MB."""
    peak, ended = [resident_mb()], threading.Event()

    def look() -> None:
        while not ended.wait(0.02):
            peak[0] = max(peak[0], resident_mb())

    thread = threading.Thread(target=look)
    thread.start()
    yield lambda: peak[0]
    ended.set()
    thread.join()


def exports(store: Store, folder: Path) -> Table:
    """Each format of a whole study."""
    table = Table("export", "s", "memory before, MB", "most, MB", "file, MB")
    for file_format in ("csv", "parquet", "jsonl"):
        out, before, begun = folder / file_format, resident_mb(), time.perf_counter()
        with watched() as most:
            store.copy("many", file_format, out)
            took = time.perf_counter() - begun
        table.add_row(file_format, f"{took:.1f}", f"{before:.0f}", f"{most():.0f}", f"{out.stat().st_size / 1e6:.0f}")
    return table


def queries(store: Store, asked: list[str], limits: Limits) -> Table:
    """Each query, how it ended, and the memory it took."""
    table = Table("query", "s", "own memory, MB", "its process so far, MB", "ended")
    for sql in asked:
        begun = time.perf_counter()
        with watched() as most:
            try:
                said = f"{len(store.queries.run(sql, limits)):,} rows"
            except InputError as error:
                said = str(error)[:50]
        took = time.perf_counter() - begun
        apart = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
        table.add_row(" ".join(sql.split())[:60], f"{took:.2f}", f"{most():.0f}", f"{apart:.0f}", said)
    return table


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=1_000_000)
    each = parser.parse_args().steps // (len(CELLS) * TRAJECTORIES)
    console = Console(width=160)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "r.duckdb") as store:
        plan = Study.of(name="many", models=["ideal"], temperatures=CELLS, trajectories=TRAJECTORIES, steps=each)
        Jobs(store).start(plan).wait()
        console.print(queries(store, HONEST, Limits()))
        console.print(queries(store, [*MEMORY, *SLOWLY, *TIME], Limits(seconds=10)))
        console.print(exports(store, Path(folder)))


if __name__ == "__main__":
    main()
