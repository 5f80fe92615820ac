"""Studies in the background: they run, hold, go on and end as they are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from scripted import Scripted, finished

from lmwalk.errors import PermanentError
from lmwalk.jobs import Job, Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Prompt

PLAN = Study.of(name="walk", models=["ideal"], trajectories=3, steps=60, concurrency=3)


async def slowly(prompt: Prompt, seed: int) -> str:
    await asyncio.sleep(0.03)
    return "UP"


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def rows(store: Store) -> int:
    store.flush()
    return len(store.steps("walk"))


def settled(store: Store) -> int:
    """Rows once no more have come for a quarter of a second."""
    seen, count = -1, rows(store)
    while seen != count:
        time.sleep(0.25)
        seen, count = count, rows(store)
    return count


def started(store: Store, model: Scripted | None = None, plan: Study = PLAN) -> Job:
    return Jobs(store, lambda _: model or Scripted(answer=slowly)).start(plan)


def test_a_job_ends_done_with_every_step_stored(store: Store, jobs: Jobs) -> None:
    """When a job says done, the store has all of it, and the progress says so."""
    plan = finished(jobs, steps=10)
    job = jobs.get("walk")

    assert job is not None
    assert len(store.steps("walk")) == plan.total_steps == job.progress().done
    assert job.progress().by_model == {"ideal": (20, 20)}


def test_pause_step_resume(store: Store) -> None:
    """Paused, the store stands still; a step adds one row a trajectory; resumed, the job reaches its end."""
    job = started(store)
    until(lambda: rows(store) > 5)
    job.pause()
    held = settled(store)

    job.step()
    until(lambda: rows(store) >= held + 3)
    assert settled(store) == held + 3

    job.resume()
    job.wait(30)
    assert (job.state, rows(store)) == ("done", PLAN.total_steps)


def test_a_stopped_job_can_be_started_again_and_finishes(store: Store) -> None:
    """Stopping drops what is under way; the next run asks exactly the rest."""
    model = Scripted(answer=slowly)
    jobs = Jobs(store, lambda _: model)
    job = jobs.start(PLAN)
    until(lambda: rows(store) > 5)
    job.stop()
    job.wait(30)
    assert job.state == "stopped"
    assert rows(store) < PLAN.total_steps

    again = jobs.start(PLAN)
    again.wait(30)

    assert again is not job
    assert (again.state, rows(store)) == ("done", PLAN.total_steps)
    assert store.steps("walk")[["trajectory", "t"]].duplicated().sum() == 0


def test_a_study_under_way_is_not_started_twice(store: Store) -> None:
    """Two tabs that press Run watch one job."""
    jobs = Jobs(store, lambda _: Scripted(answer=slowly))

    assert jobs.start(PLAN) is jobs.start(PLAN)
    jobs.start(PLAN).stop()
    jobs.start(PLAN).wait(30)


def test_a_study_that_grew_asks_only_what_is_new(store: Store) -> None:
    """More steps and trajectories continue what is there."""
    model = Scripted()
    jobs = Jobs(store, lambda _: model)
    jobs.start(PLAN).wait(30)
    grown = PLAN.model_copy(update={"steps": 65, "trajectories": 4})
    jobs.start(grown).wait(30)

    assert rows(store) == len(model.asked) == grown.total_steps


def test_failures_are_counted_with_their_reasons(store: Store) -> None:
    """The job is done all the same, and says what ended how many trajectories."""

    def answer(prompt: Prompt, seed: int) -> str:
        raise PermanentError("There is no such model.")

    job = started(store, Scripted(answer=answer))
    job.wait(30)

    assert (job.state, job.progress().errors) == ("done", 3)
    assert job.progress().reasons == {"There is no such model.": 3}
    assert store.progress("walk")["error"].tolist() == ["There is no such model."] * 3


def test_bad_input_fails_before_anything_is_written(store: Store) -> None:
    """A name that belongs to another study is refused; the job says so in its sentence."""
    started(store, Scripted()).wait(30)
    job = started(store, plan=PLAN.model_copy(update={"template": "terse"}))
    job.wait(30)

    assert job.state == "failed"
    assert "another template" in str(job.error)
    assert rows(store) == PLAN.total_steps


def test_models_are_closed_when_a_job_ends(store: Store) -> None:
    """However it ends, connections are given back once."""
    model = Scripted()
    started(store, model).wait(30)
    until(lambda: model.closed == 1)


def test_a_bug_ends_its_own_job_and_is_logged(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw is not hidden: the job says it failed, and the log says where."""

    def answer(prompt: Prompt, seed: int) -> str:
        raise ZeroDivisionError("a bug")

    job = started(store, Scripted(answer=answer))
    job.wait(30)
    until(lambda: "a bug" in caplog.text)

    assert job.state == "failed"
    assert "terminal" in str(job.error)


def test_whatever_was_opened_is_closed(store: Store) -> None:
    """Also where the run is refused before its first question: by a later model, or for what a model cannot give."""
    opened: list[Scripted] = []

    def opener(name: str) -> Scripted:
        if name == "x/missing":
            raise PermanentError("There is no such model.")
        opened.append(Scripted(name))
        return opened[-1]

    for models, measurement in [(["x/a", "x/missing"], "replies"), (["x/b"], "probabilities")]:
        plan = Study.of(name="refused", models=models, measurement=measurement, trajectories=1, steps=3)
        job = Jobs(store, opener).start(plan)
        job.wait(30)
        assert job.state == "failed"

    assert [(model.name, model.closed) for model in opened] == [("x/a", 1), ("x/b", 1)]
