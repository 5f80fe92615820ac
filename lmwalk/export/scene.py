"""A study as a grid of pictures, models down and temperatures across, each with its numbers in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from lmwalk.datasets.cell_stats import chain_stats, draw_stats
from lmwalk.datasets.chains import chain_data
from lmwalk.datasets.draws import draw_data
from lmwalk.datasets.families import study_data
from lmwalk.datasets.field_arrows import Arrow, arrows_of
from lmwalk.datasets.labels import labels, measured_by
from lmwalk.datasets.outcome_mass import caution, outcome_mass_of
from lmwalk.datasets.overview import course_table, draw_table, overview_of
from lmwalk.datasets.provenance import followed_plan
from lmwalk.datasets.stat import Stat
from lmwalk.datasets.thumbnail_text import COURSES, conditions_of, legend_words
from lmwalk.datasets.thumbnails import Picture, courses, timed_words
from lmwalk.datasets.units import decisions
from lmwalk.datasets.walk_course import WalkCourse
from lmwalk.datasets.walk_fields import policies, version_of
from lmwalk.datasets.walks import MOST_WALKS, WalkPicture, cell_stats, legend, table, walk_picture
from lmwalk.errors import InputError
from lmwalk.properties import available
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study

MOST_POINTS = 300
"""Drawn of one walk; a film has no more frames than that."""
SWEEP = 100
"""Moments of a film of what has no time of its own: it is uncovered from left to right."""


@dataclass(frozen=True)
class Walk:
    """The path of one walk: its number, moments and positions, the start first, and what is added where it is drawn."""

    number: int
    t: tuple[int, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    shift: float = 0.0


@dataclass(frozen=True)
class Cell:
    """One condition: its paths or its small picture, and the numbers that stand below."""

    condition: str
    model: str
    temperature: float
    numbers: tuple[Stat, ...]
    walks: tuple[Walk, ...] = ()
    picture: Picture | None = None
    course: Callable[[int], Sequence[Stat]] | None = None
    """The numbers as they were at a moment before the end, where they are known."""
    field: tuple[Arrow, ...] = ()
    """Arrows of the mean move behind its walks, where its field is known."""

    def numbers_at(self, moment: int) -> Sequence[Stat]:
        """The numbers of a moment before the end; none where they are known of the end alone."""
        if self.course is not None:
            return self.course(moment)
        return () if self.picture and self.picture.get("timed") else self.numbers


@dataclass(frozen=True)
class Scene:
    """A study's pictures.

    Attributes
    ----------
    plane : WalkPicture or None
        The fixed background of walks; None where pictures are small ones of draws or chains.
    moments : int
        The last moment of a film; 0 is the start.
    legend : str
        What every picture shows, in words.
    """

    study: Study
    models: tuple[str, ...]
    temperatures: tuple[float, ...]
    cells: tuple[Cell, ...]
    legend: str
    moments: int
    plane: WalkPicture | None = None
    said: tuple[str, ...] = ()
    """Whether the study followed its plan, and why conditions were stopped, a sentence each."""
    with_field: bool = False
    """Whether the field of each cell is drawn on paper."""

    def clock(self, moment: int) -> str:
        """What a clock says at a moment, such as ``t 10 of 50``; nothing where pictures have no course in time."""
        if self.plane is not None:
            return f"t {moment:,} of {self.moments:,}"
        timed = (cell.picture.get("timed") for cell in self.cells if cell.picture)
        return next((timed_words(each, moment) for each in timed if each), "")

    def only(self, model: str | None = None, temperature: float | None = None) -> Scene:
        """The part of the grid with that model and that temperature. Raises InputError where there is none."""
        if model is not None and model not in self.models:
            raise InputError(f"model: {model!r} is not in this study. Accepted: {', '.join(self.models)}.")
        if temperature is not None and temperature not in self.temperatures:
            known = ", ".join(f"{each:g}" for each in self.temperatures)
            raise InputError(f"temperature: {temperature:g} is not in this study. Accepted: {known}.")
        models = self.models if model is None else (model,)
        temperatures = self.temperatures if temperature is None else (temperature,)
        cells = tuple(cell for cell in self.cells if cell.model in models and cell.temperature in temperatures)
        return replace(self, models=models, temperatures=temperatures, cells=cells)


def scene_of(store: Store, study: Study) -> Scene:
    """The scene of a stored study. Raises InputError where nothing is answered yet."""
    made = SCENES[processes[study.process].family](store, study)
    if not any(cell.walks or cell.picture for cell in made.cells):
        raise InputError(f"{study.name!r} has no answer yet, so there is nothing to draw. Run it first.")
    said = (followed_plan(store, study), *decisions(store, study))
    return replace(made, said=tuple(filter(None, said)))


def _grid(study: Study, cells: list[Cell], legend: str, moments: int, plane: WalkPicture | None = None) -> Scene:
    ordered = sorted(cells, key=lambda cell: (study.models.index(cell.model), cell.temperature))
    return Scene(study, study.models, tuple(sorted(study.temperatures)), tuple(ordered), legend, moments, plane)


def _walks(store: Store, study: Study) -> Scene:
    rows, every = table(store, study), store.paths(study.name, MOST_POINTS)
    course, paths = WalkCourse(store, study, rows, every), every[every["trajectory"] < MOST_WALKS]
    plane = walk_picture(study, paths)
    own = {str(condition): frame for condition, frame in paths.groupby("condition", sort=False)}
    fields = _fields(store, study, plane.reach)

    cells = [
        Cell(
            *(row["condition"], row["model"], row["temperature"]),
            tuple(cell_stats(row, study)),
            _paths(own.get(row["condition"]), plane),
            course=partial(course.stats, str(row["condition"])),
            field=fields.get(str(row["condition"]), ()),
        )
        for _, row in rows.iterrows()
    ]
    last = int(paths["t"].max()) if len(paths) else 0
    said = f"{legend(study, MOST_POINTS)}{_caution(store, study)}"
    return _grid(study, cells, said, last, plane)


def _fields(store: Store, study: Study, reach: float) -> dict[str, tuple[Arrow, ...]]:
    """The arrows of each condition whose field is known, by its id."""
    known = policies(store, study, version_of(store, study))
    return {condition: arrows_of(policy, reach) for condition, policy in known.items()}


def _paths(frame: pd.DataFrame | None, plane: WalkPicture) -> tuple[Walk, ...]:
    if frame is None:
        return ()
    return tuple(_path(int(str(each)), walk, plane) for each, walk in frame.groupby("trajectory", sort=True))


def _path(number: int, walk: pd.DataFrame, plane: WalkPicture) -> Walk:
    t, x, y = (tuple(walk[name].tolist()) for name in ("t", "x", "y"))
    return Walk(number, t, x, y, plane.shift(number))


def _draws(store: Store, study: Study) -> Scene:
    _, material = draw_data(store, study)
    chance = f"share of {material.event}" if study.measurement == "replies" else f"P({material.event})"
    overview = overview_of(study.process, material, chance)
    rows = conditions_of(store, study)
    drawn = pd.DataFrame(columns=["label"])
    if len(material.answers):
        drawn, found = draw_table(overview, material)
        rows = rows.merge(found, on="label", how="left")
    cells = []
    for row in rows.to_dict("records"):
        own = drawn[drawn["label"] == row["label"]]
        numbers = tuple(draw_stats(row, overview, study))
        picture = overview.draw(own, drawn) if len(own) else None
        cells.append(Cell(str(row["condition"]), str(row["model"]), float(row["temperature"]), numbers, (), picture))
    words = legend_words(overview, material, chance) if len(material.answers) else ""
    said = f"{words} Measured by {measured_by(study)}.{_caution(store, study)}"
    return _grid(study, cells, said, SWEEP)


def _caution(store: Store, study: Study) -> str:
    """What beliefs stand on, where it is little."""
    if study.measurement != "probabilities":
        return ""
    said = caution(outcome_mass_of(study_data(store, study)[1]))
    return f" {said}." if said else ""


def _chains(store: Store, study: Study) -> Scene:
    """Of the first property there is, over all tasks."""
    _, material = chain_data(store, study)
    known = available()[0]
    found, means = course_table(material, known.name)
    names = labels(study)
    cells = []
    for condition in study.conditions():
        own = means[means["label"] == names[condition.id]]
        mine = found[found["label"] == names[condition.id]]
        picture = courses(own, means) if len(own) else None
        cells.append(Cell(condition.id, condition.model, condition.temperature, _of_chains(mine), (), picture))
    unit = f" in {known.unit}" if known.unit else ""
    return _grid(study, cells, COURSES.format(title=known.title.lower(), unit=unit, steps=study.steps), SWEEP)


def _of_chains(rows: pd.DataFrame) -> tuple[Stat, ...]:
    """The numbers of each task, which is named where there are several."""
    several = len(rows) > 1
    return tuple(
        replace(stat, label=f"{stat.label}, {row['task']}" if several else stat.label)
        for _, row in rows.iterrows()
        for stat in chain_stats(row)
    )


SCENES: Mapping[str, Callable[[Store, Study], Scene]] = {"walk": _walks, "draw": _draws, "chain": _chains}
"""How the scene of a study is made, by the family of its process."""
