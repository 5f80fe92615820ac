"""What is stored is what was said, and nothing that was committed is ever lost."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import finished

from lmwalk.errors import InputError, StoreError, StoreLockedError, StoreVersionError
from lmwalk.jobs import Jobs
from lmwalk.step import Step
from lmwalk.store import Store, StoredCondition, open_store
from lmwalk.store.schema import MIGRATIONS
from lmwalk.study import ExplicitSampler, Study
from lmwalk.types import Sent

PLAN = Study.of(name="walk", models=["ideal"], steps=5)
CONDITION = PLAN.conditions()[0]
DOCUMENTED = {
    *("study", "process", "model", "temperature", "template", "trajectory", "t", "x", "y", "outcome", "status"),
    *("prompt", "reply", "latency_s", "attempts", "error"),
}


def step(t: int = 1, trajectory: int = 0, **values: object) -> Step:
    base = Step(
        *(CONDITION.id, trajectory, t, 1.0, 2.0, "UP", "ok", None, "Where?", "UP", '{"t": 0}', '{"t": 1}'),
        *(0.1, 3, 1, 0.0, 1, 42, datetime.now(UTC).replace(tzinfo=None), None),
    )
    return base._replace(**values)


def registered(store: Store, plan: Study = PLAN) -> Store:
    store.register(plan, [StoredCondition(condition, Sent({}), simulated=True) for condition in plan.conditions()])
    return store


def test_the_view_has_the_documented_columns(store: Store) -> None:
    """``steps`` holds at least what its users were promised."""
    assert set(registered(store).steps("walk").columns) >= DOCUMENTED


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for many examples; each has a trajectory of its own."""
    with open_store(tmp_path_factory.mktemp("shared") / "r.duckdb") as opened:
        yield registered(opened)


FRESH = count()


@settings(max_examples=40)
@given(st.lists(st.text(), min_size=1, max_size=20))
def test_any_text_comes_back_as_it_was(shared: Store, texts: list[str]) -> None:
    """Emoji, NUL, line ends, quotes: replies, prompts and errors are stored to the character."""
    number = next(FRESH)
    for t, text in enumerate(texts, start=1):
        shared.append(step(t, number, reply=text, prompt=text, system=text, error=text))
    shared.flush()
    rows = shared.steps("walk").query("trajectory == @number")

    for column in ("reply", "prompt", "system", "error"):
        assert rows[column].tolist() == texts


@pytest.mark.parametrize("text", ["\U0001f600", "a\0b", "x" * 1_000_000, "\u202eabc", "'; DROP TABLE records; --"])
def test_awkward_texts_come_back_as_they_were(store: Store, text: str) -> None:
    """A megabyte, a NUL, right-to-left marks and SQL are just text."""
    registered(store).append(step(reply=text))
    store.flush()

    assert store.steps("walk")["reply"][0] == text


def test_half_a_surrogate_pair_is_replaced_and_its_batch_is_kept(store: Store) -> None:
    """What is no Unicode text cannot be stored as it is; it becomes U+FFFD and harms nothing beside it."""
    registered(store)
    store.append(step(1, reply="a\ud800b"))
    store.append(step(2, reply="\ud83d\ude00"))
    store.flush()

    assert store.steps("walk")["reply"].tolist() == ["a\ufffdb", "\U0001f600"]


def test_ids_count_the_steps_in_the_order_they_came(store: Store) -> None:
    """A reader that remembers the last id misses nothing and sees nothing twice."""
    registered(store)
    seen: list[int] = []
    for t in range(1, 30):
        store.append(step(t))
        if t % 7 == 0:
            store.flush()
            seen += store.steps("walk", after=max(seen, default=0))["t"].tolist()
    store.flush()
    seen += store.steps("walk", after=len(seen))["t"].tolist()

    assert seen == list(range(1, 30))


def test_a_file_that_is_opened_again_goes_on(tmp_path: Path) -> None:
    """Ids continue, and trajectories stand where they stood."""
    for t in (1, 2):
        with open_store(tmp_path / "r.duckdb") as store:
            registered(store).append(step(t, state_after=f'{{"t": {t}}}'))
            store.flush()
            standing = store.standings([CONDITION.id])[CONDITION.id, 0]
            assert (standing.t, json.loads(standing.state or ""), standing.failed) == (t, {"t": t}, False)
            assert store.steps("walk")["id"].tolist() == list(range(1, t + 1))


def test_an_answer_takes_the_place_of_the_error_before_it(store: Store) -> None:
    """A trajectory that failed and went on has one row a step, and no error left."""
    registered(store).append(step(1))
    store.append(step(2, status="error", outcome=None, reply=None, error="gone"))
    store.append(step(1, trajectory=1, status="error", outcome=None, reply=None, error="gone"))
    store.flush()
    assert store.progress("walk")["state"].tolist() == ["error", "error"]
    assert store.standings([CONDITION.id])[CONDITION.id, 0].t == 1

    store.append(step(2))
    store.flush()

    assert store.steps("walk").sort_values(["trajectory", "t"])["status"].tolist() == ["ok", "ok", "error"]
    assert store.progress("walk")["state"].tolist() == ["open", "error"]


def test_paths_begin_at_the_start_and_end_at_the_end(store: Store, jobs: Jobs) -> None:
    """However few points are asked for, both ends of every path are there, in order."""
    finished(jobs, steps=100, trajectories=3)

    for most in (1, 7, 100, 500):
        for _, path in store.paths("walk", most).groupby("trajectory"):
            assert path["t"].is_monotonic_increasing
            assert (path["t"].iloc[0], path["t"].iloc[-1]) == (0, 100)
            assert (path["x"].iloc[0], path["y"].iloc[0]) == (0, 0)
            assert len(path) <= most + 2


def test_tallies_count_every_row_once(store: Store, jobs: Jobs) -> None:
    """The sum over outcomes and statuses is the number of steps."""
    plan = finished(jobs, temperatures=[0.5, 1.0])

    assert store.tallies("walk")["count"].sum() == plan.total_steps == len(store.steps("walk"))


def test_walks_are_copies_where_their_outcomes_are_the_same_in_the_same_order(store: Store, jobs: Jobs) -> None:
    """By comparing all outcomes of all trajectories one by one; counts are those of the steps."""
    finished(jobs, models=["builtin/tiny"], temperatures=[0.0, 3.0], trajectories=4, steps=2)
    steps, walks = store.steps("walk"), store.walks("walk")
    keys = ["condition", "trajectory"]
    told = steps.sort_values("t").groupby(keys)["outcome"].agg(lambda own: tuple(own.fillna("")))
    copy = walks.drop_duplicates(keys).set_index(keys)["copy"]

    assert walks["count"].sum() == len(steps)
    assert len(copy) == len(told) == 8
    for one in told.index:
        for other in told.index:
            assert (told[one] == told[other]) == (copy[one] == copy[other])
    first = walks["condition"].iloc[0]
    assert (
        store.walks("walk", [first])
        .drop(columns="copy")
        .equals(walks[walks["condition"] == first].drop(columns="copy").reset_index(drop=True))
    )


def test_the_newest_rows_are_the_last_ones(store: Store, jobs: Jobs) -> None:
    """``latest`` is the tail of ``steps``."""
    finished(jobs, steps=60)

    assert store.latest("walk", 7)["id"].tolist() == store.steps("walk")["id"].tolist()[-7:]


def test_some_conditions_can_be_asked_for_alone(store: Store, jobs: Jobs) -> None:
    """Steps, newest rows and paths of named conditions are those of the study with the others left out."""
    plan = finished(jobs, temperatures=[0.0, 1.0, 2.0], steps=30)
    named = [condition.id for condition in plan.conditions()[1:]]

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["condition"].isin(named)].reset_index(drop=True)

    assert store.steps("walk", conditions=named).equals(own(store.steps("walk")))
    assert store.paths("walk", conditions=named).equals(own(store.paths("walk")))
    assert store.latest("walk", 9, named)["id"].tolist() == own(store.steps("walk"))["id"].tolist()[-9:]
    assert store.latest("walk", 9, []).empty


def test_a_study_may_grow_but_not_become_another(store: Store) -> None:
    """More models, temperatures, trajectories or steps extend it; another template needs another name."""
    registered(store)
    grown = PLAN.model_copy(update={"temperatures": (0.0, 1.0), "steps": 9})
    registered(store, grown)

    assert store.study("walk") == grown
    assert len(store.conditions("walk")) == 2
    same_in_other_words = grown.model_copy(update={"params": {"half_width": 25}, "sampler": ExplicitSampler()})
    registered(store, same_in_other_words)
    with pytest.raises(InputError, match="another template"):
        registered(store, grown.model_copy(update={"template": "terse"}))
    assert store.study("walk") == same_in_other_words


@pytest.mark.parametrize(
    "fewer", [{"models": ("builtin/tiny",)}, {"temperatures": (0.5,)}, {"trajectories": 1}, {"steps": 4}]
)
def test_a_study_does_not_shrink(store: Store, fewer: dict[str, object]) -> None:
    """What was asked already cannot be left out under the same name, and the stored study stays as it is."""
    registered(store)

    with pytest.raises(InputError, match=f"{next(iter(fewer))}: 'walk' is already a study"):
        registered(store, PLAN.model_copy(update=fewer))
    assert store.study("walk") == PLAN


def test_an_unknown_study_is_named(store: Store) -> None:
    """Asking for what is not there is answered in a sentence."""
    with pytest.raises(InputError, match="no study called 'nope'"):
        store.study("nope")


def test_a_locked_file_names_who_holds_it(tmp_path: Path) -> None:
    """The sentence has the process's number, so that the user can find it."""
    path = tmp_path / "r.duckdb"
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline()
        with pytest.raises(StoreLockedError, match=f"process {holder.pid}"):
            open_store(path)
        holder.communicate()

    open_store(path).close()


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A file of another kind is refused in a sentence and keeps its bytes."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes " * 1000)

    with pytest.raises(StoreError, match=r"notes\.txt cannot be opened"):
        open_store(path)
    assert path.read_text() == "my notes " * 1000


def test_a_database_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    """SQLite's file is refused in a sentence, without a look for what could read it, and keeps its bytes."""
    path = tmp_path / "notes.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (text)")
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"notes\.sqlite cannot be opened: it is a database of another kind"):
        open_store(path)
    assert path.read_bytes() == before


def test_processes_are_named_as_studies_are_listed(store: Store) -> None:
    """The newest study first, each with the process of its conditions, before any is asked a question."""
    for name, process in (("older", "grid"), ("coin", "prior"), ("newer", "ring")):
        registered(store, Study.of(name=name, process=process, models=["ideal"]))
    rows = store.studies()

    assert list(store.processes().items()) == list(zip(rows["study"], rows["process"], strict=True))
    assert store.processes() == {"newer": "ring", "coin": "prior", "older": "grid"}


def test_an_older_schema_becomes_the_current_one(tmp_path: Path) -> None:
    """A file that saw only the first migration is brought up to date with its rows kept."""
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as old:
        old.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        old.execute("INSERT INTO schema_version VALUES (1)")
        MIGRATIONS[0](old)
        old.execute("INSERT INTO studies VALUES ('kept', ?, now(), now())", [PLAN.to_yaml()])

    with open_store(path) as store:
        assert store.studies()["study"].tolist() == ["kept"]
        assert store.steps("kept").empty


@pytest.mark.parametrize("version", range(3, len(MIGRATIONS)))
def test_answers_of_an_older_schema_are_kept(tmp_path: Path, version: int) -> None:
    """Every row, with nothing in the columns that its version did not have."""
    path = tmp_path / "old.duckdb"
    with open_store(path) as store:
        registered(store).append(step())
        store.flush()
    with duckdb.connect(str(path)) as new:
        new.execute("CREATE TABLE kept AS FROM records")
        conditions = new.execute("FROM conditions").fetchall()
        columns = {name: new.execute(f"DESCRIBE {name}").fetchall() for name in ("records",)}
        rows = new.execute("FROM kept").fetchall()
    old_path = tmp_path / "older.duckdb"
    with duckdb.connect(str(old_path)) as old:
        for migrate in MIGRATIONS[:version]:
            migrate(old)
        old.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        old.execute("INSERT INTO schema_version VALUES (?)", [version])
        known = [row[0] for row in old.execute("DESCRIBE records").fetchall()]
        places = [[row[0] for row in columns["records"]].index(name) for name in known]
        old.execute("INSERT INTO studies VALUES ('walk', ?, now(), now())", [PLAN.to_yaml()])
        old.executemany(f"INSERT INTO conditions VALUES ({', '.join('?' * len(conditions[0]))})", conditions)
        old.execute(f"INSERT INTO records VALUES ({', '.join('?' * len(known))})", [rows[0][at] for at in places])

    with open_store(old_path) as store:
        found = store.steps("walk").iloc[0]
        assert (found["reply"], found["outcome"], found["t"]) == ("UP", "UP", 1)
        assert found[["finish", "thought", "why", "raw"]].isna().all()


def test_a_newer_schema_is_refused_and_left_untouched(tmp_path: Path) -> None:
    """Not a byte changes, and the sentence says what to do."""
    path = tmp_path / "new.duckdb"
    open_store(path).close()
    with duckdb.connect(str(path)) as db:
        db.execute("UPDATE schema_version SET version = 99")
    before = path.read_bytes()

    with pytest.raises(StoreVersionError, match=r"schema 99.*Upgrade lmwalk"):
        open_store(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["new.duckdb"]


def test_a_closed_store_takes_no_more(store: Store) -> None:
    """A step after the end is refused, not lost in silence."""
    registered(store)
    store.close()

    with pytest.raises(StoreError, match="closed"):
        store.append(step())


def test_a_full_disk_ends_writing_with_a_sentence_and_keeps_what_was_there(tmp_path: Path) -> None:
    """The file still opens, and every step that was reported as flushed is in it."""
    path = tmp_path / "r.duckdb"
    code = f"""
        import resource, signal, sys
        sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
        from lmwalk.errors import StoreError
        from lmwalk.store import open_store
        from store.test_store import registered, step
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = registered(open_store({str(path)!r}))
        limit = 3_000_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        kept = 0
        try:
            for t in range(1, 10_000):
                store.append(step(t, reply=str(t) * 10_000))
                if t % 10 == 0:
                    store.flush()
                    kept = t
        except StoreError as error:
            print(kept, error, flush=True)
        import os
        os._exit(0)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    kept, sentence = done.stdout.split(" ", 1)

    assert "can no longer be written" in sentence
    with open_store(path) as store:
        assert len(store.steps("walk")) >= int(kept) > 0


def test_closing_waits_for_whoever_reads(tmp_path: Path) -> None:
    """Threads that read while the store is closed get their rows, or the sentence that it is closed."""
    for number in range(10):
        store = open_store(tmp_path / f"{number}.duckdb")
        said: list[str] = []

        def read(store: Store = store, said: list[str] = said) -> None:
            try:
                while True:
                    store.studies()
            except StoreError as error:
                said.append(str(error))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        store.close()
        for thread in threads:
            thread.join()

        assert said == [f"The database {number}.duckdb is closed."] * 4
