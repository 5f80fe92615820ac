"""What is computed from a study's answers is computed once, and anew once there are more."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.ui.parts.snapshot import Snapshot, cached, shared

calls: list[tuple[int, object]] = []


def counted(snapshot: Snapshot, what: object) -> pd.DataFrame:
    calls.append((snapshot.cursor, what))
    return pd.DataFrame({"n": [len(snapshot.data.rows)]})


def again(snapshot: Snapshot, what: object) -> pd.DataFrame:
    return counted(snapshot, what)


@pytest.fixture
def snapshot(jobs: Jobs, store: Store) -> Snapshot:
    calls.clear()
    return Snapshot.of(store, finished(jobs, trajectories=1, steps=4))


def test_equal_snapshots_are_computed_once(store: Store, snapshot: Snapshot) -> None:
    """Another page of another session reads the same study and gets the same."""
    other = Snapshot.of(store, snapshot.study)

    tables = [cached(counted, each, ("a", 1.0)) for each in (snapshot, other)]

    assert snapshot == other
    assert len({snapshot, other}) == 1
    assert [table["n"].tolist() for table in tables] == [[4], [4]]
    assert calls == [(snapshot.cursor, ("a", 1.0))]


def test_another_answer_argument_or_function_is_computed_anew(snapshot: Snapshot) -> None:
    """Nothing that changes the result is left out of the key."""
    later = replace(snapshot, cursor=snapshot.cursor + 1)

    for each, what in ((snapshot, "a"), (later, "a"), (snapshot, "b"), (snapshot, later), (snapshot, snapshot)):
        cached(counted, each, what)
    cached(again, snapshot, "a")

    assert len(calls) == 6


def test_a_longer_study_of_the_same_name_is_another_one(jobs: Jobs, store: Store, snapshot: Snapshot) -> None:
    """The settings belong to the key, and new answers move the cursor."""
    longer = snapshot.study.model_copy(update={"steps": 6})
    job = jobs.start(longer)
    job.wait(timeout_s=60)

    after = Snapshot.of(store, longer)

    assert after.cursor > snapshot.cursor
    assert after.settings != snapshot.settings
    assert cached(counted, after, "a")["n"].tolist() == [6]


def test_everyone_gets_a_copy_of_what_is_cached_and_one_object_of_what_is_shared(snapshot: Snapshot) -> None:
    """A page may change its own table, and what is too large to copy is one for all."""
    own = cached(counted, snapshot, "a")
    own["n"] = 0

    assert cached(counted, snapshot, "a")["n"].tolist() == [4]
    assert shared(counted, snapshot, "a") is shared(counted, snapshot, "a")


def test_what_earlier_answers_gave_is_forgotten(snapshot: Snapshot) -> None:
    """While a study runs, memory does not grow with every look at it."""
    later = replace(snapshot, cursor=snapshot.cursor + 1)

    for each in (snapshot, later, later, snapshot):
        cached(counted, each, "a")

    assert [cursor - snapshot.cursor for cursor, _ in calls] == [0, 1, 0]
