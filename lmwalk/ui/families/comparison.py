"""What a family tells Compare of a study: what its cells can show, the numbers of its conditions, and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd

from lmwalk.datasets.stat import Stat
from lmwalk.datasets.thumbnails import Picture
from lmwalk.datasets.walks import WalkPicture
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.parts.snapshot import Snapshot

PICTURES = "Pictures"
"""The name of the usual view of a family whose cells hold ready pictures."""


@dataclass(frozen=True)
class Columns:
    """What stands across: what it is, and the name of each."""

    corner: str
    names: list[str]


@dataclass(frozen=True)
class Grid:
    """The cells of a view, models down.

    Attributes
    ----------
    ground : WalkPicture, optional
        The fixed background of walks, where the cells hold walks.
    clock : Clock, optional
        Where the cells hold walks; ready pictures say themselves whether they have a course in time.
    ticks : sequence of int
        The moments of which numbers are known, ascending, where they are.
    rows : sequence of Model
        What the rows are, where they are not just the models of one study.
    """

    cells: list[messages.Cell]
    columns: Columns
    ground: WalkPicture | None = None
    clock: messages.Clock | None = None
    ticks: Sequence[int] = ()
    rows: list[messages.Model] = field(default_factory=list)


@dataclass(frozen=True)
class CellView:
    """Something that every cell can show.

    Attributes
    ----------
    legend : str
        How to read it.
    grid : callable
        The cells; called where the view was chosen, as it may take seconds.
    """

    name: str
    legend: str
    grid: Callable[[], Grid]


@dataclass(frozen=True)
class DerivedNumbers:
    """Numbers that take long, by name on the screen, and how to get them: a frame with condition."""

    names: Mapping[str, str]
    compute: Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class NumberMap:
    """What a map of colours can show.

    Attributes
    ----------
    rows : DataFrame
        model, the column ``across``, and a column for each number; empty where nothing was measured yet.
    names : mapping
        Column to its name on the screen.
    across : str
        What stands across: ``temperature`` or ``task``.
    expected : mapping
        Column to whose number chance gives, in words, and that number; where there is one.
    """

    rows: pd.DataFrame
    names: Mapping[str, str]
    across: str = "temperature"
    derived: DerivedNumbers | None = None
    expected: Mapping[str, tuple[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class NumbersTable:
    """A table of all conditions.

    Attributes
    ----------
    columns : mapping
        How Streamlit shows each column.
    order : sequence of str
        The columns that are shown; all where left out.
    placeholder : str, optional
        What stands where there is no number.
    """

    rows: pd.DataFrame
    columns: Mapping[str, Any]
    order: Sequence[str] | None = None
    placeholder: str | None = None


@dataclass(frozen=True)
class Comparison:
    """What Compare shows of a study.

    Attributes
    ----------
    answered : int
        Questions that were answered.
    simulated : set of str
        Models that are simulations.
    views : tuple of CellView
        What the cells can show, the usual one first.
    table : callable
        The table of all conditions.
    alike : callable
        The same of another study of the family, seen in the same way, without controls of its own; called with it and
        with whether it is run.
    """

    answered: int
    simulated: set[str]
    views: tuple[CellView, ...]
    map: NumberMap
    table: Callable[[], NumbersTable]
    alike: Callable[[Snapshot, bool], Comparison]


def temperatures(study: Study) -> Columns:
    """The study's temperatures, in order."""
    return Columns("temperature", [f"{temperature:g}" for temperature in sorted(study.temperatures)])


def simulated(rows: pd.DataFrame) -> set[str]:
    """The models of rows with ``model`` and ``simulated`` that are simulations."""
    return set(rows.loc[rows["simulated"].eq(True), "model"])


def stat_messages(stats: Sequence[Stat]) -> list[messages.Stat]:
    """Numbers as the browser is told them."""
    return [_message(stat) for stat in stats]


def _message(stat: Stat) -> messages.Stat:
    told: messages.Stat = {"label": stat.label, "text": stat.text, "meaning": stat.meaning, "bad": stat.bad}
    return {**told, "moments": list(stat.moments)} if stat.moments else told


def meaning_of(heading: str, stats: Sequence[Stat]) -> str:
    """A cell's numbers in lines below its heading, each with what has to be known of it."""
    lines = (
        f"{stat.label}: {stat.text}. {stat.meaning}" if stat.meaning else f"{stat.label}: {stat.text}" for stat in stats
    )
    return "\n".join([heading, *lines])


def thumbnail(picture: Picture) -> messages.Thumbnail:
    """A ready picture as the browser is told it; an empty one is an empty square."""
    return cast("messages.Thumbnail", picture)


def condition_cell(
    study: Study, row: Mapping[Any, Any], heading: str, stats: Sequence[Stat], alt: str
) -> messages.Cell:
    """The cell of a condition, without its picture.

    Parameters
    ----------
    row : mapping
        condition, model, temperature, and answers where there are any.
    heading : str
        What is pointed at, above its numbers.
    """
    answers = row.get("answers", 0)
    return {
        "row": study.models.index(row["model"]),
        "column": sorted(study.temperatures).index(row["temperature"]),
        "condition": str(row["condition"]),
        "stats": stat_messages(stats),
        "meaning": meaning_of(heading, stats),
        "alt": alt,
        "done": int(answers) if pd.notna(answers) else 0,
        "total": study.trajectory_count * study.steps,
    }
