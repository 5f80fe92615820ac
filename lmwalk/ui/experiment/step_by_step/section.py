"""Step by step: hold one trajectory, see what is about to be asked, send it, and see how the answer was read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from lmwalk.engine.manual_stepping import Question
from lmwalk.jobs import Job
from lmwalk.study import Condition, Study
from lmwalk.ui.experiment.step_by_step.answer import past_step
from lmwalk.ui.experiment.step_by_step.branch import lineage, number_key, turned_key
from lmwalk.ui.experiment.step_by_step.trajectory import SelectedTrajectory, show_prompt
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
        section = st.expander("Step by step", icon=":material/footprint:", key=OPEN, on_change="rerun")
        if section.open:
            running = session.busy(study.name)
            with section:
                st.fragment(_hands, run_every=POLL_S if running else None)(study, running)


OPEN = "hands_open"


def _hands(study: Study, running: bool) -> None:
    looked = _look(study)
    if access.read_only():
        past_step(looked)
        return
    asking, answered = st.columns(2, gap="medium")
    with asking:
        _next_question(looked)
    with answered:
        past_step(looked)
    if session.busy(study.name) != running:
        st.rerun()


def _look(study: Study) -> SelectedTrajectory:
    """Which trajectory is looked at; its state in words; the buttons that hold it and let it go."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        condition = _pick_condition(study)
        number = _pick_number(study)
        reached = session.store().history.reached(condition.id, number)
        looked = SelectedTrajectory(study, condition, number, session.jobs().get(study.name), reached)
        if access.may_change():
            _hold_button(looked)
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


def _hold_button(looked: SelectedTrajectory) -> None:
    job, who = looked.job, (looked.condition.id, looked.number)
    word = noun_of(looked.study).one
    if job and looked.held:
        st.button(
            "Release",
            icon=":material/play_arrow:",
            key="hands-release",
            on_click=partial(job.release, *who),
            help=f"The {word} goes on by itself, with the others.",
        )
        return
    st.button(
        "Hold",
        icon=":material/front_hand:",
        key="hands-hold",
        disabled=looked.complete,
        on_click=partial(job.hold, *who) if job and looked.active else partial(_begin_held, looked),
        help=(WHILE_RUNNING if looked.active else WHILE_STILL).format(word=word),
    )


WHILE_RUNNING = (
    "From now on each question of this {word} waits here until you send it; the others go on. On a server that holds "
    "one model at a time, models after this one wait as well."
)
WHILE_STILL = "Starts the study paused, with this {word} held: only what you send here is asked until you press Resume."


def _begin_held(looked: SelectedTrajectory) -> None:
    session.jobs().start(looked.study, hold=[(looked.condition.id, looked.number)], paused=True)


def _where(looked: SelectedTrajectory) -> str:
    """Where the trajectory stands, in words."""
    reached, steps = looked.reached, looked.study.steps
    so_far = f"{reached.answered:,} of {counted(steps, 'question')} answered"
    if reached.ended is not None:
        return f"{so_far}. It is over: {'cut off by the token limit' if reached.ended == 'cut' else reached.ended}."
    if looked.complete:
        return f"{so_far}." if access.read_only() else f"{so_far}. Any of them can be the start of a branch."
    if looked.question:
        return f"{so_far}. Held: question {looked.question.t:,} waits to be sent."
    if looked.held:
        return f"{so_far}. Held: it is about to come to its next question, or waits for an answer."
    if reached.error is not None:
        return f"{so_far}, then the call failed."
    if looked.active:
        paused = looked.job is not None and looked.job.state == "paused"
        return f"{so_far}. {'Paused with the run' if paused else 'Running'}."
    return f"{so_far}. The study is not running."


def _next_question(looked: SelectedTrajectory) -> None:
    """The question that waits, exactly as it will be sent, and the button that sends it."""
    question = looked.question
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Next question: {question.t:,}**" if question else "**Next question**")
        st.space("stretch")
        st.button(
            "Send",
            icon=":material/send:",
            type="primary",
            key=f"hands-send-{question.t if question else 0}",  # a late press is of the question it was made for
            disabled=question is None,
            on_click=partial(_send, looked.job, question) if looked.job and question else None,
            help="Ask this one question now, with exactly these words and settings.",
        )
    if question:
        prompt = question.prompt
        show_prompt(prompt.system, prompt.text, prompt.prefill)
        st.caption(plain(_settings(question.sent)))
    elif looked.complete:
        st.caption("Every question was asked. Choose a step beside this, and branch from there to ask on.")
    elif looked.held:
        st.caption(COMING)
    else:
        st.caption("Press Hold to see each question here before it is sent.")


COMING = (
    "It appears here as soon as the pending answer has arrived, or, on a server that holds one model at a time, once "
    "this model is asked."
)


def _send(job: Job, question: Question) -> None:
    st.session_state.pop(turned_key(*question.key), None)
    job.send(question.condition, question.trajectory, question.t)


def _settings(sent: Mapping[str, Any]) -> str:
    pairs = ((name, f"{value:g}" if isinstance(value, float) else value) for name, value in sent.items())
    each = ", ".join(f"{name} {value}" for name, value in pairs)
    return f"Sent with it: {each}." if each else "No sampler settings are sent with it."
