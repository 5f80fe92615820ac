"""The stage follows a run: it stays with a condition that is answered, and never with one while others alone are."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterable

import pytest
from scripted import Scripted

from lmwalk.jobs import Jobs
from lmwalk.jobs.following import OVER_S, SILENT_S, Pulse, followed
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Prompt

LOOK_S = 0.3


def watched(answered: Iterable[str], left: dict[str, int], every_s: float) -> list[str]:
    """Which condition is watched after each answer, one every ``every_s`` seconds; a look every 0.3 s at least."""
    pulses = {name: Pulse(count, 0, 0.0) for name, count in left.items()}
    current, seen, now_s = None, [], 0.0
    for place, name in enumerate(answered, start=1):
        while now_s < place * every_s:
            now_s = min(now_s + LOOK_S, place * every_s)
            current = followed(current, pulses, now_s)
        pulses[name] = Pulse(pulses[name].left - 1, place, now_s)
        current = followed(current, pulses, now_s)
        seen.append(str(current))
    return seen


@pytest.mark.parametrize("every_s", [0.005, 0.1, 1.0, 10.0])
def test_conditions_in_turn_are_watched_once_each(every_s: float) -> None:
    """However slow the server, the picture follows at most a few answers after, goes back nowhere, skips nothing."""
    names = ["a", "b", "c"]
    each = max(20, int(4 * SILENT_S / every_s))
    seen = watched([name for name in names for _ in range(each)], dict.fromkeys(names, each), every_s)

    assert list(dict.fromkeys(seen)) == names
    assert sum(one != two for one, two in itertools.pairwise(seen)) == 2
    late = max(2, int(OVER_S / every_s) + int(LOOK_S / every_s) + 2)
    for place, name in enumerate(names):
        assert set(seen[place * each + late : (place + 1) * each]) == {name}


@pytest.mark.parametrize("every_s", [0.002, 1.0, 4.0])
def test_many_conditions_at_once_leave_the_picture_where_it_is(every_s: float) -> None:
    """35 conditions that are answered in turns: one is watched until it is done, whatever the pace."""
    names = [str(place) for place in range(35)]
    seen = watched(names * 20, dict.fromkeys(names, 20), every_s)

    assert set(seen) == {"0"}


def test_a_condition_that_hears_no_more_is_left_for_one_that_does() -> None:
    """Its server is gone, another answers: the picture goes there and stays."""
    seen = watched(["a"] * 30 + ["b"] * 100, {"a": 60, "b": 200}, 0.2)

    assert (seen[29], seen[-1]) == ("a", "b")
    assert seen.index("b") == seen.count("a")


def test_a_run_that_stands_still_moves_nothing() -> None:
    """Paused, finished or waiting: nobody is answered, so nothing is left, however long it lasts."""
    pulses = {"a": Pulse(0, 10, 0.0), "b": Pulse(3, 12, 1.0)}

    assert {followed("a", pulses, now_s) for now_s in (1.5, 4.0, 1000.0)} == {"a"}


def test_what_is_complete_already_is_not_where_a_run_begins() -> None:
    """A run that goes on begins with the first condition that still has something to ask."""
    assert followed(None, {"a": Pulse(0, 0, 0.0), "b": Pulse(2, 0, 0.0)}, 0.0) == "b"
    assert followed(None, {"a": Pulse(0, 0, 0.0)}, 0.0) == "a"
    assert followed(None, {}, 0.0) is None


def test_a_job_tells_which_condition_to_watch(store: Store) -> None:
    """Models that are asked in turn are watched in turn; where a question waits for a hand, the picture waits too."""

    async def slowly(prompt: Prompt, seed: int) -> str:
        await asyncio.sleep(0.02)
        return "UP"

    models = {name: Scripted(name, slowly, "laptop", exclusive=True) for name in ("ideal", "simulated/biased")}
    study = Study.of(name="walk", models=list(models), temperatures=[1], trajectories=2, steps=90, concurrency=1)
    first, second = (condition.id for condition in study.conditions())
    job = Jobs(store, models.__getitem__).start(study)
    current, seen = None, []
    while second not in seen:
        current = job.watched(current)
        seen += [current] if current and current not in seen else []
        assert job.state in ("preparing", "running"), "the second model was never watched"
        time.sleep(LOOK_S / 3)
    assert seen == [first, second]

    job.hold(second, 0)
    while not job.held():
        time.sleep(0.01)
    assert job.watched(second) == second
    assert job.watched(None) == second
    job.stop()
    job.wait(30)
