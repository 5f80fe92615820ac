"""The law of a walk itself, from the field of its policy: no sampling, no error but rounding.

A policy that depends on the position alone, or on the position and t, makes the walk a Markov chain: the law at t + 1
is that at t times a sparse matrix of one row a position. A move into a wall leads nowhere, as in the process.

Kemeny and Snell (1960), Finite Markov Chains; Levin, Peres and Wilmer (2017), Markov Chains and Mixing Times, 2nd ed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.lattices import Lattice
from lmwalk.analysis.policy_field import PolicyField
from lmwalk.errors import InputError

Array = npt.NDArray[np.float64]
Start = int | Array | None
"""The number of a position, or a law over positions, shape (positions,); None: where the process begins."""
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class WalkLaw:
    """What takes the law of a walk from each step to the next.

    Attributes
    ----------
    matrices : tuple of sparse array, each (positions, positions)
        One for each of ``moments``; rows of positions without a law are empty.
    moments : tuple of int
        From which t on each holds, ascending; the first holds before its moment too.
    entropies, stopped : array, shape (moments, positions)
        Bits of the next move, and the probability that a wall stops it; NaN where there is no law.
    """

    lattice: Lattice
    matrices: tuple[Any, ...]
    moments: tuple[int, ...]
    entropies: Array
    stopped: Array

    def which(self, t: int) -> int:
        """The number of the matrix that leads from t to t + 1."""
        return max(0, int(np.searchsorted(self.moments, t, side="right")) - 1)

    @property
    def last(self) -> Any:
        """The matrix that holds for good."""
        return self.matrices[-1]

    def start_law(self, start: Start = None) -> Array:
        """A start as a law over positions, shape (positions,)."""
        if start is None or isinstance(start, int | np.integer):
            law: Array = np.zeros(len(self.lattice))
            law[self.lattice.origin if start is None else start] = 1.0
            return law
        given = np.asarray(start, float)
        if given.shape != (len(self.lattice),) or (given < 0).any() or abs(given.sum() - 1) > 1e-9:
            raise InputError("A law to start from has a probability for each position, and they sum to 1.")
        return given

    def checked(self, law: Array, t: int) -> Array:
        """The law at t. Raises InputError where the walk can be where no policy is known."""
        missing = np.flatnonzero((law > 0) & np.isnan(self.entropies[self.which(t)]))
        if len(missing):
            x, y = self.lattice.points[missing[0]]
            raise InputError(
                f"The walk can come to {len(missing):,} positions whose policy was not measured, such as ({x:g}, {y:g})"
                f" at t = {t}. Measure them, or ask for interpolation."
            )
        return law

    def occupancies(self, steps: int, start: Start = None) -> Array:
        """The law of the position at t = 0 .. steps, shape (steps + 1, positions)."""
        laws = np.empty((steps + 1, len(self.lattice)))
        laws[0] = self.start_law(start)
        onwards = [matrix.T.tocsr() for matrix in self.matrices]
        for t in range(steps):
            laws[t + 1] = onwards[self.which(t)] @ self.checked(laws[t], t)
        return laws


def walk_law(
    fields: PolicyField | Sequence[PolicyField], moments: Sequence[int] = (0,), *, unread_stays: bool = False
) -> WalkLaw:
    """The law of walks that follow a policy.

    Parameters
    ----------
    fields : PolicyField or sequence of it
        One for each moment, of one lattice.
    moments : sequence of int
        From which t on each field holds, until the next; ascending.
    unread_stays : bool
        Whether mass outside the moves leaves a walker where it is, as a reply that cannot be read does in a sampled
        walk. Otherwise it moves by the law over the moves, as a walk drawn from probabilities does.
    """
    several = [fields] if isinstance(fields, PolicyField) else [*fields]
    if not several or len(several) != len(moments) or (np.diff([*moments]) <= 0).any():
        raise InputError("There is one field for each moment, and moments ascend.")
    lattice = several[0].lattice
    if any(each.lattice.points.shape != lattice.points.shape for each in several):
        raise InputError("The fields of all moments have the same positions.")
    going = [1 - each.outside if unread_stays else np.ones(len(lattice)) for each in several]
    matrices = tuple(_matrix(each, share) for each, share in zip(several, going, strict=True))
    entropies = np.stack([np.where(each.known, each.entropies, np.nan) for each in several])
    stopped = np.stack(
        [share * (each.p * lattice.stopped).sum(axis=1) for each, share in zip(several, going, strict=True)]
    )
    return WalkLaw(lattice, matrices, tuple(moments), entropies, stopped)


def _matrix(field: PolicyField, going: Array) -> Any:
    from scipy.sparse import csr_array

    lattice, known = field.lattice, np.flatnonzero(field.known)
    moving = field.p[known] * going[known, None]
    rows = np.repeat(known, len(lattice.moves))
    staying = 1 - going[known]
    row, column = np.concatenate([rows, known]), np.concatenate([lattice.leads[known].ravel(), known])
    matrix = csr_array((np.concatenate([moving.ravel(), staying]), (row, column)), shape=(len(lattice),) * 2)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def motion(law: WalkLaw, steps: int, start: Start = None, level: float = 0.95) -> pd.DataFrame:
    """Where the walk is and how far it has come, at each t.

    Bands are quantiles of the exact law of one walk, so that at least ``level`` of all walks lie within. Displacement
    is from each walk's own start; where the start is a law, each of its positions is gone through by itself.

    Returns
    -------
    DataFrame
        One row for t = 0 .. steps. t; x, y (means), x_low, x_high, y_low, y_high (bands); distance (mean from the
        start, in the geometry's unit), msd (mean squared), msd_sd (standard deviation of a single walk's square, so
        that the mean of n walks has the standard error msd_sd / sqrt(n)), r2_low, r2_high (band of the square);
        entropy (bits of the next move on average), wall (probability that a wall stops the next move).
    """
    begun = law.start_law(start)
    places = np.flatnonzero(begun)
    by_start = [law.occupancies(steps, int(place)) for place in places]
    whole = np.tensordot(begun[places], np.stack(by_start), axes=1) if len(places) > 1 else by_start[0]
    columns: dict[str, Any] = {"t": np.arange(steps + 1)}
    for name, values in zip("xy", law.lattice.points.T, strict=True):
        low, high = quantiles(whole, values, level)
        columns |= {name: whole @ values, f"{name}_low": low, f"{name}_high": high}
    columns |= _displacement(law, by_start, places, begun[places], level)
    which = [law.which(t) for t in range(steps + 1)]
    for name, each in (("entropy", law.entropies), ("wall", law.stopped)):
        columns[name] = np.einsum("tp,tp->t", whole, np.nan_to_num(each)[which])
    return pd.DataFrame(columns)


def _displacement(law: WalkLaw, by_start: list[Array], places: Any, weights: Array, level: float) -> dict[str, Any]:
    points = law.lattice.points
    far = [law.lattice.geometry.distances((x, y), *points.T) for x, y in points[places].tolist()]
    squares, place = np.unique(np.round(np.square(np.asarray(far, float)), 9), return_inverse=True)
    place = place.reshape(len(far), -1)
    chance = np.zeros((len(by_start[0]), len(squares)))
    for occupancy, own, weight in zip(by_start, place, weights, strict=True):
        np.add.at(chance.T, own, weight * occupancy.T)
    low, high = quantiles(chance, squares, level)
    msd = chance @ squares
    spread = np.sqrt(np.maximum(0.0, chance @ squares**2 - msd**2))
    return {"distance": chance @ np.sqrt(squares), "msd": msd, "msd_sd": spread, "r2_low": low, "r2_high": high}


def quantiles(laws: Array, values: Array, level: float = 0.95) -> tuple[Array, Array]:
    """The central band of values under each law, laws (..., positions) and values (positions,): low and high, (...).

    An end is the least value below or at which there is the tail's share, so that the band holds at least ``level``.
    """
    order = np.argsort(values, kind="stable")
    below = np.cumsum(laws[..., order], axis=-1)
    tail = (1 - level) / 2
    ends = [values[order][(below >= share - ROUNDING).argmax(axis=-1)] for share in (tail, 1 - tail)]
    return np.asarray(ends[0]), np.asarray(ends[1])


def occupancy_table(law: WalkLaw, steps: int, start: Start = None) -> pd.DataFrame:
    """Where walks of so many steps spend their time and where they end.

    Returns
    -------
    DataFrame
        One row a position: x, y, share (expected share of the times 0 .. steps), end (probability to be there last).
    """
    laws = law.occupancies(steps, start)
    points = law.lattice.points
    return pd.DataFrame({"x": points[:, 0], "y": points[:, 1], "share": laws.mean(axis=0), "end": laws[-1]})
