"""Branches on the screen: where a study branched off, what branched off from it, and starting a branch."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.study import Branch, Condition, Study
from lmwalk.study.branch import Fork
from lmwalk.study.branching import branch_name, branched
from lmwalk.ui.families.family import view_of
from lmwalk.ui.parts.available_models import available_models
from lmwalk.ui.parts.branches import parent_is_there
from lmwalk.ui.parts.selection import CELL, label, own_choice
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import plain

MOST_LINKS = 12


def number_key(study: str) -> str:
    """Where the number of the trajectory that is looked at answer by answer is kept."""
    return f"hands-number-{study}"


def turned_key(condition: str, number: int) -> str:
    """Where the step that the user has turned to is kept; nothing there: the latest is shown."""
    return f"hands-turned-{condition}-{number}"


def lineage(study: Study) -> None:
    """Where the study branched off, and what branched off from it; nothing where it is alone."""
    if study.branch:
        _parent(study)
    children = _children(study.name)
    if children:
        with st.container(horizontal=True, vertical_alignment="center", key="hands-children"):
            st.caption("Branches of this study:", width="content")
            for child in children[:MOST_LINKS]:
                _link(child.name, f"It left {_place(child)}.", partial(session.choose, child.name))
            if len(children) > MOST_LINKS:
                st.caption(f"and {len(children) - MOST_LINKS:,} more, in the list of studies", width="content")


def _parent(study: Study) -> None:
    branch = study.branch
    assert branch is not None
    with st.container(horizontal=True, vertical_alignment="center", key="hands-parent"):
        st.caption(plain(f"Branch of the study {branch.study}: {_place(study)}."), width="content")
        if parent_is_there(study):
            _link(
                branch.study, "Show the study and the step that this one branched off from.", partial(_go_back, branch)
            )
        else:
            st.caption("That study is gone: it was deleted or renamed. The branch needs it no more.", width="content")


def _go_back(branch: Branch) -> None:
    """Show the place in the parent that a branch left."""
    conditions = {condition.id: condition for condition in session.find(branch.study).conditions()}
    st.session_state[CELL] = label(conditions[branch.condition])
    own_choice(branch.study)
    st.session_state[number_key(branch.study)] = branch.trajectory
    st.session_state[turned_key(branch.condition, branch.trajectory)] = branch.t
    session.choose(branch.study)


def _place(study: Study) -> str:
    """Where a branch left its parent."""
    branch = study.branch
    assert branch is not None
    return view_of(study).moment(study, branch.trajectory, branch.t)


def _children(name: str) -> list[Study]:
    """What branched off from a study, those included that have only just begun."""
    stored = {study.name: study for study in session.store().history.branches(name)}
    begun = [job.study for job in session.jobs().all() if job.study.branch and job.study.branch.study == name]
    return list({**stored, **{study.name: study for study in begun}}.values())


def _link(name: str, meaning: str, act: Callable[[], None]) -> None:
    icon = ":material/fork_right:"
    st.button(plain(name), type="tertiary", icon=icon, key=f"link-{name}", help=plain(meaning), on_click=act)


def branch_form(study: Study, condition: Condition, number: int, t: int, pin: Callable[[], None]) -> None:
    """A button that opens the settings of a branch from the state after a step; ``pin`` keeps that step chosen."""
    section = st.popover(
        "Branch…", icon=":material/fork_right:", key=f"hands-branch-{study.name}", help=HELP, on_change=pin
    )
    if not section.open:
        return
    with section:
        st.markdown(f"Goes on after step {t:,}: question {t + 1:,} is asked anew." if t else "Begins at the start.")
        changes = _changes(study, condition, t)
        free = branch_name(study.name, session.names())
        name = st.text_input("Name", free, max_chars=120, key=f"branch-{free}", help="What the branch is kept under.")
        hold = st.checkbox("Hold from the start", key="branch-hold", help="Its first question waits to be sent.")
        if st.button("Start the branch", type="primary", icon=":material/play_arrow:", key="branch-start"):
            _begin(study, Fork(condition.id, number, t, {}), {**changes, "name": name.strip()}, hold=hold)


HELP = (
    "Start a new trajectory from the state after this step, with another model or temperature. It is kept as a study "
    "of its own that names this one as its parent."
)


def _changes(study: Study, condition: Condition, t: int) -> dict[str, Any]:
    left, right = st.columns(2)
    known = dict.fromkeys(
        [condition.model, *study.models, *(offer.name for offer in available_models()[0] if offer.available)]
    )
    model = left.selectbox(
        "Model",
        list(known),
        key=f"branch-model-{condition.id}",
        accept_new_options=True,
        help="Who is asked from here on. Type any full name.",
    )
    temperature = right.number_input(
        "Temperature",
        0.0,
        5.0,
        condition.temperature,
        0.1,
        format="%g",
        key=f"branch-T-{condition.id}",
        help="How freely answers are drawn.",
    )
    length = study.make_process().length
    asked = (study.branch.asked if study.branch else 0) + t
    most = max(1, length - asked) if length else 10_000_000
    steps = left.number_input(
        "Steps",
        1,
        most,
        min(most, study.steps - t or study.steps),
        key=f"branch-steps-{study.name}-{t}",
        help="Questions in each of its trajectories.",
    )
    repeats = right.number_input(
        "Trajectories", 1, 100_000, 1, key=f"branch-repeats-{study.name}", help="How many set out from this place."
    )
    return {"models": [model], "temperatures": [float(temperature)], "steps": int(steps), "trajectories": int(repeats)}


def _begin(study: Study, fork: Fork, changes: dict[str, Any], *, hold: bool) -> None:
    """Start the branch and show it, or say why not."""
    try:
        if changes["name"] in session.names():
            raise InputError(f"name: there is a study called {changes['name']!r}. Accepted: a name that is free.")
        branch = branched(study, fork._replace(state=_state(study, fork)), **changes)
    except InputError as error:
        st.error(plain(str(error)), title="The branch was not started", icon=":material/edit:")
        return
    held = [(branch.conditions()[0].id, branch.numbers[0])] if hold else []
    session.jobs().start(branch, hold=held)
    session.choose(branch.name)
    st.rerun()


def _state(study: Study, fork: Fork) -> dict[str, Any]:
    """The state after a step. Raises InputError where the step was not answered."""
    if not fork.t:
        return dict(study.start(fork.trajectory))
    step = session.store().history.step(fork.condition, fork.trajectory, fork.t)
    if step is None or step["status"] == "error":
        raise InputError(f"t: step {fork.t} was not answered. Accepted: an earlier one.")
    return dict(json.loads(step["state_after"]))
