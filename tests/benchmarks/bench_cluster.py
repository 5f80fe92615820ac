"""What one owner carries of a study that is dealt out, and what dealing costs.

    python -m tests.benchmarks.bench_cluster [--kills 50]

Prints steps a second stored at the owner from 1, 2 and 4 workers that need no time to make them; what a shard costs;
the built-in model asked by 1 and by 2 workers; and what 50 kills each of worker, scheduler and owner have lost.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import pyarrow as pa

from lmwalk.cluster import dealing, desk, owner
from lmwalk.cluster.messages import Shard
from lmwalk.jobs import Place, jobs_of
from lmwalk.step import Step
from lmwalk.store import open_store
from lmwalk.store.packing import rows_of
from lmwalk.study import Study
from tests.clusters import kills, machines
from tests.owners import print_kills
from tests.stored_study import NOW

BATCH, BATCHES = 4000, 60
POURED = Study.of(name="poured", models=["ideal"], temperatures=[1.0], trajectories=BATCHES, steps=BATCH, concurrency=1)
TINY = Study.of(name="tiny", models=["ideal"], temperatures=[1.0], trajectories=300, steps=1, concurrency=1)
WALK = Study.of(name="walk", models=["builtin/tiny"], temperatures=[0.5, 1.0], trajectories=60, steps=100)


def batch_of(condition: str) -> pa.Table:
    """The steps of one trajectory, as large as those of a walk are."""
    told: dict[str, Any] = {"condition": condition, "status": "ok", "state_after": '{"x": 0, "y": 1}', "seed": 0}
    prompt = "You are on a grid. Answer with one of UP, DOWN, LEFT, RIGHT."
    first = Step.bare(**told, state_before="{}", trajectory=0, t=1, prompt=prompt, attempts=1, asked_at=NOW)
    first = first._replace(x=0.0, y=1.0, outcome="UP", reply="UP", latency_s=0.1)
    return rows_of([first._replace(t=t) for t in range(1, BATCH + 1)])


async def poured(channel: desk.Channel, shard: Shard) -> bool:
    """Send steps that are ready: a batch a trajectory."""
    attempt, rows = uuid.uuid4().hex, batch_of(shard.condition)
    await channel.call("begin", shard, attempt)
    place = rows.schema.get_field_index("trajectory")
    for number in shard.numbers:
        own = rows.set_column(place, "trajectory", pa.array([number] * BATCH, pa.int32()))
        await channel.call("take", attempt, own, [])
    await channel.call("end", attempt, 0)
    return True


def pour(shard: Shard) -> bool:
    """As ``desk.ask``, with steps that take no time."""
    return bool(desk.desk()._done(shard.name, shard.run, lambda channel: poured(channel, shard)))


def seconds_of(study: Study, place: Place) -> float:
    """From the first question to the last step."""
    with tempfile.TemporaryDirectory() as home, open_store(Path(home) / "r.duckdb") as store:
        job = jobs_of(store).start(study, place=place)
        while job.state == "preparing":
            time.sleep(0.001)
        began = time.perf_counter()
        while job.state == "running":
            time.sleep(0.001)
        seconds = time.perf_counter() - began
        job.wait(60)
        assert job.state == "done", job.error
        assert int(store.tallies(study.name)["count"].sum()) == study.total_steps
    return seconds


def scaled(workers: int) -> float:
    """Steps a second of the built-in model from workers each of which has one core."""
    with machines(workers, pinned=True) as at:
        return WALK.total_steps / seconds_of(WALK, Place(scheduler=at.address))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=0)
    asked, ask = options.parse_args(), desk.ask
    print("| workers | steps stored, a second |\n|--:|--:|")
    desk.ask = pour
    for workers in (1, 2, 4):
        print(f"| {workers} | {POURED.total_steps / seconds_of(POURED, Place(workers=workers)):,.0f} |", flush=True)
    desk.ask = ask
    size, owner.size_of_next = dealing.size_of_next, lambda *_: 1
    print(f"\na shard costs {1000 * seconds_of(TINY, Place(workers=1)) / TINY.trajectory_count:.1f} ms")
    owner.size_of_next = size
    one, two = (scaled(workers) for workers in (1, 2))
    print(f"built-in model, a core each: {one:,.0f} steps a second from 1 worker, {two:,.0f} from 2 ({two / one:.2f}x)")
    if asked.kills:
        print_kills(kills(asked.kills))


if __name__ == "__main__":
    main()
