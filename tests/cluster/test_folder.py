"""Parts of a study, each run by a process that knows no other, come together in a folder to what one run gives."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Scripted
from servers import Server, openai_server
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.errors import InputError
from lmwalk.export import parts as exporting
from lmwalk.export.parts import Parts, begin_folder
from lmwalk.host import holder
from lmwalk.host import open_store as visited_store
from lmwalk.importing.parts import Taken, import_parts, take_up
from lmwalk.importing.versions import FAILED, OVER, Answer, Stood, continuation
from lmwalk.jobs import ENDED, Jobs, jobs_of
from lmwalk.step import Step
from lmwalk.store import Made, Store, StoredCondition, open_store
from lmwalk.store.rows import merged
from lmwalk.study import Study
from lmwalk.study.part import WHOLE, Part
from lmwalk.study.part_files import part_files
from lmwalk.types import Sent
from tests import forked, owners
from tests.export.studies import walks

KEPT = ["condition", "trajectory", "t", "x", "y", "outcome", "status", "reply", "prompt", "state_before"]
ALSO = ["state_after", "seed", "distribution", "ended", "error"]
ORDER = ["condition", "trajectory", "t"]
PATIENCE_S = 60.0
WALK = Study.of(
    name="walk", models=["ideal", "simulated/persistent:stay=0.9"], temperatures=[0.5, 1.0], trajectories=3, steps=20
)
BELIEF = Study.of(
    name="belief",
    process="in-context",
    params={"thetas": [0.2, 0.8], "examples": [0, 2, 4]},
    measurement="probabilities",
    models=["simulated/filter:gamma=0.8", "ideal"],
    trajectories=1,
    steps=3,
)
CHAINS = Study.of(
    name="chains",
    process="telephone",
    params={"texts": ["one two three", "four five six"], "tasks": ["rephrase"]},
    models=["simulated/swapper"],
    temperatures=[0.0, 1.0],
    trajectories=2,
    steps=4,
)
SLOW = Study.of(
    name="walk", models=["simulated/slow:latency_s=0.02"], temperatures=[0.0, 1.0], trajectories=4, steps=80
)
LONGER = SLOW.model_copy(update={"steps": 300})


def lmwalk(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def written(folder: Path, plan: Study) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{plan.name}.yaml"
    path.write_text(plan.to_yaml(), encoding="utf-8")
    return path


def ran(*arguments: object) -> str:
    """What a command said that ended well."""
    code, output = lmwalk(*arguments)
    assert code == 0, output
    return output


def rows(database: Path, study: str, also: Sequence[str] = ALSO) -> pd.DataFrame:
    """What a run decides; neither when it asked nor how long that took."""
    with open_store(database) as store:
        return sorted_rows(store, study, also)


def sorted_rows(store: Store, study: str, also: Sequence[str] = ALSO) -> pd.DataFrame:
    return store.steps(study)[[*KEPT, *also]].sort_values(ORDER, ignore_index=True)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "all.duckdb"


@pytest.mark.parametrize("plan", [WALK, BELIEF, CHAINS], ids=lambda plan: plan.name)
def test_two_parts_are_the_study(plan: Study, tmp_path: Path, out: Path, db: Path) -> None:
    """Every row is that of one run of the whole, and so are the conditions; nothing else was written."""
    file, whole = written(tmp_path, plan), tmp_path / "whole.duckdb"
    ran("run", file, "--db", whole)
    for part in ("1/2", "2/2"):
        assert "part" in ran("run", file, "--to", out, "--part", part, "--db", db)
    assert not db.exists()
    said = ran("import", out, "--db", db)

    assert f"{plan.total_steps} new steps" in said
    pd.testing.assert_frame_equal(rows(db, plan.name), rows(whole, plan.name), check_exact=True)
    with open_store(db) as store, open_store(whole) as other:
        pd.testing.assert_frame_equal(store.conditions(plan.name), other.conditions(plan.name))
        values = [each.measures.values(plan.name).drop(columns=["id"]) for each in (store, other)]
        assert len(values[0]) == len(values[1])


def test_a_folder_is_taken_again_and_again(tmp_path: Path, out: Path, db: Path) -> None:
    """What is there already is counted, never doubled; what came since is added."""
    file = written(tmp_path, WALK)
    ran("run", file, "--to", out, "--part", "2/2")
    first, again = (ran("import", out, "--db", db) for _ in range(2))
    ran("run", file, "--to", out, "--part", "1/2")
    rest = ran("import", out, "--db", db)

    half = WALK.total_steps // 2
    assert f"{half} new steps are in all.duckdb, 0 were there" in first
    assert "6 of 12 trajectories are whole" in first
    assert f"0 new steps are in all.duckdb, {half} were there" in again
    assert f"{half} new steps are in all.duckdb, {half} were there" in rest
    assert "12 of 12 trajectories are whole" in rest
    ran("run", file, "--db", tmp_path / "whole.duckdb")
    with open_store(db) as store, open_store(tmp_path / "whole.duckdb") as other:
        pd.testing.assert_frame_equal(store.conditions("walk"), other.conditions("walk"))
        pd.testing.assert_frame_equal(sorted_rows(store, "walk"), sorted_rows(other, "walk"))


def test_parts_of_one_database_are_the_study_too(tmp_path: Path, db: Path) -> None:
    """Part by part, the last first; each run counts what is its own, and conditions stand in their order."""
    file, whole = written(tmp_path, WALK), tmp_path / "whole.duckdb"
    ran("run", file, "--db", whole)
    for number in (3, 1, 2):
        part = Part(number, 3)
        count = len(part.share(WALK)) * WALK.steps
        said = " ".join(ran("run", file, "--db", db, "--part", part).split())
        assert f"{count} of {count} steps of part {part} of 'walk'" in said

    pd.testing.assert_frame_equal(rows(db, "walk"), rows(whole, "walk"), check_exact=True)
    with open_store(db) as store:
        assert store.conditions("walk")["condition"].tolist() == [each.id for each in WALK.conditions()]


def test_a_run_of_a_part_counts_that_part(jobs: Jobs) -> None:
    """Its progress, and what is left of each condition, know nothing of the others."""
    part = Part(1, 4)
    job = jobs.start(WALK, part=part)
    job.wait(PATIENCE_S)
    progress = job.progress()

    assert (progress.done, progress.total) == (3 * WALK.steps, 3 * WALK.steps)
    assert progress.by_model == {"ideal": (60, 60), "simulated/persistent:stay=0.9": (0, 0)}
    assert job.left() == {WALK.conditions()[0].id: 0}


def test_more_parts_than_trajectories_leave_some_empty(tmp_path: Path, out: Path) -> None:
    """A part that has none asks nothing, and ends well."""
    assert "0 of 0 steps" in ran("run", written(tmp_path, WALK), "--to", out, "--part", "1/100")
    assert not part_files(out, "steps")


def test_another_division_goes_on_from_what_is_there(tmp_path: Path, out: Path, db: Path) -> None:
    """A third that was run is not asked again when halves are."""
    file = written(tmp_path, WALK)
    ran("run", file, "--to", out, "--part", "2/3")
    for part in ("1/2", "2/2"):
        ran("run", file, "--to", out, "--part", part)
    said = ran("import", out, "--db", db)

    assert f"{WALK.total_steps} new steps" in said
    assert "left out" not in said


def often_written(file: Path, out: Path, home: Path) -> BaseProcess:
    """A process that runs a study into a folder, which it writes to as often as can be; what it says is in home/log."""
    (home / "scratch").mkdir(exist_ok=True)
    process = forked.CONTEXT.Process(target=_run_often_written, args=(file, out, home), daemon=True)
    forked.start(process)
    return process


def _run_often_written(file: Path, out: Path, home: Path) -> None:
    tempfile.tempdir = str(home / "scratch")
    exporting.EVERY_S, exporting.MOST_ROWS = 0.02, 40
    code, said = lmwalk("run", file, "--to", out)
    (home / "log").write_text(said)
    sys.exit(code)


def await_steps(out: Path) -> None:
    """Wait until a folder holds some."""
    deadline = time.monotonic() + PATIENCE_S
    while not (out.is_dir() and part_files(out, "steps")):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_after_kill_9_the_same_command_goes_on(tmp_path: Path, out: Path, db: Path) -> None:
    """What was written is not asked again; in the end every row is that of an undisturbed run, once."""
    file = written(tmp_path, SLOW)
    process = often_written(file, out, tmp_path)
    await_steps(out)
    process.kill()
    process.join(PATIENCE_S)
    said = ran("import", out, "--db", db)
    before = rows(db, "walk")
    for _, own in before.groupby(["condition", "trajectory"]):
        assert own["t"].tolist() == list(range(1, len(own) + 1))
    assert 0 < len(before) < SLOW.total_steps, said

    with open_store(tmp_path / "whole.duckdb") as store:
        Jobs(store).start(SLOW).wait(PATIENCE_S)
        whole = sorted_rows(store, "walk")
    for _ in range(2):
        ran("run", file, "--to", out)
    said = ran("import", out, "--db", db)

    assert f"{len(before):,} were there" in said
    assert "left out" not in said
    pd.testing.assert_frame_equal(rows(db, "walk"), whole, check_exact=True)
    assert len(pq.ParquetDataset([path for _, path in part_files(out, "steps")]).read()) == SLOW.total_steps


def test_kills_at_any_moment_lose_and_double_nothing(tmp_path: Path, out: Path, db: Path) -> None:
    """Killed three times in the midst of writing, with an import after each, then run to its end."""
    file = written(tmp_path, SLOW)
    draw = random.Random(0)
    for _ in range(3):
        process = often_written(file, out, tmp_path)
        process.join(0.4 + draw.random())
        process.kill()
        process.join(PATIENCE_S)
        if (out / "study.yaml").exists():
            assert "left out" not in ran("import", out, "--db", db)
            assert_of_a_piece(rows(db, "walk"))
    process = often_written(file, out, tmp_path)
    process.join(PATIENCE_S)
    assert process.exitcode == 0
    assert "left out" not in ran("import", out, "--db", db)

    with open_store(tmp_path / "whole.duckdb") as store:
        Jobs(store).start(SLOW).wait(PATIENCE_S)
        pd.testing.assert_frame_equal(rows(db, "walk"), sorted_rows(store, "walk"), check_exact=True)
    assert len(pq.ParquetDataset([path for _, path in part_files(out, "steps")]).read()) == SLOW.total_steps
    assert not [*out.glob(".lmwalk*"), *(tmp_path / "scratch").iterdir()]


def test_ctrl_c_writes_what_was_answered(tmp_path: Path, out: Path, db: Path) -> None:
    """Exit code 130; nothing that was counted as answered is lost."""
    log = tmp_path / "log"
    process = forked.lmwalk(["run", str(written(tmp_path, LONGER)), "--to", str(out)], log)
    await_steps(out)
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE_S)

    assert process.returncode == 130, log.read_text()
    told = re.search(r"([\d,]+) of 2,400 steps", " ".join(log.read_text().split()))
    assert told and f"{told[1]} new steps" in ran("import", out, "--db", db)


def test_a_folder_is_one_study_s(tmp_path: Path, out: Path) -> None:
    """Another study, or other settings of the same, are refused, and the folder stays as it is; not so another pace."""
    ran("run", written(tmp_path, WALK), "--to", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    for plan in (CHAINS, WALK.model_copy(update={"steps": 30}), WALK.model_copy(update={"seed": 1})):
        code, said = lmwalk("run", written(tmp_path / "other", plan), "--to", out)
        assert code == 2
        assert "holds" in said

    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    ran("run", written(tmp_path / "other", WALK.at_once(2)), "--to", out)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "out", "--detach"], "--detach"),
        (["--to", "out", "both"], "2 studies"),
        (["--to", "out", "--workers", "2"], "--workers"),
        (["--part", "0/2"], "'0/2'"),
        (["--part", "3/2"], "'3/2'"),
        (["--part", "half"], "'half'"),
        (["--part", "1/2", "stopping.yaml"], "stop_when"),
    ],
)
def test_what_cannot_be_is_said(options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With exit code 2, and before anything is written."""
    monkeypatch.chdir(tmp_path)
    both = tmp_path / "both"
    for name in ("one", "two"):
        written(both, WALK.model_copy(update={"name": name}))
    rule = {"primary": "distance", "stop_when": {"width": 0.1}, "name": "stopping"}
    written(tmp_path, Study.of(**{**WALK.model_dump(), **rule}))
    sources = [] if {"both", "stopping.yaml"} & set(options) else [str(written(tmp_path, WALK))]

    code, output = lmwalk("run", *sources, *options)

    assert code == 2, output
    assert said in " ".join(output.split())
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob("*.duckdb"))


def test_a_folder_that_cannot_be_written_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    """It is a file, or it vanishes while the study runs."""
    file = written(tmp_path, SLOW)
    code, said = lmwalk("run", file, "--to", file)
    assert (code, "cannot be written to" in said) == (1, True), said

    process = often_written(file, tmp_path / "out", tmp_path)
    await_steps(tmp_path / "out")
    shutil.move(tmp_path / "out", tmp_path / "gone")
    process.join(PATIENCE_S)

    said = (tmp_path / "log").read_text()
    assert process.exitcode == 1
    assert "cannot be written to" in said
    ran("import", tmp_path / "gone", "--db", tmp_path / "r.duckdb")


def test_what_is_no_table_is_named_and_comes_later(tmp_path: Path, out: Path, db: Path) -> None:
    """Truncated or made of anything: exit code 1, all else is taken, and the whole file when it is there again."""
    file = written(tmp_path, WALK)
    for part in ("1/2", "2/2"):
        ran("run", file, "--to", out, "--part", part)
    broken = part_files(out, "steps")[0][1]
    content = broken.read_bytes()
    half = WALK.total_steps // 2
    for kept in (content[: len(content) // 2], b"", b"PAR1" * 1000):
        broken.write_bytes(kept)
        code, said = lmwalk("import", out, "--db", db)
        assert code == 1
        assert f"{broken.name} is left out." in said
        assert len(rows(db, "walk")) == half

    broken.write_bytes(content)
    assert f"{half} new steps" in ran("import", out, "--db", db)


def test_what_a_stranger_wrote_is_left_out(tmp_path: Path, out: Path, db: Path) -> None:
    """Steps of other conditions, beyond the study, of an unknown status; conditions and lists that are none."""
    ran("run", written(tmp_path, WALK), "--to", out)
    ((named, path),) = part_files(out, "steps")
    table = pq.read_table(path)
    for number, (column, value) in enumerate({"condition": "x", "t": 21, "status": "odd", "state_after": "1"}.items()):
        place = table.schema.get_field_index(column)
        values = [value, *table.column(column).to_pylist()[1:]]
        changed = table.set_column(place, column, [values])
        pq.write_table(changed.cast(table.schema), out / named._replace(number=number + 2).name)
    (out / named._replace(kind="lists").name).write_text("{}\n")
    (out / f"conditions-{'0' * 20}.json").write_text("[]")
    os.mkfifo(out / named._replace(number=99).name)
    code, said = lmwalk("import", out, "--db", db)

    assert code == 1
    assert said.count("is left out.") == 7
    assert f"{WALK.total_steps} new steps" in said


def test_a_study_that_is_another_is_refused(tmp_path: Path, out: Path, db: Path) -> None:
    """The database stays as it is; a study that is the same is joined, wherever its steps were asked."""
    ran("run", written(tmp_path, WALK), "--to", out)
    other = WALK.model_copy(update={"seed": 1, "steps": 2})
    ran("run", written(tmp_path / "other", other), "--db", db)
    before = rows(db, "walk")
    code, said = lmwalk("import", out, "--db", db)
    assert (code, "already a study with another seed" in said) == (2, True), said
    pd.testing.assert_frame_equal(rows(db, "walk"), before)

    same = tmp_path / "same.duckdb"
    ran("run", written(tmp_path / "same", WALK.model_copy(update={"steps": 7})), "--db", same)
    said = ran("import", out, "--db", same)
    assert f"{12 * 13} new steps are in same.duckdb, 0 were there" in said
    assert f"{12 * 7} steps are left out" in said
    assert len(rows(same, "walk")) == WALK.total_steps


def test_a_folder_without_a_study_is_none(tmp_path: Path, out: Path, db: Path) -> None:
    """It is read as chains, as any folder; a broken study.yaml has its sentence, and a name cannot be given."""
    out.mkdir()
    assert lmwalk("import", out, "--db", db)[0] == 2
    (out / "study.yaml").write_text("models: 1")
    assert lmwalk("import", out, "--db", db)[0] == 2
    (out / "study.yaml").write_text(WALK.to_yaml())
    assert lmwalk("import", out, "--name", "other", "--db", db)[0] == 2
    assert "0 new steps" in ran("import", out, "--db", db)


def test_a_guest_imports_and_runs_a_part(tmp_path: Path, out: Path, db: Path) -> None:
    """By way of the process that holds the database."""
    file = written(tmp_path, WALK)
    ran("run", file, "--to", out, "--part", "1/2")
    with owners.held(db):
        with visited_store(db) as store:
            assert holder(store) is not None
        first, again = (ran("import", out, "--db", db) for _ in range(2))
        ran("run", file, "--db", db, "--part", "2/2")
    half = WALK.total_steps // 2

    assert f"{half} new steps" in first
    assert f"0 new steps are in all.duckdb, {half} were there" in again
    ran("run", file, "--db", tmp_path / "whole.duckdb")
    pd.testing.assert_frame_equal(rows(db, "walk"), rows(tmp_path / "whole.duckdb", "walk"), check_exact=True)


def test_a_study_that_runs_where_it_is_to_come_is_stopped_first(tmp_path: Path, out: Path, db: Path) -> None:
    """Two that ask the same could not be told apart; the sentence says so, and nothing is taken."""
    ran("run", written(tmp_path, SLOW), "--to", out, "--part", "1/8")
    with owners.held(db):
        with visited_store(db) as store:
            jobs_of(store).start(SLOW)
        code, said = lmwalk("import", out, "--db", db)
        assert (code, "is under way" in said) == (2, True), said
        with visited_store(db) as store:
            jobs_of(store).get("walk").wait(PATIENCE_S)
        assert "80 steps are left out" in ran("import", out, "--db", db)


def test_failed_trajectories_come_too_and_are_asked_again(tmp_path: Path, out: Path, db: Path) -> None:
    """The run's exit code is 1 as ever; the error is stored once, and goes once there is an answer."""
    plan = Study.of(name="walk", models=["ideal", "simulated/failing:permanent_after=5"], trajectories=2, steps=10)
    file = written(tmp_path, plan)
    for failed in (2, 1):  # a model that fails from its sixth question on comes further when it is asked again
        assert lmwalk("run", file, "--to", out)[0] == 1
        ran("import", out, "--db", db)
        found = rows(db, "walk")
        answered = int((found["status"] != "error").sum())
        assert len(found) == answered + failed
        assert f"0 new steps are in all.duckdb, {answered} were there" in ran("import", out, "--db", db)
        pd.testing.assert_frame_equal(rows(db, "walk"), found)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server(probabilities={"UP": 0.4, "RIGHT": 0.3, "LEFT": 0.2, "DOWN": 0.1}) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def test_lists_of_tokens_come_along(server: Server, tmp_path: Path, out: Path, db: Path) -> None:
    """Each once, and no step without the one that it refers to; another import changes nothing."""
    plan = Study.of(
        name="walk",
        models=["openai/tiny"],
        measurement="probabilities",
        params={"half_width": 2},
        template={"text": "x = {x}, y = {y}. UP, DOWN, LEFT or RIGHT?"},
        trajectories=3,
        steps=6,
    )
    for part in ("1/2", "2/2"):
        ran("run", written(tmp_path, plan), "--to", out, "--part", part)
    for _ in range(2):
        ran("import", out, "--db", db)

    with open_store(db) as store:
        steps, lists = store.steps("walk"), list(store.distributions.of_study("walk"))
    assert steps["source"].notna().all()
    assert sorted(each.name for each in lists) == sorted(set(steps["source"]))


def test_attention_comes_along(tmp_path: Path, out: Path, db: Path) -> None:
    """Every step shows what it shows after one run of the whole."""
    plan = Study.of(**{**BELIEF.model_dump(), "models": ["simulated/filter:gamma=0.8"], "attention": True})
    file = written(tmp_path, plan)
    ran("run", file, "--db", tmp_path / "whole.duckdb")
    for part in ("1/2", "2/2"):
        ran("run", file, "--to", out, "--part", part)
    for _ in range(2):
        ran("import", out, "--db", db)

    found = []
    for database in (db, tmp_path / "whole.duckdb"):
        with open_store(database) as store:
            found.append(store.attention.of_steps("belief").sort_values(ORDER, ignore_index=True))
    assert len(found[0])
    for name in ("mean", "maximum"):
        assert (
            found[0][name].map(lambda told: [round(each, 5) for each in told]).tolist()
            == found[1][name].map(lambda told: [round(each, 5) for each in told]).tolist()
        )


# ---- several writers

ERRATIC = Study.of(name="walk", models=["openai/tiny"], trajectories=3, steps=12, concurrency=1)


def wrote(scratch: Path, out: Path, seed: int, plan: Study = ERRATIC) -> None:
    """Ask what is missing in a folder of a model whose answers are others for each seed, and write as a run does."""
    draw = random.Random(seed)

    async def answer(*_: object) -> str:
        await asyncio.sleep(0.02)
        return draw.choice(["UP", "DOWN", "LEFT", "RIGHT"])

    model = Scripted("openai/tiny", answer)
    begin_folder(out, plan)
    with open_store(scratch / f"{seed}.duckdb") as store:
        take_up(store, plan, out, WHOLE)
        parts = Parts(store, plan, out, WHOLE)
        job = Jobs(store, lambda _: model).start(plan)
        while job.state not in ENDED:
            parts.write()
        assert job.state == "done", job.error
        parts.write()


def taken(db: Path, out: Path) -> tuple[Taken, pd.DataFrame]:
    with open_store(db) as store:
        return import_parts(store, out), sorted_rows(store, "walk")


def assert_of_a_piece(found: pd.DataFrame) -> None:
    """Each trajectory's steps are 1..n, and each was asked in the state that the one before led to."""
    for _, own in found.groupby(["condition", "trajectory"]):
        assert own["t"].tolist() == list(range(1, len(own) + 1))
        assert own["state_before"].tolist()[1:] == own["state_after"].tolist()[:-1]


def test_two_versions_of_a_trajectory_are_never_mixed(tmp_path: Path, out: Path, db: Path) -> None:
    """Of two processes that ran the same at once, each trajectory is one's; the other's steps are counted."""
    wrote(tmp_path, out, 1)
    wrote(tmp_path, tmp_path / "twice", 2)
    writers = [pq.read_table(part_files(each, "steps")[0][1]).to_pandas() for each in (out, tmp_path / "twice")]
    for _, path in part_files(tmp_path / "twice", "steps"):
        shutil.copy(path, out)
    came, found = taken(db, out)

    assert (came.new, came.others, came.loose) == (36, 36, 0)
    assert_of_a_piece(found)
    for trajectory, own in found.groupby("trajectory"):
        states = [each[each["trajectory"] == trajectory]["state_after"].tolist() for each in writers]
        assert own["state_after"].tolist() in states
    assert len(found) == ERRATIC.total_steps


def test_an_import_between_is_gone_on_with(tmp_path: Path, out: Path, db: Path) -> None:
    """What was kept stays: the longer version of another process is left out, and its steps are counted."""
    wrote(tmp_path, tmp_path / "short", 1, ERRATIC.model_copy(update={"steps": 5}))
    wrote(tmp_path, out, 2)
    with open_store(db) as store:
        assert import_parts(store, tmp_path / "short").new == 15
        before = sorted_rows(store, "walk")
    came, found = taken(db, out)

    assert_of_a_piece(found)
    kept = found.merge(before[ORDER], on=ORDER)
    pd.testing.assert_frame_equal(kept[before.columns], before)
    assert came.new + came.others + came.loose == 36


def test_holes_are_not_taken(tmp_path: Path, out: Path, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file in the middle is missing, what comes after it waits; with the file, all is there."""
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    wrote(tmp_path, out, 1)
    files = [path for _, path in part_files(out, "steps")]
    assert len(files) > 2
    middle = files[len(files) // 2]
    middle.rename(tmp_path / middle.name)
    came, found = taken(db, out)
    assert_of_a_piece(found)
    assert came.loose == ERRATIC.total_steps - len(found) - pq.read_metadata(tmp_path / middle.name).num_rows

    (tmp_path / middle.name).rename(middle)
    came, found = taken(db, out)
    assert_of_a_piece(found)
    assert (len(found), came.loose, came.others) == (ERRATIC.total_steps, 0, 0)


def test_who_goes_on_for_a_dead_one_is_taken_in_order(tmp_path: Path, out: Path, db: Path) -> None:
    """Whatever the files are called: the steps of the first come before those that followed them."""
    wrote(tmp_path, out, 1)
    ((named, path),) = part_files(out, "steps")
    table = pq.read_table(path)
    ts = table.column("t").to_pylist()
    for writer, upto in (("f" * 16, range(1, 5)), ("0" * 16, range(5, 13))):
        kept = [place for place, t in enumerate(ts) if t in upto]
        pq.write_table(table.take(kept), out / named._replace(writer=writer).name)
    path.unlink()
    order = []
    with open_store(db) as store:
        assert import_parts(store, out).new == ERRATIC.total_steps
        order = store.steps("walk")[["trajectory", "t"]].to_numpy().tolist()
    for trajectory in range(3):
        assert [t for number, t in order if number == trajectory] == list(range(1, 13))


def test_a_store_takes_only_what_goes_on_from_what_it_holds(store: Store, tmp_path: Path) -> None:
    """Whoever brings it: no hole, no other version, nothing after an end, and one failure at most."""
    with open_store(tmp_path / "other.duckdb") as other:
        study = walks(other, name="walk")
        steps = [Step(**row) for row in other.steps("walk", columns=Step._fields).to_dict("records")]
    first = [step for step in steps if (step.condition, step.trajectory) == (steps[0].condition, 1)]
    assert first[-1].status == "error"
    strange = first[3]._replace(t=5, state_before=first[9].state_before)
    cells = [StoredCondition(condition, Sent({}), simulated=False) for condition in study.conditions()]

    def joined(*some: Step) -> int:
        return store.join(Made(study, cells, lambda: iter(some), len(some)))

    assert joined(*first[1:3]) == 0
    assert joined(*first[:4], strange, *first[5:]) == 4
    assert joined(*first[:4]) == 0
    assert joined(*first[4:], first[-1]) == len(first) - 4
    assert joined(first[-1]) == 0
    over = [step._replace(trajectory=2, ended="done" if step.t == 2 else None) for step in first[:3]]
    assert joined(*over) == 2


ANSWERS = st.builds(
    Answer,
    t=st.integers(1, 6),
    before=st.integers(0, 2),
    after=st.integers(0, 2),
    which=st.integers(0, 10**6),
    file=st.integers(0, 3),
    mark=st.sampled_from([0, 0, 0, 0, OVER, FAILED]),
)


@given(st.lists(ANSWERS, max_size=25), st.integers(0, 3), st.integers(0, 2))
def test_a_continuation_holds_together_and_none_is_longer(found: list[Answer], t: int, after: int) -> None:
    """Steps in order, each in the state that the one before led to, none after an end, failures last."""
    stood = Stood(t, after if t else None)
    chain = continuation(found, ["a", "b", "c", "a"], stood, steps=6)
    answered = [each for each in chain if each.mark != FAILED]

    assert [each.t for each in chain] == list(range(t + 1, t + 1 + len(chain)))
    assert all(one.after == two.before for one, two in pairwise(chain))
    assert not chain or not t or chain[0].before == after
    assert all(each.mark == 0 for each in chain[:-1])
    ways = [[each] for each in found if each.mark != FAILED and each.t == t + 1 and (not t or each.before == after)]
    longest = 0
    while ways:
        longest = max(map(len, ways))
        ways = [
            [*way, each]
            for way in {(way[-1].after, way[-1].mark): way for way in ways}.values()
            for each in found
            if way[-1].mark != OVER and each.mark != FAILED
            if each.t == way[-1].t + 1 and each.before == way[-1].after
        ]
    assert len(answered) == longest


# ---- parts


@given(st.integers(0, 500), st.integers(1, 60))
def test_each_place_is_in_one_part(count: int, of: int) -> None:
    """In order, and no part has two more than another."""
    spans = [Part(number, of).span(count) for number in range(1, of + 1)]

    assert [place for span in spans for place in span] == list(range(count))
    assert max(map(len, spans)) - min(map(len, spans)) <= 1


@given(st.integers(1, 30))
def test_each_trajectory_is_in_one_part(of: int) -> None:
    """Conditions first, trajectories within; each part a block of them."""
    pairs = [(condition.id, number) for condition in WALK.conditions() for number in WALK.numbers]
    shares = [Part(number, of).share(WALK) for number in range(1, of + 1)]

    assert [pair for share in shares for pair in pairs if pair in share] == pairs
    assert sum(map(len, shares)) == len(pairs)
    for one in range(1, of + 1):
        others = [other for other in range(1, of + 1) if Part(one, of).meets(Part(other, of), len(pairs))]
        assert others in ([one], [])


def test_what_processes_learnt_is_put_together() -> None:
    """The settings are those of who learnt most; each note is there once."""
    one, two = Sent({"top_k": 1, "seed": 2}, ("a", "b")), Sent({"seed": 2}, ("b", "c", "d"))

    assert merged(one, two) == Sent({"seed": 2}, ("a", "b", "c", "d"))


def test_another_part_is_not_begun_while_one_is_under_way(jobs: Jobs) -> None:
    """The same one is the one that runs."""
    job = jobs.start(SLOW, part=Part(1, 2))
    assert jobs.start(SLOW, part=Part(1, 2)) is job
    with pytest.raises(InputError, match="part 1/2 is under way"):
        jobs.start(SLOW, part=Part(2, 2))
    job.stop()
    job.wait(PATIENCE_S)
