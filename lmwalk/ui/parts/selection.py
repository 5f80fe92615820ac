"""What of a study is shown: the conditions on the stage, kept in the address so that a link opens them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar

import pandas as pd
import streamlit as st

from lmwalk.datasets.labels import HELD
from lmwalk.study import Condition, Study
from lmwalk.ui.shell.link import choose, looked_at

MEASURED = {"probabilities": "by token probabilities", "replies": "by sampled replies"}
CELL, BESIDE, FIELD = "cell", "beside", "under"
_LAST = "_last_on_stage"
FOLLOW = "follow the run"
TOGETHER = "all together"
MOST_TOGETHER = 12


@dataclass(frozen=True)
class Selection:
    """What the stage shows of a study; each family adds what it can choose from."""

    study: Study
    conditions: tuple[Condition, ...]
    simulated: bool = False

    most_lines: ClassVar[int] = 60

    @property
    def view(self) -> str:
        """Changes whenever the picture has to be drawn anew."""
        return " ".join(map(str, [*self.ids, self.study.trajectory_count, self.study.steps]))

    @property
    def ids(self) -> list[str]:
        """The ids of the conditions."""
        return [condition.id for condition in self.conditions]

    @property
    def heading(self) -> tuple[str, str]:
        """What it is, for people, and how its sampler is set where it is one condition."""
        if len(self.conditions) == 1:
            return parts_of(self.conditions[0])
        return f"{len(self.conditions)} conditions together", ""

    @property
    def trajectories(self) -> range:
        """The numbers of the trajectories shown in each condition."""
        return self.study.numbers

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of the rows that are of trajectories shown."""
        return rows

    @cached_property
    def lines(self) -> dict[tuple[str, int], str]:
        """The trajectories with a line of their own: (condition, trajectory) to a short key."""
        each = self.trajectories[: self.most_lines // max(1, len(self.conditions)) or 1]
        pairs = [(condition.id, trajectory) for condition in self.conditions for trajectory in each]
        return {pair: str(place) for place, pair in enumerate(pairs[: self.most_lines])}


def label(condition: Condition) -> str:
    """A condition in few words."""
    return " · ".join(filter(None, parts_of(condition)))


def parts_of(condition: Condition) -> tuple[str, str]:
    """Its model, and how the sampler of that is set; nothing where nothing is sampled."""
    if condition.measurement == "probabilities" and condition.temperature == 1:
        return condition.model, ""
    held = condition.sampling.answer
    return condition.model, f"T = {condition.temperature:g}" + (f" · held ({held})" if held in HELD else "")


def asked_with(study: Study) -> str:
    """The template of a study, with the version of its words where they are the user's own."""
    named = isinstance(study.template, str) or study.template.name
    return study.prompt_template.name if named else "custom wording"


def pinned(study: Study) -> Condition | None:
    """The one condition that was chosen for the stage; None where it follows the run, or shows several."""
    named = looked_at(CELL, _conditions(study))
    return next((condition for condition in study.conditions() if label(condition) == named), None)


def conditions_shown(study: Study) -> tuple[Condition, ...]:
    """The conditions that the user looks at: the one that is followed, another one, or all of a small study."""
    conditions, named = study.conditions(), looked_at(CELL, _conditions(study))
    if named == TOGETHER:
        return tuple(conditions)
    return (_followed(study) if named == FOLLOW else next(c for c in conditions if label(c) == named),)


def pick_condition(study: Study, width: int, *, complete: bool) -> None:
    """Choose which condition is on the stage; a study that is complete has none to follow."""
    if len(study.conditions()) == 1:
        return
    options = _conditions(study)
    if complete and looked_at(CELL, options) == FOLLOW:
        st.session_state[CELL] = label(_followed(study))
    words = "Which model and temperature the picture and the replies show. The run asks all of them."
    pin = partial(own_choice, study.name)
    offered = options[1:] if complete else options
    chosen = choose("On the stage", CELL, offered, words, width, label_visibility="collapsed", on_change=pin)
    before, st.session_state[_LAST] = st.session_state.get(_LAST), (study.name, chosen)
    if complete and before not in (None, (study.name, chosen)):
        st.rerun()  # the results below show the same; while a run goes on they look by themselves


def _conditions(study: Study) -> list[str]:
    names = [label(condition) for condition in study.conditions()]
    return [FOLLOW, *names, TOGETHER] if 1 < len(names) <= MOST_TOGETHER else [FOLLOW, *names]


def own_choice(study: str) -> None:
    """Remember that the condition on the stage was chosen for this study."""
    st.session_state["_chosen_for"] = study


def follows(study: Study) -> bool:
    """Whether the stage goes where the answers are."""
    return looked_at(CELL, _conditions(study)) == FOLLOW


def pin(study: Study, place: int) -> None:
    """Look at the condition at a place, or, where it is looked at already, follow the run again."""
    named = label(study.conditions()[place])
    own_choice(study.name)
    st.session_state[CELL] = FOLLOW if st.session_state.get(CELL) == named else named


def settle(study: Study, *, running: bool) -> None:
    """Follow a run whose condition the user has not chosen; called before the stage is drawn.

    A choice that was made for another study goes on only in one that stands still.
    """
    if CELL not in st.session_state and CELL in st.query_params:
        own_choice(study.name)  # a link's choice
    elif running and st.session_state.get("_chosen_for") != study.name:
        own_choice(study.name)
        st.session_state[CELL] = FOLLOW


def watched_ones() -> dict[str, str]:
    """The condition that is followed in each study; one dictionary for the whole session."""
    known: dict[str, str] = st.session_state.setdefault("_watched", {})
    return known


def _followed(study: Study) -> Condition:
    conditions = study.conditions()
    return next((c for c in conditions if c.id == watched_ones().get(study.name)), conditions[0])
