"""Tests of shifts by permutation of whole units, and the intervals of shifts that they do not refuse.

A test is a function of the shift by which the first condition is supposed to lie above the second, to a p-value: the
share of arrangements (``arrangements``) whose studentised difference is at least as large as the one seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from lmwalk.analysis.arrangements import flips, splits
from lmwalk.analysis.units import merged

Array = npt.NDArray[np.float64]
Interval = tuple[float, float]
Copies = Sequence[object] | None
Test = Callable[[float], float]
HALVINGS = 14
DOUBLINGS = 40
DIGITS = 12
"""Decimals in which values are compared, so that what is the same but for rounding does not vary."""
SAME = 1e-9
"""Statistics that differ by less, relatively, are ties."""


@dataclass(frozen=True)
class Units:
    """Distinct units of one condition, and how many there are with their copies."""

    value: Array
    weight: Array
    counted: int

    @classmethod
    def of(cls, values: npt.ArrayLike, copies: Copies) -> Self:
        """One value a unit; NaN where it has none."""
        each = np.round(np.asarray(values, float), DIGITS)
        value, weight = merged(each, None, copies)
        # on average 1, so that copying every unit of one condition alike changes no arrangement
        return cls(value, weight / weight.mean() if len(weight) else weight, int((~np.isnan(each)).sum()))

    @property
    def mean(self) -> float:
        """Over all units; NaN where there is none."""
        return float(self.value @ self.weight / self.weight.sum()) if self.weight.sum() else float("nan")

    @property
    def effective(self) -> float:
        """How many units of equal weight would say as much."""
        return float(self.weight.sum() ** 2 / (self.weight**2).sum())

    @cached_property
    def error(self) -> float:
        """The variance of the mean, as ``units.unit_mean`` has it; 0 where no unit differs from another."""
        if np.ptp(self.value) == 0:
            return 0.0
        n, squares = len(self.value), float((self.weight**2 * (self.value - self.mean) ** 2).sum())
        return n / (n - 1) * squares / float(self.weight.sum()) ** 2

    @property
    def skewness(self) -> float:
        """The size of the third standardised moment of the distinct values; 0 where no unit differs from another."""
        apart = self.value - self.value.mean()
        square = float((apart**2).mean())
        return abs(float((apart**3).mean())) / square**1.5 if self.error > 0 else 0.0

    @property
    def variance(self) -> float:
        """Between units; of equal weights the usual one."""
        return self.error * self.effective


def split_test(one: Units, other: Units) -> Test:
    """By dealing all units of two conditions out anew."""
    # every sum over units is linear in the shift, so that each arrangement is gone through once for all shifts
    weight = np.concatenate([one.weight, other.weight])
    value = np.concatenate([one.value, other.value])
    value = value - value.mean()
    first = np.concatenate([np.ones(len(one.value)), np.zeros(len(other.value))])
    square = weight**2
    sums = (weight, weight * value, weight * first)
    squares = (square, square * value, square * first, square * value**2, square * value * first)
    parts = np.stack([*sums, *squares], axis=1)
    chosen = splits(len(one.value), len(other.value))
    mine = (chosen @ parts).T
    dealt = (mine, parts.sum(axis=0)[:, None] - mine)
    sizes = (len(one.value), len(other.value))
    spread = float((square * value**2).sum()) / float(weight.sum()) ** 2

    def p_at(shift: float) -> float:
        (a, a_error), (b, b_error) = (
            _moments(part, size, shift, spread) for part, size in zip(dealt, sizes, strict=True)
        )
        return _share_as_large(_studentised(a - b, a_error + b_error))

    return p_at


def _moments(sums: Array, size: int, shift: float, spread: float) -> tuple[Array, Array]:
    """The weighted mean under each arrangement, and its variance."""
    w, wx, wa, w2, w2x, w2a, w2xx, w2xa = sums
    mean = (wx - shift * wa) / w
    squares = w2xx - 2 * shift * w2xa + shift**2 * w2a
    error = size / (size - 1) * (squares - 2 * mean * (w2x - shift * w2a) + mean**2 * w2) / w**2
    return mean, np.where(error > SAME * (spread + shift**2), error, 0.0)


def flip_test(apart: Units) -> Test:
    """By turning pairs round, of whose values these are the differences."""
    weight, value, n = apart.weight, apart.value, len(apart.value)
    signs, square = flips(n), apart.weight**2
    sums = (signs @ np.stack([weight * value, weight, square * value, square], axis=1)).T

    def p_at(shift: float) -> float:
        wd, w, w2d, w2 = sums
        mean = (wd - shift * w) / weight.sum()
        squares = float((square * (value - shift) ** 2).sum())
        error = n / (n - 1) * (squares - 2 * mean * (w2d - shift * w2) + mean**2 * square.sum()) / weight.sum() ** 2
        return _share_as_large(_studentised(mean, np.where(error > SAME * squares / weight.sum() ** 2, error, 0.0)))

    return p_at


def _studentised(difference: Array, error: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes = np.abs(difference) / np.sqrt(error)
    return np.where(error > 0, sizes, np.where(np.abs(difference) > SAME, np.inf, 0.0))


def _share_as_large(sizes: Array) -> float:
    """The share of arrangements whose statistic is at least that of the first."""
    return float((sizes >= sizes[0] * (1 - SAME)).mean())


def inverted(p_at: Test, centre: float, scale: float, alpha: float) -> Interval:
    """The shifts that the test does not refuse, to a thousandth of the interval's length."""
    if scale <= 0:
        return centre, centre
    return _end(p_at, centre, -2 * scale, alpha), _end(p_at, centre, 2 * scale, alpha)


def _end(p_at: Test, centre: float, step: float, alpha: float) -> float:
    inside, outside = centre, centre + step
    for _ in range(DOUBLINGS):
        if p_at(outside) <= alpha:
            break
        inside, outside = outside, centre + 2 * (outside - centre)
    else:
        return float(np.sign(step) * np.inf)
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_at(middle) > alpha else (inside, middle)
    return outside
