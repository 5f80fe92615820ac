"""What bringing in a big study costs: ``python tests/benchmarks/bench_import.py [--chains 1500] [--texts 667]``.

A million texts in chains from a table, and then the bundle of the same study, each in a process of its own: seconds,
and its memory before, once the source was read, and at most.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

BRING = """
import resource, sys, time
from pathlib import Path
from lmwalk.importing import import_bundle, import_chains, read_chains
from lmwalk.store import open_store
def most_mb(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
source, db = map(Path, sys.argv[1:])
figures, begun = [most_mb()], time.perf_counter()
with open_store(db) as store:
    if source.suffix == ".csv":
        chains = read_chains(source)
        figures.append(most_mb())
        import_chains(store, "big", chains)
    else:
        figures.append(most_mb())
        import_bundle(store, source)
    rows = int(store.tallies("big")["count"].sum())
    figures.append(most_mb())
seconds, size = time.perf_counter() - begun, db.stat().st_size / 1e6
print(f"| {source.suffix} | {rows:,} | {seconds:.0f} | {' | '.join(f'{each:.0f}' for each in figures)} | {size:.0f} |")
"""


BUNDLE = """
import sys, zipfile
from pathlib import Path
from lmwalk.store import open_store
db, out = map(Path, sys.argv[1:])
with open_store(db) as store, zipfile.ZipFile(out, "w") as archive:  # what is read back, without its report
    store.copy("big", "parquet", out.with_name("steps.parquet"))
    archive.writestr("study.yaml", store.study("big").to_yaml())
    archive.write(out.with_name("steps.parquet"), "steps.parquet")
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chains", type=int, default=1500)
    parser.add_argument("--texts", type=int, default=667)
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        table, bundle = Path(home) / "chains.csv", Path(home) / "bundle.zip"
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["model", "task", "initial", "seed", "generation", "text"])
            for chain in range(sizes.chains):
                for t in range(sizes.texts + 1):
                    text = "The first." if t == 0 else f"chain {chain} at {t}: " + f"word{t * chain % 997} " * 30
                    writer.writerow(["m", "rephrase", "0", chain, t, text])
        print("| source | steps | seconds | MB before | MB read | MB at most | MB of file |")
        print("|---|--:|--:|--:|--:|--:|--:|", flush=True)
        first = Path(home) / "first.duckdb"
        _done(BRING, table, first)
        _done(BUNDLE, first, bundle)
        _done(BRING, bundle, Path(home) / "second.duckdb")


def _done(code: str, *paths: Path) -> None:
    # each by a process of its own: one that was large before would lend the next its most memory
    subprocess.run([sys.executable, "-c", code, *map(str, paths)], check=True)


if __name__ == "__main__":
    main()
