"""Does a model use t, or the words of the question? Fields of several moments, or of several wordings, compared.

Two kinds of data need two kinds of answer.

Measured probabilities carry no sampling error, so whatever differs between moments differs in truth, and the size of
the difference, its TVD, is the answer. What can still be asked is whether the differences have something in common:
whether t pushes walkers the same way wherever they stand, or each position wanders by itself, as the rounding of a
server or a chance resemblance of numbers makes it. If it does so independently from position to position, the laws at a
position could as well carry each other's moments; the TVD between the moments' laws, averaged over positions first, is
compared with what such exchanges give. Its p says nothing of whether t matters at all.

Sampled replies carry sampling error, so some TVD is there in any case. If t does not matter, the replies at a position
could as well have come at each other's moments; the mean TVD is compared with what such exchanges give.

Pesarin and Salmaso (2010), Permutation Tests for Complex Data, chapters 1 and 4; Phipson and Smyth (2010), Stat. Appl.
Genet. Mol. Biol. 9, 39, for p = (1 + b) / (1 + m).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.distances import total_variation
from lmwalk.analysis.pvalues import monte_carlo_p

Array = npt.NDArray[np.float64]
EXCHANGES = 999
AT_ONCE = 2_000_000
"""Numbers that are exchanged at once."""
ROUNDING = 1e-9


class Change(NamedTuple):
    """How far moments differ, and how likely as much is where their labels mean nothing.

    Attributes
    ----------
    tvd : float
        Mean over positions and pairs of moments.
    tested : float
        What was tested: for laws the TVD between laws that were averaged over positions, for replies ``tvd`` itself.
    chance : float
        Its mean when labels are exchanged.
    p : float
        NaN where fewer than two moments or no position can be compared.
    positions, moments : int
        How many were compared.
    """

    tvd: float
    tested: float
    chance: float
    p: float
    positions: int
    moments: int


def differences(laws: npt.ArrayLike, names: Sequence[object]) -> pd.DataFrame:
    """Each pair of moments.

    Parameters
    ----------
    laws : array_like, shape (moments, positions, moves)
        Laws over the moves; NaN where nothing is known.
    names : sequence
        What the moments, or wordings, are called.

    Returns
    -------
    DataFrame
        first, second, positions (known at both), tvd (mean over these), largest, at (number of the position where it
        is largest, -1 where there is none), common (TVD between the laws averaged over these).
    """
    values, rows = np.asarray(laws, float), []
    for one, other in combinations(range(len(values)), 2):
        each = total_variation(values[one], values[other])
        known = ~np.isnan(each)
        numbers = (np.nan, np.nan, -1, np.nan)
        if known.any():
            common = total_variation(values[one][known].mean(axis=0), values[other][known].mean(axis=0))
            numbers = (float(each[known].mean()), float(np.nanmax(each)), int(np.nanargmax(each)), float(common))
        rows.append((names[one], names[other], int(known.sum()), *numbers))
    return pd.DataFrame(rows, columns=["first", "second", "positions", "tvd", "largest", "at", "common"])


def law_change(laws: npt.ArrayLike, exchanges: int = EXCHANGES, seed: int = 0) -> Change:
    """Whether measured laws change with t, and the same way at many positions.

    Positions count that are known at every moment. The p is that of a change without a common direction, in which
    positions are independent of each other; where neighbours change alike without t, it is too small.
    """
    values = np.asarray(laws, float)
    values = values[:, ~np.isnan(values).any(axis=(0, 2))]
    moments, positions, _ = values.shape
    if moments < 2 or not positions:
        return Change(np.nan, np.nan, np.nan, np.nan, positions, moments)
    found = float(_apart(values.mean(axis=1)))
    chance, null = np.random.default_rng(seed), np.empty(exchanges)
    batch = max(1, AT_ONCE // values.size)
    for begin in range(0, exchanges, batch):
        size = min(batch, exchanges - begin)
        labels = chance.random((size, moments, positions)).argsort(axis=1)
        null[begin : begin + size] = _apart(values[labels, np.arange(positions)].mean(axis=2))
    whole = float(_apart(values.swapaxes(0, 1)).mean())
    return Change(whole, found, float(null.mean()), _p(found, null), positions, moments)


def reply_change(counts: npt.ArrayLike, exchanges: int = EXCHANGES, seed: int = 0) -> Change:
    """Whether sampled replies change with t.

    Parameters
    ----------
    counts : array_like, shape (moments, positions, moves)
        How often each move came. Positions count that have replies at two moments or more; pairs of moments without
        replies at a position do not.
    """
    values = np.asarray(counts, np.int64)
    values = values[:, (values.sum(axis=2) > 0).sum(axis=0) >= 2]
    moments, positions, _ = values.shape
    if not positions:
        return Change(np.nan, np.nan, np.nan, np.nan, 0, moments)
    chance = np.random.default_rng(seed)
    null = np.mean([_exchanged(own, exchanges, chance) for own in values.swapaxes(0, 1)], axis=0)
    found = float(np.mean([_apart(own / np.maximum(own.sum(axis=1, keepdims=True), 1)) for own in _held(values)]))
    return Change(found, found, float(null.mean()), _p(found, null), positions, moments)


def _held(counts: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """The counts of each position at the moments that have any there."""
    return [own[own.sum(axis=1) > 0] for own in counts.swapaxes(0, 1)]


def _exchanged(counts: npt.NDArray[np.int64], exchanges: int, chance: np.random.Generator) -> Array:
    """The TVD at one position when its replies are dealt to the moments anew, shape (exchanges,)."""
    own = counts[counts.sum(axis=1) > 0]
    sizes, moves = own.sum(axis=1), own.shape[1]
    replies = np.repeat(np.arange(moves), own.sum(axis=0))
    dealt = chance.permuted(np.broadcast_to(replies, (exchanges, len(replies))), axis=1)
    parts = np.split(dealt, np.cumsum(sizes)[:-1], axis=1)
    shares = [np.stack([(part == move).mean(axis=1) for move in range(moves)], axis=-1) for part in parts]
    return _apart(np.stack(shares, axis=1))


def _apart(laws: Array) -> Array:
    """The mean TVD of all pairs of laws, shapes (..., moments, moves) to (...)."""
    pairs = np.array([*combinations(range(laws.shape[-2]), 2)])
    return np.asarray(total_variation(laws[..., pairs[:, 0], :], laws[..., pairs[:, 1], :]).mean(axis=-1))


def _p(found: float, null: Array) -> float:
    return float(monte_carlo_p(found - ROUNDING, null, one_sided=True))
