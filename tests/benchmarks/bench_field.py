"""The law of a walk against 100,000 walks that were drawn, and what each part takes: ``bench_field.py [WALKS]``.

Run as ``python tests/benchmarks/bench_field.py`` from the repository. The exit status says whether every statistic is
within 3 standard errors. ``bench_field.py --asked`` asks instead: the built-in model at all 51 x 51 positions, against
the law that it was taught (exit status: whether the mean TVD is at most .02); a loopback server at as many, twice; and
the questions that the original experiment's row of walks takes with a template that names t and with one that names
nothing but the position. The levels of the tests that go with fields: ``bench_validity.py fields``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import openai_server
from walks_of_fields import answered, statistics, walks

from lmwalk.analysis.asked_walks import walks_of
from lmwalk.analysis.first_passage import distinct_positions, passage, passage_law
from lmwalk.analysis.lattices import Lattice, asking_order, lattice_of
from lmwalk.analysis.markov import motion, occupancy_table, walk_law
from lmwalk.analysis.moments_of_field import law_change
from lmwalk.analysis.policy_field import distance_of, field_of, interpolated
from lmwalk.analysis.sampler_causes import Answered, cause_of
from lmwalk.analysis.sampler_check import check
from lmwalk.analysis.walk_limits import long_run, mixing_time, relaxation_time
from lmwalk.datasets.fields import kept_field
from lmwalk.geometry import SquareGrid
from lmwalk.jobs import FieldAsking, FieldPlan, Jobs
from lmwalk.models.builtin.policy import policy
from lmwalk.sampler import PIPELINES
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from lmwalk.types import Sampling

STEPS = 50


def timed(name: str, work: Callable[[], object], repeats: int = 3) -> None:
    """Print the least processor time of some runs; the first would count imports."""
    taken = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    print(f"{name} | {1000 * min(taken):.1f}")


def report(name: str, lattice: Lattice, p: np.ndarray) -> None:
    """Every part for one policy."""
    field = field_of(lattice, p)
    law = walk_law(field)
    limit = long_run(law)
    rows = answered(lattice, p, 5, STEPS, seed=0)
    asked = walks_of(rows, lattice)
    found = check(asked, lattice, p)
    few = np.full_like(p, np.nan)
    few[asking_order(lattice, (5,))] = p[asking_order(lattice, (5,))]
    print(f"\n{name}, {len(lattice):,} positions, {STEPS} steps | processor ms")
    timed("matrix", lambda: walk_law(field))
    timed("means, spread and bands at every t", lambda: motion(law, STEPS))
    timed("occupancy and end points", lambda: occupancy_table(law, STEPS))
    timed("distinct positions", lambda: distinct_positions(law, STEPS))
    timed("first passage to the walls", lambda: passage_law(law, lattice.at_walls, STEPS))
    timed("its mean", lambda: passage(law, lattice.at_walls))
    timed("long run", lambda: long_run(law))
    timed("mixing time", lambda: mixing_time(law, limit))
    timed("relaxation time", lambda: relaxation_time(law, limit))
    timed("interpolation of stride 5", lambda: interpolated(field_of(lattice, few)))
    timed("t: three moments", lambda: law_change(np.stack([p, p, p])))
    timed("sampler check of 5 walks", lambda: check(asked, lattice, p))
    timed("its causes", lambda: cause_of(p, lattice.moves, [Answered(1.0, p, found.counts)]))


def agreed(name: str, lattice: Lattice, p: np.ndarray, count: int) -> bool:
    """Print the statistics of drawn walks beside the exact ones."""
    table = statistics(walk_law(field_of(lattice, p)), walks(lattice, p, count, STEPS, seed=1))
    table = table.assign(errors=table["difference"].clip(lower=0) / table["error"].where(table["error"] > 0, 1.0))
    print(f"\n{name}, {count:,} walks\n{table.drop(columns='difference').to_string(index=False)}")
    return bool((table["errors"] <= 3).all())


def asked() -> bool:
    """Ask fields and walks; whether the built-in model's field is its law."""
    with TemporaryDirectory() as folder, open_store(Path(folder) / "r.duckdb") as store:
        jobs = Jobs(store)
        good = taught(jobs)
        with openai_server(next_tokens=twenty) as server, mock.patch.dict(os.environ, OPENAI_BASE_URL=server.url):
            listed(jobs, store)
            for template in ("terse", "memoryless", "position"):
                row(jobs, template)
        jobs.close()
    return good


def arrived(jobs: Jobs, plan: FieldPlan) -> FieldAsking:
    """A field, once it is done; prints what that took."""
    begun, spent = time.monotonic(), time.process_time()
    asking = jobs.ask_field(plan, refresh=False)
    asking.wait()
    assert asking.state == "done", asking.error
    took = f"{time.monotonic() - begun:.1f} s, {time.process_time() - spent:.1f} s of processor"
    print(f"{plan.model}, {asking.total:,} positions: {asking.asked:,} asked, {asking.spared:,} spared | {took}")
    return asking


def taught(jobs: Jobs) -> bool:
    """The built-in model at every position against its law."""
    asking = arrived(jobs, FieldPlan.of("grid", "terse", "builtin/tiny"))
    good = True
    for temperature in (0.3, 0.5, 1.0, 2.0):
        field = asking.field(Sampling(temperature))
        off = distance_of(field, field_of(asking.lattice, policy(*asking.lattice.points.T, temperature)))
        print(f"  T = {temperature:g}: TVD from the taught law, mean {off.mean():.4f}, largest {off.max():.3f}")
        good &= bool(off.mean() <= 0.02)
    timed("  field of whole vocabularies", lambda: asking.field(Sampling(0.7)))
    return good


def twenty(text: str) -> dict[str, float]:
    """Twenty next tokens of a model that spells moves in some ways; elsewhere half of it is not among them."""
    chance = np.random.default_rng([*text.encode()])
    known = ["UP", "RIGHT", "LEFT", "DOWN", "Right", " UP", "R", "**", "", "."]
    tokens = [*known, *(f"word {number}" for number in range(20 - len(known)))]
    return dict(zip(tokens, (chance.dirichlet(np.full(len(tokens), 0.5)) * 0.97).tolist(), strict=True))


def listed(jobs: Jobs, store: Store) -> None:
    """A server that gives lists of 20 tokens, asked for the grid; then again in another process, which asks nothing."""
    plan = FieldPlan.of("grid", "terse", "text-completion-openai/tiny")
    asking = arrived(jobs, plan)
    again = Jobs(store)
    arrived(again, plan)
    again.close()
    timed("  field of lists of 20", lambda: asking.field(Sampling(0.7)))
    timed("  the same under llama.cpp's cuts", lambda: asking.field(Sampling(0.7), PIPELINES["llama.cpp"]))
    timed("  from the store alone", lambda: kept_field(store, plan, Sampling(0.7)), repeats=1)


def row(jobs: Jobs, template: str) -> None:
    """One model of the original experiment: 7 temperatures x 5 walks x 50 steps."""
    settings = {"temperatures": [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0], "trajectories": 5, "steps": 50}
    study = Study.of(
        name=f"row {template}",
        models=["text-completion-openai/tiny"],
        template=template,
        measurement="probabilities",
        refresh=True,
        **settings,
    )
    job = jobs.start(study)
    job.wait()
    assert job.state == "done", job.error
    progress = job.progress()
    asked, spared = f"{progress.asked:,} questions for {progress.done:,} steps", f"{progress.spared:,} spared"
    print(f"row of walks, {template}: {asked}, {spared}")


def main() -> int:
    """Print both tables for each policy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("walks", type=int, nargs="?", default=100_000)
    parser.add_argument("--asked", action="store_true")
    given = parser.parse_args()
    if given.asked:
        return int(not asked())
    count = given.walks
    lattice = lattice_of(SquareGrid(25), ("UP", "DOWN", "LEFT", "RIGHT"))
    policies = {f"taught at T = {t:g}": policy(*lattice.points.T, t) for t in (0.3, 1.0, 2.0)}
    policies["unbiased"] = np.full_like(policies["taught at T = 1"], 0.25)
    good = [agreed(name, lattice, p, count) for name, p in policies.items()]
    for name, p in policies.items():
        report(name, lattice, p)
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
