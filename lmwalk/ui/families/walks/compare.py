"""What Compare shows of walks: paths and figures in its cells, and the numbers of each condition."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from lmwalk.analysis.motion import MEASURES
from lmwalk.datasets.labels import labels
from lmwalk.datasets.walks import geometry_of, share_columns, table
from lmwalk.figures._drawing import figures_of
from lmwalk.study import Study
from lmwalk.ui.families.comparison import Comparison, DerivedNumbers, NumberMap, NumbersTable, simulated
from lmwalk.ui.families.walks.cell_views import walk_views
from lmwalk.ui.families.walks.field_under import field_switch, paths_shown
from lmwalk.ui.families.walks.published import published_columns
from lmwalk.ui.parts.figure_table import figure_table
from lmwalk.ui.parts.snapshot import Snapshot, cached
from lmwalk.ui.shell.escape import DASH

DISTANCES = ("model", "temperature", "distance", "distance_low", "distance_high", "unbiased")
MEASURED_BY = "walk-measures"
"""The figure whose numbers are compared with null walks."""


def comparison(snapshot: Snapshot, _running: bool, *, published: bool = False, field: bool | None = None) -> Comparison:
    """What Compare shows of a study of walks, with published end points where they are wanted.

    Whether fields are laid under the walks is asked on the page where it is not given.
    """
    study = snapshot.study
    field = paths_shown() and field_switch(study) if field is None else field
    rows = table(snapshot.store, study)
    return Comparison(
        answered=int(rows["answers"].sum()),
        simulated=simulated(rows),
        views=walk_views(snapshot, rows, published=published, field=field),
        map=NumberMap(rows, _names(study), derived=_derived(snapshot), expected=_expected(rows, study)),
        table=partial(_numbers, rows, study, published=published),
        alike=partial(comparison, published=published, field=field),
    )


def _names(study: Study) -> dict[str, str]:
    """What a map can show at once."""
    shares = {column: f"Share of {outcome}" for column, outcome in share_columns(study).items()}
    distance = {"distance": f"Mean distance from the start, in {geometry_of(study).unit}"}
    return distance | shares | {"unread": "Answers not read", "failed": "Failed walks"}


def _expected(rows: pd.DataFrame, study: Study) -> dict[str, tuple[str, float]]:
    """What unbiased walks show of the numbers that they have: all of a length the same."""
    shares = share_columns(study)
    known = {column: ("unbiased", 1 / len(shares)) for column in shares}
    unbiased = rows["unbiased"].dropna()
    return known | ({"distance": ("unbiased", float(unbiased.mean()))} if len(unbiased) else {})


def _derived(snapshot: Snapshot) -> DerivedNumbers | None:
    """The measures that null walks are compared by, where the process has their figure."""
    if not any(figure.name == MEASURED_BY for figure in figures_of(snapshot.study.process)):
        return None
    names = {name: measure.title for name, measure in MEASURES.items() if name not in _names(snapshot.study)}
    return DerivedNumbers(names, partial(_measured, snapshot))


def _measured(snapshot: Snapshot) -> pd.DataFrame:
    """condition, and each measure of walks."""
    found = cached(figure_table, snapshot, MEASURED_BY)
    wide = found.assign(measure=found["measure"].map({known.title: name for name, known in MEASURES.items()}))
    conditions = {label: condition for condition, label in labels(snapshot.study).items()}
    wide = wide.pivot_table(index="label", columns="measure", values="value", dropna=False).reset_index()
    return wide.assign(condition=wide["label"].map(conditions))


def _numbers(rows: pd.DataFrame, study: Study, *, published: bool) -> NumbersTable:
    """The same figures as a table, with published end points where they are wanted."""
    rows, more, names = published_columns(rows, study) if published else (rows, {}, [])
    shares = list(share_columns(study))
    distance, share, unit = "%.2f", "%.1f%%", geometry_of(study).unit
    number = st.column_config.NumberColumn
    columns = {
        "model": "Model",
        "temperature": number("Temperature", format="%g"),
        "simulated": st.column_config.CheckboxColumn("Simulation", help="The answers come from no language model."),
        "walks": number("Trajectories"),
        "distinct": number("Distinct", help="Walks that differ from each other in some step: each is one observation."),
        "distance": number("Distance", format=distance, help=f"Mean distance from the start, in {unit}."),
        "distance_low": number("95% from", format=distance, help="Interval over the walks that differ."),
        "distance_high": number("95% to", format=distance, help="Interval over the walks that differ."),
        "unbiased": number(
            "Unbiased", format=distance, help="The mean of unbiased walks of the same lengths, far from walls."
        ),
        **{name: number(name.capitalize(), format=share, help="Of the answers read.") for name in shares},
        "unread": number("Not read", help="Answers that name no single direction."),
        "answers": number("Answers"),
        "failed": number("Failed walks", help="Walks that ended early because of a permanent error."),
        **more,
    }
    order = [*DISTANCES, *names, *shares, "unread", "answers", "walks", "distinct", "failed", "simulated"]
    shown = rows.drop(columns="condition").assign(**100 * rows[shares])
    return NumbersTable(shown, columns, order, placeholder=DASH)
