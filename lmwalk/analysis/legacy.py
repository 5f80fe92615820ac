"""The original's filter and fit, kept so that published numbers can be matched and its failure seen.

Source: arXiv 2503.04722 and rcorona/llm-coin-flips. The counts are discounted from a = b = 1, and each is read as 1
where it is less. Gamma is fitted alone, by summed absolute error, by one bounded local search that starts at 0.5 (the
original's own optimiser settings are not known). That error often has two valleys, one at weak memory, where clamped
counts answer 1/2, and one at the truth; 0.5 mostly lies in the first, and the search ends there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.beliefs import Tosses

Array = npt.NDArray[np.float64]
START = 0.5


@dataclass(frozen=True)
class LegacyFit:
    """The discount the one search ended at, and the mean absolute error of P(heads) there."""

    gamma: float
    error: float


def legacy_filtered(sequence: npt.ArrayLike, gamma: float) -> Array:
    """P(heads) after each beginning of a sequence: max(1, a) / (max(1, a) + max(1, b)), shape (..., n + 1)."""
    heads = np.asarray(sequence, float)
    belief = np.full((*heads.shape[:-1], heads.shape[-1] + 1), 0.5)
    a, b = np.ones(heads.shape[:-1]), np.ones(heads.shape[:-1])
    for t in range(heads.shape[-1]):
        a, b = gamma * a + heads[..., t], gamma * b + 1 - heads[..., t]
        most_a, most_b = np.maximum(1, a), np.maximum(1, b)
        belief[..., t + 1] = most_a / (most_a + most_b)
    return belief


def legacy_fit(observations: pd.DataFrame) -> LegacyFit:
    """Fit gamma alone, from one start, as the original does.

    Parameters
    ----------
    observations : DataFrame
        tosses (tuple of 0/1 shown, oldest first), p (the model's P(heads)). Rows where p is NaN do not count.
    """
    from scipy.optimize import minimize

    known = observations[observations["p"].notna()]
    if known.empty:
        return LegacyFit(np.nan, np.nan)
    shown, answers = known["tosses"].tolist(), known["p"].to_numpy(float)

    def error(gamma: Array) -> float:
        return float(np.abs(_believed(shown, float(gamma[0])) - answers).mean())

    found = minimize(error, [START], bounds=[(0, 1)])
    return LegacyFit(float(found.x[0]), float(found.fun))


def _believed(shown: list[Tosses], gamma: float) -> Array:
    """The belief after each sequence; sequences of one length are filtered at once."""
    sizes = np.array([len(each) for each in shown])
    believed = np.empty(len(shown))
    for size in np.unique(sizes):
        rows = np.flatnonzero(sizes == size)
        sequences = np.array([shown[row] for row in rows], float).reshape(len(rows), size)
        believed[rows] = legacy_filtered(sequences, gamma)[:, -1]
    return believed
