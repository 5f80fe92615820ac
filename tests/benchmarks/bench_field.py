"""The law of a walk against 100,000 walks that were drawn, and what each part takes: ``bench_field.py [WALKS]``.

Run as ``python tests/benchmarks/bench_field.py`` from the repository. The exit status says whether every statistic is
within 3 standard errors. The levels of the tests that go with fields: ``bench_validity.py fields``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from walks_of_fields import answered, statistics, walks

from lmwalk.analysis.asked_walks import walks_of
from lmwalk.analysis.first_passage import distinct_positions, passage, passage_law
from lmwalk.analysis.lattices import Lattice, asking_order, lattice_of
from lmwalk.analysis.markov import motion, occupancy_table, walk_law
from lmwalk.analysis.moments_of_field import law_change
from lmwalk.analysis.policy_field import field_of, interpolated
from lmwalk.analysis.sampler_causes import Answered, cause_of
from lmwalk.analysis.sampler_check import check
from lmwalk.analysis.walk_limits import long_run, mixing_time, relaxation_time
from lmwalk.geometry import SquareGrid
from lmwalk.models.builtin.policy import policy

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


def main() -> int:
    """Print both tables for each policy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("walks", type=int, nargs="?", default=100_000)
    count = parser.parse_args().walks
    lattice = lattice_of(SquareGrid(25), ("UP", "DOWN", "LEFT", "RIGHT"))
    policies = {f"taught at T = {t:g}": policy(*lattice.points.T, t) for t in (0.3, 1.0, 2.0)}
    policies["unbiased"] = np.full_like(policies["taught at T = 1"], 0.25)
    good = [agreed(name, lattice, p, count) for name, p in policies.items()]
    for name, p in policies.items():
        report(name, lattice, p)
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
