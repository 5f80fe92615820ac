"""The Studies page: every study in a list, what was left in the middle above it, what can be done with one below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from lmwalk.ui.families.family import families
from lmwalk.ui.parts.form.start import invite
from lmwalk.ui.parts.run_controls import go_on
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import counted, plain
from lmwalk.ui.studies.actions import actions
from lmwalk.ui.studies.dialogs import dialogs
from lmwalk.ui.studies.list import study_list
from lmwalk.ui.studies.rows import Row, now, rows
from lmwalk.ui.studies.run_file import bring_study

INVITATION = (
    "Whatever is run on the pages above is listed here, with its progress, pace, errors and cost, and can be held, "
    "continued, renamed, copied or deleted. The built-in model makes a first study in a few seconds: no key, no "
    "server, no network."
)
MOVING_S, STILL_S = 1.0, 4.0
MOST_OFFERED = 5
EVERY = "all"


def studies() -> None:
    """Draw the page."""
    if not session.names():
        invite("No study yet", INVITATION)
        bring_study()
        return
    dialogs()
    moving = any(row.moving for row in _rows())
    # a study may be begun in another tab, so that a page where all is still looks now and then, too
    st.fragment(_follow, run_every=MOVING_S if moving else STILL_S)(moving)
    bring_study()


def _rows() -> list[Row]:
    return rows(session.store(), session.jobs())


def _follow(moving: bool) -> None:
    known = _rows()
    if not known or any(row.moving for row in known) != moving:
        st.rerun()
    with st.container():  # always there, so that the list below stays the same element
        if access.may_change():
            _interrupted([row for row in known if row.state == "interrupted"])
    shown = _filtered(known)
    chosen = session.chosen([row.name for row in known]) or known[0].name
    session.choose(chosen)  # the newest one stays chosen when another one becomes the newest
    study_list([row.message(now()) for row in shown], chosen, session.choose)
    if not shown:
        st.caption("No study fits these filters.")
    actions(next(row for row in known if row.name == chosen))


def _interrupted(left: Sequence[Row]) -> None:
    """What a process that is gone left in the middle, and the buttons that go on with it."""
    if not left:
        return
    with st.container(border=True, key="interrupted"):
        words = "A study was interrupted" if len(left) == 1 else f"{len(left)} studies were interrupted"
        st.markdown(
            f"**{words}.** What was answered is kept; Resume asks the rest, and nothing twice.",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if len(left) > 1:
                st.button(
                    "Resume all",
                    type="primary",
                    icon=":material/play_arrow:",
                    on_click=_resume,
                    args=([row.name for row in left],),
                    help="Go on with every one of them.",
                )
            for row in left[:MOST_OFFERED]:
                st.button(
                    f"Resume {plain(_short(row.name))}",
                    icon=":material/play_arrow:",
                    on_click=_resume,
                    args=([row.name],),
                    key=f"resume-{row.name}",
                    help=f"{row.done:,} of {counted(row.total, 'question')} answered.",
                )
            if len(left) > MOST_OFFERED:
                st.caption(f"and {len(left) - MOST_OFFERED} more in the list")


def _short(name: str) -> str:
    return name if len(name) <= 32 else f"{name[:31]}…"


def _resume(names: Sequence[str]) -> None:
    for name in names:
        go_on(session.find(name))


def _filtered(known: Sequence[Row]) -> list[Row]:
    """The rows that the filters leave."""
    states = Counter[str](row.state for row in known)
    with st.container(horizontal=True, vertical_alignment="bottom", key="study-filters"):
        text = st.text_input(
            "Find",
            key="find",
            placeholder="part of a name",
            bind="query-params",
            width=260,
            help="Shows the studies whose name contains this.",
        )
        family = st.selectbox(
            "Experiment",
            [EVERY, *families()],
            format_func=lambda name: "All" if name == EVERY else families()[name].title,
            key="family",
            bind="query-params",
            width=160,
            help="Shows the studies of one page.",
        )
        status = st.selectbox(
            "State",
            [EVERY, *sorted(_states(states))],
            format_func=lambda name: f"{name} ({states[name]})" if name != EVERY else "All",
            key="study-state",
            width=190,
            help="Shows the studies that are in one state.",
        )
    return [
        row
        for row in known
        if text.casefold() in row.name.casefold() and family in (EVERY, row.family) and status in (EVERY, row.state)
    ]


def _states(present: Counter[str]) -> set[str]:
    """The states that there are, and the one that is chosen, also where its last study has just left it."""
    chosen = st.session_state.get("study-state", EVERY)
    return set(present) | ({chosen} - {EVERY})
