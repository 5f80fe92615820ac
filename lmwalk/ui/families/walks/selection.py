"""What of walks is shown, and where the walk went that a study branched off from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lmwalk.study import Study
from lmwalk.ui.parts.branches import parent_is_there
from lmwalk.ui.parts.selection import Selection
from lmwalk.ui.shell import session

Path = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class WalkSelection(Selection):
    """What the stage shows of walks.

    Attributes
    ----------
    before : tuple of (float, float)
        Where the parent's walk went before the study branched off from it.
    """

    before: Path = ()

    @property
    def walks(self) -> dict[tuple[str, int], str]:
        """The walks that are drawn: (condition, trajectory) to a short key."""
        return self.lines


def path_before(study: Study) -> Path:
    """Where the parent's walk went until the study branched off from it; nothing where there is none any more."""
    branch = study.branch
    if branch is None or not parent_is_there(study):
        return ()
    return _path(str(session.store().path), branch.study, branch.condition, branch.trajectory, branch.t)


@st.cache_data(max_entries=64, show_spinner=False)  # what was answered stays, and the stage asks again and again
def _path(_: str, study: str, condition: str, trajectory: int, t: int) -> Path:
    paths = session.store().paths(study, conditions=[condition])
    own = paths[(paths["trajectory"] == trajectory) & (paths["t"] <= t)]
    return tuple(zip(own["x"].tolist(), own["y"].tolist(), strict=True))
