"""Who is asked now, for how long, and who waits: a line of words beneath the state of a run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from lmwalk.engine.scheduling import Asked
from lmwalk.jobs import Job
from lmwalk.study import Condition, Study
from lmwalk.ui.families.family import Message, noun_of, view_of
from lmwalk.ui.parts.selection import label
from lmwalk.ui.shell.escape import counted

WORTH_TELLING_S = 1.0
"""Seconds from which it is said how long the oldest of several questions waits."""


def asking(job: Job) -> Message:
    """The parts ``asked``, ``asked_s`` and ``queue`` of the bar."""
    if job.place:
        return _elsewhere(job)
    on_wire, conditions = job.asking(), {each.id: each for each in job.study.conditions()}
    return {
        "asked": _asked(job.study, on_wire, conditions),
        "asked_s": _waited_s(on_wire),
        "queue": _queue(job, on_wire, conditions),
    }


def _elsewhere(job: Job) -> Message:
    """What is known here of questions that workers ask: how many trajectories are left."""
    left = sum(job.left().values())
    asked = "the workers are asking" if job.state == "running" else ""
    return {"asked": asked, "queue": f"{noun_of(job.study).counted(left)} left" if left else ""}


def _waited_s(on_wire: Sequence[Asked]) -> float | None:
    """For how long the oldest question is with the model; of several that are answered at once it says nothing."""
    waited = time.monotonic() - on_wire[0].since if on_wire else 0.0
    return round(waited, 2) if len(on_wire) == 1 or waited >= WORTH_TELLING_S else None


def _asked(study: Study, on_wire: Sequence[Asked], conditions: dict[str, Condition]) -> str:
    """Who is asked: one question in full, of several what they share."""
    asked = {each.condition: conditions[each.condition] for each in on_wire}
    if not asked:
        return ""
    if len(on_wire) == 1:
        only = on_wire[0]
        return f"asking {label(asked[only.condition])}: {view_of(study).moment(study, only.trajectory, only.t)}"
    models = list(dict.fromkeys(each.model for each in asked.values()))
    who = label(next(iter(asked.values()))) if len(asked) == 1 else models[0]
    return f"asking {who if len(models) == 1 else counted(len(models), 'model')}: {len(on_wire):,} questions at once"


def _queue(job: Job, on_wire: Sequence[Asked], conditions: dict[str, Condition]) -> str:
    """How many trajectories wait, and of models that are asked in turn which comes next."""
    left = {condition: count for condition, count in job.left().items() if count}
    waiting = sum(left.values()) - len({(each.condition, each.trajectory) for each in on_wire})
    if waiting <= 0:
        return ""
    noun = noun_of(job.study)
    told = f"{noun.counted(waiting)} {'waits' if waiting == 1 else 'wait'}"
    now = {conditions[each.condition].model for each in on_wire}
    models = dict.fromkeys(conditions[condition].model for condition in left)
    later = [model for model in models if model not in now]
    if not job.in_turn or not now or not later:
        return told
    order = "in turn" if job.study.order == "rounds" else "to its end"
    return f"{told} · the server holds one model at a time, {order}: next {_next(models, now)}"


def _next(models: Iterable[str], now: set[str]) -> str:
    """Which model comes after those that are asked now, round and round."""
    order = list(models)
    at = max((order.index(model) for model in now if model in order), default=-1)
    return next(model for model in [*order[at + 1 :], *order] if model not in now)
