"""What a study found: a tab for each figure of its process, the table behind it, and that table as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import NULLS, Kind
from lmwalk.datasets.figure_selection import condition_column, of_conditions, selected, value_title, values_of
from lmwalk.datasets.labels import labels, measured_by
from lmwalk.datasets.outcome_mass import cautioned, with_mass
from lmwalk.figures._drawing import HEIGHT, Drawing, Words, figures_of
from lmwalk.properties import missing
from lmwalk.registry import processes
from lmwalk.study import Study
from lmwalk.ui.families.family import view_of
from lmwalk.ui.parts.figure_downloads import figure_downloads
from lmwalk.ui.parts.figure_room import figure_room
from lmwalk.ui.parts.figure_table import FigureRequest, requested_table, rows_of
from lmwalk.ui.parts.outcome_mass import known_outcome_mass, outcome_mass_notes
from lmwalk.ui.parts.parse_rules import rules_below
from lmwalk.ui.parts.results_table import shown_table
from lmwalk.ui.parts.selection import label, pinned
from lmwalk.ui.parts.sight import in_sight
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.parts.study_export import study_downloads
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, plain
from lmwalk.ui.shell.link import choose

POLL_S = 6.0
ROOM = HEIGHT + 200
"""Pixels that the section takes below its heading, about."""
CHOICES = {"label": "Condition"}
CONDITION, _FOLLOWED = "shown-condition", "_followed_stage"


def results(study: Study) -> None:
    """Draw the section; nothing where the process has no figures.

    Parameters
    ----------
    study : Study
        Whether stored or only just begun.
    """
    if not figures_of(study.process):
        return
    running = session.busy(study.name)
    # said once, and not under each tab: what cannot be measured here
    unmeasured = " ".join(missing().values()) if processes[study.process].passes_text else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Results", anchor=False, help=unmeasured or None)
        study_downloads(session.store(), study)
    st.fragment(_results, run_every=POLL_S if running else None)(study, running)


def _results(study: Study, running: bool) -> None:
    # a link to a figure brings its reader here
    if "figure" in st.query_params or in_sight(f"results of {study.name}", ROOM):
        _shown(study, running)
    if session.busy(study.name) != running:
        st.rerun()


def _shown(study: Study, running: bool) -> None:
    snapshot = Snapshot.lately(session.store(), study, running=running)
    known = [figure for figure in figures_of(study.process) if figure.applies(snapshot.data)]
    if snapshot.data.rows.empty or not known:
        titles = ", ".join(figure.title.lower() for figure in figures_of(study.process))
        st.caption(f"Figures appear after the first answers: {titles}.")
    else:
        outcome_mass_notes(snapshot)
        _tabs(snapshot, known, running)
    if processes[study.process].passes_text:
        said_above = missing()
        for name, sentence in session.jobs().unmeasured(study.name)[1].items():
            if name not in said_above:
                st.caption(plain(sentence))


def _tabs(snapshot: Snapshot, known: list[Drawing], running: bool) -> None:
    names = [figure.title for figure in known]
    tabs = st.tabs(names, key="figure", on_change="rerun", bind="query-params")
    for tab, figure in zip(tabs, known, strict=True):
        if tab.open:
            with tab:
                draw_figure(FigureRequest(snapshot, figure, running))


def draw_figure(shown: FigureRequest) -> None:
    """Draw a figure with its choices, and the table behind it."""
    figure, process = shown.figure, shown.study.make_process()
    words = Words(shown.snapshot.data.event, measured_by(shown.study), geometry=process.geometry)
    how = "From" if process.passes_text else "Measured by"
    st.caption(f"{figure.about} {how} {words.measurement}.")
    if figure.of_chain:
        shown, words = _of_chain(shown, words)
    if figure.against:
        shown, words = _against(shown, words)
    table = requested_table(shown)
    if table is None:
        _above(shown, None)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table, words = _selected(shown, table, words)
    if shown.study.measurement == "probabilities":
        found = known_outcome_mass(shown.snapshot)
        table, words = with_mass(table, found), cautioned(words, found, table)
    _above(shown, table)
    _picture(shown, table, words)
    with st.expander(f"Data table ({counted(len(table), 'row')})", icon=":material/table:"):
        shown_table(table, view_of(shown.study).figure_texts.headings)
    if figure.name == "parse-status" and not shown.only:
        rules_below(session.store(), shown.study)


def _above(shown: FigureRequest, table: pd.DataFrame | None) -> None:
    """Draw what the family has above a figure, for each study that is shown in it."""
    draw = view_of(shown.study).figure_texts.above.get(shown.figure.name)
    if draw is None:
        return
    for snapshot, names in shown.sources:
        own = table
        if shown.also:
            st.markdown(f"**{plain(snapshot.study.name)}**")
            own = None if table is None else rows_of(table, snapshot.study, names)
        draw(snapshot, names, own, shown.null)


def _picture(shown: FigureRequest, table: pd.DataFrame, words: Words) -> None:
    figure = shown.figure
    picture = figure(table, words)
    figure_room(picture, f"chart-{figure.name}", f"{figure.title}. The table below has the numbers.")
    figure_downloads(picture, figure.name, table, shown.study.name, words.subject)


def _against(shown: FigureRequest, words: Words) -> tuple[FigureRequest, Words]:
    """The same beside the null walks that are chosen."""
    why = "What the walks are compared with. Each kind explains away one habit more than the unbiased one."
    null: Kind = choose(
        "Null walks",
        "shown-null",
        list(NULLS),
        why,
        520,
        format_func=lambda kind: f"{kind.capitalize()}: {NULLS[kind]}",
    )
    return replace(shown, null=null), replace(words, null=null)


def _of_chain(shown: FigureRequest, words: Words) -> tuple[FigureRequest, Words]:
    """The same for the chain that is read on the stage."""
    view = view_of(shown.study)
    condition, chain = view.on_stage(shown.study)
    name = f"{label(condition)} · {view.names(shown.study)[chain]}"
    return replace(shown, chain=(condition.id, chain, name)), replace(words, subject=name)


def _selected(shown: FigureRequest, table: pd.DataFrame, words: Words) -> tuple[pd.DataFrame, Words]:
    """The rows that are shown, published ones among them: of named conditions, or one thing at a time."""
    figure = shown.figure
    if shown.also:
        pass  # both conditions are all there is in the table
    elif shown.only:
        table, words = of_conditions(table, words, shown.only)
    elif figure.one:
        _follow_stage(shown.study, values_of(table, condition_column(table)))
        table, words = _one_at_a_time(table, words, {condition_column(table): CONDITION}, 340)
    if figure.published:
        table = _with_published(shown, table, figure.published(shown.snapshot.data))
        if table.get("published", pd.Series(dtype=bool)).eq(True).any():
            words = replace(words, source=view_of(shown.study).figure_texts.published)
    return _one_at_a_time(table, words, {column: f"shown-{column}" for column in figure.choose}, 240)


def _follow_stage(study: Study, known: list[str]) -> None:
    """Show the condition that was chosen for the stage, each time another one is."""
    condition = pinned(study)
    now = (study.name, condition.id if condition else "")
    before, st.session_state[_FOLLOWED] = st.session_state.get(_FOLLOWED), now
    if condition is None or before == now or (before is None and CONDITION in st.query_params):
        return
    if (name := labels(study)[condition.id]) in known:
        st.session_state[CONDITION] = name


def _one_at_a_time(
    table: pd.DataFrame, words: Words, keys: Mapping[str, str], width: int
) -> tuple[pd.DataFrame, Words]:
    """The rows with the chosen value in each column; ``keys`` are the columns and the keys of their lists."""
    choice, rows = {}, table
    for column, key in keys.items() if len(table) else ():
        values = values_of(rows, column)
        choice[column] = values[0]
        if len(values) > 1:
            title, help_text = CHOICES.get(column, column.capitalize()), "One is shown at a time."
            read = partial(value_title, column)
            choice[column] = choose(title, key, values, help_text, width, format_func=read)
        rows = rows[rows[column] == choice[column]]
    return selected(table, words, choice)


def _with_published(shown: FigureRequest, table: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The rows of the selected published models appended to the study's."""
    if others.empty:
        return table
    source = view_of(shown.study).figure_texts.published
    picked = st.multiselect(
        "Published models",
        values_of(others, "label"),
        key=f"published-{shown.figure.name}",
        width=520,
        help=f"Drawn in grey. {source}",
    )
    if not picked:
        return table
    chosen = others[others["label"].isin(picked)]
    named = chosen.assign(published=True, label=chosen["label"] + " (published)")
    return pd.concat([table, named], ignore_index=True)
