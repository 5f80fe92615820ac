"""Where everything of a scene stands on paper: pictures, names, numbers and words, measured before they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lmwalk.export.canvas import POINT, one_line
from lmwalk.export.captions import LINE, Captions, captions
from lmwalk.export.lettering import width_of, wrapped
from lmwalk.export.scene import Cell, Scene


@dataclass(frozen=True)
class Looks:
    """Sizes of letters and distances, in pixels.

    Attributes
    ----------
    large, middle, small : float
        Letters of the heading; of names, temperatures and the clock; of numbers and the legend.
    gap, edge : float
        Between pictures, and to the paper's end.
    margin : float
        For names and labels left of the rows.
    least : float
        Side of a picture below which no numbers fit under it.
    """

    large: float
    middle: float
    small: float
    gap: float
    edge: float
    margin: float
    least: float = 44.0


SCREEN = Looks(large=16, middle=12, small=10.5, gap=14, edge=16, margin=136)
PRINT = Looks(large=9 / POINT, middle=8 / POINT, small=7 / POINT, gap=7, edge=5, margin=84)
"""Letters of 9, 8 and 7 points."""
WIDEST_ALONE = 430.0
LINES_OF_HEADING = 3


@dataclass(frozen=True)
class Sheet:
    """A scene laid out; lengths in pixels, places from the upper left corner.

    Attributes
    ----------
    side : float
        Of a picture.
    margin : float
        For names and labels beside the rows; 0 where there is one picture alone.
    heading, legend : list of str
        Their lines.
    clock : str
        What the clock says at the end; nothing where there is none.
    """

    scene: Scene
    looks: Looks
    side: float
    margin: float
    heading: list[str]
    legend: list[str]
    clock: str
    below: Captions
    width: float

    @property
    def left(self) -> float:
        return self.looks.edge + (self.margin + 8 if self.margin else 0)

    @property
    def top(self) -> float:
        between = 2.2 * self.looks.middle if self.margin else 6
        return self.looks.edge + LINE * self.looks.large * len(self.heading) + between

    @property
    def step(self) -> float:
        """From one row of pictures to the next."""
        return self.side + 4 + self.below.height + self.looks.gap

    @property
    def end(self) -> float:
        """Where the rows end and the legend begins."""
        return self.top + len(self.scene.models) * self.step

    @property
    def height(self) -> float:
        height = round(self.end + LINE * self.looks.small * len(self.legend) + self.looks.edge)
        return height + height % 2  # films have an even number of pixels

    def corner(self, cell: Cell) -> tuple[float, float]:
        """The upper left corner of a cell's picture."""
        row, column = self.scene.models.index(cell.model), self.scene.temperatures.index(cell.temperature)
        return self.left + column * (self.side + self.looks.gap), self.top + row * self.step


def sheet(scene: Scene, side: float | None = None, moments: Sequence[int] = (), width: float | None = None) -> Sheet:
    """Lay a scene out.

    Parameters
    ----------
    side : float, optional
        Of a picture; left out, as large as the number of pictures allows.
    moments : sequence of int, optional
        The moments of a film: the sheet has a clock then, and numbers that follow it.
    width : float, optional
        Of paper for print: letters are as large as print wants them, and pictures as large as the width leaves them.
    """
    looks, alone = SCREEN if width is None else PRINT, len(scene.models) == len(scene.temperatures) == 1
    margin = 0.0 if alone else looks.margin
    side = side or (_usual_side(scene) if width is None else _print_side(scene, width, margin))
    wide = width or _width(scene, side, margin)
    room = wide - 2 * looks.edge
    clock = scene.clock(scene.moments) if moments else ""
    beside = width_of(clock, looks.large) + 2 * looks.large if clock else 0
    line = room if alone else side + looks.gap - 4
    shown = scene.cells if side >= looks.least else ()
    below = captions(shown, line, margin, looks.small, [each for each in moments if each < scene.moments])
    heading = wrapped(_heading(scene), room - beside, looks.large, LINES_OF_HEADING) or [" "]
    legend = wrapped(one_line(scene.legend), room, looks.small)
    return Sheet(scene, looks, side, margin, heading, legend, clock, below, wide)


def _usual_side(scene: Scene) -> float:
    rows, columns = len(scene.models), len(scene.temperatures)
    return 520.0 if rows == columns == 1 else float(max(130, min(300, 1100 // columns, 1500 // rows)))


def _print_side(scene: Scene, width: float, margin: float) -> float:
    columns, looks = len(scene.temperatures), PRINT
    if not margin:
        return min(WIDEST_ALONE, width - 2 * looks.edge)
    return (width - 2 * looks.edge - margin - 8 + looks.gap) / columns - looks.gap


def _width(scene: Scene, side: float, margin: float) -> float:
    looks, columns = SCREEN, len(scene.temperatures)
    beside = margin + 8 if margin else 0
    width = round(max(420, 2 * looks.edge + beside + columns * (side + looks.gap) - looks.gap))
    return width + width % 2


def _heading(scene: Scene) -> str:
    if len(scene.models) == len(scene.temperatures) == 1:
        return f"{one_line(scene.models[0])} · T = {scene.temperatures[0]:g}"
    return one_line(scene.study.name)
