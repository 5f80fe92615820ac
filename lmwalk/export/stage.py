"""A scene on paper: a picture for each condition, whose lines can be moved to any moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lmwalk.datasets.field_arrows import Arrow
from lmwalk.datasets.walks import WalkPicture
from lmwalk.export.canvas import FAINT, INK, POINT, blank, one_line
from lmwalk.export.captions import LINE, Spoken
from lmwalk.export.lettering import cut, width_of, wrapped
from lmwalk.export.scene import Cell, Scene
from lmwalk.export.sheet import Sheet, sheet
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
USUAL_SIDE = 130.0
"""Pixels of a picture below which its signs and lines are drawn finer."""
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

    @property
    def artists(self) -> tuple[Any, ...]:
        return self.line, self.end

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

    @property
    def artists(self) -> tuple[Any, ...]:
        return (self.artist,)

    def upto(self, moment: float) -> None:
        self.artist.set_visible(moment >= self.at)


@dataclass
class Stage:
    """Paper with everything on it, and the parts that move."""

    paper: Figure
    moving: list[Moving | Appearing | Spoken] = field(default_factory=list)

    def upto(self, moment: float) -> None:
        """Show every picture as it was at that moment."""
        for part in self.moving:
            part.upto(moment)

    @property
    def artists(self) -> list[Any]:
        """The parts that move, each after what it lies upon."""
        found = [artist for part in self.moving for artist in part.artists if artist is not None]
        return sorted(found, key=lambda each: each.get_zorder())


def stage(scene: Scene, side: float | None = None, moments: Sequence[int] = (), width: float | None = None) -> Stage:
    """Draw a scene as it ended, laid out by ``sheet``, which says what the parameters are."""
    at = sheet(scene, side, moments, width)
    made = Stage(blank(at.width, at.height))
    looks = at.looks
    _lines(made.paper, at, (looks.edge, looks.edge), at.heading, size=looks.large, color=INK)
    if at.clock:
        _clock(made, at)
    if at.margin:
        _names(made.paper, at)
    for cell in scene.cells:
        x, y = at.corner(cell)
        side = at.side
        _cell(made, cell, scene, (x / at.width, 1 - (y + side) / at.height, side / at.width, side / at.height))
        _below(made, at, cell, (x, y + side + 4))
    _lines(made.paper, at, (looks.edge, at.end), at.legend, size=looks.small, color=FAINT)
    return made


def _clock(made: Stage, at: Sheet) -> None:
    place = (at.width - at.looks.edge, at.looks.edge)
    shown = _lines(made.paper, at, place, [at.clock], size=at.looks.large, color=INK, ha="right")
    made.moving.append(Spoken(shown, lambda moment: [at.scene.clock(moment)]))


def _names(paper: Figure, at: Sheet) -> None:
    """Temperatures above the columns; models and what the lines below the pictures hold left of the rows."""
    scene, looks, below = at.scene, at.looks, at.below
    over = at.top - 1.7 * looks.middle
    named = [f"T = {temperature:g}" for temperature in scene.temperatures]
    if max(width_of(name, looks.middle) for name in named) > at.side + looks.gap - 4:
        named = [cut(name.removeprefix("T = "), at.side + looks.gap - 4, looks.middle) for name in named]
        _lines(paper, at, (looks.edge + at.margin, over), ["T ="], size=looks.middle, color=INK, ha="right")
    for place, name in enumerate(named):
        across = at.left + place * (at.side + looks.gap) + at.side / 2
        _lines(paper, at, (across, over), [name], size=looks.middle, color=INK, ha="center")
    most = max(1, int(at.side / (LINE * looks.middle)))
    for place, model in enumerate(scene.models):
        top = at.top + place * at.step
        lines = wrapped(one_line(model), at.margin, looks.middle, most)
        _lines(paper, at, (looks.edge, top), lines, size=looks.middle, color=INK)
        under = (looks.edge + at.margin, top + at.side + 4)
        _lines(paper, at, under, below.labels, size=below.size, color=FAINT, ha="right")


def _below(made: Stage, at: Sheet, cell: Cell, place: tuple[float, float]) -> None:
    """The numbers of a cell; in a film each line is there at every moment, with what it says then."""
    below = at.below
    if cell.condition not in below.lines:
        return
    ha, x = ("center", place[0] + at.side / 2) if at.margin else ("left", at.looks.edge)
    own = below.lines[cell.condition]
    shown = _lines(made.paper, at, (x, place[1]), own, size=below.size, color=FAINT, ha=ha, blank=bool(below.course))
    if below.course:
        made.moving.append(Spoken(shown, lambda moment: below.course.get(moment, below.lines)[cell.condition]))


def _lines(
    paper: Figure, at: Sheet, place: tuple[float, float], lines: Sequence[str], *, size: float, **looks: Any
) -> list[Any]:
    """Write lines below each other from a place on, each where its own letters do not matter."""
    blank_too = looks.pop("blank", False)
    x, y = place
    return [
        paper.text(
            x / at.width, 1 - (y + (number * LINE + 1) * size) / at.height, words, fontsize=size * POINT, va="baseline",
            **looks,
        )
        for number, words in enumerate(lines)
        if words or blank_too
    ]  # fmt: skip


def _cell(made: Stage, cell: Cell, scene: Scene, box: tuple[float, float, float, float]) -> None:
    axes = made.paper.add_axes(box, xticks=[], yticks=[], label=cell.condition)
    for spine in axes.spines.values():
        spine.set(color="#d5d9de", linewidth=0.8)
    if scene.plane is not None:
        if scene.with_field and cell.field:
            _arrows(axes, cell.field)
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
    fine = min(1.0, axes.get_window_extent().width / USUAL_SIDE)
    for outline in plane.outlines:
        axes.add_patch(Polygon(np.array(outline.points), closed=True, fill=False, **OUTLINES[outline.kind]))
    for walk in cell.walks:
        x, y = np.array(walk.x) + walk.shift, np.array(walk.y) + walk.shift
        (line,) = axes.plot(x, y, color=trajectory_colour(walk.number), linewidth=1.5 * fine, alpha=0.9, zorder=3)
        (end,) = axes.plot(x[-1:], y[-1:], marker="D", color=END, markersize=4.5 * fine, linestyle="", zorder=5)
        (start,) = axes.plot(x[:1], y[:1], marker="o", color=START, markersize=5.5 * fine, linestyle="", zorder=4)
        made.moving.append(Appearing(start, 0))  # what moves is drawn over what does not
        made.moving.append(Moving(line, np.array(walk.t, float), x, y, end))


def _arrows(axes: Axes, field: Sequence[Arrow]) -> None:
    """The field behind the walks, each arrow with its middle on its position."""
    x, y, dx, dy = np.array(field, float).T
    looks: dict[str, Any] = {
        "angles": "xy",
        "scale_units": "xy",
        "scale": 1,
        "pivot": "mid",
        "headwidth": 4,
        "headlength": 4.5,
    }
    axes.quiver(x, y, dx, dy, color=NULL, width=0.004, zorder=1, **looks)


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
