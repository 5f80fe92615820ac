"""One step that was taken: what came back, how it was read, and to which question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from lmwalk.study import Study
from lmwalk.templates import compiled
from lmwalk.ui.experiment.step_by_step.branch import branch_form, turned_key
from lmwalk.ui.experiment.step_by_step.trajectory import SelectedTrajectory, show_prompt
from lmwalk.ui.parts.reply_view import reading
from lmwalk.ui.shell import access, session


def past_step(looked: SelectedTrajectory) -> None:
    """Show the latest step, until the user turns back to an earlier one; a branch can begin at any."""
    last, turned = looked.reached.last, turned_key(looked.condition.id, looked.number)
    chosen = st.session_state.get(turned)
    t = last if chosen is None else min(chosen, last)
    step = session.store().history.step(looked.condition.id, looked.number, t) if t else None
    asked, answered = st.columns(2, gap="medium")
    with asked, st.container(key="hands-asked"):
        st.markdown(f"**Question {t:,}, as it was sent**" if t else "**The start**")
        if step is not None:
            show_prompt(step["system"], step["prompt"], prefill_of(looked.study, step))
    with answered:
        _answer(looked, step, t, last)


def _answer(looked: SelectedTrajectory, step: Mapping[str, Any] | None, t: int, last: int) -> None:
    turned = turned_key(looked.condition.id, looked.number)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**Answer to question {t:,}**" if t else "**No answer yet**")
        st.space("stretch")
        _turning(turned, t, last)
    if step is None:
        st.caption("Before the first question." if last else "Nothing was asked yet.")
    else:
        reading(looked.study.make_process(), step, key="hands-reading")
    if access.may_change():
        _from_here(looked, turned, t)


def _from_here(looked: SelectedTrajectory, turned: str, t: int) -> None:
    """Offer a branch that begins after this step."""
    with st.container(horizontal=True, vertical_alignment="center", key="hands-from-here"):
        st.caption("From here, with another model or temperature:", width="content")
        pin = partial(st.session_state.__setitem__, turned, t)
        branch_form(looked.study, looked.condition, looked.number, min(t, looked.reached.answered), pin)


def _turning(turned: str, t: int, last: int) -> None:
    """Buttons that turn to another step, and a place to type one."""

    def turn(to: int | None) -> None:
        st.session_state[turned] = None if to == last else to

    for icon, meaning, to in (
        ("chevron_left", "The answer before", t - 1),
        ("chevron_right", "The next answer", t + 1),
        ("last_page", "The latest answer; follows the run", last),
    ):
        off = not 0 <= to <= last or to == t
        st.button(
            "", icon=f":material/{icon}:", help=meaning, key=f"hands-{icon}", disabled=off, on_click=turn, args=(to,)
        )
    key = f"go-to-{turned}"
    # what is typed is taken and nothing is written back into the field, which the browser may be a moment behind with
    st.number_input(
        "Go to step",
        0,
        max(last, 1),
        None,
        key=key,
        on_change=lambda: turn(st.session_state[key]),
        placeholder="step",
        label_visibility="collapsed",
        help="Which step is looked at; 0 is the start.",
        width=110,
    )


def prefill_of(study: Study, step: Mapping[str, Any]) -> str | None:
    """How the answer was begun for the model; made anew from the state, as it is not kept."""
    prefill = study.prompt_template.prefill
    return compiled(prefill)(study.make_process().view(json.loads(step["state_before"]))) if prefill else None
