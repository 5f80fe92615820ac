"""The field behind walks as arrows: where the policy of a condition drives them, in a number that can be drawn."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lmwalk.analysis.known_policy import KnownPolicy
from lmwalk.sites import Sites

Arrow = tuple[float, float, float, float]
"""x, y, and how far it goes to the right and upwards where it is drawn."""
MOST = 400
LENGTH, BETWEEN_SITES = 0.9, 0.6
"""Of the way to the next arrow, where one move is certain."""
DIGITS = 2


@lru_cache(maxsize=256)
def arrows_of(policy: KnownPolicy, reach: float, most: int = MOST) -> tuple[Arrow, ...]:
    """The mean moves of a policy at positions that are evenly apart, at most so many.

    Where the question names t it is that of the moment at which most positions are known.

    Parameters
    ----------
    reach : float
        How far from (0, 0) the picture reaches.
    """
    t, lattice = _fullest(policy), policy.lattice
    known = policy.places(t)
    known = known[np.abs(lattice.points[known]).max(axis=1) <= reach]
    numbers = lattice.numbers[known] - lattice.numbers[policy.start]
    stride, kept = 1, np.ones(len(known), bool)
    while kept.sum() > most:
        stride += 1
        kept = (numbers % stride == 0).all(axis=1)
    shown = known[kept]
    scale = BETWEEN_SITES if isinstance(lattice.geometry, Sites) else LENGTH * stride
    ways = scale * policy.partly(t, tuple(shown.tolist())).mean_moves[shown]
    rows = np.column_stack([lattice.points[shown], ways])[~np.isnan(ways).any(axis=1)].round(DIGITS) + 0.0
    return tuple((x, y, dx, dy) for x, y, dx, dy in rows.tolist())


def _fullest(policy: KnownPolicy) -> int:
    """The moment at which most positions are known, the first of equals."""
    return max(policy.moments or (policy.begins,), key=lambda t: (len(policy.places(t)), -t))
