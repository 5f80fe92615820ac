"""Sampled walks as numbers: where each was asked and what it answered, and the same walks drawn from a law anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.lattices import Lattice

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
AFTER, UNREAD = -2, -1
"""Codes of no move: behind a walk's end, and of an answer that could not be read."""
COINCIDENCE = 1e-3
"""A walk that is equal to another is a copy where it had less than this probability."""


@dataclass(frozen=True, eq=False)
class Walks:
    """Walks that were asked.

    Attributes
    ----------
    begun : array of int, shape (walks,)
        The position of the first question.
    moves : array of int, shape (walks, steps)
        The number of the move that each answer named, ``UNREAD`` or ``AFTER``.
    walking : bool
        Whether each answer leads to the position of the next question. Otherwise each "walk" is asked at its own
        position only.
    """

    begun: Numbers
    moves: Numbers
    walking: bool = True


def walks_of(rows: pd.DataFrame, lattice: Lattice) -> Walks:
    """The walks of one condition.

    Parameters
    ----------
    rows : DataFrame
        walk, t, position (number of the position asked at), outcome (None where it could not be read). Without
        ``walk`` each row is an answer by itself.
    """
    number = {move: place for place, move in enumerate(lattice.moves)}
    codes: Numbers = np.asarray(rows["outcome"].map(number).fillna(UNREAD).to_numpy(float), np.intp)
    if "walk" not in rows:
        return Walks(rows["position"].to_numpy(np.intp), codes[:, None], walking=False)
    ordered = rows.assign(code=codes).sort_values(["walk", "t"], kind="stable")
    place = ordered.groupby("walk", sort=False).cumcount()
    wide = ordered.assign(place=place).pivot_table(index="walk", columns="place", values="code", sort=True)
    begun = ordered.groupby("walk", sort=True)["position"].first().to_numpy(np.intp)
    moves: Numbers = np.asarray(wide.fillna(AFTER).to_numpy(float), np.intp)
    return Walks(begun, moves)


def visited(walks: Walks, lattice: Lattice) -> Numbers:
    """The position of each question, shape (walks, steps)."""
    at = np.empty_like(walks.moves)
    here = walks.begun
    for t in range(at.shape[1]):
        at[:, t] = here
        move = walks.moves[:, t]
        here = np.asarray(np.where(move >= 0, lattice.leads[here, move], here)) if walks.walking else here
    return at


def counts_of(walks: Walks, lattice: Lattice) -> Array:
    """How often each move was answered at each position, shape (positions, moves)."""
    at, read = visited(walks, lattice), walks.moves >= 0
    counts = np.zeros(lattice.leads.shape)
    np.add.at(counts, (at[read], walks.moves[read]), 1.0)
    return counts


def _unknown(law: Array) -> npt.NDArray[np.bool_]:
    """Where there is no law, shape (positions,)."""
    return np.asarray(np.isnan(law).any(axis=1))


def until_unknown(walks: Walks, lattice: Lattice, law: Array) -> Walks:
    """Walks up to the first position whose law is not known."""
    unknown = _unknown(law)[visited(walks, lattice)]
    moves = walks.moves.copy()
    moves[np.logical_or.accumulate(unknown, axis=1)] = AFTER
    return Walks(walks.begun, moves, walks.walking)


def without_copies(walks: Walks, lattice: Lattice, law: Array) -> Walks:
    """Each walk once, unless the law makes it so likely that others may well be the same by chance.

    A server that minds no seed gives the same walk again and again, which is one observation. At low temperatures
    honest walks are equal, too, and to leave these out would make the answers too surprising.
    """
    read = walks.moves >= 0
    with np.errstate(divide="ignore"):
        logs = np.log(law)[visited(walks, lattice), walks.moves]
    unlikely = np.where(read, logs, 0.0).sum(axis=1) < np.log(COINCIDENCE)
    first = np.zeros(len(read), bool)
    first[np.unique(np.column_stack([walks.begun, walks.moves]), axis=0, return_index=True)[1]] = True
    kept = first | ~unlikely | (not walks.walking)
    return Walks(walks.begun[kept], walks.moves[kept], walks.walking)


def drawn_anew(walks: Walks, lattice: Lattice, law: Array, chance: np.random.Generator) -> Walks:
    """The same walks with moves drawn from the law, unread at the same steps."""
    bounds = np.cumsum(law, axis=1)
    bounds = (bounds / bounds[:, -1:])[:, :-1]
    moves, here = walks.moves.copy(), walks.begun
    draws, unknown = chance.random(moves.shape), _unknown(law)
    for t in range(moves.shape[1]):
        read = moves[:, t] >= 0
        moves[read, t] = (draws[read, t, None] >= bounds[here[read]]).sum(axis=1)
        lost = unknown[here]
        moves[lost, t:] = AFTER
        move = moves[:, t]
        here = np.where(move >= 0, lattice.leads[here, move], here) if walks.walking else here
    return Walks(walks.begun, moves, walks.walking)
