"""The command line: exit codes, sentences, and what survives Ctrl-C and kill -9."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.store import open_store
from lmwalk.study import Study
from tests import forked

EXAMPLES = Path(__file__).parent.parent / "examples"
LMWALK = [sys.executable, "-m", "lmwalk"]
Process = subprocess.Popen[str] | forked.Forked
PLAN = Study.of(name="walk", models=["ideal"], temperatures=[0.0, 1.0], trajectories=5, steps=6_000)
SLOW = PLAN.model_copy(update={"models": ("simulated/slow:latency_s=0.01",), "steps": 300})
"""About four seconds of waiting, whatever the machine does meanwhile."""


@pytest.fixture
def study_file(tmp_path: Path) -> Path:
    return written(tmp_path, PLAN.model_copy(update={"steps": 20}))


def written(folder: Path, plan: Study) -> Path:
    path = folder / "study.yaml"
    path.write_text(plan.to_yaml(), encoding="utf-8")
    return path


def lmwalk(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("command", [[], ["run"], ["import"], ["export"], ["compare"], ["field"], ["models"], ["ui"]])
def test_every_command_explains_itself(command: list[str]) -> None:
    """--help says what a command does."""
    code, output = lmwalk(*command, "--help")

    assert code == 0
    assert "Usage" in output


def test_run_and_export(study_file: Path, tmp_path: Path) -> None:
    """A study runs to its end with exit code 0, again without asking anything, and is exported."""
    db, out = tmp_path / "r.duckdb", tmp_path / "steps.csv"
    for _ in range(2):
        code, output = lmwalk("run", study_file, "--db", db)
        assert code == 0, output
        assert "200 of 200 steps" in output

    code, output = lmwalk("export", "--db", db, "--study", "walk", "--format", "csv", "--out", out)

    assert (code, len(pd.read_csv(out))) == (0, 200), output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "missing.yaml"], "missing.yaml"),
        (["import", "missing.csv", "--name", "x"], "missing.csv"),
        (["export", "--study", "walk", "--out", "x.csv", "--db", "missing.duckdb"], "missing.duckdb"),
        (["ui", "--read-only", "--db", "missing.duckdb"], "missing.duckdb"),
    ],
)
def test_bad_input_has_exit_code_2(arguments: list[str], said: str) -> None:
    """What cannot be used is named, and the code is 2."""
    code, output = lmwalk(*arguments)

    assert code == 2
    assert said in output


def test_a_study_leaves_as_pictures_and_comes_back_from_a_bundle(tmp_path: Path) -> None:
    """Every format is a file that is named on the way; another database takes the bundle, once under each name."""
    db, other = tmp_path / "r.duckdb", tmp_path / "other.duckdb"
    small = written(tmp_path, PLAN.model_copy(update={"trajectories": 2, "steps": 6}))
    assert lmwalk("run", small, "--db", db)[0] == 0

    for file_format in ("png", "svg", "html", "mp4", "gif", "readme", "bundle"):
        out = tmp_path / f"out-{file_format}"
        code, output = lmwalk("export", "walk", "--format", file_format, "--out", out, "--db", db)
        assert (code, out.exists()) == (0, True), output
        assert "written to" in output

    bundle = tmp_path / "b.zip"
    (tmp_path / "out-bundle").rename(bundle)
    assert lmwalk("import", bundle, "--db", other)[0] == 0
    assert lmwalk("import", bundle, "--db", other)[0] == 2
    code, output = lmwalk("import", bundle, "--name", "again", "--db", other)
    assert (code, "'again' with 24 steps" in output) == (0, True), output
    with open_store(db) as one, open_store(other) as two:
        made = ["id"]
        pd.testing.assert_frame_equal(one.steps("walk").drop(columns=made), two.steps("walk").drop(columns=made))


def test_one_condition_and_what_is_not_there(study_file: Path, tmp_path: Path) -> None:
    """One model and temperature alone; a wrong one, or no study, is a sentence and writes nothing."""
    db, out = tmp_path / "r.duckdb", tmp_path / "one.png"
    lmwalk("run", study_file, "--db", db)

    export = ("export", "walk", "--format", "png", "--out", out, "--db", db)
    for wrong, said in [
        (("--model", "nobody"), "Accepted: ideal"),
        (("--temperature", "9"), "Accepted: 0, 1"),
        (("--figure", "nothing"), "is no figure"),
    ]:
        code, output = lmwalk(*export, *wrong)
        assert (code, out.exists()) == (2, False)
        assert said in output.replace("\n", " ")
    assert lmwalk("export", "--format", "png", "--db", db)[0] == 2
    assert lmwalk(*export, "--model", "ideal", "--temperature", "1")[0] == 0


def test_ctrl_c_during_an_export_leaves_no_file(tmp_path: Path) -> None:
    """It ends with 130, and neither the file nor a part of it is there."""
    plan = PLAN.model_copy(update={"steps": 400, "trajectories": 2})
    db, out = tmp_path / "r.duckdb", tmp_path / "films" / "film.mp4"
    out.parent.mkdir()
    assert lmwalk("run", written(tmp_path, plan), "--db", db)[0] == 0
    command = ["export", "walk", "--format", "mp4", "--out", str(out), "--db", str(db)]

    process = begun(command, tmp_path / "log", as_a_user=False)
    while not list(out.parent.iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)

    assert process.returncode == 130
    assert list(out.parent.iterdir()) == []


def test_import_and_export(tmp_path: Path) -> None:
    """Chains made elsewhere are counted, measured and kept, and leave in every format; once a name is once."""
    source, db = tmp_path / "made.csv", tmp_path / "r.duckdb"
    source.write_text("model,task,initial,seed,generation,text\nm,t,0,0,0,a b\nm,t,0,0,1,c\nm,t,0,0,2,d\n")

    code, output = lmwalk("import", source, "--name", "s", "--temperature", 0.5, "--db", db)

    assert code == 0, output
    assert "1 chains from 1 initial texts, 2 generations" in output
    assert "2 generations measured" in output
    for file_format, said in [("chains-csv", "3 texts"), ("chains-zip", "1 chain "), ("properties", "values")]:
        out = tmp_path / f"out-{file_format}"
        code, output = lmwalk("export", "--study", "s", "--format", file_format, "--out", out, "--db", db)
        assert (code, out.exists()) == (0, True), output
        assert said in output
    code, output = lmwalk("import", source, "--name", "s", "--db", db)
    assert code == 2
    assert "is already a study" in output.replace("\n", " ")


def test_chains_without_a_name_get_that_of_their_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of one model, given from where the original's results lie, needs nothing else."""
    chain = tmp_path / "Results" / "tiny" / "rephrase" / "Length518.0" / "seed_1" / "output0.json"
    chain.parent.mkdir(parents=True)
    chain.write_text(json.dumps({"initial_story": "a b", "stories": [["c"], ["d"]]}))
    monkeypatch.chdir(tmp_path)

    code, output = lmwalk("import", "Results/tiny", "--db", tmp_path / "r.duckdb")

    assert code == 0, output
    assert "1 chains from 1 initial texts, 2 generations, are in r.duckdb as 'tiny'" in output.replace("\n", " ")


def test_chains_that_cannot_be_read_make_no_database(tmp_path: Path) -> None:
    """The source is read before anything is written."""
    source, db = tmp_path / "made.csv", tmp_path / "r.duckdb"
    source.write_text("model,task,initial,seed,generation,text\nm,t,0,0,1,c\n")

    code, output = lmwalk("import", source, "--name", "s", "--db", db)

    assert (code, db.exists()) == (2, False)
    assert "lacks generation 0" in output.replace("\n", " ")


def test_a_wrong_study_writes_nothing(tmp_path: Path) -> None:
    """The sentence names the field, nothing runs and no database is made."""
    path = tmp_path / "bad.yaml"
    path.write_text("name: walk\nmodels: [ideal]\nsteps: -1\n")

    code, output = lmwalk("run", path, "--db", tmp_path / "r.duckdb")

    assert code == 2
    assert "steps: -1 cannot be used" in output
    assert not (tmp_path / "r.duckdb").exists()


def test_trajectories_that_fail_have_exit_code_1(tmp_path: Path) -> None:
    """The others finish; the summary says what ended how many."""
    plan = Study.of(name="walk", models=["ideal", "simulated/failing:permanent_after=5"], trajectories=2, steps=10)

    code, output = lmwalk("run", written(tmp_path, plan), "--db", tmp_path / "r.duckdb")

    assert code == 1
    assert "Trajectories that ended in error: 2." in output
    with open_store(tmp_path / "r.duckdb") as store:
        assert sorted(store.progress("walk")["steps"])[2:] == [10, 10]


def test_a_setting_a_model_cannot_take_is_refused_or_noted(tmp_path: Path) -> None:
    """By default nothing runs and the code is 2; where the user asks for a note, it runs and the note is said."""
    plan = Study.of(name="walk", models=["builtin/tiny"], sampler={"repeat_penalty": 1.2}, trajectories=1, steps=3)
    noting = plan.model_copy(update={"name": "noting", "on_unsupported": "note"})

    refused = lmwalk("run", written(tmp_path, plan), "--db", tmp_path / "r.duckdb")
    noted = lmwalk("run", written(tmp_path, noting), "--db", tmp_path / "r.duckdb")

    assert (refused[0], noted[0]) == (2, 0)
    for _, output in (refused, noted):
        assert "repeat_penalty" in output
    with open_store(tmp_path / "r.duckdb") as store:
        assert store.studies()["study"].tolist() == ["noting"]
        assert "repeat_penalty" not in store.conditions("noting")["sent"][0]
        assert "repeat_penalty" in store.conditions("noting")["notes"][0]


def test_models_lists_what_can_be_asked_and_why_not() -> None:
    """The built-in model is always there; a server that is down is named with what to start."""
    code, output = lmwalk("models")

    assert code == 0
    assert "builtin/tiny" in output
    assert "ollama serve" in output


@pytest.fixture(params=["at once"])
def running(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Process, Path]]:
    """A study of 3,000 steps in a process of its own, some of them on disk; begun as a user does where asked for."""
    db, log = tmp_path / "r.duckdb", tmp_path / "log"
    arguments = ["run", str(written(tmp_path, SLOW)), "--db", str(db)]
    process = begun(arguments, log, as_a_user=request.param == "as a user")
    while process.poll() is None and not on_disk(db):
        time.sleep(0.05)
    yield process, db
    if process.poll() is None:
        process.kill()
        process.wait()


def begun(arguments: list[str], log: Path, *, as_a_user: bool) -> Process:
    """What writes all that it says into a log."""
    if not as_a_user:
        return forked.lmwalk(arguments, log)
    with log.open("w") as sink:
        return subprocess.Popen([*LMWALK, *arguments], stdout=sink, stderr=subprocess.STDOUT, text=True)


def on_disk(db: Path) -> int:
    """Steps that would be there if the process that writes them were killed now; 0 where it is just at the file."""
    with TemporaryDirectory() as folder, suppress(OSError, duckdb.Error):
        for path in filter(Path.is_file, db.parent.glob(f"{db.name}*")):
            shutil.copy(path, folder)
        with duckdb.connect(f"{folder}/{db.name}") as copy:
            return int(copy.execute("SELECT count(*) FROM records").fetchall()[0][0])
    return 0


def assert_whole(db: Path) -> int:
    """Every trajectory's steps are 1..n, none twice, none missing; the number of rows."""
    with open_store(db) as store:
        rows = store.steps("walk")[["condition", "trajectory", "t"]]
    for _, own in rows.groupby(["condition", "trajectory"]):
        assert sorted(own["t"]) == list(range(1, len(own) + 1))
    return len(rows)


def test_after_kill_9_nothing_committed_is_lost_or_doubled(running: tuple[Process, Path], tmp_path: Path) -> None:
    """The file opens, each trajectory is a prefix of itself, and the next run completes every one."""
    process, db = running
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    kept = assert_whole(db)
    assert 0 < kept < SLOW.total_steps

    code, output = lmwalk("run", written(tmp_path, SLOW), "--db", db)
    assert code == 0, output
    assert assert_whole(db) == SLOW.total_steps


@pytest.mark.parametrize("running", ["as a user"], indirect=True)
def test_ctrl_c_stops_cleanly(running: tuple[Process, Path], tmp_path: Path) -> None:
    """Exit code 130, a word on how to go on, no traceback, and the file is whole."""
    process, db = running
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    output = (tmp_path / "log").read_text()

    assert process.returncode == 130, output
    assert "goes on from here" in output
    assert "Traceback" not in output
    assert 0 < assert_whole(db) < SLOW.total_steps


def test_a_database_that_is_deleted_is_said_to_be_elsewhere(running: tuple[Process, Path], tmp_path: Path) -> None:
    """The run ends with exit code 1, names the file that took the place, and every step is in that."""
    process, db = running
    db.unlink()
    process.wait(timeout=300)
    output = (tmp_path / "log").read_text()
    rescue = db.with_name("r.rescue-1.duckdb")

    said = " ".join(output.split())
    assert process.returncode == 1
    assert f"{db.name} was deleted or moved while it was open" in said
    assert f"{SLOW.total_steps:,} of {SLOW.total_steps:,} steps of 'walk' are in {rescue.name}" in said
    assert not db.exists()
    assert assert_whole(rescue) == SLOW.total_steps


def test_a_database_in_use_is_visited(running: tuple[Process, Path], tmp_path: Path) -> None:
    """A second process lists, exports and steers what the first one runs, and a third hands its study over."""
    process, db = running
    at = ("--db", db)

    assert lmwalk("pause", "walk", *at) == (0, "'walk' is paused.\n")
    code, output = lmwalk("studies", "--json", *at)
    assert (code, json.loads(output)["state"]) == (0, "paused")
    assert lmwalk("export", *at, "--study", "walk", "--out", tmp_path / "x.csv")[0] == 0
    assert len(pd.read_csv(tmp_path / "x.csv")) >= json.loads(output)["done"] > 0
    other = SLOW.model_copy(update={"name": "other", "steps": 2})
    code, output = lmwalk("run", written(tmp_path, other), "--detach", *at)
    assert (code, f"process {process.pid}" in output) == (0, True)
    assert lmwalk("rename", "walk", "x", *at)[0] == 2
    assert lmwalk("resume", "walk", *at)[0] == 0
    assert lmwalk("stop", "walk", *at)[0] == 0
    process.wait(60)
    assert lmwalk("pause", "walk", *at)[0] == 2
    assert lmwalk("delete", "walk", "--yes", *at)[0] == 0
    code, output = lmwalk("studies", *at)
    assert (code, "other" in output, "walk" in output) == (0, True, False)


def test_seven_experiments_run_from_one_command(tmp_path: Path) -> None:
    """A folder of study files runs one after the other, on the real built-in model, each to its end.

    In one wording, one trajectory of each case and no more than two replies in it: further ones ask the same again.
    """
    db, folder = tmp_path / "draws.duckdb", tmp_path / "draws"
    folder.mkdir()
    for file in (EXAMPLES / "draws").glob("*.yaml"):
        (folder / file.name).write_text(shortened(Study.read(file)).to_yaml(), encoding="utf-8")

    code, output = lmwalk("run", folder, "--db", db)

    assert code == 0, output
    with open_store(db) as store:
        studies = store.studies()
        assert len(studies) == len(list((EXAMPLES / "draws").iterdir()))
        known = {"prior", "stated-bias", "in-context", "switching", "markov", "sequence", "poisson"}
        assert set(studies["process"]) == known
        assert (studies["steps"] == studies["total"]).all()
        assert studies["errors"].sum() == 0


def shortened(study: Study) -> Study:
    template = study.prompt_template
    own = {"texts": template.texts[:1], "system": template.system}
    steps = study.steps if study.measurement == "probabilities" else min(study.steps, 2)
    few = {"params": {**study.params, "sequences": 2}} if study.process == "markov" else {}
    return Study.of(**{**study.model_dump(), "template": own, "trajectories": 1, "steps": steps, **few})


def test_nothing_runs_where_one_of_the_studies_is_wrong(tmp_path: Path) -> None:
    """All files are read before the first question, and the sentence is the wrong one's."""
    (tmp_path / "a.yaml").write_text(PLAN.to_yaml(), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("name: b\nmodels: [ideal]\nprocess: dice\n", encoding="utf-8")
    db = tmp_path / "r.duckdb"

    code, output = lmwalk("run", tmp_path, "--db", db)

    assert (code, db.exists()) == (2, False)
    assert "There is no process called 'dice'" in output.replace("\n", " ")


def test_an_empty_folder_is_no_study(tmp_path: Path) -> None:
    """The sentence says what a folder has to hold."""
    code, output = lmwalk("run", tmp_path)

    assert code == 2
    assert "holds no study file" in output.replace("\n", " ")
