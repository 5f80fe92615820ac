"""Make ``tests/data``: a database and bundles of every schema version, by the code of that time.

    python tests/data/make.py

Needs the history of the repository. For each version the last commit that wrote it is unpacked into a temporary folder
and runs a few small studies with the libraries of today: ``N.database.gz`` is the database, ``N.STUDY.zip`` a bundle.

- No release wrote version 1 alone: its tables and the view came in one commit. So the file of version 1 is that of
  version 2 without the view.
- Bundles begin with version 4. Those of versions 1 to 3 hold what a bundle cannot do without, the study file and the
  steps, as the code of that time exported them.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
COMMITS = {
    2: "116c7ea",
    3: "11a9782",
    4: "f9c9537",
    5: "c1f69ec",
    6: "80c0b33",
    7: "dda8fda",
    8: "efe12c2",
    9: "d2f4759",
}
"""The last commit that wrote each version."""
WALK = """\
name: walk
models: [ideal, "simulated/failing:permanent_after=7", simulated/refusing]
trajectories: 2
steps: 5
concurrency: 1
"""
COINS = """\
name: coins
process: prior
measurement: probabilities
models: [ideal]
trajectories: 1
steps: 2
"""
TEXTS = """\
name: texts
process: telephone
params: {tasks: [rephrase], texts: ["A fox jumps over a dog.", "It rains today."]}
models: [simulated/copier, simulated/swapper]
temperatures: [0.8]
trajectories: 1
steps: 3
"""
SERIES = """\
name: series
process: in-context
params: {thetas: [0.2, 0.8], examples: [0, 3]}
measurement: probabilities
attention: each
models: ["simulated/filter:gamma=0.8"]
trajectories: 1
"""
STUDIES = {2: {"walk": WALK}, 3: {"walk": WALK, "coins": COINS}}
LATEST = {"walk": WALK, "coins": COINS, "texts": TEXTS}
STUDIES[9] = {**LATEST, "series": SERIES}
BUNDLES_SINCE = 4


def main() -> None:
    """Make every file anew."""
    for version, commit in COMMITS.items():
        with tempfile.TemporaryDirectory() as folder:
            make(version, commit, Path(folder))


def make(version: int, commit: str, folder: Path) -> None:
    """The files of one version."""
    code, database = folder / "code", folder / "results.duckdb"
    with (folder / "code.tar").open("wb") as packed:
        subprocess.run(["git", "archive", commit], stdout=packed, check=True, cwd=HERE.parents[1])
    with tarfile.open(folder / "code.tar") as packed:
        packed.extractall(code, filter="data")
    for name, text in STUDIES.get(version, LATEST).items():
        (folder / f"{name}.yaml").write_text(text)
        lmwalk(code, "run", f"{folder / name}.yaml", "--db", str(database))
        bundle(version, code, database, name)
    if version == min(COMMITS):
        without_view(database, folder / "first.duckdb")
        keep(folder / "first.duckdb", 1)
        shutil.copy(HERE / "2.walk.zip", HERE / "1.walk.zip")
    keep(database, version)


def lmwalk(code: Path, *words: str) -> None:
    """Run the command of that time; some answers fail, as they were told to."""
    done = subprocess.run(
        [sys.executable, "-m", "lmwalk", *words], cwd=code, env={**os.environ, "PYTHONPATH": str(code)}
    )
    assert done.returncode in (0, 1), words


def bundle(version: int, code: Path, database: Path, study: str) -> None:
    """A bundle as that version exported it, or of what it exported."""
    target = HERE / f"{version}.{study}.zip"
    target.unlink(missing_ok=True)
    if version >= BUNDLES_SINCE:
        lmwalk(code, "export", "--study", study, "--db", str(database), "--format", "bundle", "--out", str(target))
        return without_report(target)
    steps = database.with_name("steps.parquet")
    lmwalk(code, "export", "--study", study, "--db", str(database), "--format", "parquet", "--out", str(steps))
    with duckdb.connect(str(database), read_only=True) as stored, zipfile.ZipFile(target, "w") as archive:
        text = stored.execute("SELECT yaml FROM studies WHERE study = ?", [study]).fetchall()[0][0]
        archive.writestr("study.yaml", text)
        archive.write(steps, "steps.parquet")
    return None


def without_report(target: Path) -> None:
    """The same bundle without its report of some megabytes, which nobody reads back."""
    whole = target.rename(target.with_suffix(".whole"))
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name != "report.html":
                after.writestr(name, before.read(name))
    whole.unlink()


def without_view(database: Path, target: Path) -> None:
    """A copy as the first migration alone would have left it."""
    shutil.copy(database, target)
    with duckdb.connect(str(target)) as first:
        first.execute("DROP VIEW steps; UPDATE schema_version SET version = 1")


def keep(database: Path, version: int) -> None:
    """Pack a database."""
    with gzip.GzipFile(HERE / f"{version}.database.gz", "wb", mtime=0) as packed:
        packed.write(database.read_bytes())


if __name__ == "__main__":
    main()
