"""How often a probe is right, how many questions it asks and how long it takes.

``python tests/benchmarks/bench_probe.py --seeds 200`` prints a line a model.
"""

from __future__ import annotations

import argparse
import asyncio
import time

from lmwalk.registry import open_model
from lmwalk.sampler_probe import Size, probe

MODELS = ("simulated/honest", "simulated/peaked", "simulated/biased", "builtin/tiny")


def main() -> None:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--answers", type=int, default=100)
    parser.add_argument("--models", nargs="+", default=MODELS)
    arguments = parser.parse_args()
    for name in arguments.models:
        model, started, verdicts, questions = open_model(name), time.perf_counter(), [], 0
        for seed in range(arguments.seeds):
            report = asyncio.run(probe(model, Size(arguments.answers, seed=seed)))
            verdicts.append(report.verdict)
            questions = max(questions, report.questions)
        each = (time.perf_counter() - started) / arguments.seeds
        told = ", ".join(f"{verdict} {verdicts.count(verdict)}" for verdict in ("passes", "fails", "cannot tell"))
        print(f"{name}: {told} of {arguments.seeds}; at most {questions} questions, {each:.2f} s a probe")


if __name__ == "__main__":
    main()
