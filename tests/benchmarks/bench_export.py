"""How long exports of a grid of 7 models and 5 temperatures take, 5 walks of 50 steps each, and how large they are.

Run: python tests/benchmarks/bench_export.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from lmwalk.export import to_file
from lmwalk.importing import import_bundle
from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from lmwalk.study import Study

MODELS = ["ideal", "simulated/biased", *(f"simulated/persistent:stay={share / 10}" for share in range(1, 6))]


def main() -> None:
    with tempfile.TemporaryDirectory() as name, open_store(Path(name) / "r.duckdb") as store:
        folder = Path(name)
        study = Study.of(name="grid", models=MODELS, temperatures=[0.0, 0.3, 0.7, 1.0, 2.0], trajectories=5, steps=50)
        Jobs(store).start(study).wait()
        to_file(store, study.name, "png", folder / "warm")  # matplotlib looks for fonts once
        for file_format in ("png", "svg", "mp4", "gif", "html", "replay", "readme", "bundle"):
            out, begun = folder / f"out-{file_format}", time.perf_counter()
            count = to_file(store, study.name, file_format, out)
            seconds = time.perf_counter() - begun
            print(f"{file_format:7} {count:6} {seconds:6.2f} s {out.stat().st_size / 1e6:7.2f} MB")
        begun = time.perf_counter()
        with open_store(folder / "other.duckdb") as other:
            import_bundle(other, folder / "out-bundle")
        print(f"import  {study.total_steps:6} {time.perf_counter() - begun:6.2f} s")


if __name__ == "__main__":
    main()
