"""A database that is taken away while it is open goes on in another file, with everything that can still be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from scripted import finished
from store.test_store import registered, step

from lmwalk.errors import StoreError
from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store


def deleted(path: Path) -> None:
    path.unlink()


def deleted_with_its_log(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.duckdb"))


def moved_with_its_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("another folder"))


def replaced(path: Path) -> None:
    other = path.with_name("other.duckdb")
    with duckdb.connect(str(other)) as db:
        db.execute("CREATE TABLE mine AS SELECT 42 AS answer")
    other.replace(path)


def cut(path: Path) -> None:
    os.truncate(path, 0)


KINDS = [deleted, deleted_with_its_log, moved, moved_with_its_folder, replaced, cut]


@pytest.fixture
def lost(tmp_path: Path) -> Path:
    """Where a database is to be, in a folder of its own."""
    folder = tmp_path / "results"
    folder.mkdir()
    return folder / "r.duckdb"


@pytest.mark.parametrize("lose", KINDS, ids=lambda lose: lose.__name__)
def test_nothing_is_lost_with_the_file(lost: Path, lose: Callable[[Path], None]) -> None:
    """What was there before, what was handed over at that moment and what comes after is in one file beside it."""
    with open_store(lost) as store:
        registered(store)
        for t in range(1, 101):
            if t == 51:
                store.flush()
            if t == 61:
                lose(lost)
            store.append(step(t, reply=f"reply {t}"))
        store.flush()
        assert store.rescued
        assert store.path.name in store.rescued
        assert store.path.parent == lost.parent
        rescued = store.path

    with open_store(rescued) as again:
        rows = again.steps("walk")
        assert rows["t"].tolist() == list(range(1, 101))
        assert rows["reply"].tolist() == [f"reply {t}" for t in range(1, 101)]
        assert again.rescued is None


def test_a_file_that_takes_its_place_is_left_as_it_is(lost: Path) -> None:
    """Somebody's own database under the old name opens as before, without a trace of what was open."""
    with open_store(lost) as store:
        registered(store).append(step(1))
        store.flush()
        replaced(lost)
        store.append(step(2))

    with duckdb.connect(str(lost)) as db:
        assert db.execute("SELECT * FROM mine").fetchall() == [(42,)]
        assert db.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(1,)]


def test_whoever_reads_goes_on_reading(lost: Path) -> None:
    """A reader that was in the middle gets its rows from the file that is gone, and the next from the new one."""
    with open_store(lost) as store:
        registered(store)
        for t in range(1, 5001):
            store.append(step(t, reply=str(t)))
        store.flush()
        reading = store.replies.distinct("walk")
        first = next(reading)
        lost.unlink()
        store.append(step(5001))
        store.flush()

        seen = pd.concat([first, *reading])
        assert len(seen) == 5000
        assert len(store.steps("walk")) == 5001


def test_what_cannot_be_read_any_more_is_said(lost: Path) -> None:
    """Of a file that was cut before it was read, the study and all that follows is kept, and the rest is counted."""
    with open_store(lost) as store:
        registered(store)
        for t in range(1, 2001):
            store.append(step(t, reply=os.urandom(2000).hex()))
    with open_store(lost) as store:
        registered(store)
        cut(lost)
        for t in range(2001, 2004):
            store.append(step(t))
        store.flush()

        assert "2,000 rows" in str(store.rescued)
        assert store.study("walk").name == "walk"
        assert store.steps("walk")["t"].tolist() == [2001, 2002, 2003]


def test_a_second_loss_makes_a_second_file(lost: Path) -> None:
    """A rescue file that is deleted too is followed by another, and no file that is there is written over."""
    (lost.parent / "r.rescue-2.duckdb").write_text("mine")
    with open_store(lost) as store:
        registered(store)
        for t, name in ((1, "r.duckdb"), (2, "r.rescue-1.duckdb"), (3, "r.rescue-1.rescue-1.duckdb")):
            store.append(step(t))
            store.flush()
            (lost.parent / name).unlink(missing_ok=True)
        store.append(step(4))
        store.flush()

        assert store.steps("walk")["t"].tolist() == [1, 2, 3, 4]
    assert (lost.parent / "r.rescue-2.duckdb").read_text() == "mine"


def test_without_a_place_for_another_file_writing_ends_in_a_sentence(lost: Path) -> None:
    """Where the folder became a file, nothing can be made beside it: the next step is refused and says why."""
    with open_store(lost) as store:
        registered(store).append(step(1))
        store.flush()
        lost.parent.rename(lost.parent.with_name("gone"))
        lost.parent.write_text("a file")
        with pytest.raises(StoreError, match=r"was deleted or moved while it was open, and no other can be made"):
            for t in range(2, 1000):
                store.append(step(t))
                store.flush()


def test_the_study_is_what_a_run_without_the_loss_would_have_made(store: Store, jobs: Jobs) -> None:
    """A run under which the file is deleted ends as done, and says that all of its steps are in the other file."""
    finished(jobs, name="calm", steps=50, trajectories=4)
    store.path.unlink()
    study = finished(jobs, name="calm", steps=500, trajectories=4)

    job = jobs.get("calm")
    assert job is not None
    assert job.progress().done == study.total_steps == len(store.steps("calm"))
    assert store.rescued
