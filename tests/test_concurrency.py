"""How many questions go out at once can be changed while they do; counted by a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import Server, ollama_server

from lmwalk.engine.scheduling import Slots
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study

PLAN = Study.of(name="walk", models=["ollama/tiny"], trajectories=16, steps=2000, concurrency=1)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def answered(server: Server, more: int) -> None:
    """Wait until so many more questions have come in."""
    aim = len(server.questions) + more
    until(lambda: len(server.questions) >= aim)


def settled(server: Server) -> None:
    """Wait until no question has come in for a quarter of a second."""
    seen = -1
    while seen != len(server.questions) or server.in_flight:
        seen = len(server.questions)
        time.sleep(0.25)


def test_a_server_gets_as_many_questions_as_were_last_asked_for(
    store: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One at a time, then eight, then one again once those under way are answered."""
    with ollama_server(lambda _: "UP", latency_s=0.02) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        job = jobs.start(PLAN)
        answered(server, 10)
        assert server.peak == 1

        server.latency_s = 2.0  # slow enough for eight to meet there, however slowly they are sent
        jobs.set_concurrency(PLAN.name, 8)
        until(lambda: server.peak >= 8)
        server.latency_s = 0.02
        answered(server, 16)
        assert server.peak == 8

        jobs.set_concurrency(PLAN.name, 1)
        until(lambda: server.in_flight <= 1)
        server.peak = 0
        answered(server, 20)
        assert server.peak == 1
        job.pause()
        settled(server)  # a call that is dropped on its way would leave LiteLLM complaining
        job.stop()
        job.wait(30)
    assert job.error is None


def test_a_changed_concurrency_is_kept_and_changes_nothing_else(store: Store, jobs: Jobs) -> None:
    """The stored study has it, before and after a run; its conditions and its other settings are the same."""
    study = Study.of(name="walk", models=["simulated/slow:latency_s=0.05"], trajectories=3, steps=500)
    job = jobs.start(study)
    until(lambda: job.state == "running")

    jobs.set_concurrency("walk", 2)
    assert job.concurrency == 2
    job.stop()
    job.wait(30)
    assert store.study("walk") == study.model_copy(update={"concurrency": 2})

    Jobs(store).set_concurrency("walk", 5)
    assert store.study("walk").concurrency == 5
    assert [c.id for c in store.study("walk").conditions()] == [c.id for c in study.conditions()]
    again = jobs.start(store.study("walk"))
    assert again.concurrency == 5
    again.stop()
    again.wait(30)


def test_a_concurrency_that_changes_while_a_study_is_stored_is_kept(
    store: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However early it is asked for, the run and the stored study agree."""
    register = store.register

    def while_it_is_asked_for(study: Study, *values: Any) -> None:
        jobs.set_concurrency(study.name, 5)
        register(study, *values)

    monkeypatch.setattr(store, "register", while_it_is_asked_for)
    job = jobs.start(Study.of(name="walk", models=["ideal"], trajectories=1, steps=1))
    job.wait(30)
    assert job.concurrency == store.study("walk").concurrency == 5


@pytest.mark.parametrize("at_once", [0, 1025])
def test_a_concurrency_that_no_study_can_have_is_refused(store: Store, jobs: Jobs, at_once: int) -> None:
    """A sentence names the field, and the study keeps what it had."""
    job = jobs.start(PLAN.model_copy(update={"models": ("ideal",), "steps": 1}))
    job.wait(30)

    with pytest.raises(InputError, match="concurrency"):
        jobs.set_concurrency(PLAN.name, at_once)

    assert (job.concurrency, store.study(PLAN.name).concurrency) == (1, 1)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 9)), min_size=1, max_size=12))
def test_no_more_come_in_than_the_slots_of_the_moment(changes: list[tuple[int, int]]) -> None:
    """However slots change and waiters are called off, in the end exactly as many as the last number get in."""

    async def main() -> None:
        slots, inside = Slots(1), 0
        most = max(size for size, _ in changes)

        async def visit(turns: int) -> None:
            nonlocal inside
            async with slots:
                inside += 1
                assert inside <= most
                try:
                    for _ in range(turns):
                        await asyncio.sleep(0)
                finally:
                    inside -= 1

        tasks: list[asyncio.Task[None]] = []
        for size, victim in changes:
            tasks += [asyncio.create_task(visit(3)) for _ in range(4)]
            await asyncio.sleep(0)
            slots.resize(size)
            tasks[-1 - victim % len(tasks)].cancel()
            await asyncio.sleep(0)
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(one) for one in found} <= {type(None), asyncio.CancelledError}

        last = [asyncio.create_task(visit(1000)) for _ in range(20)]
        await asyncio.sleep(0)
        assert inside == size
        for task in last:
            task.cancel()

    asyncio.run(main())
