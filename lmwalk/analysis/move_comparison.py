"""How often walks go each way, beside null walks of the same lengths."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.null_comparison import Against
from lmwalk.analysis.nulls import STAY, Codes, distinct_walks, null_codes, share_moves

MOVES = ("UP", "DOWN", "LEFT", "RIGHT")
"""By code."""

Array = npt.NDArray[np.float64]


def move_shares(codes: Codes, against: Against | None = None) -> pd.DataFrame:
    """The share of each move among those that were read, beside its share in every simulation of null walks.

    Copies of a walk are copied in the null, and walks that share moves share them there, as in ``walk_measures``.

    Parameters
    ----------
    codes : array, shape (walks, steps)
        As ``coded`` gives them.

    Returns
    -------
    DataFrame
        One row a move: move, count, n (moves read), share, expected (the null's mean), null_low, null_high (its central
        95%), more (simulations with a share at least as large), fewer (with one at most as large), simulations. Shares
        are NaN where no move was read.
    """
    chosen = against or Against()
    distinct, place = distinct_walks(codes)
    weights = np.bincount(place).astype(float)
    together = share_moves(distinct)
    null = null_codes(chosen.kind, distinct, chosen.simulations, chosen.seed, together=together)
    read = (distinct >= 0) & (distinct < STAY)
    kept = null if chosen.kind == "biased" else np.where(read, null, np.int8(STAY))
    found, simulated = _shares(distinct[None], weights)[0], _shares(kept, weights)
    low, high = np.quantile(simulated, [0.025, 0.975], axis=0)
    counts = _counts(distinct[None], weights)[0]
    return pd.DataFrame(
        {
            "move": MOVES,
            "count": counts.astype(int),
            "n": int(counts.sum()),
            "share": found,
            "expected": simulated.mean(axis=0),
            "null_low": low,
            "null_high": high,
            "more": (simulated >= found).sum(axis=0),
            "fewer": (simulated <= found).sum(axis=0),
            "simulations": chosen.simulations,
        }
    )


def _counts(codes: Codes, weights: Array) -> Array:
    """How often each move came, shape (..., 4), of codes of shape (..., walks, steps)."""
    return np.stack([((codes == code).sum(axis=-1) * weights).sum(axis=-1) for code in range(STAY)], axis=-1)


def _shares(codes: Codes, weights: Array) -> Array:
    counts = _counts(codes, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(counts / counts.sum(axis=-1, keepdims=True))
