"""A stored study whose replies are given, read and advanced as the engine does it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from lmwalk.randomness import chance
from lmwalk.step import Step
from lmwalk.store import Store, StoredCondition
from lmwalk.study import Study
from lmwalk.types import Sent

NOW = datetime(2024, 12, 22, tzinfo=UTC).replace(tzinfo=None)


def told(store: Store, replies: Sequence[Sequence[str | None]], **values: object) -> Study:
    """A study in which every condition has these replies: a list for each trajectory; None is a failed call."""
    longest = max(map(len, replies))
    plan = {"name": "told", "models": ["ollama/llama3.2:1b"], "trajectories": len(replies), "steps": longest}
    study = Study.of(**{**plan, **values})
    process = study.make_process()
    store.register(study, [StoredCondition(condition, Sent({}), simulated=False) for condition in study.conditions()])
    for condition in study.conditions():
        for trajectory, own in enumerate(replies):
            state = process.start(chance(study.seed, trajectory, 0), trajectory % process.cases)
            for t, reply in enumerate(own, start=1):
                outcome, status = process.parse(reply) if reply is not None else (None, "error")
                after = (
                    process.advance(state, outcome, chance(study.seed, trajectory, t)) if reply is not None else state
                )
                x, y = process.position(after, state, {outcome: 1.0} if outcome else None) or (None, None)
                answered = (outcome, status, None, "Where?", reply, json.dumps(state), json.dumps(after))
                error = None if reply is not None else "The server gave up."
                store.append(Step(condition.id, trajectory, t, x, y, *answered, 0.1, 3, 1, 0.0, 1, 42, NOW, error))
                state = after
    store.flush()
    return study
