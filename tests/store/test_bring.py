"""A study that is brought in from elsewhere is there whole, or nothing of it is."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from scripted import finished
from store.test_store import CONDITION, PLAN, step

from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.step import Step
from lmwalk.store import Made, Store, StoredCondition, open_store
from lmwalk.types import Sent

COLUMNS = ["condition", "trajectory", "t", "property", "value"]
VALUES = pd.DataFrame([(CONDITION.id, 0, t, "length", t / 3) for t in range(100)], columns=COLUMNS)


def made(count: int = 10_000, broken: bool = False, text: str = "UP") -> Made:
    def steps() -> Iterator[Step]:
        for t in range(1, count + 1):
            if broken and t > count // 2:
                raise InputError("This one cannot be read.")
            yield step(t, reply=f"{t} {text}")

    return Made(PLAN, [StoredCondition(CONDITION, Sent({}), simulated=True)], steps, count, VALUES)


def assert_nothing(store: Store) -> None:
    assert store.studies().empty
    assert (
        store.queries.run("SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM measured) AS n")["n"][0] == 0
    )
    assert store.queries.run("SELECT count(*) AS n FROM conditions")["n"][0] == 0


def assert_whole(store: Store, count: int = 10_000) -> None:
    rows = store.steps("walk")
    assert rows["t"].tolist() == list(range(1, count + 1))
    assert rows["reply"].str.split().str[0].tolist() == [str(t) for t in rows["t"]]
    assert store.measures.values("walk")["value"].tolist() == VALUES["value"].tolist()


def test_a_study_comes_with_its_steps_and_values(store: Store) -> None:
    """Every step in its order and every value, in a file that is opened again, too."""
    store.bring(made())
    assert_whole(store)
    store.close()
    with open_store(store.path) as again:
        assert_whole(again)


def test_what_was_measured_already_is_kept_once(store: Store) -> None:
    """Two that measure the same texts leave one value of each, the first."""
    store.bring(made())
    number = int(store.queries.run("SELECT DISTINCT condition AS n FROM measured")["n"][0])
    store.measures.keep(VALUES.assign(number=number, value=-1.0))
    store.measures.keep(VALUES.assign(number=number, t=VALUES["t"] + 100).head(1))
    assert store.measures.values("walk")["t"].tolist() == [*VALUES["t"], 100]
    assert store.measures.values("walk")["value"].min() == 0


def test_where_it_breaks_off_nothing_is_there_and_the_same_works_later(store: Store) -> None:
    """The complaint of whoever reads the steps comes through as it is."""
    with pytest.raises(InputError, match="cannot be read"):
        store.bring(made(broken=True))
    assert_nothing(store)

    store.bring(made())
    assert_whole(store)


def test_a_name_that_is_taken_keeps_what_it_has(store: Store) -> None:
    """The second of two with one name is refused, and the first stays whole."""
    store.bring(made())
    with pytest.raises(InputError, match="'walk' is already a study"):
        store.bring(made(20))
    assert_whole(store)


def test_a_run_at_the_same_time_is_not_disturbed(store: Store, jobs: Jobs) -> None:
    """A run and two imports, one of which breaks off: the other and the run are whole, and no id is given twice."""
    job = jobs.start(PLAN.model_copy(update={"name": "run", "steps": 4000, "trajectories": 4}))
    with pytest.raises(InputError, match="cannot be read"):
        store.bring(made(broken=True))
    store.bring(made())
    job.wait(timeout_s=120)
    store.flush()

    assert (job.state, job.error) == ("done", None)
    assert_whole(store)
    run = store.steps("run")
    assert run.groupby("trajectory")["t"].apply(list).tolist() == [list(range(1, 4001))] * 4
    assert pd.concat([run["id"], store.steps("walk")["id"]]).is_unique
    finished(jobs, name="after")
    assert store.steps("after")["id"].min() > run["id"].max()


def test_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    """Where the disk is full half way there is a sentence; what was there is read on, and with room the same works."""
    path = tmp_path / "r.duckdb"
    code = f"""
        import os, resource, signal, sys
        sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
        from lmwalk.errors import StoreError
        from lmwalk.store import open_store
        from store.test_bring import made
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = open_store({str(path)!r})
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
        try:
            store.bring(made(text=os.urandom(500).hex() * 2))
        except StoreError as error:
            print(error, len(store.studies()), flush=True)
        os._exit(0)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("'walk' could not be brought in: "), done.stderr
    assert done.stdout.endswith("make room and bring it in again. 0\n")
    with open_store(path) as store:
        assert_nothing(store)
        store.bring(made())
        assert_whole(store)
