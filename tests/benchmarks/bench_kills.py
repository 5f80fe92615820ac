"""What is lost, doubled or left over where lmwalk is killed: ``python tests/benchmarks/bench_kills.py [--each 10]``.

A row a kind of work, each killed so often (SIGKILL) at seeded moments, and then done to its end.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kills import print_kills


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=10)
    print_kills(parser.parse_args().each)


if __name__ == "__main__":
    main()
