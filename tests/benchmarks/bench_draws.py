"""An in-context study on the built-in model: 8 n x 11 theta x 20 stems, questions a second, each prompt scored once.

    python tests/benchmarks/bench_draws.py

Prints; asserts nothing about time.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from lmwalk import Study, jobs_of, open_store

STUDY = Study.of(
    name="in-context learning",
    process="in-context",
    params={"evidence_seed": 1, "prior": [6, 3]},
    measurement="probabilities",
    template="stems",
    models=["builtin/tiny"],
    trajectories=1,
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "bench.duckdb") as store:
        started = time.perf_counter()
        job = jobs_of(store).start(STUDY)
        job.wait()
        seconds = time.perf_counter() - started
        rows = store.steps(STUDY.name)
    if job.error:
        raise SystemExit(job.error)
    prompts = rows["prompt"].nunique()
    print(f"{len(rows):,} questions, {prompts:,} different prompts, {seconds:.1f} s")
    print(
        f"{len(rows) / seconds:,.0f} questions/s, {prompts / seconds:,.0f} prompts scored/s, the model's load included"
    )


if __name__ == "__main__":
    main()
