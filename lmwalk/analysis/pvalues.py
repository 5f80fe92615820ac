"""p-values by simulation, also smaller than one in so many simulations, exact ones of counts, and their adjusting."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
FEW = 10
"""Simulated values beyond the observed one below which their number alone says little of how rare it is."""
EXCEEDANCES, FEWEST_EXCEEDANCES, FEWER_BY = 250, 50, 50
REFITS, GOOD = 199, 0.05
"""Samples from a fitted tail, and the share of them that must fit worse than the simulated values do."""
MARGIN = 1.0
"""Standard errors by which the tail is taken to be heavier than fitted."""
SMALLEST = 1e-300
MOST_ENUMERATED = 400
"""Answers up to which all possible counts of four directions are listed."""


LEVEL = 0.05
"""Of every test, after adjusting."""
MORE, GAIN = 10, 200
"""Times as many simulations where the first ones cannot decide, and how much smaller they could make p at best."""


class Rare(NamedTuple):
    """A p-value, and whether it is as sure as it can be: where it is not, more simulations may make it smaller."""

    p: float
    sure: bool


def rare_p(value: float, null: Array, *, one_sided: bool = False, mid: bool = True) -> Rare:
    """The p-value of a value among simulated ones, also where hardly any of them are beyond it.

    Where ``FEW`` or more are, it is ``monte_carlo_p``. Otherwise a generalised Pareto tail is
    fitted to the largest values, if one fits, and read at the value; if none does, the simulations' own bound stands.

    Two-sided p is twice the smaller tail, unless ``one_sided``, where large values alone speak against the null. NaN
    where the value is, or where no simulated value is known.

    Knijnenburg, Wessels, Reinders and Shmulevich (2009), Bioinformatics 25, i161.
    """
    if np.isnan(value) or np.isnan(null).all():
        return Rare(np.nan, sure=True)
    p = float(monte_carlo_p(value, null, one_sided=one_sided, mid=mid))
    upper = one_sided or value >= np.nanmedian(null)
    place, ordered = (value, null) if upper else (-value, -null)
    if (ordered >= place).sum() >= FEW or np.isnan(null).any():
        return Rare(p, sure=True)
    tail = tail_probability(place, np.sort(ordered))
    return Rare(p if np.isnan(tail) else min(p, tail if one_sided else 2 * tail), sure=False)


def undecided(p: Array, sure: npt.NDArray[np.bool_], adjusting: Callable[[Array], Array]) -> npt.NDArray[np.bool_]:
    """Which p-values are worth more simulations: too large after adjusting, perhaps not if they were known better."""
    with np.errstate(invalid="ignore"):
        return np.asarray(~sure & (adjusting(p) > LEVEL) & (adjusting(p / GAIN) <= LEVEL))


def monte_carlo_p(observed: npt.ArrayLike, simulated: Array, *, one_sided: bool = False, mid: bool = False) -> Array:
    """p-values of observed statistics among simulated ones, with the observed one added to them.

    The upper tail is (1 + #{simulated >= observed}) / (1 + simulations), the lower one likewise. Two-sided p is twice
    the smaller, at most 1. Statistics of short sequences take few values, so ties are many; counting all of them keeps
    the error rate at or below its nominal value, often well below. ``mid`` counts half of the ties (and half of the
    one added): its error rate is near the nominal value on average, and may exceed it.

    NaN where the observed statistic is; simulated ones that are NaN count as ties with everything.

    Davison and Hinkley (1997), Bootstrap Methods, section 4.2; Lancaster (1961), J. Am. Stat. Assoc. 56, 223.
    """
    values = np.asarray(observed, float)
    ordered = np.sort(simulated[~np.isnan(simulated)])
    undefined = len(simulated) - len(ordered)
    left, right = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    ties = (right - left + undefined + 1) * (0.5 if mid else 1.0)
    above, below = len(ordered) - right + ties, left + ties
    tail = above if one_sided else np.minimum(1 + len(simulated), 2 * np.minimum(above, below))
    return np.where(np.isnan(values), np.nan, tail / (1 + len(simulated)))


def fdr(p: npt.ArrayLike) -> Array:
    """Benjamini-Hochberg adjusted p-values; NaN stays NaN and counts for nothing.

    Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, 289.
    """
    from scipy.stats import false_discovery_control

    values = np.asarray(p, float)
    adjusted, known = np.full(values.shape, np.nan), ~np.isnan(values)
    if known.any():
        adjusted[known] = false_discovery_control(values[known])
    return adjusted


def tail_probability(value: float, ordered: Array) -> float:
    """How likely a value beyond ``value`` is, by a tail fitted to ascending simulated values; NaN where none fits.

    (k/n) (1 + c (value - u) / s)^(-1/c): k of n values are above u, and their excesses have a generalised Pareto law of
    shape c and scale s by probability-weighted moments. It fits if ``GOOD`` of ``REFITS`` samples from it, fitted
    themselves, are further from their fit (Anderson and Darling's distance) than the excesses are; if not, fewer are
    tried. Then the shape is taken ``MARGIN`` standard errors higher, those of the samples' fits, and never below 0, so
    that the tail never ends: the probability is never 0, and too large rather than too small.

    Hosking and Wallis (1987), Technometrics 29, 339.
    """
    for count in range(min(EXCEEDANCES, len(ordered) // 4), FEWEST_EXCEEDANCES - 1, -FEWER_BY):
        begins = (ordered[-count - 1] + ordered[-count]) / 2
        excesses = (ordered[-count:] - begins)[None]
        if value <= begins or excesses[0, 0] <= 0 or len(np.unique(excesses)) < count // 2:
            continue
        shape, scale = _moments(excesses)
        chance = np.random.default_rng([count, len(ordered)])
        samples = np.sort(_quantiles(chance.random((REFITS, count)), shape[0], scale[0]), axis=1)
        shapes, scales = _moments(samples)
        worse = _distance(samples, shapes, scales) >= _distance(excesses, shape, scale)[0]
        if worse.mean() <= GOOD:
            continue
        heavier = max(0.0, float(shape[0]) + MARGIN * float(shapes.std()))
        return max(SMALLEST, float(count / len(ordered) * _beyond(np.array(value - begins), heavier, float(scale[0]))))
    return float("nan")


def _moments(ascending: Array) -> tuple[Array, Array]:
    """Shape and scale of each row."""
    count = ascending.shape[1]
    weights = 1 - (np.arange(1, count + 1) - 0.35) / count
    first, second = ascending.mean(axis=1), (ascending * weights).mean(axis=1)
    return 2 - first / (first - 2 * second), 2 * first * second / (first - 2 * second)


def _quantiles(p: Array, shape: float, scale: float) -> Array:
    if abs(shape) < 1e-9:
        return np.asarray(-scale * np.log1p(-p))
    return np.asarray(scale * ((1 - p) ** -shape - 1) / shape)


def _beyond(excess: Array, shape: npt.ArrayLike, scale: npt.ArrayLike) -> Array:
    """The probability of a larger excess."""
    c, far = np.asarray(shape, float), excess / np.asarray(scale, float)
    straight = np.abs(c) < 1e-9
    c = np.where(straight, 1.0, c)
    return np.asarray(np.where(straight, np.exp(-far), np.maximum(1 + c * far, 0.0) ** (-1 / c)))


def _distance(ascending: Array, shape: Array, scale: Array) -> Array:
    """Anderson and Darling's of each row from its fit."""
    beyond = np.clip(_beyond(ascending, shape[:, None], scale[:, None]), 1e-12, 1 - 1e-12)
    count = ascending.shape[1]
    odd = 2 * np.arange(1, count + 1) - 1
    return np.asarray(-count - (odd * (np.log1p(-beyond) + np.log(beyond[:, ::-1]))).mean(axis=1))


def counts_p(counts: npt.ArrayLike) -> float:
    """How likely counts of four directions that are no likelier than these are, if every direction is equally likely.

    The exact multinomial test up to ``MOST_ENUMERATED`` answers; beyond, G is taken to have its chi-square law with
    three degrees of freedom. NaN where nothing was counted.

    Read and Cressie (1988), Goodness-of-Fit Statistics for Discrete Multivariate Data, chapter 5.
    """
    from scipy.special import chdtrc, gammaln, xlogy

    seen = np.asarray(counts, float)
    total = int(seen.sum())
    if not total:
        return float("nan")
    if total > MOST_ENUMERATED:
        return float(chdtrc(len(seen) - 1, 2 * (xlogy(seen, seen).sum() - total * np.log(total / len(seen)))))
    likelihoods, tails = _every(total)
    own = -gammaln(seen + 1).sum()
    return float(min(1.0, tails[np.searchsorted(likelihoods, own + 1e-9) - 1]))


@lru_cache(maxsize=32)
def _every(total: int) -> tuple[Array, Array]:
    """Of all counts of four: log likelihoods, ascending and less a constant, and the probability of no more than each.

    Counts that differ in their order only are listed once, with all their orders.
    """
    from scipy.special import gammaln

    parts = []
    for least in range(total // 4 + 1):
        second = np.arange(least, (total - least) // 3 + 1)
        third = np.arange(least, (total - least) // 2 + 1)
        b, c = (part.ravel() for part in np.meshgrid(second, third))
        d = total - least - b - c
        kept = (b <= c) & (c <= d)
        parts.append(np.stack([np.full(int(kept.sum()), least), b[kept], c[kept], d[kept]]))
    a, b, c, d = np.concatenate(parts, axis=1)
    pairs = (a == b).astype(int) + (b == c) + (c == d)
    two = np.where((a == b) & (c == d), 4, 6)
    alike = np.choose(pairs, [np.ones_like(a), np.full_like(a, 2), two, np.full_like(a, 24)])
    log = -(gammaln(a + 1) + gammaln(b + 1) + gammaln(c + 1) + gammaln(d + 1))
    # 4! orders, less those among equal counts
    chance = 24 / alike * np.exp(gammaln(total + 1) + log - total * np.log(4))
    order = np.argsort(log)
    return log[order], np.cumsum(chance[order])
