"""The loop: what it asks, what it keeps, and how it behaves when things go wrong."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import ListSink, Scripted

from lmwalk.engine import Policy, Run, trajectory
from lmwalk.engine.prepared import prepare
from lmwalk.engine.scheduling import Control, Retries
from lmwalk.errors import InputError, PermanentError, StoreError, TransientError
from lmwalk.processes.grid import MOVES
from lmwalk.registry import open_model
from lmwalk.step import Step
from lmwalk.store import Standing
from lmwalk.study import Study
from lmwalk.types import Prompt

QUICK = Policy(Retries(attempts=3, first_s=0.001))


def study(**values: object) -> Study:
    return Study.of(**{"name": "walk", "models": ["ideal"], "trajectories": 3, "steps": 6, **values})


def run_of(
    plan: Study,
    model: Scripted | None = None,
    *,
    sink: ListSink | None = None,
    begun: dict | None = None,
    **kwargs: object,
) -> Run:
    opener: Callable[[str], object] = (lambda _: model) if model else open_model
    settings = {"control": Control(), "policy": QUICK, **kwargs}
    return Run(plan, prepare(plan, opener), ListSink() if sink is None else sink, begun or {}, **settings)


def steps_of(plan: Study, model: Scripted | None = None, **kwargs: object) -> ListSink:
    async def main() -> ListSink:
        run = run_of(plan, model, **kwargs)
        await run()
        return run.sink

    return asyncio.run(main())


def told(steps: Sequence[Step]) -> set[tuple[object, ...]]:
    """What does not depend on clocks."""
    return {
        (s.condition, s.trajectory, s.t, s.outcome, s.status, s.prompt, s.reply, s.seed, s.state_after) for s in steps
    }


def from_seed(prompt: Prompt, seed: int) -> str:
    return list(MOVES)[int(np.random.default_rng(seed).integers(4))]


def test_a_study_has_exactly_trajectories_times_steps() -> None:
    """Every question of every cell is asked once and kept once."""
    plan = study(temperatures=[0.0, 1.0])
    model = Scripted(answer=from_seed)

    steps = steps_of(plan, model)

    assert len(steps) == len(told(steps)) == len(model.asked) == plan.total_steps
    assert {(s.trajectory, s.t) for s in steps} == {(n, t) for n in range(3) for t in range(1, 7)}


def test_each_step_starts_where_the_last_one_ended() -> None:
    """The state before step t is the state after step t - 1, and t counts from 1."""
    steps = [s for s in steps_of(study(trajectories=1, steps=30)) if s.trajectory == 0]

    assert [s.t for s in steps] == list(range(1, 31))
    assert all(b.state_before == a.state_after for a, b in pairwise(steps))
    assert [json.loads(s.state_after)["x"] for s in steps] == [s.x for s in steps]


@given(st.integers(1, 9), st.integers(1, 9))
def test_the_order_in_which_trajectories_run_changes_nothing(first: int, second: int) -> None:
    """Concurrency leaves every draw as it is, as randomness is addressed."""
    plans = [study(concurrency=n) for n in (first, second)]

    one, other = (steps_of(plan, Scripted(answer=from_seed)) for plan in plans)

    assert told(one) == told(other)


@given(st.integers(1, 5))
def test_a_resumed_trajectory_draws_what_an_uninterrupted_one_would(cut: int) -> None:
    """Stopping at any step and going on gives the same walk."""
    plan = study(models=["ideal"])
    whole = steps_of(plan)
    kept = [s for s in whole if s.t <= cut]
    begun = {(s.condition, s.trajectory): Standing(s.t, s.state_after) for s in kept if s.t == cut}

    rest = steps_of(plan, begun=begun)

    assert told(kept) | told(rest) == told(whole)
    assert len(kept) + len(rest) == len(whole)


def test_repeats_are_separate_draws() -> None:
    """Trajectories, steps and conditions get seeds of their own, so no reply is drawn twice."""
    steps = steps_of(study(temperatures=[0.5, 1.0], trajectories=5, steps=20))

    assert len({s.seed for s in steps}) == len(steps)
    assert len({tuple(s.outcome for s in steps if s.trajectory == n) for n in range(5)}) == 5


def test_a_reply_that_cannot_be_read_is_kept_and_time_goes_on() -> None:
    """It has a row with its reason, the walker stays put, and the next question comes."""
    steps = steps_of(study(trajectories=1), Scripted(answer=lambda *_: "UP or DOWN"))

    assert [(s.status, s.outcome, s.reply, s.x, s.y) for s in steps] == [("ambiguous", None, "UP or DOWN", 0, 0)] * 6
    assert json.loads(steps[-1].state_after)["t"] == 6


def test_a_passing_failure_is_asked_again_and_counted() -> None:
    """Two failures and an answer are three attempts at one step."""
    failures = iter([True, True])

    def answer(prompt: Prompt, seed: int) -> str:
        if next(failures, False):
            raise TransientError("busy")
        return "UP"

    steps = steps_of(study(trajectories=1), Scripted(answer=answer))

    assert [s.attempts for s in steps] == [3, 1, 1, 1, 1, 1]
    assert {s.status for s in steps} == {"ok"}


@pytest.mark.parametrize(("error", "attempts"), [(TransientError("busy"), 3), (PermanentError("no such model"), 1)])
def test_a_trajectory_that_fails_for_good_ends_alone(error: Exception, attempts: int) -> None:
    """It gets one error row with its reason, asked as often as it makes sense; the others reach their end."""

    def answer(prompt: Prompt, seed: int) -> str:
        if prompt.state["t"] == 2 and prompt.state["x"] == 0:
            raise error
        return "RIGHT" if seed % 2 else "UP"

    steps = steps_of(study(trajectories=8), Scripted(answer=answer))
    errors = [s for s in steps if s.status == "error"]

    assert errors
    assert all((s.t, s.error, s.attempts, s.reply, s.outcome) == (3, str(error), attempts, None, None) for s in errors)
    failed = {s.trajectory for s in errors}
    assert all(s.t <= 3 for s in steps if s.trajectory in failed)
    assert {s.trajectory for s in steps if s.t == 6} == set(range(8)) - failed


class Watching:
    def __init__(self) -> None:
        self.waits: list[float] = []

    def stepped(self, step: Step) -> None:
        return None

    def waiting(self, model: str, attempt: int, wait_s: float, reason: str) -> None:
        self.waits.append(wait_s)


def test_the_server_decides_how_long_to_wait_at_least() -> None:
    """A Retry-After is honoured, and nobody else calls that server before it has passed."""
    failures = iter([True])
    called: list[float] = []

    async def answer(prompt: Prompt, seed: int) -> str:
        called.append(asyncio.get_running_loop().time())
        if next(failures, False):
            raise TransientError("429", retry_after_s=0.3)
        return "UP"

    watching = Watching()
    policy = Policy(Retries(first_s=0.001), watching)
    steps_of(study(concurrency=1, trajectories=4, steps=2), Scripted(answer=answer), policy=policy)

    assert watching.waits[0] >= 0.3
    assert sum(later - called[0] < 0.29 for later in called[1:]) <= 4


@given(st.integers(1, 10), st.floats(0, 1, exclude_max=True))
def test_waits_double_with_jitter_up_to_the_limit(attempt: int, u: float) -> None:
    """The wait after attempt k lies in [d/2, d] with d = min(most, first 2^(k-1))."""
    d = min(30.0, 0.5 * 2 ** (attempt - 1))

    assert d / 2 <= Retries().wait_s(attempt, TransientError(""), u) <= d
    assert Retries().wait_s(attempt, TransientError("", retry_after_s=99), u) == 99


@pytest.mark.parametrize("slots", [1, 2, 5])
def test_no_server_gets_more_questions_than_its_slots(slots: int) -> None:
    """Concurrency is per server and holds for all models on it together; and it is used to the full."""

    async def answer(prompt: Prompt, seed: int) -> str:
        await asyncio.sleep(0.002)
        return "UP"

    model = Scripted(answer=answer)
    steps_of(study(models=["ideal", "simulated/biased"], concurrency=slots, trajectories=10, steps=3), model)

    assert model.peak == slots


@pytest.mark.parametrize(("order", "loads"), [("models", 2), ("rounds", 6)])
def test_a_server_that_holds_one_model_is_asked_model_after_model(order: str, loads: int) -> None:
    """Models are swapped once each to their end, or once each in every round of trajectories, and never in between."""
    models = {name: Scripted(name, server="laptop", exclusive=True) for name in ("ideal", "simulated/biased")}
    asked: list[str] = []
    for name, model in models.items():
        model.answer = lambda prompt, seed, name=name: asked.append(name) or "UP"
    plan = study(models=list(models), trajectories=3, order=order)

    async def main() -> None:
        await Run(plan, prepare(plan, models.__getitem__), ListSink(), {}, Control(), QUICK)()

    asyncio.run(main())

    assert len([name for name, _ in itertools.groupby(asked)]) == loads
    assert asked.count("ideal") == asked.count("simulated/biased") == 3 * plan.steps


def test_it_is_known_which_questions_are_with_a_model() -> None:
    """While a question is on the wire, of which condition, trajectory and step it is; afterwards none is."""
    control, seen = Control(), []

    async def answer(prompt: Prompt, seed: int) -> str:
        seen.append([(asked.trajectory, asked.t) for asked in control.asking()])
        return "UP"

    plan, model = study(trajectories=2, steps=2, concurrency=1), Scripted(answer=answer)
    steps_of(plan, model, control=control)

    assert sorted(seen) == [[(0, 1)], [(0, 2)], [(1, 1)], [(1, 2)]]
    assert control.asking() == []


def test_paused_nothing_is_asked_and_a_step_asks_once_a_trajectory() -> None:
    """Pause holds every trajectory; each step lets each of them ask exactly one question; resume lets go."""
    plan, model = study(trajectories=40, concurrency=2), Scripted()

    async def settle() -> int:
        seen = -1
        while seen != len(model.asked):
            seen = len(model.asked)
            await asyncio.sleep(0.05)
        return seen

    async def main() -> list[int]:
        run = run_of(plan, model)
        run.control.pause()
        task = asyncio.create_task(run())
        counts = [await settle()]
        for _ in range(2):
            run.control.step()
            counts.append(await settle())
        run.control.resume()
        await task
        return [*counts, len(model.asked)]

    assert asyncio.run(main()) == [0, 40, 80, 240]


def test_what_answers_in_this_process_leaves_the_loop_to_others() -> None:
    """However many trajectories of the ideal observer run, the loop comes round at least once in 40 of their steps."""
    plan, turns = study(trajectories=100, steps=40), 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def main() -> None:
        waiting = asyncio.create_task(others())
        await run_of(plan)()
        waiting.cancel()

    asyncio.run(main())

    assert turns >= plan.total_steps / 40


def test_a_trajectory_is_endless() -> None:
    """How long it is belongs to the caller."""
    play = prepare(study(), open_model)[0]

    async def main() -> list[Step]:
        steps = trajectory(play, 0)
        taken = [await anext(steps) for _ in range(200)]
        await steps.aclose()
        return taken

    assert [s.t for s in asyncio.run(main())] == list(islice(range(1, 1000), 200))


def test_when_nothing_can_be_kept_nothing_more_is_asked() -> None:
    """A store that fails ends the run with its own sentence."""

    class Full(ListSink):
        def append(self, step: Step) -> None:
            raise StoreError("the disk is full")

    model = Scripted()
    with pytest.raises(StoreError, match="the disk is full"):
        steps_of(study(trajectories=50, concurrency=1), model, sink=Full())
    assert len(model.asked) < 50


def test_a_setting_a_model_refuses_stops_the_study_before_it_starts() -> None:
    """What cannot be sent is an InputError of prepare, before any question."""

    class Refusing(Scripted):
        def accepts(self, sampling: object, *, drop: bool, prefill: bool) -> object:
            raise InputError("top_k cannot be sent")

    model = Refusing()
    with pytest.raises(InputError, match="top_k"):
        prepare(study(), lambda _: model)
    assert not model.asked
