"""A policy as a field: at each position of a walk the law over its moves, and what follows from it there.

A position that was not measured is NaN throughout, never 0. Mass that is no move's is kept beside the law, which is
normalised over the moves, as ``Distribution.normalised`` has it: a walk drawn from probabilities always moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.distances import total_variation
from lmwalk.analysis.intervals import clopper_pearson
from lmwalk.analysis.lattices import Lattice
from lmwalk.errors import InputError
from lmwalk.sites import Sites

Array = npt.NDArray[np.float64]
Method = Literal["nearest", "linear"]


@dataclass(frozen=True, eq=False)
class PolicyField:
    """The law over moves at each position of a lattice.

    Attributes
    ----------
    p : array, shape (positions, moves)
        Sums to 1 over the moves; NaN where nothing is known.
    outside : array, shape (positions,)
        Mass that is no move's, of 1; NaN where nothing was asked. Where something was, and no move was found to hold
        any mass, this is known and there is no law.
    low, high : array, shape (positions, moves)
        The least and the most that ``p`` can be; ``p`` itself where it is known exactly.
    interpolated : array of bool, shape (positions,)
        Which positions were not measured but filled in from others.
    """

    lattice: Lattice
    p: Array
    outside: Array
    low: Array
    high: Array
    interpolated: npt.NDArray[np.bool_]

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where there is a law, measured or filled in, shape (positions,)."""
        return np.asarray(~np.isnan(self.p).any(axis=1))

    @property
    def measured(self) -> npt.NDArray[np.bool_]:
        """Where the law was measured, shape (positions,)."""
        return np.asarray(self.known & ~self.interpolated)

    @property
    def without_moves(self) -> npt.NDArray[np.bool_]:
        """Where the model was asked and no move was found to hold any mass, shape (positions,)."""
        return np.asarray(~np.isnan(self.outside) & ~self.known)

    @property
    def entropies(self) -> Array:
        """Entropy of the move in bits, shape (positions,)."""
        from scipy.special import entr

        return np.asarray(entr(self.p).sum(axis=1) / np.log(2))

    @property
    def mean_moves(self) -> Array:
        """To the right and upwards, in the geometry's unit a step, shape (positions, 2)."""
        return np.asarray(np.einsum("pm,pmd->pd", self.p, self.lattice.vectors))

    def table(self) -> pd.DataFrame:
        """One row a position, in the lattice's order.

        Returns
        -------
        DataFrame
            x, y, dx, dy (the mean move), strength (its length), entropy (bits), P of each move under its own name,
            outside (mass on no move), width (of the widest bound of a move), interpolated.
        """
        points, means = self.lattice.points, self.mean_moves
        shares = dict(zip(self.lattice.moves, self.p.T, strict=True))
        width = (self.high - self.low).max(axis=1)
        frame = pd.DataFrame({"x": points[:, 0], "y": points[:, 1], "dx": means[:, 0], "dy": means[:, 1]})
        frame = frame.assign(strength=np.hypot(*means.T), entropy=self.entropies, **shares)
        return frame.assign(outside=self.outside, width=width, interpolated=self.interpolated)


def field_of(
    lattice: Lattice, masses: npt.ArrayLike, outside: npt.ArrayLike | None = None, bounds: npt.ArrayLike | None = None
) -> PolicyField:
    """A field from the mass of each move at each position.

    Parameters
    ----------
    masses : array_like, shape (positions, moves)
        Not negative, of any sum; NaN where nothing was measured. They are normalised over the moves; all 0 is no law.
    outside : array_like, shape (positions,), optional
        Mass on no move; where left out, what the masses lack of 1.
    bounds : array_like, shape (2, positions, moves), optional
        The least and the most that each normalised probability can be; where left out, it is known exactly.
    """
    given = np.asarray(masses, float)
    if given.shape != (len(lattice), len(lattice.moves)):
        raise InputError(f"A field of {len(lattice):,} positions and {len(lattice.moves)} moves has a mass for each.")
    if (given < 0).any() or np.isinf(given).any():
        raise InputError("Masses of moves are finite and not negative.")
    total = given.sum(axis=1, keepdims=True)
    p = np.divide(given, total, out=np.full_like(given, np.nan), where=total > 0)
    lacking = np.maximum(0.0, 1 - total[:, 0])
    asked = ~np.isnan(total)
    left = np.where(asked[:, 0], lacking if outside is None else np.asarray(outside, float), np.nan)
    low, high = (p, p) if bounds is None else (np.where(asked, each, np.nan) for each in np.asarray(bounds))
    return PolicyField(lattice, p, left, low, high, np.zeros(len(lattice), bool))


def field_of_counts(lattice: Lattice, counts: npt.ArrayLike, unread: npt.ArrayLike | None = None) -> PolicyField:
    """A field from sampled replies, where a model gives no probabilities.

    Parameters
    ----------
    counts : array_like, shape (positions, moves)
        How often each move was answered.
    unread : array_like, shape (positions,), optional
        Answers that named no move; their share is the mass outside.

    Returns
    -------
    PolicyField
        ``low`` and ``high`` are the exact 95% interval of each share (``clopper_pearson``), each move by itself.
    """
    seen = np.asarray(counts, float)
    read = seen.sum(axis=1)
    lost = np.zeros(len(lattice)) if unread is None else np.asarray(unread, float)
    asked = read + lost > 0
    outside = np.divide(lost, read + lost, out=np.full(len(lattice), np.nan), where=asked)
    return field_of(lattice, np.where(asked[:, None], seen, np.nan), outside, share_bounds(seen))


def share_bounds(counts: npt.ArrayLike) -> Array:
    """The exact 95% interval of each move's share, by itself (``clopper_pearson``), shape (2, positions, moves).

    Parameters
    ----------
    counts : array_like, shape (positions, moves)
        How often each move was answered; where none was, nothing is known: 0 and 1.
    """
    seen = np.asarray(counts, float)
    read = np.broadcast_to(seen.sum(axis=1, keepdims=True), seen.shape)
    return np.where(read > 0, np.stack(clopper_pearson(seen, read)), np.array([0.0, 1.0])[:, None, None])


def distance_of(one: PolicyField, other: PolicyField) -> Array:
    """TVD of two fields of one lattice at each position, shape (positions,); NaN where either has no law."""
    if one.p.shape != other.p.shape or one.lattice.moves != other.lattice.moves:
        raise InputError("Two fields are compared where they have the same positions and moves.")
    return total_variation(one.p, other.p)


def interpolated(field: PolicyField, method: Method = "linear") -> PolicyField:
    """The field with every position filled in that was not measured, and marked.

    Laws, mass outside and bounds are means of those of measured positions, so that each law still sums to 1.
    ``nearest`` takes the nearest measured position (on ``Sites``, the one that the fewest moves lead to). ``linear`` on
    the square grid interpolates over triangles of measured positions and takes the nearest outside of them; on
    ``Sites`` it makes each law the mean of its neighbours', which between two sites of a ring is a straight line.

    Raises InputError where nothing was measured.
    """
    if not field.measured.any():
        raise InputError("No position was measured, so there is nothing to interpolate.")
    weights = _weights(field, method)
    p, outside, low, high = (
        _filled(part, field.measured, weights) for part in (field.p, field.outside, field.low, field.high)
    )
    return PolicyField(field.lattice, p, outside, low, high, ~field.measured)


def _filled(part: Array, measured: npt.NDArray[np.bool_], weights: Array) -> Array:
    """Values with those of unmeasured positions as weighted sums of measured ones."""
    whole = part.copy()
    whole[~measured] = weights @ part[measured]
    return whole


def _weights(field: PolicyField, method: Method) -> Array:
    """What each measured position gives to each unmeasured one, shape (unmeasured, measured); rows sum to 1."""
    from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator
    from scipy.spatial import QhullError

    known, missing = np.flatnonzero(field.measured), np.flatnonzero(~field.measured)
    own = np.eye(len(known))
    if isinstance(field.lattice.geometry, Sites):
        return _between_sites(field.lattice, known, missing) if method == "linear" else own[_hops(field)]
    points = field.lattice.points
    if len(known) == 1:
        return np.ones((len(missing), 1))
    nearest = np.asarray(NearestNDInterpolator(points[known], own)(points[missing]))
    if method == "nearest":
        return nearest
    try:
        linear = np.asarray(LinearNDInterpolator(points[known], own)(points[missing]))
    except QhullError:  # fewer than three, or all in a line
        return nearest
    return np.where(np.isnan(linear), nearest, linear)


def _hops(field: PolicyField) -> npt.NDArray[np.intp]:
    """Which measured site is the fewest moves from each unmeasured one; the first of equals."""
    geometry, points = field.lattice.geometry, field.lattice.points
    known = points[field.measured]
    far = [geometry.distances((x, y), *known.T) for x, y in points[~field.measured].tolist()]
    return np.array([each.argmin() for each in far], np.intp)


def _between_sites(lattice: Lattice, known: npt.NDArray[np.intp], missing: npt.NDArray[np.intp]) -> Array:
    """The weights that make each unmeasured law the mean of its neighbours'."""
    near = np.zeros((len(lattice), len(lattice)))
    np.add.at(near, (np.arange(len(lattice))[:, None], lattice.leads), 1.0)
    near = near + near.T
    np.fill_diagonal(near, 0.0)
    of = near[missing]
    return np.asarray(np.linalg.solve(np.diag(of.sum(axis=1)) - of[:, missing], of[:, known]))
