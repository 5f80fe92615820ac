"""What the cells of walks can show: their paths, and their figures as small pictures."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd

from lmwalk.datasets.field_arrows import arrows_of
from lmwalk.datasets.thumbnails import BLUE, Picture, Square
from lmwalk.datasets.walk_moments import Moments, moments
from lmwalk.datasets.walks import MOST_WALKS, WalkPicture, cell_stats, legend, walk_picture, whole_percent
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import figures_of, warmth
from lmwalk.figures.walk_rose import ANGLES, radius, wedge
from lmwalk.geometry import SquareGrid
from lmwalk.number_format import DASH, alike, counted, counted_units, percent
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.families.cell_views import READING, Thumbnail
from lmwalk.ui.families.comparison import CellView, Grid, condition_cell, temperatures
from lmwalk.ui.families.points import numbers
from lmwalk.ui.families.walks.published import crosses_of, published_words
from lmwalk.ui.parts.snapshot import Snapshot

PATHS = "Paths"
FIELD_WORDS = "Arrows: the mean move there, as the model's own token probabilities give it at the cell's temperature."
MOST_POINTS = 100_000
"""Of all walks drawn together: about a megabyte for the browser."""
FEWEST_EACH = 100
MOST_CELLS = 600
"""Cells of the grid that one small picture draws; those visited least are left out."""


def walk_views(
    snapshot: Snapshot, rows: pd.DataFrame, *, published: bool = False, field: bool = False
) -> tuple[CellView, ...]:
    """Paths, and every small picture of a figure that the process has.

    Parameters
    ----------
    rows : DataFrame
        One row a condition, as ``datasets.walks.table`` makes it.
    published : bool
        Whether published end points are crosses in the paths.
    field : bool
        Whether the field of each condition, where it is known, is laid under its paths.
    """
    study, known = snapshot.study, {figure.name for figure in figures_of(snapshot.study.process)}
    words = " ".join([legend(study, points_each(study)), *([published_words(study)] if published else [])])
    words = f"{words} {FIELD_WORDS}" if field else words
    paths = CellView(PATHS, words, partial(_paths, snapshot, rows, published, field))
    pictures = [each for each in THUMBNAILS if each.figure in known]
    return (paths, *(each.view(snapshot, rows) for each in [*pictures, READING]))


def points_each(study: Study) -> int:
    """At most so many points of each walk are drawn."""
    walks = len(study.conditions()) * min(study.trajectory_count, MOST_WALKS)
    return min(study.steps, max(FEWEST_EACH, MOST_POINTS // walks))


def _paths(snapshot: Snapshot, rows: pd.DataFrame, published: bool, field: bool) -> Grid:
    study = snapshot.study
    paths = snapshot.store.paths(study.name, points_each(study))
    walks = {str(condition): frame for condition, frame in paths.groupby("condition", sort=False)}
    picture, known = walk_picture(study, paths), moments(study, paths, snapshot.data.rows)
    cells = [_cell(study, row, walks.get(str(row.condition)), picture, known) for row in rows.itertuples()]
    for cell, row in zip(cells, rows.to_dict("records"), strict=True):
        if published and (crosses := crosses_of(str(row["model"]), float(row["temperature"]))):
            cell["crosses"] = crosses
    if field:
        _lay_fields(snapshot, cells, picture)
    last = int(paths["t"].max()) if len(paths) else 0
    clock: messages.Clock = {"word": "t", "first": 0, "last": last, "total": study.steps}
    return Grid(cells, temperatures(study), picture, clock, known.ticks)


def _lay_fields(snapshot: Snapshot, cells: list[messages.Cell], picture: WalkPicture) -> None:
    """Add to each cell the arrows of its condition's field, where that is known."""
    known = cast("WalkData", snapshot.data).told()
    for cell in cells:
        if policy := known.get(cell.get("condition", "")):
            cell["field"] = list(arrows_of(policy, picture.reach))


def _cell(study: Study, row: Any, paths: pd.DataFrame | None, picture: WalkPicture, known: Moments) -> messages.Cell:
    stats = cell_stats(row, study, known.of(str(row.condition)))
    alt = f"Paths of {counted(row.walks, 'walk')}. {stats[0].label.capitalize()}: {stats[0].text}."
    cell = condition_cell(study, row._asdict(), f"T = {row.temperature:g}", stats, alt)
    cell["walks"] = [] if paths is None else walk_messages(paths, picture)
    if row.distinct == 1 < row.walks:
        cell["badge"] = f"{row.walks:,} alike"
    return cell


def walk_messages(paths: pd.DataFrame, picture: WalkPicture) -> list[messages.Walk]:
    """The first walks of a condition.

    Parameters
    ----------
    paths : DataFrame
        trajectory, t, x, y.
    """
    drawn = paths[paths["trajectory"] < MOST_WALKS]
    return [_walk(int(str(number)), walk, picture) for number, walk in drawn.groupby("trajectory", sort=True)]


def _walk(trajectory: int, walk: pd.DataFrame, picture: WalkPicture) -> messages.Walk:
    """Its points; their t is left out where it is 0, 1, 2, ..."""
    told: messages.Walk = {
        "trajectory": trajectory,
        "shift": picture.shift(trajectory),
        "x": numbers(walk["x"]),
        "y": numbers(walk["y"]),
    }
    times = numbers(walk["t"])
    if times != list(range(len(times))):
        told["t"] = times
    return told


def _occupancy(rows: pd.DataFrame, every: pd.DataFrame) -> tuple[Picture, list[str]]:
    rows, every = rows[rows["visits"] > 0], every[every["visits"] > 0]
    reach = float(every[["x", "y"]].abs().max().max()) + 1
    square = Square((-reach, reach), (-reach, reach))
    most = rows.nlargest(MOST_CELLS, "visits")
    side = square.length(1)
    shades = np.sqrt(most["visits"] / rows["visits"].max())
    boxes = [
        {"x": x - side / 2, "y": y - side / 2, "width": side, "height": side, "colour": warmth(float(shade))}
        for (x, y), shade in zip(square.places(most["x"], most["y"]), shades, strict=True)
    ]
    top = rows.nlargest(1, "visits").iloc[0]
    place = f"{percent(float(top['share']))} at ({top['x']}, {top['y']})"
    return {"bars": boxes}, [counted(len(rows), "cell"), place]


def _rose(rows: pd.DataFrame, every: pd.DataFrame) -> tuple[Picture, list[str]]:
    reach = max(1.15, *(radius(share) for share in every["share"].dropna())) * 1.05
    square = Square((-reach, reach), (-reach, reach))
    around = np.linspace(0, 2 * np.pi, 60)
    own = [wedge(float(row["share"]), ANGLES[row["outcome"]]) for row in rows.to_dict("records") if row["n"]]
    areas = [{"points": square.points(x, y), "colour": BLUE} for x, y in own]
    shares = {row["outcome"]: row["share"] for row in rows.to_dict("records")}
    arrows = "  ".join(f"{SquareGrid.arrows[way]}{whole_percent(shares[way])}" for way in ANGLES)
    lines = [square.line(x, y, colour=BLUE) for x, y in own]
    circle = square.line(np.cos(around), np.sin(around), "null")
    first = rows.iloc[0]
    walks, distinct = int(first["walks"]), int(first["distinct"])
    return {"bands": areas, "lines": [circle, *lines]}, [arrows, counted_units(walks, distinct, "walk")]


def _displacement(rows: pd.DataFrame, every: pd.DataFrame) -> tuple[Picture, list[str]]:
    seen = np.log10(every[["msd", "null_low", "null_high"]].where(lambda part: part > 0))
    low, high = float(seen.min().min()), float(seen.max().max())
    square = Square((0.0, max(0.3, float(np.log10(every["lag"].max())))), (low, max(high, low + 0.3)))
    x, (msd, expected, bottom, top) = (
        np.log10(rows["lag"]),
        (np.log10(rows[name].where(rows[name] > 0)) for name in ("msd", "expected", "null_low", "null_high")),
    )
    first = rows.iloc[0]
    mean, least, most = alike(first["exponent"], first["exponent_low"], first["exponent_high"])
    said = f"{mean} ({least} to {most})" if least != DASH else mean
    walks, distinct = int(first["walks"]), int(first["distinct"])
    rests = "" if least != DASH and distinct == walks else f" · {counted_units(walks, distinct, 'walk')}"
    return {
        "bands": [square.band(x, bottom.fillna(low), top)],
        "lines": [square.line(x, expected, "null"), square.line(x, msd, colour=BLUE)],
    }, [said + rests]


THUMBNAILS = (
    Thumbnail(
        "Occupancy",
        "walk-occupancy",
        ("visited", "most time"),
        "How often the walks visited each cell: cool rarely, warm often, on a separate scale in each picture.",
        _occupancy,
    ),
    Thumbnail(
        "Directions",
        "walk-rose",
        ("↑ ↓ ← → in %", "walks"),
        "The area of a wedge is the share of that direction; unbiased walks fill the dashed circle.",
        _rose,
    ),
    Thumbnail(
        "Displacement",
        "walk-displacement",
        ("exponent",),
        "Mean squared displacement against lag, both on logarithmic scales; grey the 95% envelope of unbiased walks. "
        "The exponent: 0 stands still, 1 diffuses, 2 goes straight.",
        _displacement,
    ),
)
