"""How often every interval and test holds what it promises: ``python tests/benchmarks/bench_validity.py [KIND ...]``.

Designs are in ``tests/validity``, one module for each kind of data. A test must speak where nothing is in at most its
level and two simulation errors of the trials; an interval must hold the truth in at least its level less .02, or must
not be given.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from validity import NOMINAL, Seen, designs, seen

ALLOWED = 0.02
"""An interval may hold the truth so much less often than it says."""


def verdict(kind: str, row: Seen) -> str:
    """Whether a row is as it should be."""
    if not row.counted:
        return "no interval" if kind == "coverage" else "no test"
    nominal = NOMINAL[kind]
    error = (nominal * (1 - nominal) / row.counted) ** 0.5
    good = row.share >= nominal - ALLOWED if kind == "coverage" else row.share <= nominal + 2 * error
    return "ok" if good else "NOT KEPT"


def main() -> int:
    """Print the table; the exit status says whether all was kept."""
    known = designs()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(known)}; all where left out")
    parser.add_argument("--trials", type=int, default=300)
    asked = parser.parse_args()
    print("kind | design | statistic | of | nominal | seen | error | given | verdict")
    bad = 0
    for name in asked.kinds or known:
        begun = time.perf_counter()
        for design in known[name]:
            for row in seen(design, asked.trials):
                said = verdict(design.kind, row)
                bad += said == "NOT KEPT"
                numbers = f"{NOMINAL[design.kind]:.2f} | {row.share:.3f} | {row.error:.3f} | {row.counted}/{row.trials}"
                print(f"{name} | {design.name} | {row.statistic} | {design.kind} | {numbers} | {said}", flush=True)
        print(f"# {name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
