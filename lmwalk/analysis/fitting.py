"""Which learner a model is like: prior mean, prior strength and discount, fitted together.

The belief of a discounted filter after n tosses is (w s m + H) / (w s + N), with m the prior mean, s the prior
strength, w = gamma^n, and H and N the discounted numbers of heads and of tosses. For a fixed gamma and s it is linear
in m, so that the best m is known in closed form and what is left to search has two dimensions: a grid over all of it,
both ends of gamma included, which is then drawn in around the least squares. So no start can stick.

Intervals draw wordings and cases anew (``crossed.pigeonhole``), each draw fitted on the same grids; where there are few
of either, leaving out one at a time is wider (Efron 1982, The Jackknife, chapter 3), and the wider of both is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.beliefs import Tosses, memory
from lmwalk.analysis.crossed import pigeonhole, student, without_one
from lmwalk.analysis.resampling import Resampling, percentiles

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

STRENGTHS = (0.01, 1000.0)
"""The prior strengths that are searched; an interval that reaches an end is open there (0 or infinity)."""
_CELLS = 24
_ROUNDS = 6
_ROUNDS_OF_DRAWS = 3
_ROUNDS_OF_ONE = 4
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Estimate:
    """A number and the ends of its interval. NaN where the observations say nothing of it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class FilterFit:
    """The discounted filter that is nearest to a model's answers.

    Attributes
    ----------
    mean, strength, gamma, memory : Estimate
        Prior mean of P(heads); prior strength in pseudo-tosses; discount; 1 / (1 - gamma) in tosses, infinite at 1.
        Where gamma is 0 the strength leaves no trace, and its value is NaN.
    error : float
        Root mean square of P(heads) that is left.
    observations, units, cases : int
        What was fitted, in how many wordings and cases; ``crossed.factors`` says which of them carry the intervals.
    """

    mean: Estimate
    strength: Estimate
    gamma: Estimate
    memory: Estimate
    error: float
    observations: int
    units: int
    cases: int


@dataclass(frozen=True)
class Gathered:
    """Observations gathered by the tosses shown (points) and by cell, a case in a wording.

    ``recent`` (points, longest) holds the tosses, latest first; ``shown`` is 1 where there is one; ``weights`` and
    ``answers`` (cells, points) are sums of the weights and of weight times answer, ``squares`` (cells,) of weight
    times answer squared; ``case`` and ``unit`` (cells,) are the numbers of each cell's case and wording.
    """

    recent: Array
    shown: Array
    weights: Array
    answers: Array
    squares: Array
    case: Places
    unit: Places


def fit_filter(observations: pd.DataFrame, resampling: Resampling | None = None) -> FilterFit:
    """Fit prior mean, prior strength and discount together, by least squares on P(heads).

    Parameters
    ----------
    observations : DataFrame
        tosses (tuple of 0/1 shown, oldest first), p (the model's P(heads), or 1 and 0 for replies), unit (the
        wording), and case and weight if there are any. Rows where p is NaN do not count.
    """
    chosen = resampling or Resampling()
    known = observations[observations["p"].notna()]
    if known.empty:
        nothing = Estimate(np.nan, np.nan, np.nan)
        return FilterFit(nothing, nothing, nothing, nothing, np.nan, 0, 0, 0)
    data = gather(known)
    best = search(data, np.ones((len(data.squares), 1)), _ROUNDS)
    drawn, fewest = pigeonhole(data.case, data.unit, chosen.repeats, chosen.seed)
    if not fewest:
        return _result(best, None, len(known), data, chosen.level)
    kept = without_one(data.case, data.unit)
    both = search(data, np.hstack(kept), _ROUNDS_OF_ONE)
    left = both.split(np.cumsum([each.shape[1] for each in kept])[:-1])
    draws = search(data, drawn, _ROUNDS_OF_DRAWS)
    return _result(best, (draws, left, fewest), len(known), data, chosen.level)


@dataclass(frozen=True)
class Found:
    """The best parameters of each column of unit counts; loss is the weighted sum of squares."""

    mean: Array
    strength: Array
    gamma: Array
    loss: Array

    def split(self, places: Places) -> list[Found]:
        """The columns before, between and behind so many."""
        parts = zip(
            *(np.split(each, places) for each in (self.mean, self.strength, self.gamma, self.loss)), strict=True
        )
        return [Found(*part) for part in parts]


def gather(known: pd.DataFrame) -> Gathered:
    """Observations as ``fit_filter`` takes them, none of them NaN, by point and cell."""
    points: dict[Tosses, int] = {}
    rows = np.array([points.setdefault(shown, len(points)) for shown in known["tosses"]])
    wordings, _ = pd.factorize(known["unit"])
    cases, _ = pd.factorize(known["case"]) if "case" in known else (np.zeros(len(known), int), None)
    cells, first = np.unique(cases * (wordings.max() + 1) + wordings, return_inverse=True)
    weight = known["weight"].to_numpy(float) if "weight" in known else np.ones(len(known))
    p = known["p"].to_numpy(float)
    longest = max(map(len, points))
    recent, shown = np.zeros((len(points), longest)), np.zeros((len(points), longest))
    for tosses, point in points.items():
        recent[point, : len(tosses)] = tosses[::-1]
        shown[point, : len(tosses)] = 1
    shape = (len(cells), len(points))
    flat = first * len(points) + rows
    weights, answers = (
        np.bincount(flat, each, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
        for each in (weight, weight * p)
    )
    squares = np.bincount(first, weight * p**2).astype(float)
    return Gathered(recent, shown, weights, answers, squares, *np.divmod(cells, wordings.max() + 1))


def search(data: Gathered, counts: Array, rounds: int, *, forgets: bool = True) -> Found:
    """Least squares of each column of ``counts``, on grids that close in around all of them.

    Gamma is searched as 1 - (1 - u)², with steps that get finer towards 1, where the memory grows without bound; it is
    1 where nothing is forgotten.
    """
    edges = np.array([[0.0 if forgets else 1.0, 1.0], np.log(STRENGTHS)])
    limits = edges.copy()
    for _ in range(rounds):
        grids = np.linspace(edges[:, 0], edges[:, 1], _CELLS + 1, axis=1)
        found, places = _least(data, counts, 1 - (1 - np.unique(grids[0])) ** 2, np.exp(grids[1]))
        step = (edges[:, 1] - edges[:, 0]) / _CELLS
        around = np.stack([places.min(axis=1) - 1.5 * step, places.max(axis=1) + 1.5 * step], axis=1)
        edges = np.clip(around, limits[:, :1], limits[:, 1:])
    return replace(found, gamma=np.select([found.gamma < _ROUNDING, found.gamma > 1 - _ROUNDING], [0, 1], found.gamma))


def _least(data: Gathered, counts: Array, gammas: Array, strengths: Array) -> tuple[Found, Array]:
    """The best point of a grid for each column, and where it lies in the grid's coordinates, shape (2, columns)."""
    whole, slope, curve = (part.T @ counts for part in _quadratics(data, gammas, strengths))
    mean = np.clip(np.divide(slope, curve, out=np.full_like(slope, 0.5), where=curve > 0), 0, 1)
    loss = whole - 2 * mean * slope + mean**2 * curve
    best, columns = loss.argmin(axis=0), np.arange(counts.shape[1])
    gamma, strength = gammas[best // len(strengths)], strengths[best % len(strengths)]
    said = curve[best, columns] > 0
    found = Found(np.where(said, mean[best, columns], np.nan), strength, gamma, loss[best, columns])
    return found, np.stack([1 - np.sqrt(1 - gamma), np.log(strength)])


def _quadratics(data: Gathered, gammas: Array, strengths: Array) -> tuple[Array, Array, Array]:
    """The squared error of each unit as a - 2 b m + c m² in the prior mean, shapes (units, gammas x strengths)."""
    powers = gammas ** np.arange(data.recent.shape[1])[:, None]
    heads, total = (part @ powers for part in (data.recent, data.shown))
    left = gammas ** data.shown.sum(axis=1)[:, None]
    prior = left[:, :, None] * strengths
    scale = prior + total[:, :, None]
    share = (prior / scale).reshape(len(left), -1)
    fixed = (heads[:, :, None] / scale).reshape(len(left), -1)
    whole = data.squares[:, None] - 2 * data.answers @ fixed + data.weights @ fixed**2
    return whole, data.answers @ share - data.weights @ (fixed * share), data.weights @ share**2


def expected(data: Gathered, found: Found) -> Array:
    """What each fitted filter expects at every point, shape (points, fits)."""
    ages = np.arange(data.recent.shape[1])[:, None]
    heads, total = (part @ found.gamma**ages for part in (data.recent, data.shown))
    prior = found.gamma ** data.shown.sum(axis=1)[:, None] * found.strength
    return np.asarray((prior * np.nan_to_num(found.mean, nan=0.5) + heads) / (prior + total))


def _result(
    best: Found, drawn: tuple[Found, list[Found], int] | None, observations: int, data: Gathered, level: float
) -> FilterFit:
    def interval(of: Callable[[Found], Array], limits: tuple[float, float], scale: Scale) -> Estimate:
        """A draw that says nothing of a number widens its interval on both sides."""
        value = of(best)
        if drawn is None:
            return Estimate(float(value[0]), np.nan, np.nan)
        draws, left, fewest = of(drawn[0]), [of(found) for found in drawn[1]], drawn[2]
        low, _ = percentiles(np.nan_to_num(draws, nan=limits[0], posinf=np.inf), fewest, level)
        _, high = percentiles(np.nan_to_num(draws, nan=limits[1], posinf=np.inf), fewest, level)
        least, most = _jackknifed(value, left, student(fewest, level), scale)
        return Estimate(float(value[0]), float(np.fmin(low, least)), float(np.fmax(high, most)))

    gamma = interval(lambda found: found.gamma, (0, 1), GAMMA)
    value, low, high = memory([gamma.value, gamma.low, gamma.high]).tolist()
    error = float(np.sqrt(max(best.loss[0], 0) / data.weights.sum()))
    return FilterFit(
        interval(lambda found: found.mean, (0, 1), MEAN),
        interval(_traced, (0, np.inf), STRENGTH),
        gamma,
        Estimate(value, low, high),
        error,
        observations,
        int(data.unit.max()) + 1,
        int(data.case.max()) + 1,
    )


def _jackknifed(value: Array, left: list[Array], reach: float, scale: Scale) -> tuple[float, float]:
    """Student's interval from fits without one level of each factor; NaN where one of them says nothing.

    Percentiles of four or five levels are too narrow whatever is done to them: hardly a draw leaves out all but one.
    """
    to, back = scale
    with np.errstate(divide="ignore"):
        middle, parts = to(value), [to(each) for each in left]
    if not all(np.isfinite(each).all() for each in (middle, *parts)):
        return float("nan"), float("nan")
    variance = sum((len(each) - 1) / len(each) * float(((each - each.mean()) ** 2).sum()) for each in parts)
    ends = back(middle[0] + reach * float(np.sqrt(variance)) * np.array([-1.0, 1.0]))
    return float(ends[0]), float(ends[1])


Scale = tuple[Callable[[Array], Array], Callable[[Array], Array]]
"""To where a number's error is even, and back to where it lies."""
MEAN: Scale = (lambda mean: mean, lambda mean: np.clip(mean, 0, 1))
GAMMA: Scale = (lambda gamma: 1 - np.sqrt(1 - gamma), lambda place: 1 - (1 - np.clip(place, 0, 1)) ** 2)
STRENGTH: Scale = (np.log, lambda place: _open_ended(np.exp(place)))


def _traced(found: Found) -> Array:
    """Strengths; NaN where there is no memory, 0 and infinity at the ends of what is searched."""
    return np.where(found.gamma > 0, _open_ended(found.strength), np.nan)


def _open_ended(strength: Array) -> Array:
    least, most = STRENGTHS
    ends = [strength <= least * (1 + 1e-9), strength >= most * (1 - 1e-9)]
    return np.select(ends, [0.0, np.inf], strength)
