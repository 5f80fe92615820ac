"""Words on exported pictures stand where there is room for them, and in films they are those of their moment."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lmwalk.datasets.stat import Stat
from lmwalk.datasets.walks import walk_picture
from lmwalk.export.canvas import DPI
from lmwalk.export.lettering import width_of, wrapped
from lmwalk.export.scene import Cell, Scene, Walk, scene_of
from lmwalk.export.stage import stage
from lmwalk.number_format import DASH
from lmwalk.store import Store
from lmwalk.study import Study
from tests.export.studies import walks

LONG = "openrouter/some-very-long-organisation/another_long-model-name-instruct-32b-q4_K_M:latest"
TEMPERATURES = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0, 1.5)


def scene(models: int, temperatures: int) -> Scene:
    """A grid whose names and numbers are as long as they get."""
    names = tuple(f"{number}{LONG}" if number % 2 else f"ollama/{'W' * 60}{number}" for number in range(models))
    study = Study.of(name=f"walk of {LONG}", models=list(names), temperatures=list(TEMPERATURES[:temperatures]))
    numbers = (
        Stat("distance from start", "25.0 (24.9 to 25.1 with unread) · 20 walks, 17 distinct"),
        Stat("↑ ↓ ← → in %", "↑100 ↓100 ←100 →100"),
        Stat("not read", "1,234 of 12,345 · 123 failed", bad=True),
    )
    walk = (Walk(0, (0, 1), (0.0, 1.0), (0.0, 0.0)),)
    cells = [Cell(c.id, c.model, c.temperature, numbers, walk) for c in study.conditions()]
    said = "From the green dot to the red diamond. " * 4
    return Scene(study, names, TEMPERATURES[:temperatures], tuple(cells), said, 50, walk_picture(study))


def boxes(paper: Figure) -> Iterator[tuple[str, Any]]:
    renderer = FigureCanvasAgg(paper).get_renderer()
    for text in paper.texts:
        if text.get_text():
            yield text.get_text(), text.get_window_extent(renderer)


@pytest.mark.parametrize(
    ("models", "temperatures", "width_mm"),
    [(1, 1, None), (1, 1, 85), (5, 7, None), (5, 7, 85), (5, 7, 178), (20, 7, None)],
)
def test_no_two_words_collide_and_none_leaves_the_page(models: int, temperatures: int, width_mm: int | None) -> None:
    """Nor do words lie upon a picture, however long names and numbers are, on a screen or in one or two columns."""
    width = width_mm and width_mm / 25.4 * DPI
    paper = stage(scene(models, temperatures), width=width, moments=() if width else (0, 50)).paper
    wide, tall = paper.get_size_inches() * DPI
    found = list(boxes(paper))
    pictures = [(f"picture of {axes.get_label()}", axes.get_window_extent()) for axes in paper.axes]
    ends = np.array([box.extents for _, box in [*found, *pictures]])
    overlap = (ends[:, None, :2] < ends[None, :, 2:]).all(axis=-1)
    hit = [(i, j) for i, j in zip(*np.nonzero(overlap & overlap.T), strict=True) if i < j]

    assert not width or wide == pytest.approx(width)
    assert ends.min() >= 0
    assert (ends[:, 2:] <= (wide, tall)).all()
    assert [(found[i], [*found, *pictures][j]) for i, j in hit] == []


def test_lines_are_as_wide_as_they_may_be_and_hold_every_letter() -> None:
    """None is wider than was asked, none could have taken the next word, and nothing is lost."""
    text = f"{LONG} and some words"

    for width in (40, 90, 300):
        lines = wrapped(text, width, 12)
        assert max(width_of(line, 12) for line in lines) <= width
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert len(wrapped(text, width, 12, 2)) <= 2
        assert all(width_of(line, 12) <= width for line in wrapped(text, width, 12, 2))


def test_a_film_s_numbers_are_those_of_its_moment(store: Store) -> None:
    """The mean distance of the positions that are drawn then, and the shares and answers up to then; counted anew."""
    study = walks(store, steps=20)
    made = scene_of(store, study)
    steps = store.steps(study.name)

    for moment, cell in itertools.product((0, 1, 7, 19), made.cells):
        own = steps[(steps["condition"] == cell.condition) & (steps["t"] <= moment)]
        last = own.dropna(subset="x").groupby("trajectory")[["x", "y"]].last()
        far = np.hypot(last["x"], last["y"]).mean() if len(last) else 0.0
        distance, shares, unread = (stat.text for stat in cell.numbers_at(moment))
        answered, read = own[own["status"] != "error"], own[own["status"] == "ok"]

        assert distance == f"{far:.1f}"
        assert unread == (f"{len(answered) - len(read)} of {len(answered)}" if moment else DASH)
        if moment:
            assert shares.startswith(f"↑{100 * (read['outcome'] == 'UP').mean():.0f} ")


def test_a_film_s_clock_and_numbers_move(store: Store) -> None:
    """At t = 3 the paper says so, and shows other numbers than at the end, where they are those of the picture."""
    study = walks(store, steps=20)
    made = stage(scene_of(store, study), moments=range(21))
    still = {said for said, _ in boxes(stage(scene_of(store, study)).paper)}

    made.upto(3)
    early = {said for said, _ in boxes(made.paper)}
    made.upto(20)
    late = {said for said, _ in boxes(made.paper)}

    assert "t 3 of 20" in early
    assert "t 20 of 20" in late
    assert "0 of 9" in early
    assert {said for said in still if "of 59" in said} <= late
    assert not {said for said in early if "of 59" in said}
