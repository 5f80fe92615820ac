"""Exact learners: what would be expected next, by Bayes' rule and by filters that forget.

Tosses are 0/1, 1 being the event (heads), oldest first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Tosses = tuple[int, ...]


def tosses(results: Sequence[str], event: Collection[str]) -> Tosses:
    """Results as 0/1: whether each is the event. A text is read letter by letter.

    >>> tosses("HTH", {"H"}), tosses(("heads", "tails"), {"heads"})
    ((1, 0, 1), (1, 0))
    """
    return tuple(int(result in event) for result in results)


def beta_predictive(heads: npt.ArrayLike, n: npt.ArrayLike, a: float = 1.0, b: float = 1.0) -> Array:
    """P(heads) after so many heads in n tosses, with theta ~ Beta(a, b) before: (a + heads) / (a + b + n).

    Bernardo and Smith (1994), Bayesian Theory, section 5.2.
    """
    return np.asarray((a + np.asarray(heads, float)) / (a + b + np.asarray(n, float)))


def filtered(sequence: npt.ArrayLike, mean: float = 0.5, strength: float = 2.0, gamma: float = 1.0) -> Array:
    """P(heads) after each beginning of a sequence, by a filter that discounts what is old.

    a and b start at mean x strength and (1 - mean) x strength; each toss makes them gamma a + [heads] and
    gamma b + [tails]; the belief is a / (a + b). With gamma = 1 it is ``beta_predictive``. With gamma = 0 all but the
    last toss is forgotten, the prior too, so that the last toss is expected again with certainty; before the first
    toss any filter expects the prior mean.

    Parameters
    ----------
    sequence : array_like, shape (..., n)
        Tosses, 0 or 1, oldest first.
    mean, strength, gamma : float
        Prior mean in 0..1, prior strength in pseudo-tosses (> 0), discount in 0..1.

    Returns
    -------
    ndarray, shape (..., n + 1)
        The belief before the first toss, after it, and so on.

    The discounted filter of arXiv 2503.04722, with a prior that is free.
    """
    heads = np.asarray(sequence, float)
    a = np.empty((*heads.shape[:-1], heads.shape[-1] + 1))
    total = np.empty(heads.shape[-1] + 1)
    a[..., 0], total[0] = mean * strength, strength
    for t in range(heads.shape[-1]):
        a[..., t + 1] = gamma * a[..., t] + heads[..., t]
        total[t + 1] = gamma * total[t] + 1
    return np.asarray(a / total)


def memory(gamma: npt.ArrayLike) -> Array:
    """How many tosses back a discounted filter looks: 1 / (1 - gamma), infinite at 1."""
    forgotten = 1 - np.asarray(gamma, float)
    return np.where(forgotten > 0, 1 / np.where(forgotten > 0, forgotten, 1), np.inf)
