"""Compare for walks: small pictures of paths, and the same as numbers."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from lmwalk.analysis.motion import MEASURES
from lmwalk.datasets.labels import labels, measured_by
from lmwalk.datasets.units import decided
from lmwalk.datasets.walk_data import walk_data
from lmwalk.datasets.walks import geometry_of, legend, share_columns, table
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import figures
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.compare.cell_views import OF_WALKS, ONE_NUMBER, PATHS, pick_view, view_pictures
from lmwalk.ui.compare.condition import condition_detail, grid_handles
from lmwalk.ui.compare.grid import points_each, walk_grid
from lmwalk.ui.compare.heatmap import DerivedNumbers, number_map
from lmwalk.ui.families.walks.published import published_columns
from lmwalk.ui.parts.figure_tabs import FigureRequest, figure_table
from lmwalk.ui.parts.outcome_mass import outcome_mass_notes
from lmwalk.ui.parts.parse_status import parse_status_below
from lmwalk.ui.parts.reparse import reparse_below
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import DASH, counted

DISTANCES = ("model", "temperature", "distance", "distance_low", "distance_high", "unbiased")


def _names(study: Study) -> dict[str, str]:
    shares = {column: f"Share of {outcome}" for column, outcome in share_columns(study).items()}
    distance = f"Mean distance from the start, in {geometry_of(study).unit}"
    return {"distance": distance, **shares, "unread": "Answers not read", "failed": "Failed walks"}


def compare_walks(store: Store, study: Study, *, running: bool) -> None:
    """Draw what every cell shows of a study of walks, one condition closely, and the table."""
    rows = table(store, study)
    cursor, material = walk_data(store, study)
    key = f"{session.database()} {cursor}"
    outcome_mass_notes(study, key, material)
    shown = pick_view([PATHS, *OF_WALKS, ONE_NUMBER])
    asked = progress(int(rows["answers"].sum()), study)
    if shown == ONE_NUMBER:
        st.caption(f"{asked}.")
        more = {name: measure.title for name, measure in MEASURES.items() if name not in _names(study)}
        number_map(
            rows,
            _names(study),
            measured_by(study),
            DerivedNumbers(more, partial(_measured, study, material, key)),
        )
    elif shown == PATHS:
        st.caption(f"{asked}. {legend(study, points_each(study))}")
        walk_grid(study, rows, store.paths(study.name, points_each(study)), **grid_handles(study))
    else:
        st.caption(f"{asked}. {OF_WALKS[shown].legend}")
        view_pictures(study, rows, OF_WALKS[shown], material, key, grid_handles(study), running=running)
    condition_detail(store, study, material, key, running=running)
    _numbers(rows, study)
    parse_status_below(store, study)
    reparse_below(store, study)


def _measured(study: Study, material: WalkData, key: str) -> pd.DataFrame:
    """condition, and each measure of walks."""
    shown = FigureRequest(figures["walk-measures"], material, study, f"{key} {material.null}", running=False)
    found = figure_table("walk-measures", study.to_yaml(), shown.key, shown)
    wide = found.assign(measure=found["measure"].map({known.title: name for name, known in MEASURES.items()}))
    conditions = {label: condition for condition, label in labels(study).items()}
    wide = wide.pivot_table(index="label", columns="measure", values="value", dropna=False).reset_index()
    return wide.assign(condition=wide["label"].map(conditions))


def progress(asked: int, study: Study) -> str:
    """How many questions were answered."""
    questions = counted(study.total_steps, "question")
    if known := decided(session.store(), study):
        stopped = f"{len(known):,} of {counted(len(study.conditions()), 'condition')} stopped, as decided"
        return f"{asked:,} of at most {questions} answered, {stopped}"
    return f"{questions}, all answered" if asked >= study.total_steps else f"{asked:,} of {questions} answered"


def _numbers(rows: pd.DataFrame, study: Study) -> None:
    """The same figures as a table that can be sorted, searched and taken away."""
    st.subheader("The same as numbers", anchor=False)
    rows, published, names = published_columns(rows, study)
    shares = list(share_columns(study))
    distance, share = "%.2f", "%.1f%%"
    number = st.column_config.NumberColumn
    st.dataframe(
        rows.drop(columns="condition").assign(**100 * rows[shares]),
        hide_index=True,
        column_config={
            "model": "Model",
            "temperature": number("Temperature", format="%g"),
            "simulated": st.column_config.CheckboxColumn("Simulation", help="The answers come from no language model."),
            "walks": number("Trajectories"),
            "distinct": number(
                "Distinct", help="Walks that differ from each other in some step: each is one observation."
            ),
            "distance": number("Distance", format=distance, help="Mean distance from the start, in cells."),
            "distance_low": number("95% from", format=distance, help="Interval over the walks that differ."),
            "distance_high": number("95% to", format=distance, help="Interval over the walks that differ."),
            "unbiased": number(
                "Unbiased", format=distance, help="The mean of unbiased walks of the same lengths, far from walls."
            ),
            **{name: number(name.capitalize(), format=share, help="Of the answers read.") for name in shares},
            "unread": number("Not read", help="Answers that name no single direction."),
            "answers": number("Answers"),
            "failed": number("Failed walks", help="Walks that ended early because a call failed for good."),
            **published,
        },
        column_order=[*DISTANCES, *names, *shares, "unread", "answers", "walks", "distinct", "failed", "simulated"],
        placeholder=DASH,
    )
