"""A guest reads what the owner reads, and has done what the owner does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scripted import finished

from lmwalk.errors import InputError, OwnerGoneError, ReadOnlyError
from lmwalk.host.server import Host
from lmwalk.host.visitor import Line, Visitor
from lmwalk.importing import Chain, import_chains
from lmwalk.jobs import Jobs, jobs_of
from lmwalk.step import Step
from lmwalk.store import Made, Store, StoredCondition, open_store
from lmwalk.store.attention import KeptAttention
from lmwalk.store.browse import Filter
from lmwalk.store.distributions import KeptLists
from lmwalk.store.packing import made_from, pack, rows_of
from lmwalk.study import Study
from lmwalk.types import Sent
from tests.owners import PLAN
from tests.stored_study import NOW


def step(condition: str, trajectory: int, t: int, status: str = "ok") -> Step:
    told = {"condition": condition, "trajectory": trajectory, "t": t, "status": status, "state_before": "{}"}
    return Step.bare(**told, state_after="{}", prompt="Where?", attempts=1, seed=0, asked_at=NOW)


READING: dict[str, Callable[[Store], Any]] = {
    "studies": lambda store: store.studies(),
    "all": lambda store: store.all(),
    "processes": lambda store: store.processes(),
    "asked between": lambda store: store.asked_between("walk"),
    "conditions": lambda store: store.conditions("walk"),
    "steps": lambda store: store.steps("walk"),
    "some steps": lambda store: store.steps("walk", 3, 7, [PLAN.conditions()[0].id], 1, ("id", "t", "outcome")),
    "answers": lambda store: store.answers("belief"),
    "latest": lambda store: store.latest("walk", 9),
    "paths": lambda store: store.paths("walk", 10),
    "tallies": lambda store: store.tallies("walk"),
    "walks": lambda store: store.walks("walk"),
    "course": lambda store: store.course("walk"),
    "progress": lambda store: store.progress("walk"),
    "states": lambda store: store.states("walk"),
    "ends": lambda store: store.ends("chains"),
    "values": lambda store: store.measures.values("chains"),
    "missing": lambda store: store.measures.missing("chains", ["length", "difficulty"]),
    "reached": lambda store: store.history.reached(PLAN.conditions()[0].id, 0),
    "step": lambda store: store.history.step(PLAN.conditions()[0].id, 0, 2),
    "distinct": lambda store: pd.concat(store.replies.distinct("walk")),
    "commonest": lambda store: store.replies.commonest("walk"),
    "words": lambda store: store.replies.words("chains", 10, 3),
    "endings": lambda store: store.endings.counts("walk"),
    "costs": lambda store: store.accounts.all(),
    "page": lambda store: store.browse.page(Filter(studies=("walk",), text="up"), 0, 20),
    "choices": lambda store: store.browse.choices(),
    "distributions": lambda store: store.distributions.asked_by("belief"),
    "schema": lambda store: store.queries.schema(),
}


# the socket that httpx could not connect is left to the collector
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a walk, beliefs and chains, whose process answers for it."""
    with open_store(tmp_path_factory.mktemp("host") / "r.duckdb") as store:
        jobs = jobs_of(store)
        finished(jobs, **{**PLAN.model_dump(), "steps": 12})
        beliefs = {"process": "in-context", "params": {"thetas": [0.2], "examples": [0, 3]}, "steps": 2}
        finished(jobs, name="belief", models=["ideal"], measurement="probabilities", trajectories=1, **beliefs)
        chains = [Chain("m", "rephrase", "0", str(n), ("the first text", "it", "it and more")) for n in range(2)]
        study = import_chains(store, "chains", chains)
        jobs.measure(study)
        while jobs.measuring("chains"):
            pass
        host = Host(store, jobs)
        store.before_closing(host.end)
        yield store


@pytest.fixture
def guest(own: Store) -> Iterator[Visitor]:
    line = Line.to(own.path)
    assert line is not None
    with Visitor(own.path, line) as visitor:
        yield visitor


@pytest.mark.parametrize("name", READING)
def test_a_guest_reads_what_the_owner_reads(own: Store, guest: Visitor, name: str) -> None:
    """Every way of reading a store gives the same through its owner, kinds of columns included."""
    mine, theirs = READING[name](own), READING[name](guest)

    pairs = zip(mine, theirs, strict=True) if isinstance(mine, tuple) else [(mine, theirs)]
    for one, other in pairs:
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        else:
            assert one == other


def test_a_query_of_the_user_s_is_answered_and_files_are_written(own: Store, guest: Visitor, tmp_path: Path) -> None:
    """What the owner does with the whole file, it does for a guest."""
    assert guest.queries.run("SELECT count(*) AS n FROM steps")["n"].tolist() == [int(own.studies()["steps"].sum())]
    assert guest.copy("walk", "csv", tmp_path / "walk.csv") == len(own.steps("walk"))
    assert own.copy("walk", "csv", tmp_path / "own.csv")
    assert (tmp_path / "walk.csv").read_bytes() == (tmp_path / "own.csv").read_bytes()
    with pytest.raises(InputError, match="One SELECT"):
        guest.queries.run("DROP TABLE records")


def test_a_study_runs_where_the_database_is_held(own: Store, guest: Visitor) -> None:
    """Started, held, stepped, paused and stopped by a guest, it is the owner's job, and says so in both."""
    jobs, theirs = jobs_of(guest), jobs_of(own)
    study = Study.of(name="slow", models=["simulated/slow:latency_s=0.05"], temperatures=[1], trajectories=2, steps=300)
    condition = study.conditions()[0].id
    job = jobs.start(study, hold=[(condition, 1)])
    real = theirs.get("slow")
    assert real is not None
    while not job.held() or job.progress().done < 3:
        pass
    assert job.state == real.state == "running"
    assert job.held()[0].prompt.text == real.held()[0].prompt.text
    assert job.question(condition, 1) is not None
    assert job.left() == real.left() == {condition: 2}
    assert job.holds(condition, 1)
    assert jobs.moving() == theirs.moving()
    job.pause()
    assert real.state == "paused"
    job.send(condition, 1, 1)
    job.stop()
    job.wait(10)
    assert real.state == job.state == "stopped"
    own.flush()
    assert [vars(row) for row in jobs.overview()] == [vars(row) for row in theirs.overview()]
    jobs.rename("slow", "slower")
    assert jobs.get("slow") is None
    assert jobs.delete("slower") == len(own.steps("slower")) or "slower" not in own.processes()
    with pytest.raises(InputError, match="no study called 'slower'"):
        guest.study("slower")


def test_a_job_that_fails_says_why_in_both(guest: Visitor) -> None:
    """What ended a run is the same error with the same sentence."""
    study = Study.of(name="broken", process="telephone", models=["imported/nobody"], temperatures=[1], steps=1)
    job = jobs_of(guest).start(study)
    job.wait(10)
    assert job.state == "failed"
    assert isinstance(job.failure, InputError)
    assert str(job.failure) == job.error


def test_a_study_from_elsewhere_is_brought_in_whole(own: Store, guest: Visitor) -> None:
    """Chains that a guest imports are there as if the owner had imported them."""
    chains = [Chain("m", "rephrase", "0", "1", ("the first text", "it", "it and more"))]
    import_chains(guest, "theirs", chains)
    import_chains(own, "ours", chains)

    drop = ["id", "study", "condition", "seed", "asked_at"]
    one, other = (own.steps(name).drop(columns=drop) for name in ("theirs", "ours"))
    pd.testing.assert_frame_equal(one, other)
    with pytest.raises(InputError, match="'theirs'"):
        import_chains(guest, "theirs", chains)


def test_steps_that_were_gathered_elsewhere_are_stored_once(tmp_path: Path) -> None:
    """However often a batch comes, each step is there once; a step takes the place of its trajectory's error."""
    with open_store(tmp_path / "r.duckdb") as own:
        jobs = Jobs(own)
        study = Study.of(name="s", models=["ideal"], temperatures=[1], trajectories=2, steps=3)
        finished(jobs, **study.model_dump())
        condition = study.conditions()[0].id
        own.shelf.delete("s")
        finished(jobs, **{**study.model_dump(), "trajectories": 1, "steps": 1})
        rows = rows_of([step(condition, 1, t) for t in (1, 2)] + [step(condition, 1, 3, status="error")])
        assert [own.take(rows), own.take(rows), own.take(rows_of([step(condition, 1, 3)]))] == [3, 1, 1]
        found = own.steps("s")
        assert sorted(zip(found["trajectory"], found["t"], found["status"], strict=True)) == [
            (0, 1, "ok"),
            *((1, t, "ok") for t in (1, 2, 3)),
        ]
        jobs.close()


def test_a_guest_that_only_reads_changes_nothing(own: Store) -> None:
    """It says so before anything is sent."""
    line = Line.to(own.path)
    assert line is not None
    with Visitor(own.path, line, read_only=True) as guest:
        for change in (
            lambda: jobs_of(guest).start(PLAN),
            lambda: jobs_of(guest).delete("walk"),
            lambda: guest.probes.keep("m", NOW, "{}"),
            lambda: import_chains(guest, "x", [Chain("m", "rephrase", "0", "1", ("a text", "another"))]),
        ):
            with pytest.raises(ReadOnlyError):
                change()


def test_a_guest_is_told_that_its_owner_is_gone(tmp_path: Path) -> None:
    """The sentence says what to do; the file is free."""
    own = open_store(tmp_path / "r.duckdb")
    own.before_closing(Host(own, jobs_of(own)).end)
    line = Line.to(own.path)
    assert line is not None
    with Visitor(own.path, line) as guest:
        own.close()
        with pytest.raises(OwnerGoneError, match="has ended"):
            guest.studies()
        assert line.gone
    open_store(tmp_path / "r.duckdb").close()


def test_what_models_told_besides_is_kept_by_way_of_the_owner(own: Store, guest: Visitor, tmp_path: Path) -> None:
    """Token lists, replies of fields and attention come through as they are, numbers that are none included."""
    lists = KeptLists("a", "q", "m", "s", None, None, "p", None, '["UP"]', False, 3, "{}", NOW)
    attention = KeptAttention(
        "b", "q", "m", "s", None, None, "p", None, "[]", 3, 1, 2, [0.5, math.nan], [1.0, 0.0], None, NOW
    )
    for told in (lists, attention):
        guest.keep(told)
    own.flush()
    assert own.distributions.lists("a") == guest.distributions.lists("a") == (3, "{}")

    made = Made(Study.of(name="packed", models=["ideal"]), [], tuple, 0, None, lambda: [lists], lambda: [attention])
    study = made.study
    conditions = [
        StoredCondition(condition, Sent({"a": 1}, ("b",)), simulated=True) for condition in study.conditions()
    ]
    pack(replace(made, conditions=conditions), tmp_path)
    again = made_from(tmp_path)
    assert (again.study, list(again.conditions), list(again.lists())) == (study, conditions, [lists])
    assert repr(list(again.attention())) == repr([attention])
