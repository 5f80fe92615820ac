"""Studies in jobs of a real Slurm on this machine: what the examples submit is what runs here."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from slurm import slurm_cluster, slurm_or_skip
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.cluster.fabric import joined
from lmwalk.cluster.place import Place
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store
from lmwalk.study import Study

EXAMPLES = Path(__file__).parents[2] / "examples" / "cluster"
PLAN = Study.of(
    name="chains",
    process="telephone",
    models=["simulated/mover:rate=0.02,noise=10,latency_s=0.04"],
    temperatures=[0.8],
    trajectories=5,
    steps=10,
)
CHAINS = 100
KEY = ["condition", "trajectory", "t"]
OF_A_CALL = ["id", "latency_s", "asked_at"]
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where sbatch and its like reach a cluster whose jobs find this lmwalk."""
    slurm_or_skip()
    programs = tmp_path_factory.mktemp("programs")
    program = programs / "lmwalk"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m lmwalk "$@"\n')
    program.chmod(0o755)
    with slurm_cluster() as own:
        yield {**own, "PATH": os.pathsep.join([str(programs), own["PATH"]])}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The rows of the study where it is run by this process."""
    with open_store(tmp_path_factory.mktemp("here") / "here.duckdb") as store:
        job = Jobs(store).start(PLAN.at_once(CHAINS))
        job.wait(PATIENCE_S)
        assert job.state == "done", job.error
        return rows(store)


def rows(store: Store) -> pd.DataFrame:
    """The study's steps in order."""
    store.flush()
    return store.steps(PLAN.name).sort_values(KEY, ignore_index=True)


def asked(steps: pd.DataFrame) -> pd.DataFrame:
    """What does not depend on when and how fast it was asked."""
    return steps.drop(columns=OF_A_CALL)


@pytest.fixture
def submitted(environment: dict[str, str], tmp_path: Path) -> list[str]:
    """The line that submits the example with this study; further options of sbatch may follow the first word."""
    study = written(tmp_path, PLAN)
    return ["sbatch", f"--chdir={tmp_path}", str(EXAMPLES / "telephone.sbatch"), str(study), str(tmp_path / "parts")]


def written(folder: Path, plan: Study) -> Path:
    """The study as a file."""
    path = folder / "study.yaml"
    path.write_text(plan.to_yaml(), encoding="utf-8")
    return path


def submit(line: list[str], environment: dict[str, str], *options: str) -> str:
    """Submit a job; what sbatch says."""
    command = [line[0], *options, *line[1:]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr + "".join(path.read_text() for path in logs(line))
    return done.stdout.strip()


def logs(line: list[str]) -> list[Path]:
    """What the jobs of a line said."""
    return sorted(Path(line[-1]).parent.glob("*.log"))


def imported(folder: str, database: Path) -> pd.DataFrame:
    """Import a folder by the command; the rows of the study then."""
    result = CliRunner().invoke(app, ["import", folder, "--db", str(database)])
    assert result.exit_code == 0, result.output
    with open_store(database) as store:
        return rows(store)


def test_an_array_makes_what_one_process_makes(
    environment: dict[str, str], submitted: list[str], expected: pd.DataFrame, tmp_path: Path
) -> None:
    """100 chains in five jobs: each whole, once, and as they are here; a second import adds nothing."""
    submit(submitted, environment, "--wait", "--array=0-4")

    first = imported(submitted[-1], tmp_path / "r.duckdb")
    again = imported(submitted[-1], tmp_path / "r.duckdb")

    assert len(logs(submitted)) == 5
    assert first.groupby(["condition", "trajectory"]).size().tolist() == [PLAN.steps] * CHAINS
    pd.testing.assert_frame_equal(asked(first), asked(expected))
    pd.testing.assert_frame_equal(again, first)


def test_what_a_cancelled_array_has_asked_is_kept(
    environment: dict[str, str], submitted: list[str], expected: pd.DataFrame, tmp_path: Path
) -> None:
    """scancel in the middle, and the same line again: what was there is not asked again, and the rest is."""
    written(tmp_path, PLAN.at_once(2))
    job = submit(submitted, environment, "--array=0", "--parsable")
    parts = Path(submitted[-1])
    await_that(lambda: list(parts.glob("steps-*.parquet")) or not queued(environment), "no job writes anything")
    assert parts.exists(), "".join(path.read_text() for path in logs(submitted))
    subprocess.run(["scancel", job], env=environment, check=True, timeout=PATIENCE_S)
    await_end(environment)
    before = in_files(submitted[-1])

    written(tmp_path, PLAN.at_once(CHAINS))
    submit(submitted, environment, "--wait", "--array=0")
    after = in_files(submitted[-1])

    assert 0 < len(before) < len(after) == len(expected)
    assert len(after.merge(before, on=[*KEY, "asked_at"])) == len(before)
    pd.testing.assert_frame_equal(asked(imported(submitted[-1], tmp_path / "r.duckdb")), asked(expected))


def in_files(folder: str) -> pd.DataFrame:
    """Which steps jobs have written to a folder, and when they asked them."""
    files = sorted(Path(folder).glob("steps-*.parquet"))
    return pd.concat([pd.read_parquet(file, columns=[*KEY, "asked_at"]) for file in files])


def queued(environment: dict[str, str]) -> bytes:
    """The jobs that wait, run or end just now, a line each."""
    command = ["squeue", "--noheader"]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout.strip()


def await_end(environment: dict[str, str]) -> None:
    """Wait until no job is in the queue any more."""
    await_that(lambda: not queued(environment), "a job does not end")


def await_that(is_so: Callable[[], object], otherwise: str) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def cluster_file(folder: Path, kind: str = "slurm", **options: str) -> Path:
    """The cluster file of the examples with what this machine has."""
    described = yaml.safe_load((EXAMPLES / "cluster.yaml").read_text(encoding="utf-8"))
    described |= {"kind": kind, "jobs": 1}
    described["options"] |= {"cores": 1, "memory": "500MB", "queue": "all", "interface": "lo"}
    described["options"] |= {"job_script_prologue": [], "log_directory": str(folder / "log")}
    described["options"] |= {"shared_temp_directory": str(folder), **options}
    path = folder / "cluster.yaml"
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    return path


def of_jobs(folder: Path) -> str:
    """What the workers' jobs said."""
    return "".join(path.read_text() for path in sorted((folder / "log").glob("*.err")))


def test_workers_are_jobs(environment: dict[str, str], expected: pd.DataFrame, tmp_path: Path) -> None:
    """--cluster starts a worker in a job, another one where that is cancelled, and ends it with the study."""
    study, cluster, database = written(tmp_path, PLAN.at_once(25)), cluster_file(tmp_path), tmp_path / "r.duckdb"
    command = ["lmwalk", "run", study, "--cluster", cluster, "--db", database]
    soon = {**environment, "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "100ms"}
    with (tmp_path / "run.log").open("w") as log:
        running = subprocess.Popen(command, env=soon, cwd=tmp_path, stdout=log, stderr=log)
    try:
        await_that(lambda: "Registered to" in of_jobs(tmp_path), "no worker begins")
        subprocess.run(["scancel", "--name=dask-worker"], env=environment, check=True, timeout=PATIENCE_S)
        assert running.wait(PATIENCE_S) == 0, (tmp_path / "run.log").read_text()
    finally:
        running.kill()
        running.wait()

    assert len(list((tmp_path / "log").glob("*.err"))) == 2
    assert not list(tmp_path.glob(".dask-jobqueue*")), "keys are left over"
    await_end(environment)
    with open_store(database) as store:
        pd.testing.assert_frame_equal(asked(rows(store)), asked(expected))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"queue": "nowhere"}, "Invalid partition name"),
        ({"kind": "pbs"}, "qsub"),
    ],
)
def test_jobs_that_nobody_takes_are_an_error(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    """What the batch system says against a job, or that there is none, is said at once."""
    monkeypatch.setenv("SLURM_CONF", environment["SLURM_CONF"])

    async def connect() -> None:
        async with joined(Place(file=cluster_file(tmp_path, **changed))):
            pass

    with pytest.raises(InputError, match=said):
        asyncio.run(connect())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.sbatch")), ids=lambda path: path.stem)
def test_slurm_takes_every_example(environment: dict[str, str], path: Path) -> None:
    """What the files ask Slurm for can be asked for, a GPU as well; this machine may be smaller than theirs."""
    command = ["sbatch", "--test-only", "--cpus-per-task=1", "--mem=100M", str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)

    assert done.returncode == 0, done.stderr
