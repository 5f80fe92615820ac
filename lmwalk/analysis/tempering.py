"""Do answers at several temperatures fit one tempered law? A test that needs no log-probability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.analysis.samplers import DRAWS, Tested, drawn_tables, g_statistic, judged, row_differences

Array = npt.NDArray[np.float64]


class Tempering(NamedTuple):
    """Whether counts at several temperatures fit one tempered law, and whether they differ at all."""

    law: Tested
    varies: Tested


def tempering(answers: Mapping[float, Sequence[str]], repeats: int = 400, seed: int = 0) -> Tempering:
    """Test the temperatures against each other, without any log-probability.

    Parameters
    ----------
    answers : mapping
        Temperature above 0 to the answers at it. The 12 commonest are looked at.

    Returns
    -------
    Tempering
        ``law``: goodness of fit of q_i(T) = w_i^(1/T) / sum_j w_j^(1/T), w fitted by maximum likelihood, with a
        parametric bootstrap (Efron and Tibshirani 1993, ch. 6); ``varies``: homogeneity of the counts, with
        Monte-Carlo draws from the pooled shares. Where one answer is all there is, both p are 1.
    """
    pooled = Counter(answer for given in answers.values() for answer in given)
    names = [name for name, _ in pooled.most_common(12)]
    temperatures = np.array(list(answers))
    counts = np.array([[Counter(given)[name] for name in names] for given in answers.values()], float)
    sizes = counts.sum(axis=1)
    n = int(sizes.sum())
    if len(names) < 2:
        return Tempering(Tested(0.0, n, 1.0), Tested(0.0, n, 1.0))
    rng = np.random.default_rng(seed)
    fit = _fitted(counts[None], temperatures)[0]
    found = float(g_statistic(counts, fit).sum())
    again = drawn_tables(rng, sizes, fit, repeats)
    ill = g_statistic(again, _fitted(again, temperatures)).sum(axis=-1)
    return Tempering(judged(found, ill, n), _homogeneity(rng, counts))


def _homogeneity(rng: np.random.Generator, counts: Array) -> Tested:
    pooled = counts.sum(axis=0) / counts.sum()
    drawn = drawn_tables(rng, counts.sum(axis=1), np.tile(pooled, (len(counts), 1)), DRAWS)
    return judged(float(row_differences(counts)), row_differences(drawn), int(counts.sum()))


def _fitted(counts: Array, temperatures: Array) -> Array:
    """Maximum likelihood of the tempered law for tables of shape (tables, temperatures, k), by Newton's method.

    The log-likelihood is concave in ln w. A name that never came gets probability 0.
    """
    seen = counts.sum(axis=1) > 0
    inverse, sizes = 1 / temperatures, counts.sum(axis=2)
    logs = np.where(seen, np.log(counts.sum(axis=1) + 0.5), -np.inf)
    k = counts.shape[2]
    for _ in range(60):
        p = _tempered(logs, inverse)
        slope = ((counts - sizes[..., None] * p) * inverse[None, :, None]).sum(axis=1)
        weight = sizes * inverse**2
        curve = np.einsum("bt,bti,ij->bij", weight, p, np.eye(k)) - np.einsum("bt,bti,btj->bij", weight, p, p)
        step = np.linalg.solve(curve + 1e-6 * np.eye(k), slope[..., None])[..., 0]
        step = np.clip(step, -1.0, 1.0)
        logs = np.where(seen, logs + step, -np.inf)
        if np.abs(step).max() < 1e-6:
            break
    return _tempered(logs, inverse)


def _tempered(logs: Array, inverse: Array) -> Array:
    tempered = (logs - logs.max(axis=1, keepdims=True))[:, None, :] * inverse[None, :, None]
    weights = np.exp(tempered)
    result: Array = weights / weights.sum(axis=2, keepdims=True)
    return result
