"""Where walks go, as their process says it: moves, what stands still around them, and what an unbiased walk does.

Everything that draws a walk draws this and nothing else: the live stage, Compare, figures, pictures and films. Lengths
are in the process's unit, x to the right, y upwards. scipy is imported where it is needed: Walk's first page is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Point = tuple[float, float]
Curve = tuple[Point, ...]
"""A closed curve: its last point is joined to its first."""
Kind = Literal["wall", "track", "reference"]
CIRCLE_POINTS = 96
LANES = 5
LANE = 0.1
"""Walks share places; drawn a tenth of a unit apart, in so many lanes, they do not hide each other."""
FAR = 60.0
"""How far a picture reaches, in units, in which a tenth of one is seen no more."""
MARGIN = 1.5
"""How far a picture reaches beyond what it shows."""


@dataclass(frozen=True)
class Outline:
    """Something that stands still behind walks: a wall that stops them, the track they keep to, or a reference."""

    kind: Kind
    points: Curve


@dataclass(frozen=True)
class Reference:
    """What unbiased walks of some length do.

    Attributes
    ----------
    points : Curve
        The curve inside which ``share`` of them end.
    share : float
        Between 0 and 1.
    distance : float
        Their mean distance from the start.
    walled : bool
        Whether walks of this length meet walls that the law leaves out.
    shape : str
        What the curve is called: ``circle``.
    """

    points: Curve
    share: float
    distance: float
    walled: bool = False
    shape: str = "circle"

    @property
    def width(self) -> float:
        """How far the curve reaches from its left to its right."""
        return float(np.ptp([x for x, _ in self.points]))

    @property
    def percentage(self) -> str:
        """The share with up to three digits: ``95%``, ``97.3%``."""
        return f"{100 * self.share:.3g}%"


class Geometry(Protocol):
    """Where the walks of a process go."""

    unit: ClassVar[str]
    """What lengths count, in the plural: ``cells``."""
    arrows: ClassVar[Mapping[str, str]]
    """Outcomes and the sign that stands for each in captions; one without a sign is written out."""
    about_distance: ClassVar[str]
    """How distances are measured, and what an unbiased walk's is, in sentences."""

    @property
    def reach(self) -> float:
        """How far from (0, 0) a walk can come in x or y."""

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """Walls and tracks."""

    def distances(self, start: Point, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        """How far places are from the start, in ``unit``, of the shape of x and y."""

    def unbiased_distances(self, steps: npt.ArrayLike) -> Array:
        """Mean distance from the start of an unbiased walk after so many steps, of the shape of steps.

        NaN where nobody derived it.
        """

    def reference(self, steps: int, start: Point) -> Reference | None:
        """What unbiased walks of so many steps do; None where nobody derived it."""


@dataclass(frozen=True)
class SquareGrid:
    """The square grid centred on (0, 0), whose walls stand half a cell beyond the furthest place."""

    half_width: int

    unit: ClassVar[str] = "cells"
    arrows: ClassVar[Mapping[str, str]] = {"UP": "↑", "DOWN": "↓", "LEFT": "←", "RIGHT": "→", "STAY": "·"}
    about_distance: ClassVar[str] = (
        "Straight-line distance from the start, in cells. An unbiased walk of n steps comes √(πn)/2 far on average."
    )

    @property
    def reach(self) -> float:
        return float(self.half_width)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        edge = self.half_width + 0.5
        return (Outline("wall", ((-edge, -edge), (edge, -edge), (edge, edge), (-edge, edge))),)

    def distances(self, start: Point, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        return straight_distances(start, x, y)

    def unbiased_distances(self, steps: npt.ArrayLike) -> Array:
        """Far from walls."""
        return unbiased_distance(steps)

    def reference(self, steps: int, start: Point) -> Reference:
        radius = float(unbiased_radius(steps))
        meets = radius > self.half_width - max(map(abs, start))
        return Reference(circle(start, radius), 0.95, float(unbiased_distance(steps)), meets)


@dataclass(frozen=True)
class OpenPlane:
    """The plane, where a process says nothing of where its walks go."""

    unit: ClassVar[str] = "units"
    arrows: ClassVar[Mapping[str, str]] = {}
    about_distance: ClassVar[str] = "Straight-line distance from the start. That of unbiased walks is not known."
    reach: ClassVar[float] = math.inf
    outlines: ClassVar[tuple[Outline, ...]] = ()

    def distances(self, start: Point, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        return straight_distances(start, x, y)

    def unbiased_distances(self, steps: npt.ArrayLike) -> Array:
        return np.full(np.shape(steps), np.nan)

    def reference(self, steps: int, start: Point) -> None:
        return None


def straight_distances(start: Point, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
    """Euclidean distances of places from the start, of the shape of x and y."""
    distance: Array = np.hypot(np.asarray(x, float) - start[0], np.asarray(y, float) - start[1])
    return distance


def picture_reach(geometry: Geometry, reference: Reference | None, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """How far a picture reaches from (0, 0) that shows these places, all of the reference, and all of a track."""
    if any(outline.kind == "track" for outline in geometry.outlines):
        return 1.15 * geometry.reach + 0.5
    places = [np.ravel(x), np.ravel(y), np.ravel(reference.points if reference else ())]
    far = float(np.nanmax(np.abs(np.concatenate(places)), initial=0.0))
    return min(geometry.reach, far) + MARGIN


def circle(centre: Point, radius: float) -> Curve:
    """A circle as a closed curve."""
    angles = 2 * math.pi * np.arange(CIRCLE_POINTS) / CIRCLE_POINTS
    x, y = centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def shift(trajectory: int, reach: float = 0.0) -> float:
    """How far aside a trajectory is drawn, in x and in y alike, in a picture that reaches so far."""
    return 0.0 if reach > FAR else (trajectory % LANES - LANES // 2) * LANE


def unbiased_radius(steps: npt.ArrayLike, share: float = 0.95) -> Array:
    """Radius of the circle in which that share of unbiased walks on the square grid ends, far from walls.

    Each step moves along one axis with probability 1/2, so after n steps each coordinate has variance n/2 and, for
    large n, R² / (n/2) follows chi² with 2 degrees of freedom: R = sqrt(-n ln(1 - share)).

    Pearson (1905), Nature 72, 294; Rayleigh, ibid. 318.
    """
    radius: Array = np.sqrt(-np.asarray(steps, float) * np.log1p(-share))
    return radius


def unbiased_distance(steps: npt.ArrayLike) -> Array:
    """Mean distance from the start of an unbiased walk of n steps on the square grid, far from walls: sqrt(pi n) / 2.

    The mean of the Rayleigh distribution of ``unbiased_radius``; within 1% from n = 10 on.
    """
    distance: Array = np.sqrt(np.pi * np.asarray(steps, float)) / 2
    return distance
