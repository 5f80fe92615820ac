"""Which sampler would answer as a server did: other orders of what was sent, cuts, and temperatures that are left out.

Laws over moves are cut here as if each move were one token. That is what a cut on tokens does where a move is written
in one way mostly, and near it otherwise.

A cause is tested by its likelihood ratio to the sampler that was asked for. Under the latter each ratio has mean 1,
whichever positions the answers led to, and so has the mean of all that are tried; by Markov's inequality their number
over the largest of them is a p-value (Shafer 2021, J. R. Stat. Soc. A 184, 407), without a simulation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lmwalk.sampler import Order, probabilities
from lmwalk.types import Sampling

Array = npt.NDArray[np.float64]
Kind = Literal["order", "top_p", "top_k", "min_p", "temperature"]
CUTS: tuple[tuple[Kind, tuple[float, ...]], ...] = (
    ("top_p", (0.9, 0.95, 0.8, 0.7, 0.6, 0.5, 0.85, 0.98)),
    ("top_k", (1, 2, 3)),
    ("min_p", (0.05, 0.1, 0.2)),
)
"""What is tried, usual values first: of those that fit alike the first is named."""
ORDERS: tuple[Order, ...] = ("cuts-first", "temperature-first")
NAN = float("nan")
SLIP = 1e-3
"""The share of answers that no cut explains, so that one odd reply does not rule a cut out."""
ALIKE, CLEAR = 1e-6, 3.0
"""Log-likelihoods that differ so little are equal; one is clearly greater where they differ so much."""


@dataclass(frozen=True, eq=False)
class Answered:
    """The answers of one condition.

    Attributes
    ----------
    temperature : float
        What was asked for.
    law : array, shape (positions, moves)
        What an honest sampler gives there.
    counts : array, shape (positions, moves)
        How often each move came, as ``sampler_check.check`` counts them.
    others : mapping of str to array, shape (positions, moves)
        What known samplers give there that do the same in another order, or with their own defaults; by their names.
    """

    temperature: float
    law: Array
    counts: Array
    others: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Cause:
    """A sampler that explains the answers.

    Attributes
    ----------
    kind : str
        The setting; ``temperature``: always that temperature, whatever is sent; ``order``: a known sampler.
    value, low, high : float
        Its value, and the least and the greatest that were tried and explain the answers as well; NaN of an order.
    order : str
        Whether a cut comes before the temperature or after it.
    ordered : bool
        Whether the other order would be clearly less likely, which at a single temperature it need not be.
    p : float
        How likely a cause that fits so much better is found where there is none.
    positions, of : int
        Of the positions with answers, those where the cut, made before the temperature, leaves one move only.
    move, at : str, int
        The move that is left most often, and at how many positions.
    share : float
        The probability at T = 1 of what is left there, the median; NaN where there is none.
    removed : float
        The probability at T = 1 that the cut takes away, a mean over the answers.
    samplers : tuple of str
        The known samplers that explain it, by their names among ``others``, the likeliest first; empty where a single
        setting does.
    """

    kind: Kind
    value: float
    low: float
    high: float
    order: Order
    ordered: bool
    p: float
    positions: int = 0
    of: int = 0
    move: str = ""
    at: int = 0
    share: float = NAN
    removed: float = 0.0
    samplers: tuple[str, ...] = ()


def cause_of(p: Array, moves: Sequence[str], answered: Sequence[Answered]) -> Cause | None:
    """The sampler that makes the answers likeliest; None where that is the one that was asked for.

    Parameters
    ----------
    p : array, shape (positions, moves)
        The field at T = 1; NaN where it is not known.
    """
    honest = sum(_log_likelihood(each, each.law) for each in answered)
    known = [(sum(_log_likelihood(each, each.others[name]) for each in answered), name) for name in _shared(answered)]
    tried = [(sum(_log_likelihood(each, law) for each, law in laws), *named) for *named, laws in _tried(p, answered)]
    if not tried:
        return None
    best = max(score for score, *_ in (*known, *tried))
    if not best > honest:
        return None

    def chance(score: float) -> float:
        return float(min(1.0, (len(known) + len(tried)) * np.exp(honest - score)))

    # a sampler that is in use says more than a cut that nobody asked for
    if fit := sorted((each for each in known if each[0] >= best - CLEAR and each[0] > honest), reverse=True):
        names = tuple(name for _, name in fit)
        return Cause("order", NAN, NAN, NAN, "cuts-first", False, chance(fit[0][0]), samplers=names)
    score, kind, value, order = next(each for each in tried if each[0] >= best - ALIKE)
    other = [each[0] for each in tried if each[1:3] == (kind, value) and each[3] != order]
    ordered = all(score - each > CLEAR for each in other)
    alike = [each[2] for each in tried if each[0] >= score - ALIKE and each[1] == kind and each[3] == order]
    cause = Cause(kind, value, min(alike), max(alike), order, ordered, chance(score))
    return cause if kind == "temperature" else _described(p, moves, answered, cause)


def _shared(answered: Sequence[Answered]) -> list[str]:
    """The known samplers of all conditions that differ from what was asked for in one of them."""
    names = [name for name in answered[0].others if all(name in each.others for each in answered)] if answered else []
    return [
        name
        for name in names
        if any(not np.allclose(each.others[name], each.law, atol=1e-9, equal_nan=True) for each in answered)
    ]


def _tried(p: Array, answered: Sequence[Answered]) -> Iterator[tuple[Any, ...]]:
    """kind, value, order, and each condition's answers with the law that they would then follow."""
    with np.errstate(divide="ignore"):
        logs = np.log(p)

    def laws(order: Order, kind: Kind, value: float) -> list[tuple[Answered, Array]]:
        with np.errstate(invalid="ignore"):  # of a position that was not asked every cut takes all
            return [(each, probabilities(logs, _cut(kind, value, each.temperature), order)) for each in answered]

    for order in ORDERS:
        for kind, values in CUTS:
            for value in values:
                if kind != "top_k" or value < p.shape[1]:
                    yield kind, value, order, laws(order, kind, value)
    for temperature in sorted({1.0, *(each.temperature for each in answered)} - {0.0}):
        yield "temperature", temperature, ORDERS[0], laws(ORDERS[0], "temperature", temperature)


def _cut(kind: Kind, value: float, temperature: float) -> Sampling:
    """A sampler asked for a temperature that makes this cut, or draws at this temperature instead."""
    if kind == "top_k":
        return Sampling(temperature, top_k=int(value))
    if kind == "temperature":
        return Sampling(value)
    return Sampling(temperature, top_p=value) if kind == "top_p" else Sampling(temperature, min_p=value)


def _log_likelihood(answered: Answered, law: Array) -> float:
    from scipy.special import xlogy

    held = (answered.counts.sum(axis=1) > 0) & ~np.isnan(answered.law).any(axis=1)
    mixed = (1 - SLIP) * law[held] + SLIP * answered.law[held]
    return float(xlogy(answered.counts[held], np.maximum(mixed, 1e-12)).sum())


def _described(p: Array, moves: Sequence[str], answered: Sequence[Answered], cause: Cause) -> Cause:
    """The cause with what it does at the positions that have answers."""
    answers = sum((each.counts.sum(axis=1) for each in answered), np.zeros(len(p)))
    held = np.flatnonzero((answers > 0) & ~np.isnan(p).any(axis=1))
    with np.errstate(divide="ignore"):
        kept = probabilities(np.log(p[held]), _cut(cause.kind, cause.value, 1.0), cause.order) > 0
    alone = kept.sum(axis=1) == 1
    left = kept[alone].argmax(axis=1)
    counts = np.bincount(left, minlength=len(moves))
    share = float(np.median(p[held][alone, left])) if alone.any() else float("nan")
    removed = float(answers[held] @ np.where(kept, 0, p[held]).sum(axis=1) / answers[held].sum())
    first = int(counts.argmax())
    numbers = (int(alone.sum()), len(held), moves[first] if alone.any() else "", int(counts[first]), share, removed)
    return Cause(cause.kind, cause.value, cause.low, cause.high, cause.order, cause.ordered, cause.p, *numbers)
