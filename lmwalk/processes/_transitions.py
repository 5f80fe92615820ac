"""Transition matrices of Markov chains by name, and sequences that a chain draws."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Matrix = tuple[tuple[float, ...], ...]
Preset = Literal["uniform", "sticky", "last", "cycle"]
PREFERRED = 0.7
"""How likely the one step is that a preset prefers."""


def preset(name: Preset, k: int) -> Array:
    """A transition matrix by its name, shape (k, k); rows sum to 1."""
    if name == "uniform":
        return np.full((k, k), 1 / k)
    matrix = np.full((k, k), (1 - PREFERRED) / (k - 1))
    preferred = {"sticky": np.arange(k), "last": np.full(k, k - 1), "cycle": (np.arange(k) + 1) % k}[name]
    matrix[np.arange(k), preferred] = PREFERRED
    return matrix


@lru_cache(maxsize=4096)
def drawn_places(transitions: Matrix, length: int, seed: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of the states that a chain comes to; the first is any, equally often.

    A longer sequence of the same seed begins as a shorter one does.
    """
    rng = np.random.default_rng(seed)
    reached = np.cumsum(transitions, axis=1)
    reached[:, -1] = 1.0  # rounding must not leave a gap above the last
    first, chances = int(rng.integers(len(transitions))), rng.random(max(0, length - 1))
    places = [first] if length else []
    for chance in chances:
        places.append(int(np.searchsorted(reached[places[-1]], chance, side="right")))
    return tuple(places)
