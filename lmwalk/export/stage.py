"""A scene on paper: a picture for each condition, whose lines can be moved to any moment."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lmwalk.datasets.walks import WalkPicture
from lmwalk.export.canvas import DPI, FAINT, INK, POINT, blank, one_line
from lmwalk.export.scene import Cell, Scene
from lmwalk.figures._drawing import NULL, trajectory_colour
from lmwalk.palette import END, START

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OUTLINES = {
    "wall": {"edgecolor": FAINT, "linewidth": 1.2},
    "track": {"edgecolor": FAINT, "linewidth": 1.2},
    "reference": {"edgecolor": NULL, "linestyle": "--", "linewidth": 1},
}
"""How the outlines behind walks are drawn, by kind."""
GAP, LEFT, EDGE = 14, 132, 16
"""Pixels between pictures, for the models' names, and to the paper's end."""
ROLES = {"own": ("-", 1.4), "null": ("--", 1.1), "learner": (":", 1.2)}
Array = npt.NDArray[np.float64]


@dataclass
class Moving:
    """A line that is drawn as far as a moment goes, and the diamond at its end, if it has one."""

    line: Any
    at: Array
    x: Array
    y: Array
    end: Any = None

    def upto(self, moment: float) -> None:
        """Show the points up to that moment."""
        count = int(np.searchsorted(self.at, moment, side="right"))
        self.line.set_data(self.x[:count], self.y[:count])
        if self.end is not None:
            last = slice(count - 1, count) if count > 1 else slice(0, 0)
            self.end.set_data(self.x[last], self.y[last])


@dataclass
class Appearing:
    """Something that is there from a moment on."""

    artist: Artist
    at: float

    def upto(self, moment: float) -> None:
        self.artist.set_visible(moment >= self.at)


@dataclass
class Stage:
    """Paper with everything on it, and the parts that move."""

    paper: Figure
    moving: list[Moving | Appearing] = field(default_factory=list)

    def upto(self, moment: float) -> None:
        """Show every picture as it was at that moment."""
        for part in self.moving:
            part.upto(moment)

    @property
    def artists(self) -> list[Any]:
        """The parts that move, each after what it lies upon."""
        found = [(part.artist,) if isinstance(part, Appearing) else (part.line, part.end) for part in self.moving]
        return sorted((each for pair in found for each in pair if each is not None), key=lambda each: each.get_zorder())


def stage(scene: Scene, side: int | None = None) -> Stage:
    """Draw a scene as it ended.

    Parameters
    ----------
    side : int, optional
        Pixels of a picture; left out, as many as the number of pictures allows.
    """
    rows, columns = len(scene.models), len(scene.temperatures)
    alone = rows == columns == 1
    side = side or (520 if alone else max(130, min(300, 1100 // columns, 1500 // rows)))
    lines = _below(scene.cells, side)
    step = side + GAP + 16 * max(map(len, lines.values()), default=0)
    left = EDGE if alone else LEFT + EDGE
    width = max(420, left + columns * (side + GAP) - GAP + EDGE)
    width += width % 2  # films have an even number of pixels
    caption = textwrap.wrap(one_line(scene.legend), int(width / 6.2))
    heading = _heading(scene, width)
    top = EDGE + 24 * len(heading) + (6 if alone else 34)
    height = top + rows * step + 15 * len(caption) + EDGE
    height += height % 2
    made = Stage(blank(width, height))
    _words(made.paper, (EDGE, EDGE), "\n".join(heading), height=height, size=16, color=INK)
    if not alone:
        _names(made.paper, scene, (left, top, side, step), height)
    for cell in scene.cells:
        x = left + scene.temperatures.index(cell.temperature) * (side + GAP)
        y = top + scene.models.index(cell.model) * step
        box = (x / width, 1 - (y + side) / height, side / width, side / height)
        _cell(made, cell, scene, box)
        text = "\n".join(lines[cell.condition])
        _words(made.paper, (x + side / 2, y + side + 4), text, height=height, size=11, color=FAINT, ha="center")
    under = (EDGE, top + rows * step)
    _words(made.paper, under, "\n".join(caption), height=height, size=10.5, color=FAINT)
    return made


def _heading(scene: Scene, width: float) -> list[str]:
    if len(scene.models) == len(scene.temperatures) == 1:
        cell = scene.cells[0]
        parts = [f"{one_line(cell.model)} · T = {cell.temperature:g}"]
    else:
        parts = [one_line(scene.study.name)]
    return textwrap.wrap(parts[0], int(width / 10.5))[:3] or [" "]


def _below(cells: tuple[Cell, ...], side: int) -> dict[str, list[str]]:
    """What stands below each picture, wrapped to its width."""
    return {
        cell.condition: [
            line
            for stat in cell.numbers
            for line in textwrap.wrap(f"{one_line(stat.label)}: {one_line(stat.text)}", max(16, int(side / 5.9)))
        ]
        for cell in cells
    }


def _names(paper: Figure, scene: Scene, box: tuple[float, float, float, float], height: float) -> None:
    """Temperatures above the columns, models left of the rows."""
    left, top, side, step = box
    for place, temperature in enumerate(scene.temperatures):
        at = left + place * (side + GAP) + side / 2
        _words(paper, (at, top - 22), f"T = {temperature:g}", height=height, size=13, color=INK, ha="center")
    for place, model in enumerate(scene.models):
        name = "\n".join(textwrap.wrap(one_line(model), 17)[:8])
        _words(paper, (EDGE, top + place * step + 4), name, height=height, size=12, color=INK)


def _words(paper: Figure, at: tuple[float, float], text: str, *, height: float, size: float, **looks: Any) -> None:
    width = paper.get_figwidth() * DPI
    paper.text(at[0] / width, 1 - at[1] / height, text, fontsize=size * POINT, va="top", linespacing=1.25, **looks)


def _cell(made: Stage, cell: Cell, scene: Scene, box: tuple[float, float, float, float]) -> None:
    axes = made.paper.add_axes(box, xticks=[], yticks=[], label=cell.condition)
    for spine in axes.spines.values():
        spine.set(color="#d5d9de", linewidth=0.8)
    if scene.plane is not None:
        _plane(made, axes, cell, scene.plane)
    elif cell.picture is not None:
        _small(made, axes, cell.picture)
    if not cell.walks and cell.picture is None:
        axes.text(
            0.5, 0.5, "no answer yet", ha="center", va="center", color=FAINT, fontsize=8, transform=axes.transAxes
        )


def _plane(made: Stage, axes: Axes, cell: Cell, plane: WalkPicture) -> None:
    """The fixed background, and each path from its green dot to its red diamond."""
    from matplotlib.patches import Polygon

    axes.set(xlim=(-plane.reach, plane.reach), ylim=(-plane.reach, plane.reach), aspect="equal")
    for outline in plane.outlines:
        axes.add_patch(Polygon(np.array(outline.points), closed=True, fill=False, **OUTLINES[outline.kind]))
    for walk in cell.walks:
        x, y = np.array(walk.x) + walk.shift, np.array(walk.y) + walk.shift
        (line,) = axes.plot(x, y, color=trajectory_colour(walk.number), linewidth=1.5, alpha=0.9, zorder=3)
        (end,) = axes.plot(x[-1:], y[-1:], marker="D", color=END, markersize=4.5, linestyle="", zorder=5)
        (start,) = axes.plot(x[:1], y[:1], marker="o", color=START, markersize=5.5, linestyle="", zorder=4)
        made.moving.append(Appearing(start, 0))  # what moves is drawn over what does not
        made.moving.append(Moving(line, np.array(walk.t, float), x, y, end))


def _small(made: Stage, axes: Axes, picture: dict[str, list[dict[str, Any]]]) -> None:
    """Bands, bars, lines and dots in a square of 100 by 100, y downwards."""
    from matplotlib.patches import Polygon, Rectangle

    axes.set(xlim=(0, 100), ylim=(100, 0))
    for band in picture.get("bands", ()):
        axes.add_patch(Polygon(_points(band["points"]), facecolor=NULL, alpha=0.18, linewidth=0))
    for bar in picture.get("bars", ()):
        box = Rectangle((bar["x"], bar["y"]), bar["width"], bar["height"], facecolor=bar["colour"], zorder=2)
        made.moving.append(Appearing(axes.add_patch(box), bar["x"]))
    for line in picture.get("lines", ()):
        points = _points(line["points"])
        style, width = ROLES[line["role"]]
        own = line["role"] == "own"
        hue = (line.get("colour") or trajectory_colour(line.get("number", 0))) if own else NULL
        (drawn,) = axes.plot(points[:, 0], points[:, 1], color=hue, linestyle=style, linewidth=width, zorder=3)
        if own:
            made.moving.append(Moving(drawn, points[:, 0], points[:, 0], points[:, 1]))
    for dot in picture.get("dots", ()):
        (sign,) = axes.plot([dot["x"]], [dot["y"]], marker="o", color=dot["colour"], markersize=4, zorder=4)
        made.moving.append(Appearing(sign, dot["x"]))


def _points(text: str) -> Array:
    pairs = [pair.split(",") for pair in text.split()]
    return np.array(pairs, float).reshape(-1, 2)
