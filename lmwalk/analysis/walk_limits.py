"""What a walk comes to in the long run: the law that its time follows, and how soon.

Levin, Peres and Wilmer (2017), Markov Chains and Mixing Times, 2nd ed., chapters 1, 4 and 12; Kemeny and Snell (1960),
Finite Markov Chains, chapters 3 to 5.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import gcd, inf, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from lmwalk.analysis.elimination import stationary_law, until_it_leaves
from lmwalk.analysis.markov import Start, WalkLaw

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
MIXED = 0.25
"""TVD below which a walk counts as mixed."""
LONGEST = 20_000
"""Steps after which nobody waits for a walk to mix."""
EVEN = 1e-9
"""How near an eigenvalue is to one of size 1 to be one."""
FEW = 12
"""States below which all eigenvalues are computed."""


@dataclass(frozen=True, eq=False)
class Limit:
    """The long run of a walk from its start.

    Attributes
    ----------
    law : array, shape (positions,)
        The share of its time that it spends at each position in the long run. Where every period is 1 it is the limit
        of the law at t as well.
    classes : tuple of array of int
        Positions that a walk never leaves again once it is there, a set for each way it can end.
    shares : tuple of float
        The probability to end in each; the law is theirs, weighted by these.
    periods : tuple of int
        How many steps each class takes to come round; above 1 the law at t goes on changing.
    entropy : float
        Bits a step in the long run.
    """

    law: Array
    classes: tuple[Numbers, ...]
    shares: tuple[float, ...]
    periods: tuple[int, ...]
    entropy: float

    @property
    def settles(self) -> bool:
        """Whether the law at t comes to the limit, not only its mean over time."""
        return max(self.periods) == 1


def reached(matrix: Any, begun: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a chain can ever come from any of these states, themselves included, shape (states,)."""
    onwards, found, new = matrix.T.tocsr(), begun.copy(), begun
    while new.any():
        new = (onwards @ new.astype(float) > 0) & ~found
        found |= new
    return found


def long_run(law: WalkLaw, start: Start = None) -> Limit:
    """Where a walk spends its time in the long run.

    Where the policy uses t, the last of its moments holds for good, and the walk enters it as it is by then. A policy
    with several classes that are never left again has no single stationary law: the limit is then that of this start.

    Raises InputError where the walk can come to a position whose policy is not known.
    """
    begins = law.moments[-1] if len(law.moments) > 1 else 0
    entered = law.occupancies(begins, start)[-1]
    visited = reached(law.last, entered > 0)
    law.checked(visited.astype(float), begins)
    classes, passing = _classes(law.last, np.flatnonzero(visited))
    shares = np.array([entered[each].sum() for each in classes])
    if len(passing) and len(classes) > 1:
        among = law.last[passing]
        leaving = np.column_stack([among[:, each].sum(axis=1) for each in classes])
        shares = shares + entered[passing] @ until_it_leaves(among[:, passing], leaving, np.ones(len(passing)))[0]
    elif len(passing):
        shares = np.ones(1)
    whole = np.zeros(len(law.lattice))
    for each, share in zip(classes, shares, strict=True):
        whole[each] = share * stationary_law(law.last[each][:, each])
    periods = tuple(_period(law.last[each][:, each]) for each in classes)
    entropy = float(whole[visited] @ law.entropies[-1][visited])
    return Limit(whole, tuple(classes), tuple(shares.tolist()), periods, entropy)


def _classes(matrix: Any, visited: Numbers) -> tuple[list[Numbers], Numbers]:
    """Sets of these states that are never left, and the states that are passed on the way to them."""
    from scipy.sparse.csgraph import connected_components

    own = matrix[visited][:, visited]
    count, label = connected_components(own, directed=True, connection="strong")
    row, column = own.tocoo().coords
    left = np.unique(label[row[label[row] != label[column]]])
    closed = np.setdiff1d(np.arange(count), left)
    return [visited[label == each] for each in closed], visited[np.isin(label, left)]


def _period(chain: Any) -> int:
    """The greatest common divisor of the lengths of all its rounds."""
    from scipy.sparse.csgraph import breadth_first_order

    order, before = breadth_first_order(chain, 0)
    depth = np.zeros(chain.shape[0], int)
    for state in order[1:]:
        depth[state] = depth[before[state]] + 1
    row, column = chain.tocoo().coords
    return gcd(*np.unique(np.abs(depth[row] + 1 - depth[column])).tolist())


def mixing_time(law: WalkLaw, limit: Limit, start: Start = None, window: int = 2, most: int = LONGEST) -> float:
    """The first t at which the law of a walk from this start is nearer than TVD 1/4 to its limit.

    Infinite where it never comes so near, NaN where it takes more than ``most`` steps. The mixing time of the chain is
    the greatest over all starts (Levin, Peres and Wilmer, section 4.5); this is that of one.

    Parameters
    ----------
    window : int
        Over how many moments, t the last of them, the law is averaged. 2, because a walk that never stands still is on
        every other position at any one t, and forgets that only at the walls; 1 is the textbook's.
    """
    at, onwards = law.start_law(start), [matrix.T.tocsr() for matrix in law.matrices]
    latest: deque[Array] = deque(maxlen=window)
    for t in range(most + 1):
        latest.append(at)
        late = len(latest) == window and t >= law.moments[-1]
        if late and np.abs(sum(latest) / window - limit.law).sum() / 2 < MIXED:
            return float(t)
        at = onwards[law.which(t)] @ at
    return nan if limit.settles else inf


def relaxation_time(law: WalkLaw, limit: Limit) -> float:
    """1 / (1 - |second eigenvalue|): how many steps what is left of the start takes to fall by about 1/e.

    For information, since the walk need not be reversible (Levin, Peres and Wilmer, section 12.2). Whether t is even,
    an eigenvalue of -1, is left out, as in ``mixing_time``. NaN where there are several classes or nothing was found;
    infinite where the law never settles.
    """
    if len(limit.classes) > 1:
        return nan
    own = law.last[limit.classes[0]][:, limit.classes[0]]
    found = _eigenvalues(own)
    sizes = np.sort(np.abs(found[np.abs(found + 1) > EVEN]))[::-1]
    if own.shape[0] == 1:
        return 1.0
    if len(sizes) < 2:
        return nan
    return 1 / (1 - float(sizes[1])) if sizes[1] < 1 - EVEN else inf


def _eigenvalues(chain: Any) -> npt.NDArray[np.complex128]:
    """The largest ones; fewer where they were not found."""
    from scipy.sparse.linalg import ArpackNoConvergence, eigs

    if chain.shape[0] <= FEW:
        return np.asarray(np.linalg.eigvals(chain.toarray()))
    begin = np.random.default_rng(0).random(chain.shape[0])  # uniform is the eigenvector of 1 and finds no other
    try:
        return np.asarray(eigs(chain, k=4, which="LM", v0=begin, return_eigenvectors=False))
    except ArpackNoConvergence as found:
        return np.asarray(found.eigenvalues)
