"""What a study found: a tab for each figure of its process, the table behind it, and that table as a file."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import NULLS, Kind
from lmwalk.datasets.chains import texts_of
from lmwalk.datasets.families import study_data
from lmwalk.datasets.labels import measured_by
from lmwalk.datasets.outcome_mass import cautioned, with_mass
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import CONFIG, HEIGHT, Drawing, Words, figures_of
from lmwalk.properties import missing, properties
from lmwalk.study import Study
from lmwalk.ui.families.chains.scene import is_chain
from lmwalk.ui.families.family import family_of
from lmwalk.ui.parts.export_menu import figure_downloads
from lmwalk.ui.parts.outcome_mass import known_outcome_mass, outcome_mass_notes
from lmwalk.ui.parts.parse_rules import rules_below
from lmwalk.ui.parts.results_table import CHAINS, WALKS, shown_table
from lmwalk.ui.parts.selection import chain_names, label
from lmwalk.ui.parts.view import chain_on_stage, choose
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, plain

POLL_S = 4.0
MOST_WHILE_RUNNING = 1000
"""Answers whose null walks are simulated time and again while more come."""
HEADINGS_OF = {"chain": CHAINS, "walk": WALKS}
CHOICES = {"label": "Condition"}
SOURCES = {
    "draw": "Published: arXiv 2503.04722 and its public result files.",
    "chain": "Published: arXiv 2407.04503 and its public result files.",
}


@dataclass(frozen=True)
class FigureRequest:
    """What one tab shows."""

    figure: Drawing
    material: StudyData
    study: Study
    key: str
    """Changes with every answer."""
    running: bool
    only: tuple[str, ...] = ()
    """The conditions that are shown, by their labels; all of them where none is named."""


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
    st.fragment(_results, run_every=POLL_S if running else None)(study, running)


def _results(study: Study, running: bool) -> None:
    store = session.store()
    cursor, material = study_data(store, study)
    st.subheader("Results", anchor=False)
    known = [figure for figure in figures_of(study.process) if figure.applies(material)]
    if material.rows.empty or not known:
        titles = ", ".join(figure.title.lower() for figure in figures_of(study.process))
        st.caption(f"Once there are answers, this is where their figures stand: {titles}.")
    else:
        outcome_mass_notes(study, f"{session.database()} {cursor}", material)
        _tabs(known, material, study, f"{session.database()} {cursor}", running)
    if is_chain(study):
        for sentence in {**missing(), **session.jobs().unmeasured(study.name)[1]}.values():
            st.caption(plain(sentence))
    if session.busy(study.name) != running:
        st.rerun()


def _tabs(known: list[Drawing], material: StudyData, study: Study, key: str, running: bool) -> None:
    names = [figure.title for figure in known]
    tabs = st.tabs(names, key="figure", on_change="rerun", bind="query-params")
    for tab, figure in zip(tabs, known, strict=True):
        if tab.open:
            with tab:
                draw_figure(FigureRequest(figure, material, study, key, running))


def draw_figure(shown: FigureRequest) -> None:
    """Draw a figure with its choices, and the table behind it."""
    figure = shown.figure
    geometry = shown.study.make_process().geometry
    words = Words(shown.material.event, measured_by(shown.study), geometry=geometry)
    how = "From" if is_chain(shown.study) else "Measured by"
    st.caption(f"{figure.about} {how} {words.measurement}.")
    if figure.of_chain:
        shown, words = _of_chain(shown, words)
    if figure.against:
        shown, words = _against(shown, words)
    table = _table(shown)
    if table is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if shown.only:
            table, words = _only(shown, table, words)
        elif figure.one:
            table, words = _one(table, words)
        if figure.published:
            table = _with_published(shown, table, figure.published(shown.material))
        if figure.choose and len(table):
            table, words = _chosen(figure, table, words)
    if shown.study.measurement == "probabilities":
        found = known_outcome_mass(shown.study, shown.key, shown.material)
        table, words = with_mass(table, found), cautioned(words, found, table)
    picture = figure(table, words)
    # a room of fixed height, so that nothing below moves while a chart is drawn anew
    with st.container(height=int(picture.layout.height or HEIGHT) + 20, border=False):
        st.plotly_chart(
            picture,
            key=f"chart-{figure.name}",
            config=CONFIG,
            alt=f"{figure.title}. The numbers stand in the table below.",
        )
    figure_downloads(picture, figure.name, table)
    _numbers(shown, table)
    if figure.name == "parse-status" and not shown.only:
        rules_below(session.store(), shown.study)


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
    material = shown.material.beside(null)
    return replace(shown, material=material, key=f"{shown.key} {null}"), replace(words, null=null)


def _only(shown: FigureRequest, table: pd.DataFrame, words: Words) -> tuple[pd.DataFrame, Words]:
    """The rows of the conditions that are named."""
    column = "condition" if "condition" in table else "label"
    return table[table[column].isin(shown.only)], replace(words, subject=" and ".join(shown.only))


def _one(table: pd.DataFrame, words: Words) -> tuple[pd.DataFrame, Words]:
    """The rows of the condition that is chosen."""
    column = "condition" if "condition" in table else "label"
    known = list(dict.fromkeys(table[column]))
    if len(known) < 2:
        return table, replace(words, subject=next(iter(known), ""))
    chosen = choose("Condition", "shown-condition", known, "One is shown at a time.", 340)
    return table[table[column] == chosen], replace(words, subject=chosen)


def _of_chain(shown: FigureRequest, words: Words) -> tuple[FigureRequest, Words]:
    """The same for the chain that is read on the stage."""
    condition, chain = chain_on_stage(shown.study)
    name = f"{label(condition)} · {chain_names(shown.study)[chain]}"
    texts = texts_of(session.store(), shown.study, condition.id, chain)
    material = shown.material.of_texts(texts, name)
    return replace(shown, material=material, key=f"{shown.key} {condition.id} {chain}"), replace(words, subject=name)


def _chosen(figure: Drawing, table: pd.DataFrame, words: Words) -> tuple[pd.DataFrame, Words]:
    """The rows with one value in each of the figure's columns that are shown one at a time."""
    names = []
    for column in figure.choose:
        known = list(dict.fromkeys(table[column]))
        chosen = known[0] if known else ""
        if len(known) > 1:
            words_of = CHOICES.get(column, column.capitalize())
            title = partial(_title, column)
            chosen = choose(words_of, f"shown-{column}", known, "One is shown at a time.", 240, format_func=title)
        table = table[table[column] == chosen]
        names.append(_title(column, chosen))
    return table, replace(words, subject=" · ".join(names))


def _title(column: str, value: Any) -> str:
    return properties[value].title if column == "property" and value else str(value)


def _with_published(shown: FigureRequest, table: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The rows of the published models that are chosen laid below one's own."""
    if others.empty:
        return table
    figure, source = shown.figure, SOURCES[family_of(shown.study.process)]
    names = list(dict.fromkeys(others["label"]))
    picked = st.multiselect(
        "Published models", names, key=f"published-{figure.name}", width=520, help=f"Drawn in grey. {source}"
    )
    if not picked:
        return table
    chosen = others[others["label"].isin(picked)]
    return pd.concat([table, chosen.assign(published=True)], ignore_index=True)


def _table(shown: FigureRequest) -> pd.DataFrame | None:
    """The table, computed once for all sessions; behind a button where that takes long."""
    figure = shown.figure
    key = _asked_for(shown) if figure.slow(shown.material) or _keeps_busy(shown) else shown.key
    if key is None:
        return None
    # while it runs a note that comes and goes would move the page
    with nullcontext() if shown.running else st.spinner("Computing", show_time=True):
        return figure_table(figure.name, shown.study.to_yaml(), key, shown)


def _keeps_busy(shown: FigureRequest) -> bool:
    """Whether simulating null walks anew with all answers that come would slow down the run itself."""
    return shown.running and shown.figure.against and len(shown.material.rows) > MOST_WHILE_RUNNING


def _asked_for(shown: FigureRequest) -> str | None:
    """Which answers the table was last asked for; None before that."""
    asked: dict[tuple[str, str], str] = st.session_state.setdefault("_computed", {})
    figure = (shown.figure.name, shown.study.name)
    if asked.get(figure) != shown.key:
        words = "Compute with the answers since" if figure in asked else "Compute"
        place = st.empty()
        if place.button(words, icon=":material/calculate:", key=f"compute-{figure[0]}", help="Takes some seconds."):
            place.empty()
            asked[figure] = shown.key
    return asked.get(figure)


@st.cache_data(max_entries=64, show_spinner=False)
def figure_table(figure: str, study: str, key: str, _shown: FigureRequest) -> pd.DataFrame:  # noqa: ARG001 - the key
    """The table of a figure over the answers that the key stands for."""
    return _shown.figure.table(_shown.material)


def _numbers(shown: FigureRequest, table: pd.DataFrame) -> None:
    with st.expander(f"The table behind it ({counted(len(table), 'row')})", icon=":material/table:"):
        shown_table(table, HEADINGS_OF.get(family_of(shown.study.process)))
