"""What any earlier version wrote is read as what it was: databases and bundles that the code of that time made."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from lmwalk.engine.scheduling import Retries
from lmwalk.importing import import_bundle
from lmwalk.jobs import Jobs
from lmwalk.step import STEP_COLUMNS
from lmwalk.store import Store, open_store
from lmwalk.store.schema import MIGRATIONS

HERE = Path(__file__).parent
VERSIONS = sorted(int(path.name.split(".")[0]) for path in HERE.glob("*.database.gz"))
BUNDLES = sorted(path.name for path in HERE.glob("*.zip"))
ADDED = {
    3: ["distribution"],
    4: ["ended"],
    6: ["finish", "finish_said", "thought", "thought_tokens", "raw", "why", "prompt_cut"],
    7: ["source"],
    9: ["attention"],
}
every_version = pytest.mark.parametrize("version", VERSIONS)


def unpacked(version: int, folder: Path) -> Path:
    """A version's database as a file of its own."""
    path = folder / "old.duckdb"
    path.write_bytes(gzip.decompress((HERE / f"{version}.database.gz").read_bytes()))
    return path


def rows(path: Path, table: str) -> pd.DataFrame:
    """A table of a file as it lies on the disk."""
    with duckdb.connect(str(path), read_only=True) as opened:
        return opened.execute(f"SELECT * FROM {table} ORDER BY ALL").df()


def shape(path: Path) -> list[tuple[str, str, str, bool]]:
    """Every column of every table and view: table, column, type, whether it may be empty."""
    with duckdb.connect(str(path), read_only=True) as opened:
        return opened.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal "
            "ORDER BY ALL"
        ).fetchall()


def test_there_is_a_file_of_every_version() -> None:
    """Whoever adds a migration adds what the version before it wrote; ``make.py`` says how."""
    assert list(range(1, len(MIGRATIONS) + 1)) == VERSIONS
    assert {int(name.split(".")[0]) for name in BUNDLES} == set(VERSIONS)
    assert max(path.stat().st_size for path in HERE.glob("[0-9]*")) < 300_000


@every_version
def test_a_file_was_written_by_that_version(version: int, tmp_path: Path) -> None:
    """It says so, and has no column that came later."""
    path = unpacked(version, tmp_path)

    later = {name for since, names in ADDED.items() if since > version for name in names}
    assert rows(path, "schema_version")["version"].tolist() == [version]
    assert set(rows(path, "records").columns).isdisjoint(later)


@every_version
def test_an_old_database_keeps_every_value(version: int, tmp_path: Path) -> None:
    """What lay in ``records`` lies there still; columns that came later are empty."""
    path = unpacked(version, tmp_path)
    before = {table: rows(path, table) for table in ("studies", "conditions", "records")}

    with open_store(path):
        pass

    for table, frame in before.items():
        pd.testing.assert_frame_equal(rows(path, table)[list(frame.columns)], frame)
    after = rows(path, "records")
    assert after[[name for name in after if name not in before["records"]]].isna().all(axis=None)


@every_version
def test_an_old_database_becomes_a_current_one(version: int, tmp_path: Path) -> None:
    """Its tables and views have the columns, types and constraints of a file that is made today."""
    old, new = unpacked(version, tmp_path), tmp_path / "new.duckdb"

    with open_store(old), open_store(new):
        pass

    assert shape(old) == shape(new)


@every_version
def test_an_old_study_is_the_study_that_goes_on(version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file reads back to the conditions that are stored, so that a run continues it: here the failed walk."""
    monkeypatch.setattr(Retries, "wait_s", lambda *_: 0.0)
    with open_store(unpacked(version, tmp_path)) as store:
        for study in store.all():
            assert [condition.id for condition in study.conditions()] == store.conditions(study.name)[
                "condition"
            ].tolist()
        answered = int((store.steps("walk")["status"] != "error").sum())
        job = Jobs(store).start(store.study("walk"))
        job.wait()

        assert (answered, job.state, job.progress().done) == (27, "done", 30)


def stored(version: str, study: str, folder: Path) -> pd.DataFrame:
    """The steps that the database of a version holds of a study."""
    with open_store(unpacked(int(version), folder)) as store:
        return store.steps(study)


@pytest.mark.parametrize("name", BUNDLES)
def test_an_old_bundle_holds_the_steps_of_its_database(name: str, store: Store, tmp_path: Path) -> None:
    """Imported, its study equals the one in the database of that time, step by step and value by value."""
    version, own = name.split(".")[:2]
    before = stored(version, own, tmp_path)

    study = import_bundle(store, HERE / name)

    order = ["condition", "trajectory", "t"]
    after = store.steps(study.name).sort_values(order, ignore_index=True).drop(columns="id")
    pd.testing.assert_frame_equal(after, before.sort_values(order, ignore_index=True).drop(columns="id"))
    assert len(after)


def test_what_a_migration_added_is_known_to_be_later() -> None:
    """So no older file is asked for it, and every file for the rest."""
    added = {name for names in ADDED.values() for name in names}

    assert {column.name for column in STEP_COLUMNS if column.later} == added
    assert not [column.name for column in STEP_COLUMNS if column.later and column.required]
