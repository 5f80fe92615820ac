"""Deleting and renaming studies: nothing else is touched, and what goes on cannot be taken away."""

from __future__ import annotations

import pytest
from scripted import finished

from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study


def test_a_deleted_study_leaves_the_others_as_they_were(store: Store, jobs: Jobs) -> None:
    """Its records, conditions and name are gone, and the name is free again."""
    gone, kept = finished(jobs, name="gone"), finished(jobs, name="kept")
    before = store.steps(kept.name)

    assert jobs.delete(gone.name) == 20

    assert list(store.studies()["study"]) == ["kept"]
    assert store.steps(kept.name).equals(before)
    assert store.queries.run("SELECT count(*) FROM records").iloc[0, 0] == len(before)
    finished(jobs, name="gone")
    assert len(store.steps("gone")) == 20


def test_a_renamed_study_keeps_what_it_holds_and_can_go_on(store: Store, jobs: Jobs) -> None:
    """Every answer is there under the new name, and the study can grow."""
    finished(jobs, name="old")
    before = store.steps("old").drop(columns=["study", "condition"])

    jobs.rename("old", "new")

    assert store.steps("new").drop(columns=["study", "condition"]).equals(before)
    assert set(store.steps("new")["condition"]) == {condition.id for condition in store.study("new").conditions()}
    with pytest.raises(InputError, match="no study called 'old'"):
        store.study("old")
    grown = Study.of(**{**store.study("new").model_dump(), "steps": store.study("new").steps + 1})
    jobs.start(grown).wait(timeout_s=30)
    assert len(store.steps("new")) > len(before)
    assert store.steps("new").head(len(before)).drop(columns=["study", "condition"]).equals(before)


@pytest.mark.parametrize("name", ["taken", "", " blank", "line\nbreak"])
def test_a_name_that_cannot_be_had_changes_nothing(store: Store, jobs: Jobs, name: str) -> None:
    """Taken, empty or unprintable: a sentence, and the study is where it was."""
    finished(jobs, name="old")
    finished(jobs, name="taken")

    with pytest.raises(InputError, match="name"):
        jobs.rename("old", name)

    assert set(store.studies()["study"]) == {"old", "taken"}


def test_what_is_under_way_stays(store: Store, jobs: Jobs) -> None:
    """A running study is neither deleted nor renamed."""
    job = jobs.start(Study.of(name="busy", models=["simulated/slow:latency_s=0.2"], steps=500))

    for action in (lambda: jobs.delete("busy"), lambda: jobs.rename("busy", "other")):
        with pytest.raises(InputError, match="under way"):
            action()
    job.stop()
    job.wait(timeout_s=10)
    jobs.delete("busy")
    assert store.studies().empty


def test_what_is_not_there_cannot_go(jobs: Jobs) -> None:
    """A sentence names it."""
    with pytest.raises(InputError, match="no study called 'nothing'"):
        jobs.delete("nothing")
