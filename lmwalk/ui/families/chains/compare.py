"""What Compare shows of chains: a property's way through the generations, by temperature or by task."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis.attractors import attractors
from lmwalk.datasets.column_words import OF_CHAINS
from lmwalk.datasets.thumbnail_text import COURSES
from lmwalk.figures._chains import determined
from lmwalk.properties import available, properties
from lmwalk.study import Study
from lmwalk.ui.families.chains.cell_views import CourseView, course_grid, course_tables, data_of
from lmwalk.ui.families.chains.selection import CURVE
from lmwalk.ui.families.comparison import PICTURES, CellView, Comparison, NumberMap, NumbersTable, simulated
from lmwalk.ui.parts.results_table import columns_of
from lmwalk.ui.parts.snapshot import Snapshot, cached

TEMPERATURES, TASKS = "Temperatures", "Tasks"
NUMBERS = {
    "strength": "strength of the attractor",
    "per_generation": "strength of one generation",
    "position": "position of the attractor",
    "chains": "chains",
}


def comparison(snapshot: Snapshot, running: bool) -> Comparison:
    """What Compare shows of a study of chains; draws the controls that say which property, and what stands across."""
    return _comparison(snapshot, running, _controls(snapshot.study))


def _alike(shown: CourseView, snapshot: Snapshot, running: bool) -> Comparison:
    """The same of another study, whose own tasks and temperatures stand across."""
    study, tasks = snapshot.study, _tasks(snapshot.study)
    degrees: tuple[Any, ...] = tuple(sorted(study.temperatures))
    across, others = (tasks, degrees) if shown.across == "task" else (degrees, tasks)
    other = shown.other if shown.other in others else others[0]
    return _comparison(snapshot, running, CourseView(shown.curve, shown.across, across, other))


def _tasks(study: Study) -> tuple[str, ...]:
    process: Any = study.make_process()
    return tuple(process.tasks)


def _comparison(snapshot: Snapshot, running: bool, shown: CourseView) -> Comparison:
    store, study = snapshot.store, snapshot.study
    tallies = store.tallies(study.name)
    unit = f" in {shown.curve.unit}" if shown.curve.unit else ""
    legend = COURSES.format(title=shown.curve.title.lower(), unit=unit, steps=study.steps)
    return Comparison(
        answered=int(tallies.loc[tallies["status"] != "error", "count"].sum()),
        simulated=simulated(store.conditions(study.name)),
        views=(CellView(PICTURES, legend, partial(course_grid, snapshot, shown, running=running)),),
        map=_map(snapshot, shown),
        table=partial(_numbers, snapshot),
        alike=partial(_alike, shown),
    )


def _controls(study: Study) -> CourseView:
    """The property shown, what stands across, and the one value of what does not."""
    process: Any = study.make_process()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = _property()
        across = TEMPERATURES
        if len(process.tasks) > 1:
            across = st.segmented_control(
                "Across",
                [TEMPERATURES, TASKS],
                default=TASKS,
                key="across",
                bind="query-params",
                required=True,
                help="What the columns are.",
            )
        degrees = sorted(study.temperatures)
        if across == TASKS:
            return CourseView(properties[name], "task", tuple(process.tasks), _one("Temperature", degrees))
        return CourseView(properties[name], "temperature", tuple(degrees), _one("Task", list(process.tasks)))


def _property() -> str:
    titles = {known.name: known.title for known in available()}
    return st.selectbox(
        "Property",
        list(titles),
        format_func=titles.__getitem__,
        key=CURVE,
        bind="query-params",
        width=220,
        help="What the pictures show.",
    )


def _one(words: str, options: list[Any]) -> Any:
    if len(options) == 1:
        return options[0]
    return st.selectbox(words, options, key=f"one-{words}", width=220, help="One is shown at a time.")


def _map(snapshot: Snapshot, shown: CourseView) -> NumberMap:
    found, _ = cached(course_tables, snapshot, shown.curve.name)
    rows = found[found[shown.fixed] == shown.other] if "slope" in found else pd.DataFrame()
    if len(rows):
        rows = rows.assign(position=rows["position"].where(determined(rows)))
    names = {name: f"{shown.curve.title}: {words}" for name, words in NUMBERS.items()}
    return NumberMap(rows, names, shown.across)


def _numbers(snapshot: Snapshot) -> NumbersTable:
    """Every attractor of the study."""
    table = cached(every_attractor, snapshot).dropna(axis="columns", how="all")
    return NumbersTable(table, columns_of(table, OF_CHAINS))


def every_attractor(snapshot: Snapshot) -> pd.DataFrame:
    """Attractors of all properties that were measured."""
    chains = data_of(snapshot).chains
    if chains.empty:
        return pd.DataFrame()
    names = [known.name for known in available() if chains[known.name].notna().any()]
    found = attractors(chains, names).dropna(subset="slope")
    return found.assign(position=found["position"].where(determined(found)))
