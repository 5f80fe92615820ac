"""Time to read replies, and endless ones of two megabytes: ``python tests/benchmarks/bench_replies.py``.

How well they are read: ``python -m tests.replies``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lmwalk.processes.draws import DrawnSequence, Prior
from lmwalk.processes.grid import Grid
from lmwalk.registry import make_process
from tests.replies import ENDLESS, cases

PROCESSES = (Grid(), Prior(), Prior(of="number"), DrawnSequence(way="batch", of="die"))


def main(size: int) -> None:
    asked = [(make_process(case.process, case.params), case.reply) for case in cases()]
    for _ in range(2):  # patterns are compiled in the first round
        started = time.process_time()
        for process, reply in asked:
            process.parse(reply)
    print(f"{1e6 * (time.process_time() - started) / len(asked):.0f} us a labelled reply", flush=True)
    print(f"seconds for {size:,} characters: walk, coin, number, batch of dice")
    for piece in ENDLESS:
        text, taken = piece * (size // len(piece)), []
        for process in PROCESSES:
            started = time.process_time()
            process.parse(text)
            taken.append(time.process_time() - started)
        print(f"{piece!r:>12} {' '.join(f'{each:6.2f}' for each in taken)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
