"""A walk on the vertices of a cube, along its edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import ClassVar

from lmwalk.geometry import Curve, Outline
from lmwalk.processes._walks import SiteWalk
from lmwalk.registry import processes
from lmwalk.sites import Sites
from lmwalk.types import State

VERTICES = tuple(product((0, 1), repeat=3))
DEPTH = (0.5, 0.35)
"""Where the third axis leads in the picture."""


@dataclass(frozen=True)
class CubeEdges(Sites):
    """The vertices of a cube of side 1, seen from the front, a little from the right and from above."""

    arrows: ClassVar[Mapping[str, str]] = {}
    moves: ClassVar[Mapping[str, tuple[int, ...]]] = {"X": (1, 0, 0), "Y": (0, 1, 0), "Z": (0, 0, 1)}
    shape: ClassVar[tuple[int, ...]] = (2, 2, 2)
    hops: ClassVar[tuple[int, ...]] = tuple(map(sum, VERTICES))
    points: ClassVar[Curve] = tuple(
        (x - 0.5 + DEPTH[0] * (z - 0.5), y - 0.5 + DEPTH[1] * (z - 0.5)) for x, y, z in VERTICES
    )

    @property
    def displacements(self) -> Mapping[int, str]:
        """Which coordinates differ, those displacements first that take the fewest moves."""
        order = sorted(range(len(VERTICES)), key=lambda vertex: (self.hops[vertex], -vertex))
        return {vertex: "".join(map(str, VERTICES[vertex])) for vertex in order}

    @cached_property
    def outlines(self) -> tuple[Outline, ...]:
        """Each edge, there and back."""
        pairs = combinations(range(len(VERTICES)), 2)
        edges = [
            pair for pair in pairs if sum(a != b for a, b in zip(*map(VERTICES.__getitem__, pair), strict=True)) == 1
        ]
        return tuple(Outline("track", (self.points[a], self.points[b])) for a, b in edges)

    def around(self, site: int, hops: int) -> None:
        return None


@processes.register("cube")
class Cube(SiteWalk):
    """A walk on the vertices of a cube: each move changes one coordinate from 0 to 1 or back."""

    name: ClassVar[str] = "cube"
    title: ClassVar[str] = "Cube walk"
    prompts: ClassVar[str] = "cube"
    geometry: ClassVar[Sites] = CubeEdges()
    variables: ClassVar[Mapping[str, str]] = {
        "t": "time: how many questions came before this one",
        "x": "the first coordinate of the vertex where the walker stands, 0 or 1",
        "y": "the second coordinate",
        "z": "the third coordinate",
        "moves": "the latest moves, oldest first, or 'none yet'",
    }

    def view(self, state: State) -> Mapping[str, object]:
        x, y, z = VERTICES[state["site"]]
        return {"t": state["t"], "x": x, "y": y, "z": z, "moves": super().view(state)["moves"]}
