"""What reading each absurd input costs, imports included: ``python tests/benchmarks/bench_absurd.py``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.absurd import bundles, chains, others, outcomes, studies


def main() -> None:
    slowest = largest = 0.0
    for title, make in (("study files", studies), ("other files", others), ("bundles", bundles), ("chains", chains)):
        inputs = list(make())
        with tempfile.TemporaryDirectory() as folder:
            found = outcomes(Path(folder), inputs, guard_s=30)
        print(f"\n{title:42} seconds  peak MB  sentence")
        for each, out in zip(inputs, found, strict=True):
            print(f"{each.name:42} {out.seconds:7.2f} {out.peak_mb:8.0f}  {(out.sentence or 'TAKEN')[:150]}")
            slowest, largest = max(slowest, out.seconds), max(largest, out.peak_mb)
    print(f"\nslowest {slowest:.2f} s, largest {largest:.0f} MB")


if __name__ == "__main__":
    main()
