"""One cell of Compare, or two laid over each other: their figures, walks, replies, and how these were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from lmwalk.figures._drawing import Drawing, figures_of
from lmwalk.ui.compare.contrast import contrasts
from lmwalk.ui.compare.difference import OCCUPANCY, occupancy_difference
from lmwalk.ui.compare.places import Place, places
from lmwalk.ui.families.family import noun_of, record_of, view_of
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


def condition_detail(snapshots: Sequence[Snapshot], *, running: bool) -> None:
    """Draw the section, and below it what tells two conditions apart."""
    pair = _closely(places(snapshots), running=running)
    contrasts(snapshots[0], pair, running=running)


def _closely(known: Mapping[str, Place], *, running: bool) -> list[Place]:
    """The condition that is open, and the one that is laid over it."""
    with st.container(key="detail"):
        st.subheader("Condition details", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = _choice("Condition", list(known), CELL, "Click a picture above, or choose one here.")
            if name is None:
                return []
            others = [label for label in known if label != name]
            words = "A second condition, drawn in the same figures; in the grid, a click with the shift key."
            beside = _choice("Overlay with", others, BESIDE, words) if others else None
            st.space("stretch")
            _ask_why(known[name])
            _open_on_stage(known[name])
        chosen = [known[each] for each in (name, beside) if each]
        _tabs(chosen, running=running)
    return chosen


def _choice(words: str, options: list[str], key: str, help_text: str) -> str | None:
    return st.selectbox(
        words,
        options,
        index=None,
        key=key,
        bind="query-params",
        width=350,
        placeholder="none",
        help=help_text,
    )


def _ask_why(place: Place) -> None:
    """The button that opens the figure which says why the condition is as it is, where its family has one."""
    title = _why(place)
    if title:
        st.button(
            title,
            icon=":material/help:",
            key="why",
            on_click=partial(_show, title),
            help="Is it the model, or the server's sampler? The answers against the model's own probabilities.",
        )


def _why(place: Place) -> str:
    """The title of that figure; empty where there is none."""
    wanted = view_of(place.study).figure_texts.why
    return next((figure.title for figure in figures_of(place.study.process) if figure.name == wanted), "")


def _show(title: str) -> None:
    st.session_state["figure"] = title


def _open_on_stage(place: Place) -> None:
    if st.button(
        "Open on its page", icon=":material/play_circle:", help="Open this condition on the page of its experiment."
    ):
        study = place.study
        own_choice(study.name)
        condition = next(each for each in study.conditions() if each.id == place.condition)
        link.open_page(record_of(study.process).page, {CELL: label(condition)}, study=study.name)


def _tabs(chosen: Sequence[Place], *, running: bool) -> None:
    """The figures of the process that one condition can fill, then its trajectories and its replies."""
    first, study = chosen[0].snapshot, chosen[0].study
    known = [figure for figure in figures_of(study.process) if figure.applies(first.data) and not figure.of_chain]
    parts: dict[str, Callable[[], None]] = {
        figure.title: partial(draw_figure, _request(chosen, figure, running=running)) for figure in known
    }
    if (title := _why(chosen[0])) and title not in parts:
        parts[title] = partial(_each, _why_not, chosen)
    if len(chosen) > 1 and any(figure.name == OCCUPANCY for figure in known):
        parts["Occupancy difference"] = partial(occupancy_difference, chosen)
    parts[noun_of(study).several.capitalize()] = partial(_each, _trajectories, chosen)
    parts["Replies"] = partial(_each, _replies, chosen)
    if not study.make_process().passes_text:
        parts["Re-parse"] = partial(reparse, first, chosen[0].condition)
    tabs = st.tabs(list(parts), key="figure", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _request(chosen: Sequence[Place], figure: Drawing, *, running: bool) -> FigureRequest:
    """One figure of both, also where they are of two studies."""
    first = chosen[0].snapshot
    own = tuple(place.label for place in chosen if place.snapshot == first)
    others = [place for place in chosen if place.snapshot != first]
    also = (others[0].snapshot, others[0].label) if others else None
    return FigureRequest(first, figure, running, own, also=also)


def _each(draw: Callable[[Snapshot, dict[str, str]], None], chosen: Sequence[Place]) -> None:
    """Draw something of each study that is open, with the conditions of it."""
    for snapshot in dict.fromkeys(place.study.name for place in chosen):
        own = [place for place in chosen if place.study.name == snapshot]
        if len(own) < len(chosen):
            st.markdown(f"**{plain(own[0].name)}**")
        draw(own[0].snapshot, {place.condition: place.label for place in own})


def _why_not(snapshot: Snapshot, ids: dict[str, str]) -> None:
    """What is said where a study cannot say why."""
    view_of(snapshot.study).figure_texts.why_not(snapshot, list(ids.values()))


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
