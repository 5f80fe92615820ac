"""What of walks is shown, and where the walk went that a study branched off from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lmwalk.datasets.field_arrows import Arrow
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
    after : tuple of (float, float)
        Where it went from there on, for as many steps as the branch has.
    field : tuple of (x, y, dx, dy)
        Arrows of the mean move, where the field of the one condition shown is laid under its walks.
    """

    before: Path = ()
    after: Path = ()
    field: tuple[Arrow, ...] = ()

    @property
    def view(self) -> str:
        """Changes whenever the picture has to be drawn anew."""
        return f"{super().view} field {len(self.field)}" if self.field else super().view

    @property
    def walks(self) -> dict[tuple[str, int], str]:
        """The walks that are drawn: (condition, trajectory) to a short key."""
        return self.lines


def parents_way(study: Study) -> tuple[Path, Path]:
    """Where the parent's walk went until the study branched off from it, and then; nothing where it is gone."""
    branch = study.branch
    if branch is None or not parent_is_there(study):
        return (), ()
    way = str(session.store().path), branch.study, branch.condition, branch.trajectory
    return _before(*way, branch.t), _after(*way, branch.t, branch.t + study.steps)


@st.cache_data(max_entries=64, show_spinner=False)  # what was answered stays, and the stage asks again and again
def _before(_: str, study: str, condition: str, trajectory: int, t: int) -> Path:
    return _path(study, condition, trajectory, 0, t)


@st.cache_data(max_entries=64, show_spinner=False, ttl=2.0)  # the parent may still be running
def _after(_: str, study: str, condition: str, trajectory: int, first: int, last: int) -> Path:
    return _path(study, condition, trajectory, first, last)


def _path(study: str, condition: str, trajectory: int, first: int, last: int) -> Path:
    paths = session.store().paths(study, conditions=[condition])
    own = paths[(paths["trajectory"] == trajectory) & paths["t"].between(first, last)]
    return tuple(zip(own["x"].tolist(), own["y"].tolist(), strict=True))
