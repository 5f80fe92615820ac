"""What the cells of chains show: the course of a property, by temperature or by task."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import pandas as pd

from lmwalk.datasets.cell_stats import chain_stats
from lmwalk.datasets.overview import course_table
from lmwalk.datasets.thumbnails import courses
from lmwalk.figures._data import ChainData
from lmwalk.properties import Property
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.families.comparison import Columns, Grid, meaning_of, stat_messages, thumbnail
from lmwalk.ui.parts.snapshot import Snapshot, cached


@dataclass(frozen=True)
class CourseView:
    """What is shown of chains.

    Attributes
    ----------
    curve : Property
        Whose course the pictures show.
    across : str
        What the columns are: ``temperature`` or ``task``.
    columns : tuple
        The temperatures or the tasks.
    other : float or str
        The one value of what does not stand across.
    """

    curve: Property
    across: str
    columns: tuple[Any, ...]
    other: Any

    @property
    def fixed(self) -> str:
        """What does not stand across."""
        return "temperature" if self.across == "task" else "task"

    def rows(self, frame: pd.DataFrame, model: str, column: Any) -> pd.DataFrame:
        """The rows of a cell, of a frame with model, task and temperature."""
        return frame[frame["model"].eq(model) & frame[self.across].eq(column) & frame[self.fixed].eq(self.other)]


def data_of(snapshot: Snapshot) -> ChainData:
    """What the figures of a study of chains are made from."""
    return cast("ChainData", snapshot.data)


def course_tables(snapshot: Snapshot, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The attractors of a property, and its means for each initial text and generation."""
    return course_table(data_of(snapshot), name)


def course_grid(snapshot: Snapshot, shown: CourseView, *, running: bool) -> Grid:
    """The courses of a property, one small picture a model and temperature, or task."""
    draw = partial(_cell, snapshot, shown, cached(course_tables, snapshot, shown.curve.name), running)
    places = itertools.product(range(len(snapshot.study.models)), range(len(shown.columns)))
    names = [f"{column:g}" if isinstance(column, float) else column for column in shown.columns]
    return Grid([draw(row, column) for row, column in places], Columns(shown.across, names))


def _cell(
    snapshot: Snapshot,
    shown: CourseView,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    running: bool,
    row: int,
    column: int,
) -> messages.Cell:
    model, across = snapshot.study.models[row], shown.columns[column]
    found, own = (shown.rows(frame, model, across) for frame in tables)
    stats = chain_stats(found.iloc[0] if len(found) else None)
    strength, position, _ = stats
    done, total = _progress(snapshot, shown.rows(data_of(snapshot).chains, model, across) if running else None)
    return {
        "row": row,
        "column": column,
        "condition": _condition(snapshot.study, model, across if shown.across == "temperature" else shown.other),
        "stats": stat_messages(stats),
        "meaning": meaning_of(model, stats),
        "alt": f"Strength {strength.text}, position {position.text}.",
        "picture": thumbnail(courses(own, tables[1]) if len(own) else {}),
        "done": done,
        "total": total,
    }


def _condition(study: Study, model: str, temperature: float) -> str:
    return next(each.id for each in study.conditions() if (each.model, each.temperature) == (model, temperature))


def _progress(snapshot: Snapshot, texts: pd.DataFrame | None) -> tuple[int, int]:
    """How many texts there are of a cell while it is run, and how many there are to be."""
    process: Any = snapshot.study.make_process()
    total = snapshot.study.trajectory_count // len(process.tasks) * snapshot.study.steps
    return (total if texts is None else int((texts["generation"] > 0).sum())), total
