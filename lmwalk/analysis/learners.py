"""Which learner foretells a model's answers best, and whether the nearest filter fits them at all.

Each learner is fitted to all wordings but one and judged by the squared error of P(heads) in the one left out; of a
single wording, by cases. What a learner does better shows in wordings that it has not seen, however many numbers it
has.

Stone (1974), J. R. Stat. Soc. B 36, 111.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.crossed import crossed_mean, table_of
from lmwalk.analysis.fitting import STRENGTHS, Gathered, expected, fit_filter, gather, search
from lmwalk.analysis.resampling import Resampling
from lmwalk.analysis.units import FEWEST

Array = npt.NDArray[np.float64]
RANGES = {"n ≤ 5": (0, 5), "6 to 19": (6, 19), "n ≥ 20": (20, np.inf)}
"""Ranges of n, tosses shown: short, middle and long evidence."""
FILTER = "filter"
LEARNERS = {
    FILTER: "a filter with one gamma",
    "no forgetting": "Bayes' rule with a prior, gamma = 1",
    "gambler": "the same, expecting the latest toss less",
    "constant": "one probability, whatever is shown",
    "by range": "a filter of its own for each range of n",
}
_ROUNDS = 5
_STRENGTHS = 60


def compared(observations: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Every learner beside the filter, by its squared error in wordings that it was not fitted to.

    Parameters
    ----------
    observations : DataFrame
        tosses, p, unit (the wording), case, as ``fit_filter`` takes them.
    level : float
        With which all intervals hold together (Bonferroni over the learners).

    Returns
    -------
    DataFrame
        learner (``LEARNERS``), loss (mean squared error of P(heads) left out; of replies it holds their own variance
        too), difference (loss less the filter's: above 0 the filter is nearer), low, high (``crossed_mean`` over cases
        and wordings), units (wordings), cases. No rows where there is a single wording and a single case.
    """
    columns = ["learner", "loss", "difference", "low", "high", "units", "cases"]
    known = observations[observations["p"].notna()]
    if known.empty:
        return pd.DataFrame(columns=columns)
    data = gather(known)
    group = data.unit if data.unit.max() else data.case
    if not group.max():
        return pd.DataFrame(columns=columns)
    counts = (group[:, None] != np.arange(group.max() + 1)).astype(float)
    losses = {name: _left_out(data, group, fitted(data, counts)) for name, fitted in _FITTED.items()}
    joint, rows = 1 - (1 - level) / (len(losses) - 1), []
    for name, loss in losses.items():
        apart = crossed_mean(table_of(loss - losses[FILTER], data.case.tolist(), data.unit.tolist()), level=joint)
        ends = (np.nan, np.nan) if name == FILTER else (apart.low, apart.high)
        rows.append((name, float(loss.mean()), apart.mean, *ends, apart.units, apart.cases))
    return pd.DataFrame(rows, columns=columns)


def _left_out(data: Gathered, group: npt.NDArray[np.int64], beliefs: Array) -> Array:
    """Mean squared error of each cell by the learner that was fitted without it; beliefs of shape (points, groups)."""
    each = beliefs.T[group]
    errors = data.squares + (data.weights * each**2 - 2 * data.answers * each).sum(axis=1)
    return np.asarray(errors / data.weights.sum(axis=1))


def _filter(data: Gathered, counts: Array) -> Array:
    return expected(data, search(data, counts, _ROUNDS))


def _no_forgetting(data: Gathered, counts: Array) -> Array:
    return expected(data, search(data, counts, _ROUNDS, forgets=False))


def _constant(data: Gathered, counts: Array) -> Array:
    share = (data.answers.T @ counts).sum(axis=0) / (data.weights.T @ counts).sum(axis=0)
    return np.broadcast_to(share, (len(data.recent), counts.shape[1]))


def _by_range(data: Gathered, counts: Array) -> Array:
    sizes, beliefs = data.shown.sum(axis=1), np.zeros((len(data.recent), counts.shape[1]))
    for least, most in RANGES.values():
        inside = (sizes >= least) & (sizes <= most)
        if inside.any():
            part = replace(
                data,
                recent=data.recent[inside],
                shown=data.shown[inside],
                weights=data.weights[:, inside],
                answers=data.answers[:, inside],
            )
            beliefs[inside] = expected(part, search(part, counts, _ROUNDS))
    return beliefs


def _gambler(data: Gathered, counts: Array) -> Array:
    """(s m + H) / (s + N) + b x, x the latest toss as 1 or -1 and b at most 0: linear in m and b for each s."""
    weights, answers = data.weights.T @ counts, data.answers.T @ counts
    heads, total = data.recent.sum(axis=1), data.shown.sum(axis=1)
    latest = np.where(total > 0, 2 * data.recent[:, 0] - 1, 0.0) if data.recent.shape[1] else 0 * total
    best, beliefs = np.full(counts.shape[1], np.inf), np.zeros((len(heads), counts.shape[1]))
    for strength in np.geomspace(*STRENGTHS, _STRENGTHS):
        share, fixed = strength / (strength + total), heads / (strength + total)
        wanted = answers - weights * fixed[:, None]
        both, one, other = share * latest @ weights, share**2 @ weights, latest**2 @ weights
        first, second = share @ wanted, latest @ wanted
        room = one * other - both**2
        weight = np.divide(one * second - both * first, room, out=np.zeros_like(room), where=room > 1e-12)
        weight = np.minimum(weight, 0.0)
        mean = np.clip((first - weight * both) / one, 0, 1)
        belief = np.clip(fixed[:, None] + share[:, None] * mean + latest[:, None] * weight, 0, 1)
        loss = (weights * belief**2 - 2 * answers * belief).sum(axis=0)
        nearer = loss < best
        best, beliefs = np.where(nearer, loss, best), np.where(nearer, belief, beliefs)
    return beliefs


_FITTED: dict[str, Callable[[Gathered, Array], Array]] = dict(
    zip(LEARNERS, (_filter, _no_forgetting, _gambler, _constant, _by_range), strict=True)
)


def lack_of_fit(observations: pd.DataFrame) -> float:
    """Whether the nearest filter leaves something that all wordings share: the p-value of its being none.

    What is left over is averaged in each wording, range of n and three ways: as it is, with the sign of the latest
    toss, and by the share of heads shown. Each is held against 0 by Student's t over the wordings, and the smallest p
    multiplied by how many there are. NaN where fewer than ``FEWEST`` wordings were asked.
    """
    from scipy.special import stdtr

    known = observations[observations["p"].notna()]
    data = gather(known) if len(known) else None
    if data is None or data.unit.max() + 1 < FEWEST:
        return float("nan")
    belief = expected(data, search(data, np.ones((len(data.squares), 1)), _ROUNDS + 1))[:, 0]
    left, wordings = data.answers - data.weights * belief, int(data.unit.max()) + 1
    sizes = data.shown.sum(axis=1)
    latest = np.where(sizes > 0, 2 * data.recent[:, 0] - 1, 0.0) if data.recent.shape[1] else 0 * sizes
    heads = np.where(sizes > 0, data.recent.sum(axis=1) / np.maximum(sizes, 1) - 0.5, 0.0)
    tests = []
    for least, most in RANGES.values():
        inside = (sizes >= least) & (sizes <= most)
        for way in (np.ones(len(sizes)), latest, heads):
            if (inside & (way != 0)).any():
                sums, weights = left @ (way * inside), data.weights @ (np.abs(way) * inside)
                asked = np.bincount(data.unit, weights, wordings)
                if asked.all():
                    tests.append(np.bincount(data.unit, sums, wordings) / asked)
    if not tests:
        return float("nan")
    table = np.array(tests)
    error = table.std(axis=1, ddof=1) / np.sqrt(wordings)
    # what is nothing but rounding is no misfit
    means = np.where(np.abs(table).max(axis=1) < 1e-4, 0.0, table.mean(axis=1))
    scores = np.divide(np.abs(means), error, out=np.where(means == 0, 0.0, np.inf), where=error > 0)
    return float(min(1.0, len(tests) * 2 * stdtr(wordings - 1, -scores.max())))


def gamma_by_range(observations: pd.DataFrame, resampling: Resampling | None = None) -> pd.DataFrame:
    """The discount of a filter fitted to each range of n alone.

    Returns
    -------
    DataFrame
        range (``RANGES``; those in which two tosses or more were shown), gamma, gamma_low, gamma_high, observations.
    """
    sizes = observations["tosses"].map(len)
    rows = []
    for name, (least, most) in RANGES.items():
        part = observations[sizes.between(least, most) & observations["p"].notna()]
        if len(part) and sizes[part.index].max() > 1:
            fit = fit_filter(part, resampling)
            rows.append((name, *astuple(fit.gamma), fit.observations))
    return pd.DataFrame(rows, columns=["range", "gamma", "gamma_low", "gamma_high", "observations"])
