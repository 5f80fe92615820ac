"""Where a study branched off from, as far as that is still there."""

from __future__ import annotations

from lmwalk.study import Study
from lmwalk.ui.shell import session


def since(study: Study, word: str = "") -> str:
    """What a study counts, such as ``t``; of a branch, from which of its parent's steps: ``t 23 +``, before its own.

    A branch counts its own steps from 1, on the screen as in files, so that the sum is what its parent would say.
    """
    return f"{word} {study.branch.t:,} +".strip() if study.branch and study.branch.t else word


def parent_is_there(study: Study) -> bool:
    """Whether the parent is still there, and no other study under its name."""
    branch = study.branch
    if branch is None or branch.study not in session.names():
        return False
    return branch.condition in {condition.id for condition in session.find(branch.study).conditions()}
