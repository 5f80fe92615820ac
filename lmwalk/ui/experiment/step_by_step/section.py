"""Answer by answer: any step of any trajectory again, how it was read, and a branch from there."""

from __future__ import annotations

import streamlit as st

from lmwalk.study import Condition, Study
from lmwalk.ui.experiment.step_by_step.answer import past_step
from lmwalk.ui.experiment.step_by_step.branch import lineage, number_key
from lmwalk.ui.experiment.step_by_step.trajectory import SelectedTrajectory
from lmwalk.ui.families.family import noun_of, view_of
from lmwalk.ui.parts.selection import conditions_shown, label
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import counted, plain

POLL_S = 0.4
MOST_NAMED = 500
"""Trajectories up to which each is a line of a list; of more, the number is typed."""


def step_by_step(study: Study) -> None:
    """Draw the section beneath the stage. Closed, it costs nothing."""
    with st.container(key="hands"):
        lineage(study)
        section = st.expander("Answer by answer", icon=":material/footprint:", key=OPEN, on_change="rerun")
        if section.open:
            running = session.busy(study.name)
            with section:
                st.fragment(_hands, run_every=POLL_S if running else None)(study, running)


OPEN = "hands_open"


def _hands(study: Study, running: bool) -> None:
    past_step(_look(study))
    if session.busy(study.name) != running:
        st.rerun()


def _look(study: Study) -> SelectedTrajectory:
    """Which trajectory is looked at, and its state in words."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        condition = _pick_condition(study)
        number = _pick_number(study)
        reached = session.store().history.reached(condition.id, number)
        looked = SelectedTrajectory(study, condition, number, session.jobs().get(study.name), reached)
    st.caption(plain(_where(looked)))
    return looked


def _pick_condition(study: Study) -> Condition:
    """The condition on the stage; where several are, one of them."""
    conditions = conditions_shown(study)
    if len(conditions) == 1:
        return conditions[0]
    chosen: int = st.selectbox(
        "Condition",
        range(len(conditions)),
        format_func=lambda at: label(conditions[at]),
        key=f"hands-condition-{study.name}",
        help="Whose trajectory is looked at. The stage shows all of them together.",
        width=300,
    )
    return conditions[chosen]


def _pick_number(study: Study) -> int:
    word, key = noun_of(study).one, number_key(study.name)
    numbers = study.numbers
    if st.session_state.get(key) not in numbers:
        st.session_state[key] = view_of(study).on_stage(study)[1]
    if len(numbers) > MOST_NAMED:
        return _typed_number(study, word, key)
    names = view_of(study).names(study)
    chosen: int = st.selectbox(
        word.capitalize(),
        names,
        format_func=names.__getitem__,
        key=key,
        help=f"Which {word} is looked at.",
        width=260,
    )
    return chosen


def _typed_number(study: Study, word: str, key: str) -> int:
    numbers = study.numbers
    typed = st.number_input(
        word.capitalize(),
        numbers[0],
        numbers[-1],
        step=numbers.step,
        key=key,
        help=f"Its number, up to {numbers[-1]:,}.",
        width=160,
    )
    return int(typed) if typed in numbers else numbers[0]


def _where(looked: SelectedTrajectory) -> str:
    """Where the trajectory stands, in words."""
    reached, steps = looked.reached, looked.study.steps
    so_far = f"{reached.answered:,} of {counted(steps, 'question')} answered"
    if reached.ended is not None:
        return f"{so_far}. It is over: {'cut off by the token limit' if reached.ended == 'cut' else reached.ended}."
    if looked.complete:
        return f"{so_far}." if access.read_only() else f"{so_far}. Any of them can be the start of a branch."
    if looked.held:
        return f"{so_far}. Held: its next question waits to be sent, under By hand on the stage."
    if reached.error is not None:
        return f"{so_far}, then the call failed."
    if looked.active:
        paused = looked.job is not None and looked.job.state == "paused"
        return f"{so_far}. {'Paused with the run' if paused else 'Running'}."
    return f"{so_far}. The study is not running."
