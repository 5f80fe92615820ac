"""What ``builtin/tiny`` was taught of draws and marks: exact Bayes with known priors, to check estimates against.

Draws. Belief is the posterior predictive (STRENGTH m + counts) / (STRENGTH + n) with the prior mean m: 2/3 for heads,
which makes the prior Beta(6, 3); 4/9 for the six of a die and 1/9 for each other face; and four times the weight for
numbers that end in 7. A stated bias takes the prior mean's place. Results that are shown count as evidence, whoever
produced them and whatever coin they came from, so a model that sees its own flips draws from a Polya urn.

Marks. After each word stands a Poisson number of marks. A stated rate is obeyed; otherwise the rate has the prior
Gamma(MARK_SHAPE, MARK_RATE) and is learnt from the gaps seen, so that the number in a gap is negative binomial.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from lmwalk.types import Outcome

Array = npt.NDArray[np.float64]

STRENGTH = 9.0
"""How many results the prior is worth."""

MARK_SHAPE, MARK_RATE = 2.0, 4.0
"""The prior of an unknown rate of marks."""

FORMULA = (
    f"p(outcome) = ({STRENGTH:g} m + times seen) / ({STRENGTH:g} + n) after n results; the prior mean m is 2/3 for "
    "heads, 4/9 for the six of a die, 4 times the others' for numbers ending in 7, or what is stated"
)
"""The law of draws in one line of plain text."""

MARKS_FORMULA = (
    "marks after a word ~ Poisson(λ), with λ as stated, or "
    f"λ ~ Gamma({MARK_SHAPE:g} + marks seen, {MARK_RATE:g} + gaps seen)"
)
"""The law of marks in one line of plain text."""

_LATER = np.arange(1, 65)


def prior_mean(outcomes: Sequence[Outcome]) -> Array:
    """The prior mean of a coin, a die or a range of numbers, shape (len(outcomes),)."""
    if outcomes[0] == "heads":
        return np.array([2 / 3, 1 / 3])
    die = tuple(outcomes) == ("1", "2", "3", "4", "5", "6")
    heavy = [outcome == "6" if die else outcome.endswith("7") for outcome in outcomes]
    weights = np.where(heavy, 4.0, 1.0)
    mean: Array = weights / weights.sum()
    return mean


def stated_mean(outcomes: Sequence[Outcome], event: Collection[Outcome], probability: float) -> Array:
    """The prior mean where an event's probability is stated: inside and outside the event it is shared evenly."""
    inside = np.array([outcome in event for outcome in outcomes])
    mean: Array = np.where(inside, probability / inside.sum(), (1 - probability) / max(1, (~inside).sum()))
    return mean


def beliefs(outcomes: Sequence[Outcome], results: Sequence[Outcome], mean: Array) -> Iterator[dict[Outcome, float]]:
    """The posterior predictive before each result and after the last: len(results) + 1 distributions."""
    counts = STRENGTH * mean
    for n in range(len(results) + 1):
        yield dict(zip(outcomes, (counts / (STRENGTH + n)).tolist(), strict=True))
        if n < len(results):
            counts = counts + np.array([outcome == results[n] for outcome in outcomes])


def belief(outcomes: Sequence[Outcome], results: Sequence[Outcome], mean: Array | None = None) -> dict[Outcome, float]:
    """The posterior predictive after results, with the usual prior mean or another one."""
    usual = prior_mean(outcomes) if mean is None else mean
    counts = np.array([results.count(outcome) for outcome in outcomes], float)
    shares = (STRENGTH * usual + counts) / (STRENGTH + len(results))
    return dict(zip(outcomes, shares.tolist(), strict=True))


def one_more(so_far: int, rate: float) -> float:
    """The probability of another mark in a gap that has ``so_far``, at a known rate: P(K > k) / P(K >= k)."""
    return _one_more(rate / (so_far + _LATER))


def one_more_learnt(so_far: int, marks: int, gaps: int) -> float:
    """The same at an unknown rate, after so many marks in so many earlier gaps."""
    shape, rate = MARK_SHAPE + marks, MARK_RATE + gaps
    return _one_more((shape + so_far + _LATER - 1) / ((so_far + _LATER) * (1 + rate)))


def _one_more(ratios: Array) -> float:
    """From the ratios P(K = k + 1) / P(K = k) for k = ``so_far`` and on."""
    return 1 - 1 / (1 + float(np.cumprod(ratios).sum()))
