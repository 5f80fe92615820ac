"""Where a study branched off from, as far as that is still there."""

from __future__ import annotations

from lmwalk.study import Study
from lmwalk.ui.shell import session


def parent_is_there(study: Study) -> bool:
    """Whether the parent is still there, and no other study under its name."""
    branch = study.branch
    if branch is None or branch.study not in session.names():
        return False
    return branch.condition in {condition.id for condition in session.find(branch.study).conditions()}
