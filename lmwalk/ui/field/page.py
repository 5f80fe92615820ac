"""The page: controls, an invitation or the pictures, and what there is to say of the asking."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import streamlit as st

from lmwalk.engine.field_plan import FieldPlan, SampledPlan
from lmwalk.jobs.fields import FieldAsking
from lmwalk.ui.field.component import pictures
from lmwalk.ui.field.feed import Feed, Shown
from lmwalk.ui.field.form import MOMENT, PROCESS, STRIDE, TEMPLATE, Asked, controls, first_plan
from lmwalk.ui.field.uses import uses
from lmwalk.ui.parts.form.conditions import MODELS_KEY
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import counted, plain
from lmwalk.ui.shell.page import invitation

POLL_S = 0.3
EMPTY = "No field has been asked here yet"
INVITATION = (
    "The built-in model is a small transformer that runs on this machine: no key, no server, no network. It is asked "
    "at every 5th position of the grid, 121 questions in all; what lies between is filled in, and marked. After that a "
    "slider shows every temperature, with nothing asked again."
)
FILL = "fill"
"""The parameter of the address that the browser fills positions in by."""


def field() -> None:
    """Draw the page."""
    asked = controls()
    shown, missing = _known(asked)
    # always there: an element that comes and goes would make Streamlit build the pictures anew
    with st.container():
        if asked.complaint:
            st.warning(plain(asked.complaint), icon=":material/edit:")
        elif missing and (shown or isinstance(missing[0], SampledPlan)):
            st.caption(f":material/play_arrow: {plain(_to_ask(asked, missing))}")
    _button(asked, shown)
    if not shown:
        _invite()
        return
    feed = st.session_state.setdefault("_field", Feed())
    now = (_under_way(shown), feed.behind(shown))
    st.fragment(_follow, run_every=POLL_S if any(now) else None)(asked.differ, shown, now)


def _known(asked: Asked) -> tuple[list[Shown], list[FieldPlan]]:
    """What was asked of what the controls say, and what was not."""
    known, missing = list[Shown](), list[FieldPlan]()
    for number, column in enumerate(asked.columns):
        for plan in column.plans:
            if asking := session.jobs().field(plan):
                known.append(Shown(number, column.name, asking))
            else:
                missing.append(plan)
    return known, missing


def _to_ask(asked: Asked, missing: Sequence[FieldPlan]) -> str:
    """What Run would ask besides what is shown."""
    several = {plan.t for column in asked.columns for plan in column.plans}
    own = {
        plan.key: ", ".join([column.name, *([f"t = {plan.t:,}"] if len(several) > 1 else [])])
        for column in asked.columns
        for plan in column.plans
    }
    named = "; ".join(own[plan.key] for plan in missing)
    questions = counted(sum(plan.questions for plan in missing), "question")
    return f"Not asked yet: {named}. Run asks {questions} at most, {_each(missing[0])}; what was answered is known."


def _each(plan: FieldPlan) -> str:
    """How the questions come about."""
    if isinstance(plan, SampledPlan):
        return f"{plan.replies:,} at each of {len(plan.order):,} positions"
    return "one a position"


def _under_way(shown: Sequence[Shown]) -> bool:
    return any(each.asking.state == "running" for each in shown)


def _button(asked: Asked, shown: Sequence[Shown]) -> None:
    """Run, or Stop while something is asked."""
    if not access.may_change():
        return
    with asked.place:
        if _under_way(shown):
            st.button("Stop", key="stop-field", width="stretch", on_click=partial(_stop, shown))
        else:
            kind: Literal["primary", "secondary"] = "primary" if shown else "secondary"
            press, usable = partial(_run, asked), bool(asked.columns)
            st.button("Run", type=kind, key="run-field", width="stretch", disabled=not usable, on_click=press)


def _run(asked: Asked) -> None:
    for column in asked.columns:
        for plan in column.plans:
            session.jobs().ask_field(plan)


def _stop(shown: Sequence[Shown]) -> None:
    for each in shown:
        each.asking.stop()


def _invite() -> None:
    """An empty page, and the button that fills it with the built-in model's field."""
    if invitation(EMPTY, INVITATION, "Ask the built-in model", key="first-field"):
        session.jobs().ask_field(first_plan())
        for key in (PROCESS, STRIDE, MODELS_KEY, TEMPLATE, MOMENT):
            st.session_state.pop(key, None)
        st.query_params[FILL] = "1"
        st.rerun()


def _follow(differ: str, shown: Sequence[Shown], before: tuple[bool, bool]) -> None:
    """Draw what has come; the whole page where the asking, or what there is to tell, has come to its end."""
    feed: Feed = st.session_state["_field"]
    said = "" if _under_way(shown) or feed.behind(shown) else _uses(shown, differ)
    pictures(feed.message(shown, differ, said), feed.open, feed.rewind)
    # always there, so that what comes below keeps its place
    with st.container():
        for each in shown:
            _tell(each.asking)
    running, behind = _under_way(shown), feed.behind(shown)
    if running != before[0] or (not running and behind != before[1]):
        st.rerun()


def _uses(shown: Sequence[Shown], differ: str) -> str:
    """Whether t or the words matter; worked out once for what is shown."""
    of = [(each.asking.plan.key, id(each.asking)) for each in shown]
    if st.session_state.get("_field_uses", (None,))[0] != of:
        st.session_state["_field_uses"] = (of, " ".join(uses(shown, differ)))
    said: str = st.session_state["_field_uses"][1]
    return said


def _tell(asking: FieldAsking) -> None:
    """What went wrong, what is waited for, and what is to be known of how a model was asked."""
    if asking.error:
        st.error(plain(asking.error), title="The field could not be asked to its end", icon=":material/error:")
        if not asking.since(0) and not isinstance(asking.plan, SampledPlan):
            st.caption(
                ":material/lightbulb: A model that gives no probabilities can be sampled: Ask for replies, above."
            )
    if asking.waiting:
        st.caption(f":material/hourglass_empty: {plain(asking.waiting)}")
    for caution in asking.cautions():
        st.warning(plain(caution), icon=":material/balance:")
    for note in asking.notes:
        st.caption(f":material/info: {plain(note)}")
