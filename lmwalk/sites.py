"""Walks on finitely many sites that look alike from each, whose unbiased law is known exactly.

A process that walks on such sites gives a subclass of ``Sites`` as its geometry and needs no more than that: distances,
the law and the reference that pictures show follow from its moves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from lmwalk.geometry import Array, Curve, Outline, Point, Reference


class Sites(ABC):
    """Finitely many sites that look alike from each: those of an Abelian group, whose elements are displacements.

    A site is a number, the displacement from site 0 to it in C order of ``shape``. An unbiased walk makes each of
    ``moves`` with the same probability, so that its law after n steps is the n-fold convolution of that of one step.

    Diaconis (1988), Group Representations in Probability and Statistics, chapter 3.
    """

    unit: ClassVar[str] = "steps"
    about_distance: ClassVar[str] = (
        "The fewest moves that lead from the start to where a walk ended. The distance of unbiased walks is the mean "
        "of their exact law, in which every answer is equally likely."
    )
    arrows: ClassVar[Mapping[str, str]]
    moves: ClassVar[Mapping[str, tuple[int, ...]]]
    """The displacement that each outcome makes, one whole number a dimension of ``shape``."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """The group: displacements are added modulo these numbers."""

    @property
    @abstractmethod
    def points(self) -> Curve:
        """Where each site is drawn."""

    @property
    @abstractmethod
    def hops(self) -> tuple[int, ...]:
        """The fewest moves that make each displacement."""

    @property
    @abstractmethod
    def displacements(self) -> Mapping[int, str]:
        """The name of each displacement, in the order of an axis."""

    @property
    @abstractmethod
    def outlines(self) -> tuple[Outline, ...]:
        """The track that walks keep to."""

    @abstractmethod
    def around(self, site: int, hops: int) -> Curve | None:
        """A curve around all sites so near to one; None where none is drawn."""

    def moved(self, site: int, outcome: str) -> int:
        """The site that a move leads to."""
        at = np.unravel_index(site, self.shape)
        there = [(here + by) % size for here, by, size in zip(at, self.moves[outcome], self.shape, strict=True)]
        return int(np.ravel_multi_index(there, self.shape))

    @cached_property
    def reach(self) -> float:
        return float(np.abs(self.points).max())

    def sites(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """The site drawn nearest to each place, of the shape of x and y."""
        own = np.asarray(self.points)
        at = np.stack([np.asarray(x, float), np.asarray(y, float)], axis=-1).reshape(-1, 2)
        known, place = np.unique(at, axis=0, return_inverse=True)
        nearest = [int(np.square(own - each).sum(axis=-1).argmin()) for each in known]
        return np.array(nearest, np.intp)[place.reshape(-1)].reshape(np.shape(x))

    def displaced(self, start: Point, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """The displacement from the start to each place, of the shape of x and y."""
        begun = np.unravel_index(int(self.sites(*start)), self.shape)
        at = np.unravel_index(self.sites(x, y), self.shape)
        gone = [(there - here) % size for there, here, size in zip(at, begun, self.shape, strict=True)]
        return np.asarray(np.ravel_multi_index(gone, self.shape), np.intp)

    def distances(self, start: Point, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        distance: Array = np.asarray(self.hops, float)[self.displaced(start, x, y)]
        return distance

    def laws(self, steps: Iterable[int]) -> Array:
        """The probability of each displacement of an unbiased walk after so many steps, shape (steps, sites)."""
        taken = np.array([*steps], float).reshape(-1, *(1 for _ in self.shape))
        axes = tuple(range(1, taken.ndim))
        law = np.fft.ifftn(self._spectrum**taken, axes=axes).real
        return np.asarray(law.clip(min=0).reshape(len(taken), -1))

    @cached_property
    def _spectrum(self) -> npt.NDArray[np.complex128]:
        one = np.zeros(self.shape)
        for move in self.moves.values():
            one[tuple(np.mod(move, self.shape))] += 1 / len(self.moves)
        return np.asarray(np.fft.fftn(one), np.complex128)

    def unbiased_distances(self, steps: npt.ArrayLike) -> Array:
        each, place = np.unique(np.asarray(steps, int), return_inverse=True)
        means: Array = np.array([float(self.laws([n])[0] @ np.asarray(self.hops)) for n in each.tolist()])
        return means[place.reshape(-1)].reshape(np.shape(steps))

    def time_shares(self, steps: Iterable[int]) -> Array:
        """The expected share of their time that unbiased walks of such lengths spend at each displacement.

        The start and every step count once, over all walks together: with the law of one step as its Fourier transform
        f, a walk of n steps adds 1 + f + ... + f^n. Shape (sites,).
        """
        lengths, walks = np.unique(np.array([*steps], int) + 1, return_counts=True)
        f, total = self._spectrum, np.zeros(self.shape, np.complex128)
        stays = np.isclose(f, 1, rtol=0, atol=1e-12)
        for length, count in zip(lengths.tolist(), walks.tolist(), strict=True):
            total += count * np.where(stays, length, (1 - f**length) / np.where(stays, 1, 1 - f))
        return np.asarray(np.fft.ifftn(total).real.ravel() / (lengths @ walks))

    def unbiased_spread(self, steps: int) -> float:
        """The standard deviation of the distance of an unbiased walk from its start after so many steps."""
        law, hops = self.laws([steps])[0], np.asarray(self.hops, float)
        return float(np.sqrt(law @ (hops - law @ hops) ** 2))

    def reference(self, steps: int, start: Point, share: float = 0.95) -> Reference | None:
        """The sites nearest to the start that hold at least that share of unbiased walks; None where these are all."""
        law, hops = self.laws([steps])[0], np.asarray(self.hops)
        held = np.array([law[hops <= far].sum() for far in range(int(hops.max()) + 1)])
        far = int((held >= share - 1e-12).argmax())
        curve = self.around(int(self.sites(*start)), far) if far < hops.max() else None
        return Reference(curve, float(held[far]), float(law @ hops), shape="curve") if curve else None
