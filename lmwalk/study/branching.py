"""From a stored study to one that branches off from it."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any

from lmwalk.study import Study
from lmwalk.study.branch import Branch, Fork

LONGEST_STEM = 100


def branched(parent: Study, fork: Fork, name: str, **changes: Any) -> Study:
    """A study that goes on from a place in another: one condition, one trajectory, unless ``changes`` say otherwise.

    It keeps the parent's process, template, measurement and sampler. Its seed is the parent's and one, so that a world
    that draws does not draw the same again; a model's draws come from a stream of its own condition anyway.

    Parameters
    ----------
    fork : Fork
        Where it branches off, with the state there.
    changes : mapping
        Fields of the study by name, such as ``models``, ``temperatures``, ``steps``, ``trajectories``, ``seed``.

    Raises
    ------
    InputError
        The study cannot be, as its sentence says.
    """
    before = parent.branch.asked if parent.branch else 0
    branch = Branch(**{**fork._asdict(), "state": dict(fork.state)}, study=parent.name, asked=before + fork.t)
    kept = parent.model_dump(exclude={"steps", "trajectories", "models", "temperatures", "branch", "stop_when", "plan"})
    condition = next(each for each in parent.conditions() if each.id == fork.condition)
    own = {
        "models": [condition.model],
        "temperatures": [condition.temperature],
        "trajectories": 1,
        "seed": (parent.seed + 1) % 2**63,
        "branch": branch,
        "name": name,
    }
    return Study.of(**{**kept, "steps": _left(parent, fork.t), **own, **changes})


def _left(parent: Study, t: int) -> int:
    """The number of steps of the branch: those that the parent has left at t, or all of them if it has none left."""
    return parent.steps - t or parent.steps


def branch_name(parent: str, taken: Collection[str]) -> str:
    """A name for a branch that no study has."""
    stem = f"{parent[:LONGEST_STEM].rstrip()} branch"
    return next(name for number in itertools.count(1) if (name := f"{stem} {number}") not in taken)
