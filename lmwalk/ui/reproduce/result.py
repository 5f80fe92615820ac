"""What was published and what came of one's own study, in the same figures."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial

import pandas as pd
import streamlit as st

from lmwalk.datasets.figure_selection import selected, value_title, values_of
from lmwalk.datasets.labels import measured_by
from lmwalk.datasets.published import beside_published, shown_first
from lmwalk.figures._drawing import Drawing, Words, figures
from lmwalk.published import Experiment
from lmwalk.study import Study
from lmwalk.ui.families.family import record_of
from lmwalk.ui.parts.figure_downloads import figure_downloads
from lmwalk.ui.parts.figure_room import figure_room
from lmwalk.ui.parts.figure_table import FigureRequest, figure_table
from lmwalk.ui.parts.outcome_mass import outcome_mass_notes
from lmwalk.ui.parts.run_errors import run_errors
from lmwalk.ui.parts.snapshot import Snapshot, cached
from lmwalk.ui.shell import link, session
from lmwalk.ui.shell.escape import counted, plain

POLL_S = 2.0
AS_PUBLISHED = "**As published.** Run it, and your own result is drawn beside it."
UNPUBLISHED = "**No numbers of it were published.** Run it, and your own result is drawn here."


def result(chosen: Experiment) -> None:
    """Draw the newest study that repeats the experiment, or the one that is chosen, beside what was published."""
    study = _own(chosen)
    running = study is not None and session.busy(study.name)
    st.fragment(_result, run_every=POLL_S if running else None)(chosen, study, running)


def _own(chosen: Experiment) -> Study | None:
    """The study that is looked at; None where no study repeats the experiment."""
    own = {each.name: each for each in session.studies() if chosen.version_of(each)}
    if not own:
        return None
    begun, key = st.session_state.pop("_reproduced", None), f"reproduce-study-{chosen.name}"
    if begun in own:
        st.session_state[key] = begun
    if len(own) == 1:
        return next(iter(own.values()))
    name: str = st.selectbox("Your study", list(own), key=key, help="Those that repeat this experiment.", width=320)
    return own[name]


def _result(chosen: Experiment, study: Study | None, running: bool) -> None:
    if study is None:
        study = chosen.study(chosen.stand_ins)
        known = any(figures[name].published for name in chosen.figures)
        st.markdown(AS_PUBLISHED if known else UNPUBLISHED)
    else:
        _state(chosen, study)
    snapshot = Snapshot.of(session.store(), study)
    if snapshot.cursor:
        outcome_mass_notes(snapshot)
    for name in chosen.figures:
        _figure(chosen, FigureRequest(snapshot, figures[name], running))
    if running != session.busy(study.name):
        st.rerun()


def _state(chosen: Experiment, study: Study) -> None:
    """How far the study is, and where else it can be seen."""
    job = session.jobs().get(study.name)
    stored = session.store().studies().set_index("study")
    done = int(stored["steps"].get(study.name, 0))
    total = int(stored["total"].get(study.name, study.total_steps))
    st.markdown(
        f"**{plain(study.name)}** · {plain(chosen.version_of(study) or '')} · {done:,} of {counted(total, 'question')}"
    )
    with st.container(horizontal=True, key="reproduced"):
        family = record_of(study.process)
        if st.button(f"Open in {family.title}", icon=":material/open_in_new:", key="reproduced-open"):
            link.open_page(family.page, study=study.name)
        if st.button("Compare", icon=":material/grid_view:", key="reproduced-compare"):
            link.open_page("pages/compare.py", study=study.name)
    if session.active(job):
        st.progress(min(1.0, done / max(1, total)))
    run_errors(session.store(), study, job)


def _figure(chosen: Experiment, shown: FigureRequest) -> None:
    figure, study = shown.figure, shown.study
    rows = beside_published(figure, shown.snapshot.data, _own_rows(shown), chosen.only)
    if rows.empty and not figure.published:
        return
    words = Words(shown.snapshot.data.event, measured_by(study), geometry=study.make_process().geometry)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rows = _picked(chosen, figure, rows, study)
        rows, words = _one_at_a_time(figure, rows, words)
    if rows.empty:
        st.caption("No published model is chosen.")
        return
    picture = figure(rows, words)
    alt, grey = ", with published values", f" Published values, in grey: {plain(chosen.source.brief)}."
    figure_room(picture, f"reproduced-{figure.name}", f"{figure.title}{alt if figure.published else ''}.")
    st.caption(f"{figure.about}{grey if figure.published else ''}")
    figure_downloads(picture, figure.name, rows, study.name)


def _own_rows(shown: FigureRequest) -> pd.DataFrame:
    """The figure's table of the study; empty while there is nothing to draw, or drawing it would slow down the run."""
    figure, data = shown.figure, shown.snapshot.data
    if data.rows.empty or not figure.applies(data):
        return pd.DataFrame()
    if shown.running and figure.slow(data):
        st.caption("Your own result is computed once the run is over.")
        return pd.DataFrame()
    # while it runs a note that comes and goes would move the page
    with nullcontext() if shown.running else st.spinner("Computing your own result", show_time=True):
        return cached(figure_table, shown.snapshot, figure.name, None, None)


def _picked(chosen: Experiment, figure: Drawing, rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The rows without the published models that are not chosen."""
    others = values_of(rows[rows["published"]], "label")
    if len(others) < 2:
        return rows
    picked = st.multiselect(
        "Published models",
        others,
        default=shown_first(others, study),
        key=f"reproduced-others-{chosen.name}-{figure.name}",
        help=f"Drawn in grey. {chosen.source.cited}",
        width="stretch",
    )
    return rows[~rows["published"] | rows["label"].isin(picked)]


def _one_at_a_time(figure: Drawing, rows: pd.DataFrame, words: Words) -> tuple[pd.DataFrame, Words]:
    choice = {}
    for column in figure.choose if len(rows) else ():
        values = list(dict.fromkeys([*values_of(rows[~rows["published"]], column), *values_of(rows, column)]))
        read = partial(value_title, column)
        choice[column] = link.choose(
            column.capitalize(), f"reproduced-{column}", values, "One is shown at a time.", 200, format_func=read
        )
    return selected(rows, words, choice)
