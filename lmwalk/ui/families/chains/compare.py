"""Compare for chains: a property's way through the generations, one small picture a model and temperature, or task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis.attractors import attractors
from lmwalk.datasets.chains import chain_material
from lmwalk.datasets.overview import course_table
from lmwalk.datasets.thumbnail_text import COURSES, interval_words
from lmwalk.datasets.thumbnails import courses
from lmwalk.figures._chains import determined, rest, sizes
from lmwalk.figures._drawing import Material
from lmwalk.properties import available, properties
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.compare.cell_views import ONE_NUMBER, PICTURES, pick_view
from lmwalk.ui.compare.condition import condition_detail, grid_handles
from lmwalk.ui.compare.grid import Columns, condition_grid
from lmwalk.ui.compare.heatmap import number_map
from lmwalk.ui.families.chains.selection import CURVE
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.walks.compare import progress
from lmwalk.ui.parts.parse_status import parse_status_below
from lmwalk.ui.parts.results_table import CHAINS, shown_table
from lmwalk.ui.shell.escape import DASH
from lmwalk.ui.shell.session import busy, database

TEMPERATURES, TASKS = "Temperatures", "Tasks"
LINES = ["strength", "position", "chains"]
NUMBERS = {
    "strength": "strength of the attractor",
    "per_generation": "strength of one generation",
    "position": "position of the attractor",
    "chains": "chains",
}


def compare_chains(store: Store, study: Study, *, running: bool) -> None:
    """Draw the pictures of a study of chains, and its attractors as a table."""
    cursor, material = chain_material(store, study)
    name, across, other = _controls(study)
    known = properties[name]
    unit = f" in {known.unit}" if known.unit else ""
    words = COURSES.format(title=known.title.lower(), unit=unit, steps=study.steps)
    st.caption(f"{progress(_asked(store, study), study)}. {words}")
    found, means = computed(study.to_yaml(), f"{database()} {cursor}", name, material)
    if pick_view([PICTURES, ONE_NUMBER]) == ONE_NUMBER:
        fixed = "temperature" if across == TASKS else "task"
        rows = found[found[fixed] == other] if "slope" in found else pd.DataFrame()
        _map(rows, known.title, "task" if across == TASKS else "temperature")
    else:
        _pictures(store, study, material, (found, means), across, other)
    condition_detail(store, study, material, f"{database()} {cursor}", running=running)
    _numbers(study, cursor, material)
    parse_status_below(store, study)


def _map(rows: pd.DataFrame, title: str, across: str) -> None:
    if rows.empty:
        st.caption("Once chains were measured, this is where one number of each stands.")
        return
    rows = rows.assign(position=rows["position"].where(determined(rows)))
    numbers = {name: f"{title}: {words}" for name, words in NUMBERS.items()}
    number_map(rows, numbers, "sampled texts", across=across)


def _pictures(
    store: Store,
    study: Study,
    material: Material,
    drawn: tuple[pd.DataFrame, pd.DataFrame],
    across: str,
    other: Any,
) -> None:
    """The pictures of a property: ``drawn`` are its attractors and its means."""
    columns: list[Any] = list(study.make_process().tasks) if across == TASKS else sorted(study.temperatures)  # type: ignore[attr-defined]
    answered, cells = _answered(study, material, across, other), []
    for model in study.models:
        for place, column in enumerate(columns):
            own, way = (_own(frame, model, column, other, across) for frame in drawn)
            cell = _cell(study, model, own, way, drawn[1])
            cells.append({**cell, **answered(model, column), "column": place})
    shown = Columns(
        "task" if across == TASKS else "temperature", [f"{c:g}" if isinstance(c, float) else c for c in columns]
    )
    condition_grid(study, LINES, cells, _simulated(store, study), shown, **grid_handles(study))


def _controls(study: Study) -> tuple[str, str, Any]:
    """The property shown, what stands across, and the one value of what does not."""
    process: Any = study.make_process()
    titles = {known.name: known.title for known in available()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Property",
            list(titles),
            format_func=titles.__getitem__,
            key=CURVE,
            bind="query-params",
            width=220,
            help="What the pictures show.",
        )
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
        other = ("Temperature", sorted(study.temperatures)) if across == TASKS else ("Task", list(process.tasks))
        return name, across, _one(*other)


def _one(words: str, options: list[Any]) -> Any:
    if len(options) == 1:
        return options[0]
    return st.selectbox(words, options, key=f"one-{words}", width=220, help="One is shown at a time.")


def _own(frame: pd.DataFrame, model: str, column: Any, other: Any, across: str) -> pd.DataFrame:
    task, temperature = (column, other) if across == TASKS else (other, column)
    return frame[frame["model"].eq(model) & frame["task"].eq(task) & frame["temperature"].eq(temperature)]


@st.cache_data(max_entries=16, show_spinner=False)
def computed(
    study: str,  # noqa: ARG001 - a part of the key, as is the next
    key: str,  # noqa: ARG001
    name: str,
    _material: Material,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The attractors of a property, and its means for each initial text and generation."""
    return course_table(_material, name)


def _cell(study: Study, model: str, row: pd.DataFrame, own: pd.DataFrame, every: pd.DataFrame) -> Message:
    numbers = row.iloc[0] if len(row) else None
    strength, position = (interval_words(numbers, name) for name in ("strength", "position"))
    each = interval_words(numbers, "per_generation")
    chains = sizes(numbers.to_dict()) if numbers is not None else DASH
    early = int(numbers["early"]) if numbers is not None else 0
    last = f"{chains}, {early:,} ended early" if early else chains
    still = f"\n{rest(numbers.to_dict())}" if numbers is not None and pd.notna(numbers["since"]) else ""
    return {
        "row": study.models.index(model),
        "lines": [strength, position, last],
        "bad": False,
        "meaning": f"{model}\nStrength {strength}, of one generation {each}\nPosition {position}\n{last}{still}\n"
        "With 95% intervals over initial texts.",
        "alt": f"Strength {strength}, position {position}.",
        "picture": courses(own, every) if len(own) else {},
    }


def _answered(study: Study, material: Material, across: str, other: Any) -> Callable[[str, Any], Message]:
    """Of a cell, its condition, how many texts there are of it, and how many there are to be."""
    chains, process = material.chains, study.make_process()
    ids = {(condition.model, condition.temperature): condition.id for condition in study.conditions()}
    tasks = len(process.tasks)  # type: ignore[attr-defined]
    total = study.trajectory_count // tasks * study.steps

    def of(model: str, column: Any) -> Message:
        own = _own(chains, model, column, other, across)
        done = int((own["generation"] > 0).sum()) if busy(study.name) else total
        return {"condition": ids[model, other if across == TASKS else column], "done": done, "total": total}

    return of


def _asked(store: Store, study: Study) -> int:
    tallies = store.tallies(study.name)
    return int(tallies.loc[tallies["status"] != "error", "count"].sum())


def _simulated(store: Store, study: Study) -> set[str]:
    known = store.conditions(study.name)
    return set(known.loc[known["simulated"].eq(True), "model"])


def _numbers(study: Study, cursor: int, material: Material) -> None:
    """Every attractor as a table that can be sorted, searched and taken away."""
    st.subheader("The same as numbers", anchor=False)
    table = every_attractor(study.to_yaml(), f"{database()} {cursor}", material)
    shown_table(table, CHAINS)


@st.cache_data(max_entries=8, show_spinner=False)
def every_attractor(study: str, key: str, _material: Material) -> pd.DataFrame:  # noqa: ARG001 - both are the key
    """Attractors of all properties that were measured."""
    if _material.chains.empty:
        return pd.DataFrame()
    names = [known.name for known in available() if _material.chains[known.name].notna().any()]
    found = attractors(_material.chains, names).dropna(subset="slope")
    return found.assign(position=found["position"].where(determined(found)))
