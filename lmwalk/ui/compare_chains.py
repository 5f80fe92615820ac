"""Compare for chains: a property's way through the generations, one small picture a model and temperature, or task."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis.attractors import attractors
from lmwalk.figures._drawing import Material
from lmwalk.materials.chains import chain_material
from lmwalk.materials.overview import course_table
from lmwalk.materials.small import courses
from lmwalk.materials.words import COURSES, interval_words
from lmwalk.properties import available, properties
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.atlas import Columns, pictures
from lmwalk.ui.chains import Message
from lmwalk.ui.compare_walks import progress
from lmwalk.ui.headings import CHAINS, shown_table
from lmwalk.ui.state import database
from lmwalk.ui.text import DASH, counted

TEMPERATURES, TASKS = "Temperatures", "Tasks"
LINES = ["strength", "position", "chains"]


def compare_chains(store: Store, study: Study) -> None:
    """Draw the pictures of a study of chains, and its attractors as a table."""
    cursor, material = chain_material(store, study)
    name, across, other = _controls(study)
    known = properties[name]
    unit = f" in {known.unit}" if known.unit else ""
    words = COURSES.format(title=known.title.lower(), unit=unit, steps=study.steps)
    st.caption(f"{progress(_asked(store, study), study)}. {words}")
    found, means = computed(study.to_yaml(), f"{database()} {cursor}", name, material)
    columns = list(study.make_process().tasks) if across == TASKS else sorted(study.temperatures)  # type: ignore[attr-defined]
    cells = [
        _cell(
            study,
            (model, column),
            _own(found, model, column, other, across),
            _own(means, model, column, other, across),
            means,
        )
        for model in study.models
        for column in columns
    ]
    placed = [cell | {"column": columns.index(cell.pop("at"))} for cell in cells]
    shown = Columns(
        (across == TASKS and "task") or "temperature", [f"{c:g}" if isinstance(c, float) else c for c in columns]
    )
    pictures(study, LINES, placed, _simulated(store, study), shown)
    _numbers(study, cursor, material)


def _controls(study: Study) -> tuple[str, str, Any]:
    """The property shown, what stands across, and the one value of what does not."""
    process: Any = study.make_process()
    titles = {known.name: known.title for known in available()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Property",
            list(titles),
            format_func=titles.__getitem__,
            key="curve",
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


def _cell(study: Study, at: tuple[str, Any], row: pd.DataFrame, own: pd.DataFrame, every: pd.DataFrame) -> Message:
    model, column = at
    numbers = row.iloc[0] if len(row) else None
    strength, position = (interval_words(numbers, name) for name in ("strength", "position"))
    chains = counted(int(numbers["chains"]), "chain") if numbers is not None else DASH
    early = int(numbers["early"]) if numbers is not None else 0
    last = f"{chains}, {early:,} ended early" if early else chains
    return {
        "row": study.models.index(model),
        "at": column,
        "lines": [strength, position, last],
        "bad": False,
        "meaning": f"{model}\nStrength {strength}\nPosition {position}\n{last}\nWith 95% intervals over initial texts.",
        "alt": f"Strength {strength}, position {position}.",
        "picture": courses(own, every) if len(own) else {},
    }


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
    return attractors(_material.chains, names).dropna(subset="slope")
