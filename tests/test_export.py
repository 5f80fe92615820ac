"""What is taken away is what is stored."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from scripted import finished

from lmwalk.errors import InputError
from lmwalk.export import OF_CHAINS, OF_STEPS, to_bytes, to_file
from lmwalk.jobs import Jobs
from lmwalk.measuring import measure
from lmwalk.store import Store
from lmwalk.study import Study


def measured(jobs: Jobs, store: Store, study: Study) -> None:
    """Wait until the study's texts are measured, once."""
    while jobs.measuring(study.name):
        time.sleep(0.02)
    measure(store, study)


def read(file_format: str, data: bytes) -> pd.DataFrame:
    if file_format == "csv":
        return pd.read_csv(io.BytesIO(data))
    if file_format == "parquet":
        return pd.read_parquet(io.BytesIO(data))
    return pd.DataFrame([json.loads(line) for line in data.decode().splitlines()])


def test_a_bundle_holds_the_study_and_every_step(store: Store, jobs: Jobs) -> None:
    """The study that is read from it is the study, and its steps are the steps; of chains, the properties too."""
    walk = finished(jobs)
    told = finished(
        jobs, name="told", process="telephone", params={"texts": ["one", "two"]}, models=["simulated/copier"]
    )
    measured(jobs, store, told)

    for plan in (walk, told):
        with zipfile.ZipFile(io.BytesIO(to_bytes(store, plan.name, "bundle"))) as archive:
            assert Study.from_yaml(archive.read("study.yaml").decode()) == plan
            steps = pd.read_parquet(io.BytesIO(archive.read("steps.parquet")))
            assert steps["reply"].tolist() == store.steps(plan.name)["reply"].tolist()
            assert ("properties.csv" in archive.namelist()) == (plan is told)


@pytest.mark.parametrize("file_format", OF_STEPS)
def test_every_format_holds_every_step(store: Store, jobs: Jobs, file_format: str) -> None:
    """Rows, order and texts equal the view."""
    finished(jobs)

    taken = read(file_format, to_bytes(store, "walk", file_format))

    stored = store.steps("walk")
    for column in ("id", "trajectory", "t", "x", "y", "outcome", "prompt", "reply", "state_after"):
        assert taken[column].tolist() == stored[column].tolist()


def test_a_file_that_cannot_be_written_is_named_and_what_was_there_stays(
    store: Store, jobs: Jobs, tmp_path: Path
) -> None:
    """A missing folder, format or study is a sentence; an old file is not destroyed by a failed export."""
    finished(jobs)
    old = tmp_path / "old.csv"
    old.write_text("keep me")

    for study, file_format, out in [
        ("walk", "csv", tmp_path / "no" / "x.csv"),
        ("walk", "xls", old),
        ("nope", "csv", old),
    ]:
        with pytest.raises(InputError):
            to_file(store, study, file_format, out)
    assert old.read_text() == "keep me"


def test_names_with_quotes_are_just_names(store: Store, jobs: Jobs, tmp_path: Path) -> None:
    """Quotes in a study's or a file's name change nothing."""
    finished(jobs, name="it's; DROP TABLE records")

    assert to_file(store, "it's; DROP TABLE records", "csv", tmp_path / "it's.csv") == 20


TEXTS = ["one two three", "four five six"]


def ran(jobs: Jobs, **values: object) -> Study:
    """Chains of a model that turns a text's words around, run to their end."""
    plan = {"name": "chains", "process": "telephone", "models": ["simulated/swapper"], "trajectories": 2, "steps": 3}
    study = Study.of(**{**plan, "params": {"texts": TEXTS, "tasks": ["rephrase", "continue"]}, **values})
    jobs.start(study).wait(timeout_s=60)
    return study


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_a_table_of_chains_holds_every_generation(store: Store, jobs: Jobs) -> None:
    """Every chain begins with its initial text and goes on with the states' texts, by number from 0."""
    ran(jobs)

    rows = rows_of(to_bytes(store, "chains", "chains-csv"))

    turned = {text: " ".join(reversed(text.split())) for text in TEXTS}
    expected = [
        (str(initial), task, str(seed), str(t), text if t % 2 == 0 else turned[text])
        for initial, text in enumerate(TEXTS)
        for task in ("continue", "rephrase")
        for seed in range(2)
        for t in range(4)
    ]
    columns = ("initial", "task", "seed", "generation", "text")
    assert [tuple(row[column] for column in columns) for row in rows] == expected
    assert {row["model"] for row in rows} == {"simulated/swapper"}


def test_folders_of_chains_are_safe_and_name_no_two_things(store: Store, jobs: Jobs) -> None:
    """Names that no disk takes become folders of their own; the exact ones stand in the files."""
    tasks = ["Say: it/anew?", "Say; it anew!", "SAY it anew-", "..", "\u65e5\u672c", "x" * 300]
    ran(jobs, params={"texts": TEXTS[:1], "tasks": tasks}, trajectories=1)

    with zipfile.ZipFile(io.BytesIO(to_bytes(store, "chains", "chains-zip"))) as archive:
        held = {path: json.loads(archive.read(path)) for path in archive.namelist()}

    folders = [path.split("/")[1].lower() for path in held]
    assert len(set(folders)) == len(tasks)
    assert all(path.isascii() and len(path) < 200 and len(path.split("/")) == 5 for path in held)
    assert not {".", ".."} & set(folders)
    assert {output["task"] for output in held.values()} == set(tasks)
    assert all(output["initial_story"] == TEXTS[0] and len(output["stories"]) == 3 for output in held.values())


def test_chains_of_several_temperatures_are_told_apart(store: Store, jobs: Jobs) -> None:
    """Every row has its temperature, so that none is there twice."""
    ran(jobs, temperatures=[0.5, 1.0])

    rows = rows_of(to_bytes(store, "chains", "chains-csv"))

    assert {(row["model"], row["temperature"]) for row in rows} == {
        ("simulated/swapper", "0.5"),
        ("simulated/swapper", "1.0"),
    }
    assert len({tuple(row.values()) for row in rows}) == len(rows) == 2 * 2 * 2 * 2 * 4


def test_properties_are_those_of_the_store(store: Store, jobs: Jobs) -> None:
    """Every measured value is one row, with the model and the temperature it belongs to."""
    study = ran(jobs)
    measured(jobs, store, study)

    taken = pd.read_csv(io.BytesIO(to_bytes(store, "chains", "properties")))

    stored = store.measures.values("chains")
    pd.testing.assert_frame_equal(taken[stored.columns], stored, check_dtype=False)
    assert (set(taken["model"]), set(taken["temperature"])) == ({"simulated/swapper"}, {1.0})


@pytest.mark.parametrize("file_format", OF_CHAINS)
def test_only_chains_are_exported_as_chains(store: Store, jobs: Jobs, file_format: str) -> None:
    """A walk has no texts, and the sentence names the formats that it has."""
    finished(jobs)

    with pytest.raises(InputError, match="Accepted: csv, parquet, jsonl"):
        to_bytes(store, "walk", file_format)
