"""A walk on a ring of sites: to the left, to the right, or nowhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from pydantic import Field

from lmwalk.geometry import Curve, Outline, Point, circle
from lmwalk.processes._walks import SiteWalk
from lmwalk.registry import processes
from lmwalk.sites import Sites

HALF_BAND = 0.45
"""How far on both sides of the track the reference is drawn, in steps; less on a small ring, more on a large one."""


@dataclass(frozen=True)
class Circuit(Sites):
    """Sites on a circle whose circumference is their number, clockwise, the first at the top.

    Attributes
    ----------
    size : int
        How many sites there are; at least 3.
    """

    size: int

    arrows: ClassVar[Mapping[str, str]] = {"LEFT": "←", "RIGHT": "→", "STAY": "·"}
    moves: ClassVar[Mapping[str, tuple[int, ...]]] = {"LEFT": (-1,), "RIGHT": (1,), "STAY": (0,)}

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.size,)

    @cached_property
    def points(self) -> Curve:
        return tuple(self._at(site) for site in range(self.size))

    @cached_property
    def hops(self) -> tuple[int, ...]:
        return tuple(min(site, self.size - site) for site in range(self.size))

    @cached_property
    def displacements(self) -> Mapping[int, str]:
        """By how many sites to the right; to the left where the number is negative."""
        half = (self.size - 1) // 2
        return {by % self.size: f"{by}" for by in range(-half, self.size - half)}

    @cached_property
    def outlines(self) -> tuple[Outline, ...]:
        return (Outline("track", circle((0.0, 0.0), self.size / (2 * math.pi))),)

    def around(self, site: int, hops: int) -> Curve:
        """A band along the track, from half a step before the first site to half a step behind the last."""
        radius = self.size / (2 * math.pi)
        band = min(max(HALF_BAND, 0.04 * radius), 0.6 * radius)
        far, fine = hops + 0.5, 8
        along = [site - far + place / fine for place in range(round(2 * far * fine) + 1)]
        return (*(self._at(place, band) for place in along), *(self._at(place, -band) for place in along[::-1]))

    def _at(self, site: float, outwards: float = 0.0) -> Point:
        angle, radius = 2 * math.pi * site / self.size, self.size / (2 * math.pi) + outwards
        return radius * math.sin(angle), radius * math.cos(angle)


@processes.register("ring")
class Ring(SiteWalk):
    """A walk on a ring of sites; RIGHT is clockwise, to higher numbers, and STAY is an answer like the others."""

    name: ClassVar[str] = "ring"
    title: ClassVar[str] = "Ring walk"
    prompts: ClassVar[str] = "ring"
    variables: ClassVar[Mapping[str, str]] = {
        "t": "time: how many questions came before this one",
        "site": "the number of the site where the walker stands, from 0",
        "sites": "how many sites the ring has",
        "moves": "the latest moves, oldest first, or 'none yet'",
    }

    sites: int = Field(12, ge=3, le=1000, strict=True, description="How many sites the ring has.")

    @cached_property
    def geometry(self) -> Circuit:
        return Circuit(self.sites)

    def view(self, state: Mapping[str, object]) -> Mapping[str, object]:
        return {**super().view(state), "sites": self.sites}
