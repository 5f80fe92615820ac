"""When a walk first comes to positions, such as those at a wall, and how many positions it has seen by then.

Kemeny and Snell (1960), Finite Markov Chains, section 3.5; Feller (1968), An Introduction to Probability Theory and Its
Applications, vol. 1, 3rd ed., section XIII.10.
"""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.elimination import until_it_leaves
from lmwalk.analysis.markov import Start, WalkLaw
from lmwalk.analysis.walk_limits import reached

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]
SELDOM, NEGLIGIBLE = 1e-9, 1e-14
"""Visits to all positions together that are left out of the count of those visited, and how rarely a walk is where it
is not followed."""
MOST_WORK, AT_ONCE = 2e10, 4_000_000


class Passage(NamedTuple):
    """Whether a walk ever comes to positions, and after how many steps on average; infinite where it may never.

    Where it comes so seldom that no number holds how seldom, the share is NaN and the mean infinite.
    """

    share: float
    mean: float


def passage_law(law: WalkLaw, targets: Mask, steps: int, start: Start = None) -> pd.DataFrame:
    """The law of the first time at which a walk stands on one of these positions.

    Parameters
    ----------
    targets : array of bool, shape (positions,)
        Such as ``lattice.at_walls``, the positions that touch a wall.

    Returns
    -------
    DataFrame
        t = 0 .. steps, p (that it comes there first at t), by (that it has come there by t).
    """
    gone, _ = _killed(law, targets, steps, start)
    return pd.DataFrame({"t": np.arange(steps + 1), "p": gone, "by": np.cumsum(gone)})


def _killed(law: WalkLaw, targets: Mask, steps: int, start: Start) -> tuple[Array, Array]:
    """What arrives at each t = 0 .. steps, and the law of walks that have not arrived by then."""
    at, onwards = law.start_law(start).copy(), [matrix.T.tocsr() for matrix in law.matrices]
    arrived = np.empty(steps + 1)
    for t in range(steps + 1):
        at = onwards[law.which(t - 1)] @ law.checked(at, t - 1) if t else at
        arrived[t] = at[targets].sum()
        at[targets] = 0.0
    return arrived, at


def passage(law: WalkLaw, targets: Mask, start: Start = None) -> Passage:
    """Whether a walk ever comes to one of these positions, and the mean of the first time.

    Where the policy uses t, the last of its moments holds for good.
    """
    begins = law.moments[-1] if len(law.moments) > 1 else 0
    arrived, at = _killed(law, targets, begins, start)
    visited = reached(_without(law.last, targets), at > 0)
    law.checked((visited & ~targets).astype(float), begins)
    comes = reached(law.last.T.tocsr(), targets)
    inside, never = np.flatnonzero(visited & comes & ~targets), visited & ~comes
    if not len(inside):
        share = float(arrived.sum())
        return Passage(share, inf if at.any() else float(arrived @ np.arange(len(arrived))))
    among = law.last[inside]
    leaving = np.column_stack([among[:, targets].sum(axis=1), among[:, never].sum(axis=1)])
    ways, times = until_it_leaves(among[:, inside], leaving, np.ones(len(inside)))
    if never.any() or np.isnan(times).any():
        return Passage(float(arrived.sum() + at[inside] @ ways[:, 0]), inf)
    still, here = float(arrived @ np.arange(len(arrived)) + begins * at.sum()), at[inside] > 0
    return Passage(1.0, still + float(at[inside][here] @ times[here]))


def _without(matrix: Any, targets: Mask) -> Any:
    """The chain with nothing leading on from these states."""
    from scipy.sparse import diags_array

    return (diags_array((~targets).astype(float)) @ matrix).tocsr()


def distinct_positions(law: WalkLaw, steps: int, start: Start = None) -> Array:
    """How many positions a walk has stood on by t = 0 .. steps on average, its start included, shape (steps + 1,).

    The sum over positions of the probability to have come there. For each position the law is followed by itself,
    without the walks that have come there before. Exact but for positions that all together are visited less than
    ``SELDOM`` times. NaN where that would take more than ``MOST_WORK`` multiplications: a minute.
    """
    laws = law.occupancies(steps, start)
    visits = laws.sum(axis=0)
    order = np.argsort(visits)
    kept = np.sort(order[np.cumsum(visits[order]) > SELDOM])
    held = [np.flatnonzero(each > NEGLIGIBLE) for each in laws]
    size = max(map(len, held))
    if sum(map(len, held)) * len(kept) * len(law.lattice.moves) > MOST_WORK:
        return np.full(steps + 1, np.nan)
    onwards = [law.matrices[law.which(t)][held[t]][:, held[t + 1]].T.tocsr() for t in range(steps)]
    batches = np.array_split(kept, -(-size * len(kept) // AT_ONCE))
    first = sum((_first_times(laws[0], onwards, held, each) for each in batches), np.zeros(steps + 1))
    return np.asarray(np.cumsum(first))


def _first_times(begun: Array, onwards: list[Any], held: list[Numbers], kept: Numbers) -> Array:
    """How many of the kept positions a walk comes to first at each t, shape (steps + 1,)."""
    at, found = np.repeat(begun[held[0], None], len(kept), axis=1), np.empty(len(held))
    for t, places in enumerate(held):
        at = onwards[t - 1] @ at if t else at
        row = np.searchsorted(places, kept).clip(max=len(places) - 1)
        column = np.flatnonzero(places[row] == kept)
        found[t] = at[row[column], column].sum()
        at[row[column], column] = 0.0
    return found
