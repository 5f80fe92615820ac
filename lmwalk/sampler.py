"""From logits to a draw: temperature and the cuts, in either of the two orders that are in use."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from lmwalk.types import Sampling

Array = npt.NDArray[np.float64]
Order = Literal["temperature-first", "cuts-first"]


def probabilities(logits: npt.ArrayLike, sampling: Sampling, order: Order = "temperature-first") -> Array:
    """Sampling probabilities along the last axis.

    Parameters
    ----------
    logits : array_like, shape (..., n)
        Unnormalised log-probabilities; -inf is never drawn.
    sampling : Sampling
        Temperature 0 puts all mass on the largest logit (the first of equals). A cut that is None is not made.
    order : str
        ``cuts-first`` makes top_k, top_p and min_p on the distribution at T = 1 and applies the temperature to what
        is left, as Ollama does; ``temperature-first`` cuts the tempered distribution.
    """
    values = np.asarray(logits, dtype=np.float64)
    if sampling.temperature == 0:
        coldest: Array = np.eye(values.shape[-1])[values.argmax(axis=-1)]
        return coldest
    if order == "cuts-first":
        return softmax(_cut(values, sampling) / sampling.temperature)
    return softmax(_cut(values / sampling.temperature, sampling))


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Array = weights / weights.sum(axis=-1, keepdims=True)
    return result


def _cut(logits: Array, sampling: Sampling) -> Array:
    """The logits with everything top_k, top_p and min_p reject set to -inf."""
    top_k, top_p, min_p = sampling.top_k or 0, sampling.top_p or 1.0, sampling.min_p or 0.0
    if not (0 < top_k < logits.shape[-1]) and top_p >= 1 and min_p <= 0:
        return logits
    order = np.argsort(-logits, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1, kind="stable")
    keep = np.ones(logits.shape, dtype=bool)
    if 0 < top_k < logits.shape[-1]:
        keep &= rank < top_k
    if top_p < 1:
        sorted_p = np.take_along_axis(softmax(np.where(keep, logits, -np.inf)), order, axis=-1)
        before = np.cumsum(sorted_p, axis=-1) - sorted_p
        keep &= np.take_along_axis(before, rank, axis=-1) < top_p
    if min_p > 0:
        kept = softmax(np.where(keep, logits, -np.inf))
        keep &= kept >= min_p * kept.max(axis=-1, keepdims=True)
    return np.where(keep, logits, -np.inf)


def draw(p: Array, u: float) -> int:
    """The index that a uniform number in [0, 1) picks from one distribution of shape (n,)."""
    cumulative = np.cumsum(p)
    return int(np.searchsorted(cumulative, u * cumulative[-1], side="right"))
