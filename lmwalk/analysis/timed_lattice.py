"""Positions and moments together, for policies that depend on t: each position once for each moment."""

from __future__ import annotations

import numpy as np

from lmwalk.analysis.lattices import Lattice


def over_time(lattice: Lattice, moments: int) -> Lattice:
    """A lattice of each position at each of so many moments, moment after moment.

    A move leads to the next moment; from the last one it leads to the same position there.
    """
    size = len(lattice)
    next_ = np.minimum(np.arange(moments) + 1, moments - 1) * size
    leads = (next_[:, None, None] + lattice.leads[None]).reshape(moments * size, -1)
    times = (moments, *(1,) * (lattice.vectors.ndim - 1))
    return Lattice(
        lattice.geometry,
        np.tile(lattice.points, (moments, 1)),
        lattice.moves,
        leads,
        np.tile(lattice.vectors, times),
        np.tile(lattice.numbers, (moments, 1)),
        lattice.origin,
    )
