"""One cell of Compare, or two laid over each other: their figures, walks, replies, and how these were read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypedDict

import streamlit as st

from lmwalk.datasets.labels import labels
from lmwalk.figures._drawing import figures_of
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.compare.contrast import contrasts
from lmwalk.ui.compare.replies import opened
from lmwalk.ui.families.family import noun_of, record_of
from lmwalk.ui.parts.figure_table import FigureRequest
from lmwalk.ui.parts.figure_tabs import draw_figure
from lmwalk.ui.parts.parse_status import parse_status
from lmwalk.ui.parts.reparse import reparse
from lmwalk.ui.parts.results_table import shown_table
from lmwalk.ui.parts.selection import BESIDE, CELL, label, own_choice
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell import link
from lmwalk.ui.shell.escape import plain

MOST_REPLIES = 500
COLUMNS = {
    "trajectory": ("Trajectory", "Its number, from 0."),
    "steps": ("Steps", "Questions answered."),
    "x": ("Ended at x", "Across, where its picture has it now."),
    "y": ("Ended at y", "Upwards."),
    "ended": ("Ended early", "Why, where the process ended it."),
    "error": ("Error", "Why, where of a permanent error."),
}
STATUSES = {"open": "not finished", "done": "done", "error": "ended by an error"}


def open_condition(study: Study, condition: str | None) -> None:
    """Open a condition whose picture was clicked; with None, close the one that is open."""
    st.session_state[CELL] = _names(study)[condition] if condition else None


def set_beside(study: Study, condition: str) -> None:
    """Lay another condition beside the open one; the same one once more takes it away."""
    name = _names(study)[condition]
    st.session_state[BESIDE] = None if st.session_state.get(BESIDE) == name else name


class GridHandles(TypedDict):
    """What the pictures of Compare tell, and are told: which cell is open, and where their clock stands."""

    on_pick: Callable[[str | None], None]
    picked: str | None
    t: int | None
    on_seek: Callable[[int | None], None]
    on_beside: Callable[[str], None]
    beside: str | None
    opened: messages.Opened | None


def grid_handles(snapshot: Snapshot) -> GridHandles:
    """A click opens a condition; the clock's place is kept in the address."""
    study = snapshot.study
    picked, beside = (
        _ids(study).get(str(st.session_state.get(key, st.query_params.get(key)))) for key in (CELL, BESIDE)
    )
    return {
        "on_pick": partial(open_condition, study),
        "picked": picked,
        "t": link.t(),
        "on_seek": link.set_t,
        "on_beside": partial(set_beside, study),
        "beside": beside,
        "opened": opened(snapshot.store, study, picked) if picked else None,
    }


def _names(study: Study) -> dict[str, str]:
    return {condition.id: label(condition) for condition in study.conditions()}


def _ids(study: Study) -> dict[str, str]:
    return {name: condition for condition, name in _names(study).items()}


def condition_detail(snapshot: Snapshot, *, running: bool) -> None:
    """Draw the section, and below it what tells two conditions apart."""
    _closely(snapshot, running=running)
    contrasts(snapshot, running=running)


def _closely(snapshot: Snapshot, *, running: bool) -> None:
    study = snapshot.study
    known = _ids(study)
    with st.container(key="detail"):
        st.subheader("Condition details", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = _choice("Condition", list(known), CELL, "Click a picture above, or choose one here.")
            if name is None:
                return
            others = [label for label in known if label != name]
            beside = (
                _choice("Overlay with", others, BESIDE, "A second condition, drawn in the same figures.")
                if others
                else None
            )
            st.space("stretch")
            _open_on_stage(study, known[name])
        _tabs(snapshot, {known[each]: labels(study)[known[each]] for each in (name, beside) if each}, running=running)


def _choice(words: str, options: list[str], key: str, help_text: str) -> str | None:
    return st.selectbox(
        words,
        options,
        index=None,
        key=key,
        bind="query-params",
        width=340,
        placeholder="none",
        help=help_text,
    )


def _open_on_stage(study: Study, condition: str) -> None:
    if st.button(
        "Open on its page", icon=":material/play_circle:", help="Open this condition on the page of its experiment."
    ):
        own_choice(study.name)
        link.open_page(record_of(study.process).page, {CELL: _names(study)[condition]}, study=study.name)


def _tabs(snapshot: Snapshot, chosen: dict[str, str], *, running: bool) -> None:
    """The figures of the process that one condition can fill, then its trajectories and its replies."""
    study = snapshot.study
    known = [figure for figure in figures_of(study.process) if figure.applies(snapshot.data) and not figure.of_chain]
    only = tuple(chosen.values())
    parts: dict[str, Callable[[], None]] = {
        figure.title: partial(draw_figure, FigureRequest(snapshot, figure, running, only)) for figure in known
    }
    parts[noun_of(study).several.capitalize()] = partial(_trajectories, snapshot, chosen)
    parts["Replies"] = partial(_replies, snapshot, chosen)
    if not study.make_process().passes_text:
        parts["Re-parse"] = partial(reparse, snapshot, next(iter(chosen)))
    tabs = st.tabs(list(parts), key="figure", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _trajectories(snapshot: Snapshot, ids: dict[str, str]) -> None:
    """How far each trajectory came, and where it ended."""
    store, study = snapshot.store, snapshot.study
    frame = store.progress(study.name)
    own = frame[frame["condition"].isin(ids)]
    ends = store.paths(study.name, most_points=1, conditions=list(ids)).groupby(["condition", "trajectory"]).tail(1)
    table = own.merge(ends.drop(columns="t"), on=["condition", "trajectory"], how="left")
    table = table.assign(label=table["condition"].map(ids), state=table["state"].map(STATUSES))
    shown_table(table[["label", "trajectory", "steps", "state", "x", "y", "error", "ended"]], COLUMNS)


def _replies(snapshot: Snapshot, ids: dict[str, str]) -> None:
    """How they were read, with examples, and the newest as they came."""
    store, study = snapshot.store, snapshot.study
    for condition, name in ids.items():
        if len(ids) > 1:
            st.markdown(f"**{plain(name)}**")
        parse_status(store, study, condition)
    st.caption("The newest replies.")
    rows = store.latest(study.name, MOST_REPLIES, list(ids)).iloc[::-1]
    table = rows.assign(label=rows["condition"].map(ids))[
        ["label", "trajectory", "t", "thought", "reply", "outcome", "status", "why"]
    ]
    if len(rows) == MOST_REPLIES:
        st.caption(f"The newest {MOST_REPLIES:,}. The Data page has all of them.")
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "label": "Condition",
            "trajectory": "Trajectory",
            "t": "t",
            "thought": st.column_config.TextColumn("Thought before it", width="small"),
            "reply": st.column_config.TextColumn("Reply, word for word", width="large"),
            "outcome": "Read as",
            "status": "Reading",
            "why": "Rule",
        },
        column_order=[str(name) for name in table if name != "thought" or table[name].notna().any()],
    )
