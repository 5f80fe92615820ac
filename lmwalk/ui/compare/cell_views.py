"""What a cell of Compare can show instead of its usual picture: a small picture, and three lines below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lmwalk.datasets.labels import labels
from lmwalk.datasets.thumbnails import BLUE, Picture, Square
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import warmth
from lmwalk.figures.parse_status import STATUSES, parse_status
from lmwalk.figures.walk_displacement import displacements
from lmwalk.figures.walk_occupancy import occupancy
from lmwalk.figures.walk_rose import ANGLES, radius, rose, wedge
from lmwalk.study import Study
from lmwalk.ui.compare.condition import GridHandles
from lmwalk.ui.compare.grid import condition_grid
from lmwalk.ui.shell.escape import DASH, alike, counted, counted_units, percent

PATHS, PICTURES, ONE_NUMBER = "Paths", "Pictures", "One number"
MOST_CELLS = 600
"""Cells of the grid that one small picture draws; those visited least are left out."""


@dataclass(frozen=True)
class CellView:
    """Something that every cell can show.

    Attributes
    ----------
    lines : tuple of str
        What the lines below the picture are.
    legend : str
        How to read the picture.
    table : callable
        The study's data to a frame, told apart by ``label``.
    draw : callable
        The rows of one condition and those of all to its picture and its lines.
    """

    lines: tuple[str, ...]
    legend: str
    table: Callable[[Any], pd.DataFrame]
    draw: Callable[[pd.DataFrame, pd.DataFrame], tuple[Picture, list[str]]]


def _occupancy(rows: pd.DataFrame, every: pd.DataFrame) -> tuple[Picture, list[str]]:
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
    arrows = "  ".join(f"{arrow}{_whole(shares[way])}" for arrow, way in zip("↑↓←→", ANGLES, strict=True))
    lines = [square.line(x, y, colour=BLUE) for x, y in own]
    circle = square.line(np.cos(around), np.sin(around), "null")
    first = rows.iloc[0]
    walks, distinct = int(first["walks"]), int(first["distinct"])
    return {"bands": areas, "lines": [circle, *lines]}, [arrows, counted_units(walks, distinct, "walk")]


def _whole(share: float) -> str:
    return f"{100 * share:.0f}" if np.isfinite(share) else DASH


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


def _reading(rows: pd.DataFrame, _every: pd.DataFrame) -> tuple[Picture, list[str]]:
    counts = rows.set_index("status")["count"]
    square, bars = Square((-0.5, len(STATUSES) - 0.5)), []
    for place, (status, (_, colour)) in enumerate(STATUSES.items()):
        share = float(counts.get(status, 0)) / float(counts.sum())
        bars.append(square.bar(place, share, 0.7, colour))
    read, unread = int(counts.get("ok", 0)), {words: int(counts.get(s, 0)) for s, (words, _) in STATUSES.items()}
    del unread["read"]
    worst = max(unread, key=lambda words: unread[words])
    return {"bars": bars}, [
        f"{read:,} of {int(counts.sum()):,}",
        f"{unread[worst]:,} {worst}" if unread[worst] else "none lost",
    ]


READING = CellView(
    ("read", "most lost"),
    f"From left to right, as shares of the questions: {', '.join(words for words, _ in STATUSES.values())}.",
    parse_status,
    _reading,
)
OF_WALKS: Mapping[str, CellView] = {
    "Occupancy": CellView(
        ("visited", "most time"),
        "How often the walks stood on each cell: cool seldom, warm often, on a scale of its own in each picture.",
        occupancy,
        _occupancy,
    ),
    "Directions": CellView(
        ("↑ ↓ ← → in %", "walks"),
        "The area of a wedge is the share of that direction; unbiased walks fill the dashed circle.",
        rose,
        _rose,
    ),
    "Displacement": CellView(
        ("exponent",),
        "Mean squared displacement against lag, both on logarithmic scales; grey the 95% envelope of unbiased walks. "
        "The exponent: 0 stands still, 1 diffuses, 2 goes straight.",
        displacements,
        _displacement,
    ),
    "Reading": READING,
}


def pick_view(options: list[str]) -> str:
    """Choose what every cell shows."""
    return st.segmented_control(
        "Every cell shows",
        options,
        default=options[0],
        key="show",
        bind="query-params",
        required=True,
        help="The same conditions, seen in another way.",
    )


def view_pictures(
    study: Study,
    rows: pd.DataFrame,
    view: CellView,
    material: StudyData,
    key: str,
    handles: GridHandles,
    *,
    running: bool,
) -> None:
    """Draw a view of every condition.

    Parameters
    ----------
    rows : DataFrame
        condition, model, temperature, simulated, answers, failed; one row a condition.
    material : StudyData
        Of the whole study.
    key : str
        Changes with every answer.
    """
    waiting = st.container()  # always there, so that the pictures below keep their place
    with waiting, nullcontext() if running else st.spinner("Computing", show_time=True):
        table = view_table(view.lines, study.to_yaml(), key, view, material)
    known = {str(name): own for name, own in table.groupby("label", sort=False)} if len(table) else {}
    names, columns = labels(study), sorted(study.temperatures)
    cells = []
    for row in rows.to_dict("records"):
        name = names[row["condition"]]
        at = {"row": study.models.index(row["model"]), "column": columns.index(row["temperature"])}
        own = _cell(view, name, known.get(name), table)
        answers, failed = (int(row[name]) if row.get(name, 0) > 0 else 0 for name in ("answers", "failed"))
        done = {"done": answers, "total": study.trajectory_count * study.steps}
        cells.append({**own, **at, **done, "condition": row["condition"], "bad": failed > 0})
    condition_grid(study, list(view.lines), cells, set(rows.loc[rows["simulated"], "model"]), **handles)


@st.cache_data(max_entries=16, show_spinner=False)
def view_table(view: tuple[str, ...], study: str, key: str, _view: CellView, _material: StudyData) -> pd.DataFrame:  # noqa: ARG001 - the key
    """The table that a view is drawn from."""
    return pd.DataFrame() if _material.rows.empty else _view.table(_material)


def _cell(view: CellView, name: str, own: pd.DataFrame | None, every: pd.DataFrame) -> dict[str, Any]:
    picture, lines = view.draw(own, every) if own is not None else ({}, [DASH] * len(view.lines))
    said = "\n".join(f"{what}: {line}" for what, line in zip(view.lines, lines, strict=True))
    return {"picture": picture, "lines": lines, "meaning": f"{name}\n{said}", "alt": said}
