"""The page: controls, an invitation or the pictures, and what there is to say of the asking."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import streamlit as st

from lmwalk.jobs.fields import FieldAsking
from lmwalk.ui.field.component import pictures
from lmwalk.ui.field.feed import Feed
from lmwalk.ui.field.form import PROCESS, STRIDE, Asked, controls, first_plan
from lmwalk.ui.parts.form.conditions import MODELS_KEY
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.shell.page import invitation

POLL_S = 0.3
EMPTY = "No field has been asked here yet"
INVITATION = (
    "The built-in model is a small transformer that runs on this machine: no key, no server, no network. It is asked "
    "at every 5th position of the grid, 121 questions in all. After that a slider shows every temperature, with "
    "nothing asked again."
)


def field() -> None:
    """Draw the page."""
    asked = controls()
    askings = _askings(asked)
    # always there: an element that comes and goes would make Streamlit build the pictures anew
    with st.container():
        if asked.complaint:
            st.warning(plain(asked.complaint), icon=":material/edit:")
    _button(asked, askings)
    if not askings:
        _invite()
        return
    feed = st.session_state.setdefault("_field", Feed())
    now = (_under_way(askings), feed.behind(askings))
    st.fragment(_follow, run_every=POLL_S if any(now) else None)(askings, now)


def _askings(asked: Asked) -> list[FieldAsking]:
    """What was asked of what the controls say; nothing unless every one of the models was."""
    found = [session.jobs().field(plan) for plan in asked.plans]
    known = [each for each in found if each]
    return known if len(known) == len(found) else []


def _under_way(askings: Sequence[FieldAsking]) -> bool:
    return any(asking.state == "running" for asking in askings)


def _button(asked: Asked, askings: Sequence[FieldAsking]) -> None:
    """Run, or Stop while something is asked."""
    if not access.may_change():
        return
    with asked.place:
        if _under_way(askings):
            st.button("Stop", key="stop-field", width="stretch", on_click=partial(_stop, askings))
        else:
            kind: Literal["primary", "secondary"] = "primary" if askings else "secondary"
            press, usable = partial(_run, asked), bool(asked.plans)
            st.button("Run", type=kind, key="run-field", width="stretch", disabled=not usable, on_click=press)


def _run(asked: Asked) -> None:
    for plan in asked.plans:
        session.jobs().ask_field(plan)


def _stop(askings: Sequence[FieldAsking]) -> None:
    for asking in askings:
        asking.stop()


def _invite() -> None:
    """An empty page, and the button that fills it with the built-in model's field."""
    if invitation(EMPTY, INVITATION, "Ask the built-in model", key="first-field"):
        session.jobs().ask_field(first_plan())
        for key in (PROCESS, STRIDE, MODELS_KEY):
            st.session_state.pop(key, None)
        st.rerun()


def _follow(askings: Sequence[FieldAsking], before: tuple[bool, bool]) -> None:
    """Draw what has come; the whole page where the asking, or what there is to tell, has come to its end."""
    feed: Feed = st.session_state["_field"]
    pictures(feed.message(askings), partial(setattr, feed, "opened"), feed.rewind)
    # always there, so that what comes below keeps its place
    with st.container():
        for asking in askings:
            _tell(asking)
    running, behind = _under_way(askings), feed.behind(askings)
    if running != before[0] or (not running and behind != before[1]):
        st.rerun()


def _tell(asking: FieldAsking) -> None:
    """What went wrong, what is waited for, and what is to be known of how a model was asked."""
    if asking.error:
        st.error(plain(asking.error), title="The field could not be asked to its end", icon=":material/error:")
    if asking.waiting:
        st.caption(f":material/hourglass_empty: {plain(asking.waiting)}")
    for note in asking.notes:
        st.caption(f":material/info: {plain(note)}")
