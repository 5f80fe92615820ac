"""In how many ways whole units could have come under two conditions: all of them where they are few, else a sample.

The first arrangement is the one that was seen, so that a p-value is a share of arrangements and never 0.

Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9, 39.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
MOST = 10_000
"""Arrangements: their smallest p stays below .05 after adjusting over the pairs of some thirty conditions."""
FEWEST = 2_000
NUMBERS = 4_000_000
"""Held at once, of all arrangements together: fewer are drawn of very many units."""


class Tested:
    """What a test by arrangements tells: its p-value, the smallest that so few units can give, and the level."""

    p: float
    smallest_p: float
    level: float

    @property
    def can_tell(self) -> bool:
        """Whether there are units enough for any difference to be found."""
        return bool(self.smallest_p <= 1 - self.level)

    @property
    def differs(self) -> bool:
        """Whether a difference was found."""
        return bool(self.p <= 1 - self.level)


@lru_cache(maxsize=8)
def splits(first: int, second: int) -> Array:
    """Which units stand under the first condition, 1 or 0, shape (arrangements, first + second).

    The units of the first condition come first.
    """
    units = first + second
    if comb(units, first) <= MOST:
        places = np.array(list(itertools.combinations(range(units), first)), int).reshape(-1, first)
    else:
        chance = np.random.default_rng([first, second])
        places = chance.random((_drawn(units), units)).argsort(axis=1)[:, :first]
        places[0] = np.arange(first)
    chosen = np.zeros((len(places), units))
    np.put_along_axis(chosen, places, 1.0, axis=1)
    return _kept(chosen)


@lru_cache(maxsize=8)
def flips(pairs: int) -> Array:
    """Which pairs keep their order, 1, and which are turned round, -1, shape (arrangements, pairs)."""
    if 2**pairs <= MOST:
        return _kept(np.array(list(itertools.product((1.0, -1.0), repeat=pairs))).reshape(-1, pairs))
    signs = np.where(np.random.default_rng(pairs).random((_drawn(pairs), pairs)) < 0.5, -1.0, 1.0)
    signs[0] = 1
    return _kept(signs)


def smallest_split_p(first: int, second: int) -> float:
    """The smallest two-sided p that so many units can give; of two equal numbers each split has its mirror image."""
    every = comb(first + second, first)
    return (2 if first == second else 1) / every if every <= MOST else 1 / _drawn(first + second)


def smallest_flip_p(pairs: int) -> float:
    """The smallest two-sided p that so many pairs can give: all of one sign, or all of the other."""
    return min(1.0, 2 / 2**pairs) if 2**pairs <= MOST else 1 / _drawn(pairs)


def _drawn(units: int) -> int:
    return int(np.clip(NUMBERS // units, FEWEST, MOST))


def _kept(rows: Array) -> Array:
    rows.flags.writeable = False
    return rows
