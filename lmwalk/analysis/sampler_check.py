"""Is the server's sampler the one it claims? Sampled walks against what an honest sampler gives at each position.

The law at a position is that of the field after the sampler that was asked for. Two tests of a whole condition and one
of each position:

* surprise: the mean of -log2 p over the answers, less what the law expects. A cut or a lower temperature makes answers
  too likely, a higher temperature too unlikely; it is the score of the temperature, and the most powerful test near it.
* G, summed over positions: any other difference.
* G at each position by itself, adjusted over positions.

A walk comes to a position because of what was answered before, so that the numbers of answers are no design: a position
that is left by an unlikely move has few answers and an unlikely one among them. All three are therefore compared with
walks that are drawn from the law anew, from the same starts, as long, and unread at the same steps. Their p holds
however few answers a position has; that of a position is the share of such walks in which any position has as small a
chi-square p (Westfall and Young 1993, Resampling-Based Multiple Testing, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.asked_walks import Walks, counts_of, drawn_anew, until_unknown, visited, without_copies
from lmwalk.analysis.lattices import Lattice
from lmwalk.analysis.pvalues import monte_carlo_p, rare_p
from lmwalk.analysis.samplers import LEAST_EXPECTED, g_test, holm

Array = npt.NDArray[np.float64]
SIMULATIONS, MOST_STEPS = 999, 20_000_000
"""Walks are drawn anew so many times, fewer where that would take more steps than this, but never below 99."""
AT_ONCE = 1_000_000
ROUNDING = 1e-9


@dataclass(frozen=True)
class Checked:
    """What came of the tests of one condition.

    Attributes
    ----------
    answers, walks, simulations : int
        Answers that count, walks that are no copies, and how often these were drawn anew.
    surprise : float
        Bits that an answer is more surprising than the law expects; below 0 the answers are too likely.
    surprise_p, g_p : float
        Each adjusted for the other (Holm).
    counts : array, shape (positions, moves)
        How often each move came in these walks.
    positions : DataFrame
        One row a position with answers: position, n, move (the likeliest under the law), share (its probability), seen
        (its share of the answers), g and p (``g_test``, which takes n as given), p_adjusted (over positions, by walks
        drawn anew; NaN where answers are too few to tell moves apart).
    """

    answers: int
    walks: int
    simulations: int
    surprise: float
    surprise_p: float
    g: float
    g_p: float
    counts: Array
    positions: pd.DataFrame

    @property
    def p(self) -> float:
        """Of both tests together."""
        return float(np.nanmin([self.surprise_p, self.g_p])) if self.answers else np.nan


def check(walks: Walks, lattice: Lattice, law: Array, simulations: int = SIMULATIONS, seed: int = 0) -> Checked:
    """Test one condition.

    Parameters
    ----------
    law : array, shape (positions, moves)
        What the sampler that was asked for gives at each position; NaN where it is not known. A walk counts until it
        comes to such a position.
    """
    own = without_copies(until_unknown(walks, lattice, law), lattice, law)
    answers = int((own.moves >= 0).sum())
    counts = counts_of(own, lattice)
    if not answers:
        table = _positions(counts, lattice, law, np.ones(1), seed)
        return Checked(0, 0, 0, np.nan, np.nan, np.nan, np.nan, counts, table)
    repeats = int(np.clip(MOST_STEPS // own.moves.size, 99, simulations))
    batches = np.array_split(np.arange(repeats), -(-repeats * own.moves.size // AT_ONCE))
    chance = np.random.default_rng([seed, answers])
    null = np.concatenate([_drawn_statistics(own, lattice, law, len(each), chance) for each in batches])
    surprise, g, _ = _statistics(own, lattice, law)[0].tolist()
    far = {"surprise": rare_p(surprise, null[:, 0]).p, "g": rare_p(g - ROUNDING, null[:, 1], one_sided=True).p}
    p = holm(far)
    table = _positions(counts, lattice, law, null[:, 2], seed)
    return Checked(answers, len(own.begun), repeats, surprise, p["surprise"], g, p["g"], counts, table)


def _positions(counts: Array, lattice: Lattice, law: Array, least: Array, seed: int) -> pd.DataFrame:
    """A row for each position with answers; ``least`` are the smallest p of any position in walks drawn anew."""
    held = np.flatnonzero(counts.sum(axis=1) > 0)
    rows = []
    for position in held.tolist():
        own, first = counts[position], int(law[position].argmax())
        tested = g_test(own, law[position], seed)
        shares = (lattice.moves[first], float(law[position, first]), float(own[first] / own.sum()))
        rows.append((position, tested.n, *shares, tested.statistic, tested.p))
    table = pd.DataFrame(rows, columns=["position", "n", "move", "share", "seen", "g", "p"])
    own_p = _position_p(counts[held], law[held])
    # where hardly any walk has so many answers at one position, theirs is rare however well they fit
    return table.assign(p_adjusted=np.maximum(own_p, monte_carlo_p(-own_p * (1 + ROUNDING), -least, one_sided=True)))


def _position_p(counts: Array, p: Array) -> Array:
    """The chi-square p of G at each position, moves expected fewer than 5 times taken together; NaN where all are."""
    from scipy.special import chdtrc, rel_entr

    expected = counts.sum(axis=1, keepdims=True) * p
    small = expected < LEAST_EXPECTED
    together = small & (small.sum(axis=1, keepdims=True) > 1)
    own = np.where(together, 0.0, rel_entr(counts, expected)).sum(axis=1)
    rest = rel_entr((counts * together).sum(axis=1), (expected * together).sum(axis=1))
    free = (~together).sum(axis=1) + together.any(axis=1) - 1
    return np.where(free > 0, chdtrc(np.maximum(free, 1), np.maximum(2 * (own + rest), 0.0)), np.nan)


def _drawn_statistics(walks: Walks, lattice: Lattice, law: Array, repeats: int, chance: np.random.Generator) -> Array:
    """The statistics of all these walks drawn anew so many times, shape (repeats, 3)."""
    tiled = Walks(np.tile(walks.begun, repeats), np.tile(walks.moves, (repeats, 1)), walks.walking)
    return _statistics(drawn_anew(tiled, lattice, law, chance), lattice, law, repeats)


def _statistics(walks: Walks, lattice: Lattice, law: Array, repeats: int = 1) -> Array:
    """What is tested, of walks that are as many for each repeat, shape (repeats, 3).

    Bits of surprise beyond what is expected, a mean over answers; G over all positions; and the smallest p of any
    position, 1 where none can be tested.
    """
    from scipy.special import entr, rel_entr, xlogy

    read = walks.moves >= 0
    whose = np.broadcast_to((np.arange(len(read)) // (len(read) // repeats))[:, None], read.shape)[read]
    keys, row = np.unique(whose * len(lattice) + visited(walks, lattice)[read], return_inverse=True)
    repeat, position = np.divmod(keys, len(lattice))
    moves, p = len(lattice.moves), law[position]
    counts = np.bincount(row * moves + walks.moves[read], minlength=len(keys) * moves).reshape(-1, moves).astype(float)
    n = counts.sum(axis=1)
    unexpected = -xlogy(counts, p).sum(axis=1) - n * entr(p).sum(axis=1)
    total = np.maximum(np.bincount(repeat, n, repeats), 1)
    least = np.ones(repeats)
    np.fmin.at(least, repeat, _position_p(counts, p))
    g = 2 * np.bincount(repeat, rel_entr(counts, n[:, None] * p).sum(axis=1), repeats)
    return np.stack([np.bincount(repeat, unexpected, repeats) / total / np.log(2), g, least], axis=1)
