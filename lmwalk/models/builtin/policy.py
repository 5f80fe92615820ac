"""The policy that ``builtin/tiny`` was taught: a known law of the position alone, to check estimates against.

A drift field swirls counter-clockwise round the origin and pulls towards a ring of radius ``RING``. With
``r = sqrt(x^2 + y^2)``, ``(u, v) = (x, y) / sqrt(r^2 + 1)`` and ``a = tanh((RING - r) / WIDTH)`` the drift is

    d(x, y) = (-v, u) + a (u, v)

and a move e, one of UP (0, 1), DOWN (0, -1), LEFT (-1, 0), RIGHT (1, 0), has

    p(e | x, y) proportional to exp(GAIN d . e / T)

at temperature T. ``|d| <= sqrt(2)``, so no move is ever rarer than 0.024 at T = 1: every one can be counted. At T = 0
the walker circles the ring, at T = 1 it swirls noisily, at T = 1.5 it diffuses. Time, past moves and the size of the
grid do not matter.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOVES: tuple[str, ...] = ("UP", "DOWN", "LEFT", "RIGHT")
"""The answers, in the order of the last axis of ``policy``."""

RING, WIDTH, GAIN = 7.0, 4.0, 1.2

FORMULA = (
    f"p(move) ∝ exp({GAIN:g} d·e / T), with e the move's unit vector and the drift d = (-v, u) + a (u, v), "
    f"where (u, v) = (x, y) / √(r² + 1), r² = x² + y² and a = tanh(({RING:g} - r) / {WIDTH:g})"
)
"""The formula in one line of plain text."""

_DIRECTIONS = np.array([(0, 1), (0, -1), (-1, 0), (1, 0)], dtype=np.float64)


def drift(x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
    """The drift d at positions ``x``, ``y`` of shape (...), as an array of shape (..., 2)."""
    position = np.stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float)), axis=-1)
    r = np.linalg.norm(position, axis=-1, keepdims=True)
    outward = position / np.sqrt(r**2 + 1)
    tangential = np.stack([-outward[..., 1], outward[..., 0]], axis=-1)
    result: Array = tangential + np.tanh((RING - r) / WIDTH) * outward
    return result


def policy(x: npt.ArrayLike, y: npt.ArrayLike, temperature: float = 1.0) -> Array:
    """Probabilities of ``MOVES`` at positions.

    Parameters
    ----------
    x, y : array_like, shape (...)
        Positions; any real numbers.
    temperature : float
        Greater than 0.

    Returns
    -------
    array, shape (..., 4)
        Sums to 1 along the last axis.
    """
    weights = np.exp(GAIN / temperature * drift(x, y) @ _DIRECTIONS.T)
    result: Array = weights / weights.sum(axis=-1, keepdims=True)
    return result
