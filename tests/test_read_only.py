"""A process that only reads: what it refuses is refused below the screen, and nothing on disk changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from scripted import finished

from lmwalk.access import VARIABLE
from lmwalk.errors import InputError, ReadOnlyError, StoreVersionError
from lmwalk.export import to_bytes
from lmwalk.jobs import Jobs, jobs_of
from lmwalk.models import _endpoints, discovery, endpoint
from lmwalk.registry import open_model
from lmwalk.sampler_probe.background import probings_of
from lmwalk.step import Step
from lmwalk.store import Store, open_store
from lmwalk.store.import_study import Made
from lmwalk.study import Study
from lmwalk.types import Template
from lmwalk.user_templates import library_of
from tests.ui.conftest import open_page, texts

WALK = {"name": "told", "models": ["simulated/biased"], "trajectories": 2, "steps": 4}
STUDY = Study.of(**WALK)
CHAIN = {"process": "telephone", "models": ["simulated/mover"], "trajectories": 1, "steps": 2, "name": "chain"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a few studies, which nobody has open."""
    path = tmp_path_factory.mktemp("read-only") / "r.duckdb"
    with open_store(path) as store:
        jobs = Jobs(store)
        finished(jobs, **WALK)
        finished(jobs, **CHAIN)
        jobs.close()
    return path


def folder(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.rglob("*") if each.is_file()}


def made() -> Made:
    return Made(STUDY.model_copy(update={"name": "brought"}), [], list, 0)


def step() -> Step:
    return Step.bare(
        condition=STUDY.conditions()[0].id,
        trajectory=0,
        t=5,
        status="ok",
        prompt="Where?",
        state_before="{}",
        state_after="{}",
        attempts=1,
        seed=0,
        asked_at=datetime(2026, 1, 2),
    )


WRITES: dict[str, Callable[[Store], object]] = {
    "start a study": lambda store: jobs_of(store).start(STUDY.model_copy(update={"name": "more"})),
    "go on with one": lambda store: jobs_of(store).start(STUDY),
    "delete": lambda store: jobs_of(store).delete("told"),
    "rename": lambda store: jobs_of(store).rename("told", "other"),
    "set concurrency": lambda store: jobs_of(store).set_concurrency("told", 3),
    "delete in the store": lambda store: store.shelf.delete("told"),
    "rename in the store": lambda store: store.shelf.rename("told", "other"),
    "register": lambda store: store.register(STUDY, []),
    "bring": lambda store: store.bring(made()),
    "append": lambda store: store.append(step()),
    "probe": lambda store: probings_of(store).start("builtin/tiny"),
    "keep a report": lambda store: store.probes.keep("builtin/tiny", datetime.now(UTC), "{}"),
    "keep measures": lambda store: store.measures.keep(pd.DataFrame()),
}


def test_a_store_that_is_read_refuses_every_write_and_leaves_its_folder(database: Path) -> None:
    """Whoever asks, by whatever way; what can be looked at and taken away still can."""
    before = folder(database)
    with open_store(database, read_only=True) as store:
        for what, write in WRITES.items():
            with pytest.raises(ReadOnlyError):
                write(store)
                pytest.fail(f"{what} was done")
        jobs_of(store).measure(store.study("chain"))
        store.flush()

        assert not jobs_of(store).all() and not jobs_of(store).measuring("chain")
        assert store.queries.run("SELECT count(*) AS n FROM steps")["n"][0] == len(store.steps("told")) + len(
            store.steps("chain")
        )
        with pytest.raises(InputError):
            store.queries.run("DELETE FROM records")
        assert to_bytes(store, "told", "csv")
        assert set(folder(database)) == set(before)
    assert folder(database) == before


def test_several_processes_may_read_one_file(database: Path) -> None:
    """DuckDB's lock keeps writers out, and not readers."""
    read = f"import duckdb; print(duckdb.connect({str(database)!r}, read_only=True).sql('SELECT 7').fetchall())"
    with open_store(database, read_only=True):
        assert (
            subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True).stdout
            == "[(7,)]\n"
        )


def test_a_file_of_an_older_lmwalk_is_left_as_it_is(tmp_path: Path) -> None:
    """The sentence says how it becomes one of today."""
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as old:
        old.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        old.execute("INSERT INTO schema_version VALUES (2)")
    before = path.read_bytes()

    with pytest.raises(StoreVersionError, match="--read-only"):
        open_store(path, read_only=True)
    assert path.read_bytes() == before


def test_a_process_that_only_reads_asks_no_server_and_reads_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No model is opened or looked for, no file beside the database is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('LAB_KEY = "of-the-file"')
    endpoint.add(tmp_path, endpoint.made("lab", "http://localhost:1/v1", "LAB_KEY"))
    library = library_of(tmp_path / "r.duckdb")
    template = Template("mine", ("Where to, at {t}?",))
    stamp = library.save("grid", template, None).stamp
    assert endpoint.read(tmp_path)[0].key == "of-the-file"
    before = folder(tmp_path / "r.duckdb")

    monkeypatch.setenv(VARIABLE, "1")
    monkeypatch.setenv("LAB_KEY", "of-the-environment")

    assert _endpoints.setting("LAB_KEY") is None and _endpoints.secrets() == {}
    assert endpoint.read(tmp_path)[0].key is None
    assert discovery.offers(tmp_path) == []
    for refused in (
        lambda: open_model("builtin/tiny"),
        lambda: endpoint.add(tmp_path, endpoint.made("more", "http://localhost:2/v1")),
        lambda: endpoint.remove(tmp_path, "lab"),
        lambda: library.save("grid", template, stamp),
        lambda: library.delete("grid", "mine", stamp),
    ):
        with pytest.raises(ReadOnlyError):
            refused()
    assert folder(tmp_path / "r.duckdb") == before


LOOKING = {
    *("Open in Walk", "Open in Telephone", "Compare", "Steps", "Back", "Next"),
    *("Bundle", "GIF", "MP4", "README tables", "Report", "Replay", "Tables", "See the published experiments"),
}
"""Buttons that change what is shown or make a file of it, and nothing else."""


@pytest.mark.parametrize(
    "name", ["walk", "draws", "telephone", "compare", "studies", "data", "models", "builtin", "templates"]
)
def test_no_page_of_a_read_only_dashboard_has_a_button_that_would_do_nothing(
    database: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each says in a line that it is read-only, and takes no file."""
    monkeypatch.setenv(VARIABLE, "1")
    monkeypatch.setenv("LMWALK_DB", str(database))
    app = open_page(name)
    try:
        assert not app.exception
        assert "This dashboard is read-only" in texts(app)
        assert {each.label for each in app.button} <= LOOKING
        assert not app.get("file_uploader")
    finally:
        open_store(database).close()
