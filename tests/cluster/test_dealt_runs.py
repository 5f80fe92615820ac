"""A study that is dealt out to workers is the study that one machine would have run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clusters import Machines, begin, finish, kills, machines, rows, rows_here
from servers import openai_server

from lmwalk.errors import InputError
from lmwalk.jobs import Place, jobs_of
from lmwalk.store import Store
from lmwalk.study import Study

pytestmark = pytest.mark.process
LATE_S = 60.0


@pytest.fixture(scope="module")
def two() -> Iterator[Machines]:
    """A scheduler and two workers, which keep a key that this process has not."""
    with machines(2, environment={"WORKERS_KEY": "sk-of-the-workers"}) as at:
        yield at


def small(process: str = "grid", **values: Any) -> Study:
    return Study.of(
        **{"name": "dealt", "process": process, "models": ["ideal"], "trajectories": 6, "steps": 8, **values}
    )


STUDIES = {
    "walks of the built-in model": small(models=["builtin/tiny"], temperatures=[0.0, 1.0, 1.5]),
    "beliefs of the built-in model": small("in-context", models=["builtin/tiny"], measurement="probabilities", steps=3),
    "several models, one of which is the ideal observer": small(models=["ideal", "simulated/verbose"]),
    "draws that are tempered": small(
        "prior", models=["simulated/honest"], temperatures=[0.7], measurement="probabilities"
    ),
    "chains": small("telephone", models=["simulated/mover"], params={"tasks": ["rephrase"]}, trajectories=1, steps=4),
    "a model that fails now and then": small(models=["simulated/failing:rate=0.2"], trajectories=3),
}


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_the_same_seed_gives_the_same_steps(study: Study, two: Machines, store: Store, tmp_path: Path) -> None:
    """To the bit, whichever worker asked; and the conditions say the same of what was sent."""
    finish(store, study, two)
    assert rows(store, study) == rows_here(study, tmp_path)


def test_what_is_stored_is_not_asked_again(two: Machines, store: Store, tmp_path: Path) -> None:
    """A run here that was stopped goes on there, and the other way round."""
    half, whole = small(trajectories=3), small(trajectories=6)
    jobs_of(store).start(half).wait(LATE_S)
    assert finish(store, whole, two).progress().answers == 3 * whole.steps
    assert finish(store, whole, two).progress().answers == 0
    assert rows(store, whole) == rows_here(whole, tmp_path)


@pytest.mark.parametrize("reach", ["machine", "shared"])
def test_no_server_gets_more_questions_than_its_slots(
    reach: str, two: Machines, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether one machine asks it or several, whose shards share the slots; a change reaches them."""
    monkeypatch.setattr("lmwalk.cluster.limits.Limits.reach", lambda *_: reach)
    with openai_server(lambda _: "UP", latency_s=0.02) as server:
        study = small(models=["endpoint/lab/tiny"], trajectories=8, steps=12, concurrency=3)
        _list_endpoint(store, server.url)
        job = begin(store, study, two)
        _until(lambda: server.peak == 3)
        jobs_of(store).set_concurrency(study.name, 1)
        time.sleep(0.5)  # an order takes a tenth of a second, and what is under way is answered
        server.peak = 0
        job.wait(LATE_S)
        assert job.state == "done", job.error
        assert server.peak == 1


def _list_endpoint(store: Store, url: str) -> None:
    (store.path.parent / "endpoints.yaml").write_text(f"- {{name: lab, url: '{url}', key_env: WORKERS_KEY}}\n")


def _until(holds: Any) -> None:
    deadline = time.monotonic() + LATE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_keys_are_those_of_the_workers(two: Machines, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has in its environment reaches nobody; endpoints come along without their keys."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-owner")
    assert "WORKERS_KEY" not in os.environ
    with openai_server(lambda _: "UP") as server:
        _list_endpoint(store, server.url)
        finish(store, small(models=["endpoint/lab/tiny"], trajectories=2, steps=2), two)
        assert {request.headers["Authorization"] for request in server.questions} == {"Bearer sk-of-the-workers"}


def test_pause_resume_and_stop_reach_the_workers(two: Machines, store: Store, tmp_path: Path) -> None:
    """Nothing is asked in a pause; a step is one question for each trajectory; a stop keeps what was answered."""
    study = small(models=["simulated/slow:latency_s=0.02"], trajectories=4, steps=60)
    job = begin(store, study, two)
    _until(lambda: job.progress().answers > 8)
    job.pause()
    time.sleep(0.5)  # what was under way is answered
    before = job.progress().answers
    time.sleep(0.3)
    assert (job.state, job.progress().answers) == ("paused", before)
    job.step()
    _until(lambda: job.progress().answers == before + 4)
    job.resume()
    _until(lambda: job.progress().answers > before + 12)
    job.stop()
    job.wait(LATE_S)
    stored = int(store.tallies(study.name)["count"].sum())
    assert (job.state, stored) == ("stopped", job.progress().answers)
    finish(store, study, two)
    assert rows(store, study) == rows_here(study, tmp_path)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("endpoint/lab/tiny", "cannot reach http://127.0.0.1:9/v1"),
        ("openai/gpt-4", "OPENAI_API_KEY"),
        ("local//no/such.gguf", "local//no/such.gguf"),
    ],
)
def test_what_a_worker_cannot_do_is_said_before_the_study_starts(
    model: str, says: str, two: Machines, store: Store
) -> None:
    """An unreachable server, a missing key, a missing extra or file: one sentence, and nothing is stored."""
    _list_endpoint(store, "http://127.0.0.1:9/v1")
    job = begin(store, small(models=[model]), two)
    job.wait(LATE_S)
    assert (job.state, says in (job.error or "")) == ("failed", True), job.error
    assert store.studies().empty


def test_a_rule_stops_what_is_decided(two: Machines, store: Store) -> None:
    """The owner looks at what is stored; trajectories that were not begun are spared, and counted as such."""
    sizes = {"steps": 20, "trajectories": 60, "concurrency": 4}
    study = small(**sizes, primary="distance", stop_when={"width": 7.0})
    job = finish(store, study, two)
    assert len(job.decisions) == 1
    assert job.progress().done == job.progress().total < study.total_steps


def test_shards_go_where_their_resources_are(store: Store) -> None:
    """A worker that lacks them gets none; the worker that has them asks everything."""
    with machines(1) as at:
        job = jobs_of(store).start(small(), place=Place(scheduler=at.address, resources={"GPU": 1}))
        time.sleep(0.5)
        assert job.state == "preparing"
        at.change(options={"resources": {"GPU": 1}})
        at.add_a_worker()
        job.wait(LATE_S)
        assert job.state == "done", job.error


def test_a_worker_that_comes_late_and_cannot_ask_is_left_out(store: Store) -> None:
    """The others go on, and a warning says why."""
    with machines(1, environment={"WORKERS_KEY": "sk-of-the-workers"}) as at, openai_server(lambda _: "UP") as server:
        server.latency_s = 0.05
        _list_endpoint(store, server.url)
        job = begin(store, small(models=["endpoint/lab/tiny"], trajectories=4, steps=40, concurrency=2), at)
        _until(lambda: job.progress().answers)
        at.change(environment={})
        at.add_a_worker()
        _until(lambda: any("WORKERS_KEY is not set" in each for each in job.progress().warnings))
        server.latency_s = 0.0
        job.wait(LATE_S)
        assert job.state == "done", job.error


def test_no_trajectory_is_held_by_hand(two: Machines, store: Store) -> None:
    """A sentence says where it can be."""
    with pytest.raises(InputError, match="on this computer"):
        jobs_of(store).start(small(), place=Place(scheduler=two.address), hold=[("x", 0)])


def test_an_address_where_nothing_answers_is_said(store: Store) -> None:
    """At once, and nothing is stored."""
    job = jobs_of(store).start(small(), place=Place(scheduler="tcp://127.0.0.1:9"))
    job.wait(LATE_S)
    assert "nothing answers at tcp://127.0.0.1:9" in (job.error or "")
    assert store.studies().empty


def test_nothing_is_lost_with_a_worker_the_scheduler_or_the_owner() -> None:
    """Each is killed at a random moment; the study completes, and each step is there once, as it would have been."""
    assert [(tally.lost, tally.doubled) for tally in kills(1)] == [(0, 0)] * 3
