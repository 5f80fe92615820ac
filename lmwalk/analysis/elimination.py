"""Markov chains solved by eliminating one state after another, without a subtraction.

What a chain does in the long run can hang on probabilities that are far below the rounding of 1: a walk that circles
for 1e20 steps before it leaves does so with a probability that ``1 - p`` cannot hold. Elimination adds, multiplies and
divides numbers that are not negative, so every result has nearly all of its digits, however rare what it rests on.

Grassmann, Taksar and Heyman (1985), Oper. Res. 33, 1107; O'Cinneide (1993), Numer. Math. 65, 109.

States are put into an order in which they reach near ones only (reverse Cuthill-McKee), and stored as a band.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
LARGE = 1e200
"""Beyond this numbers are made smaller, or taken to be infinite."""


def stationary_law(chain: Any) -> Array:
    """The law that one step of an irreducible chain leaves as it is, shape (states,).

    NaN where a state is left more seldom than once in 1e200 steps, which is too seldom for any number.

    Parameters
    ----------
    chain : sparse array, shape (states, states)
        Probabilities from row to column; every state leads to every other.
    """
    order = _narrow(chain)
    band, reach = _band(chain, order)
    for state in range(len(order) - 1, 0, -1):
        near = slice(max(0, state - reach), state)
        out = band[state, near].sum()
        if out < 1 / LARGE:
            return np.full(len(order), np.nan)
        band[near, state] /= out
        band[near, near] += np.outer(band[near, state], band[state, near])
    law = np.zeros(len(order))
    law[0] = 1.0
    for state in range(1, len(order)):
        near = slice(max(0, state - reach), state)
        law[state] = law[near] @ band[near, state]
        if law[state] > LARGE:
            law[: state + 1] /= law[state]
    found = np.empty_like(law)
    found[order] = law / law.sum()
    return found


def until_it_leaves(chain: Any, leaving: Array, reward: Array) -> tuple[Array, Array]:
    """Where a chain leaves its states for good, and what it gathers before.

    Parameters
    ----------
    chain : sparse array, shape (states, states)
        Probabilities among states each of which is left sooner or later.
    leaving : array, shape (states, exits)
        The probability of each exit.
    reward : array, shape (states,)
        What each time spent in a state adds; 1 for time itself.

    Returns
    -------
    array, shape (states, exits)
        The probability that a chain begun in a state leaves by each exit; rows sum to 1.
    array, shape (states,)
        What it gathers on average; infinite beyond 1e200. Where a state is left more seldom than that, nothing is
        known of the exits, and they are NaN.

    Kemeny and Snell (1960), Finite Markov Chains, theorems 3.2.4 and 3.3.7, whose inverse is not formed.
    """
    order = _narrow(chain)
    band, reach = _band(chain, order)
    side = np.column_stack([leaving, reward])[order]
    exits = leaving.shape[1]
    for state in range(len(order) - 1, -1, -1):
        near = slice(max(0, state - reach), state)
        out = band[state, near].sum() + side[state, :exits].sum()
        if out < 1 / LARGE:
            return np.full_like(leaving, np.nan), np.full(len(order), np.inf)
        band[state, near] /= out
        side[state] /= out
        side[state, exits] = min(side[state, exits], LARGE)
        band[near, near] += np.outer(band[near, state], band[state, near])
        side[near] += np.outer(band[near, state], side[state])
    for state in range(len(order)):
        near = slice(max(0, state - reach), state)
        side[state] += band[state, near] @ side[near]
    found = np.empty_like(side)
    found[order] = side
    return found[:, :exits], np.where(found[:, exits] < LARGE, found[:, exits], np.inf)


def _narrow(chain: Any) -> npt.NDArray[np.intp]:
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    return np.asarray(reverse_cuthill_mckee((chain + chain.T).tocsr(), symmetric_mode=True), np.intp)


def _band(chain: Any, order: npt.NDArray[np.intp]) -> tuple[Array, int]:
    """The chain in another order as a square array, of which only what is near the diagonal exists in memory.

    Entry (i, j) is entry i (2 reach + 1) + (j - i + reach) of a flat array, which is to say that a row begins 2 reach
    entries after the one above. Entries further than ``reach`` from the diagonal are others' and must not be touched.
    """
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    entries = chain.tocoo()
    row, column = place[entries.coords[0]], place[entries.coords[1]]
    reach = int(np.abs(row - column).max(initial=0))
    flat = np.zeros(len(order) * (2 * reach + 1) + 1)
    np.add.at(flat, row * 2 * reach + column + reach, entries.data)
    size = flat.itemsize
    shape, strides = (len(order), len(order)), (2 * reach * size, size)
    return np.lib.stride_tricks.as_strided(flat[reach:], shape, strides), reach
