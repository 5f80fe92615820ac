"""One trajectory, looked at step by step."""

from __future__ import annotations

import json

from scripted import Scripted, finished

from lmwalk.errors import PermanentError
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.store.history import Reached
from lmwalk.study.branch import Fork
from lmwalk.study.branching import branched
from lmwalk.types import Prompt


def test_a_step_is_read_as_it_was_kept(store: Store, jobs: Jobs) -> None:
    """Every column of one row, and none of a step that is not there."""
    study = finished(jobs)
    condition = study.conditions()[0].id
    row = store.steps("walk", trajectory=1).iloc[3]

    step = store.history.step(condition, 1, 4)

    assert step is not None
    assert {name: step[name] for name in ("prompt", "reply", "outcome", "state_after", "seed")} == {
        name: row[name] for name in ("prompt", "reply", "outcome", "state_after", "seed")
    }
    assert store.history.step(condition, 1, 11) is None
    assert store.history.reached(condition, 1) == Reached(10)
    assert store.history.reached(condition, 7) == Reached(0)


def test_a_failed_question_is_the_last_step(store: Store) -> None:
    """Its record stands behind the answers, with its reason."""

    def answer(prompt: Prompt, seed: int) -> str:
        if prompt.state["t"] == 3:
            raise PermanentError("no such model")
        return "UP"

    study = finished(Jobs(store, lambda _: Scripted(answer=answer)))

    reached = store.history.reached(study.conditions()[0].id, 0)

    assert (reached.answered, reached.error, reached.last) == (3, "no such model", 4)


def test_branches_of_a_study_are_found(store: Store, jobs: Jobs) -> None:
    """Those that name it as their parent, in the order in which they were made; not what only speaks of branches."""
    parent = finished(jobs)
    row = store.steps("walk", trajectory=0).iloc[1]
    fork = Fork(row["condition"], 0, 2, json.loads(row["state_after"]))
    for name in ("b", "a"):
        jobs.start(branched(parent, fork, name)).wait(30)
    finished(jobs, name="other", template={"text": "x {x}\nbranch:\n  study: walk\n"})

    assert [study.name for study in store.history.branches("walk")] == ["b", "a"]
    assert store.history.branches("a") == []
