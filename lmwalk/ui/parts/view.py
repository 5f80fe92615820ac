"""What of a study is looked at: condition, case, property and chain, kept in the address so that a link opens it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from lmwalk.jobs import Job
from lmwalk.properties import available, missing, properties
from lmwalk.study import Condition, Study
from lmwalk.ui.families.draws.kinds import BY_CASE, kind_of
from lmwalk.ui.families.family import DRAWS, family_of
from lmwalk.ui.parts.selection import case_labels, chain_names, label

T = TypeVar("T")
CELL, BESIDE, CASE, CURVE, CHAIN = "cell", "beside", "case", "curve", "chain"
FOLLOW = "follow the run"
TOGETHER = "all together"
ALL_CASES = "all cases"
MOST_TOGETHER = 12


def looked_at(key: str, options: Sequence[str]) -> str:
    """The option that a widget or the address names, else the first."""
    named = st.session_state.get(key, st.query_params.get(key))
    return named if named in options else options[0]


def choose(words: str, key: str, options: Sequence[T], help_text: str, width: int, **more: Any) -> T:
    """A list to choose from whose choice stands in the address."""
    if key in st.session_state and st.session_state[key] not in options:
        st.session_state[key] = options[0]
    chosen: T = st.selectbox(words, options, key=key, bind="query-params", help=help_text, width=width, **more)
    return chosen


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
    choose("On the stage", CELL, offered, words, width, label_visibility="collapsed", on_change=pin)


def _conditions(study: Study) -> list[str]:
    names = [label(condition) for condition in study.conditions()]
    return [FOLLOW, *names, TOGETHER] if 1 < len(names) <= MOST_TOGETHER else [FOLLOW, *names]


def own_choice(study: str) -> None:
    """Remember that the condition on the stage was chosen for this study."""
    st.session_state["_chosen_for"] = study


def settle(study: Study, *, running: bool) -> None:
    """Follow a run whose condition the user has not chosen; called before the stage is drawn.

    A choice that was made for another study goes on only in one that stands still.
    """
    if CELL not in st.session_state and CELL in st.query_params:
        own_choice(study.name)  # a link's choice
    elif running and st.session_state.get("_chosen_for") != study.name:
        own_choice(study.name)
        st.session_state[CELL] = FOLLOW


def follow(study: Study, job: Job) -> None:
    """Look where the answers of a run come in."""
    known = _watched()
    watched = job.watched(known.get(study.name))
    if watched:
        known[study.name] = watched


def _watched() -> dict[str, str]:
    """The condition that was followed in each study."""
    known: dict[str, str] = st.session_state.setdefault("_watched", {})
    return known


def _followed(study: Study) -> Condition:
    conditions = study.conditions()
    return next((c for c in conditions if c.id == _watched().get(study.name)), conditions[0])


def case_shown(study: Study) -> int | None:
    """The case that the user looks at; None for all of them. A branch has its parent's alone."""
    if study.branch and study.make_process().cases > 1:
        return study.case(study.branch.trajectory)[0]
    names = case_labels(study) if _has_cases(study) else []
    case = looked_at(CASE, [ALL_CASES, *names])
    return None if case == ALL_CASES else names.index(case)


def pick_case(study: Study) -> None:
    """Choose which case of the experiment is shown, where its picture can hold them all or one."""
    if _has_cases(study):
        words = "All cases of the experiment, each a line, or one of them with every single trajectory."
        choose("Case", CASE, [ALL_CASES, *case_labels(study)], words, 130, label_visibility="collapsed")


def _has_cases(study: Study) -> bool:
    several = study.make_process().cases > 1 and not study.branch
    return several and family_of(study.process) == DRAWS.name and kind_of(study) in BY_CASE


def curve_shown() -> str:
    """The property that is drawn."""
    titles = {known.title: known.name for known in available()}
    named = st.session_state.get(CURVE, titles.get(st.query_params.get(CURVE, "")))
    return str(named) if named in properties else "length"


def pick_curve() -> None:
    """Choose which property of texts is drawn."""
    known = {known.name: known.title for known in available()}
    lacking = " ".join(missing().values())
    st.selectbox(
        "Property",
        list(known),
        format_func=known.__getitem__,
        key=CURVE,
        bind="query-params",
        help=f"Which property of the texts the picture and the figures below it show. {lacking}",
        label_visibility="collapsed",
        width=160,
    )


def chain_on_stage(study: Study) -> tuple[Condition, int]:
    """The chain that is read: its condition, the first of those shown, and its number."""
    numbers = {name: number for number, name in chain_names(study).items()}
    return conditions_shown(study)[0], numbers[looked_at(CHAIN, list(numbers))]


def pick_chain(study: Study) -> None:
    """Choose which chain's texts are read."""
    words = "Whose texts stand beside the picture. A click on a line picks its chain, too."
    choose("Chain", CHAIN, list(chain_names(study).values()), words, 200, label_visibility="collapsed")


def read_chain(study: Study, number: int) -> None:
    """Read the chain of that number."""
    st.session_state[CHAIN] = chain_names(study)[number]
