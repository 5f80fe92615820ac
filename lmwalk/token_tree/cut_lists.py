"""Temperature and cuts on a list of the likeliest tokens, where the rest of the vocabulary is not seen.

Temperature and cuts keep the order of tokens, so what is left of a vocabulary is always its likeliest tokens. Two
things are uncertain: what the unlisted tokens weigh after the temperature, and, where a cut depends on the sum of all,
how many are left. Both are bounded, and a listed token is given the least that it can have. What is missing to 1 is any
token's.
"""

from __future__ import annotations

import math

import numpy as np

from lmwalk.sampler import Array, Pipeline, Settled
from lmwalk.token_tree.spelling import ROUNDING

VOCABULARY = 300_000
"""Tokens that a vocabulary can have: the largest in use have about 262,000 (Gemma) and 251,000 (BLOOM). A temperature
above 1 lifts rare tokens, so what is unlisted can weigh the more, the more tokens share it."""
_SLACK = 1e-9
"""Relative distance from a cut within which servers that round differently disagree on what it keeps."""
_LARGEST_LOG = 700.0


def least(p: Array, width: int, pipeline: Pipeline, settled: Settled) -> Array:
    """The least that each listed token can have after a sampler.

    Parameters
    ----------
    p : ndarray, shape (tokens,)
        Probabilities at T = 1 of the tokens listed, in any order, each above 0.
    width : int
        How many tokens were asked for; 0 where the list is the whole vocabulary. The likeliest ``width`` tokens of a
        list are likelier than any that is not listed. A list may hold one more, the token that was drawn, or fewer,
        where tokens that are written alike were made one: then nothing is known of the order.
    pipeline, settled
        What the sampler does, and its settings.

    Returns
    -------
    ndarray, shape (tokens,)
        They sum to at most 1 (but for rounding); the difference is what may be any token's. At T = 1 without a cut
        this is ``p`` itself.
    """
    if not settled.cuts and settled.temperature == 1:
        return p
    rest, cap = _unlisted(p, width, settled.temperature)
    known = p >= cap if rest > 0 and (settled.cuts or settled.temperature == 0) else np.ones(len(p), dtype=bool)
    result = np.zeros(len(p))
    if not known.any():
        return result
    if settled.temperature == 0:
        result[p.argmax()] = known[p.argmax()]
        return result
    order = np.argsort(-p, kind="stable")
    order = order[known[order]]
    result[order] = _Kept(p[order], rest + float(p[~known].sum()), cap, 1 / settled.temperature).after(
        pipeline, settled
    )
    return result


def _unlisted(p: Array, width: int, temperature: float) -> tuple[float, float]:
    """What is not listed, and the most that one token of it can hold, both at T = 1."""
    rest = max(0.0, 1 - math.fsum(p))
    if width == 0 or not len(p):
        return (0.0, 0.0) if width == 0 else (1.0, 1.0)
    if rest <= ROUNDING:
        # too little to tell from a rounding, and much where it is spread over a vocabulary and lifted
        rest = ROUNDING if temperature > 1 else 0.0
    cap = min(rest, float(np.sort(p)[-width])) if len(p) >= width else rest
    return rest, max(cap, rest / VOCABULARY)


class _Kept:
    """What is known of the tokens that are left, likeliest first; all weights are relative to the likeliest token's.

    Parameters
    ----------
    p : ndarray, shape (tokens,)
        Probabilities at T = 1 of the listed tokens, descending.
    rest, cap : float
        What is not listed, and the most that one such token can hold.
    power : float
        1 / T.
    """

    def __init__(self, p: Array, rest: float, cap: float, power: float) -> None:
        self.x = p / p[0]
        self.rest, self.cap = rest / p[0], cap / p[0]
        self.power, self.now = power, 1.0
        self.fewest = self.most = len(p)
        self.unlisted: float = VOCABULARY if rest > 0 else 0
        self.untouched = True
        """No cut can have taken an unlisted token."""
        self.limit = math.inf
        """The most that what is left of the unlisted can weigh after the temperature."""

    def after(self, pipeline: Pipeline, settled: Settled) -> Array:
        """The least that each can have at the end of the pipeline; shape (tokens,)."""
        for stage in pipeline.stages:
            if stage == "temperature":
                self.now = self.power
            elif stage == "top_k" and settled.top_k > 0:
                self._top_k(settled.top_k)
            elif stage == "top_p" and settled.top_p < 1:
                self._top_p(settled.top_p)
            elif stage == "min_p" and settled.min_p > 0:
                self._min_p(settled.min_p)
        weights = self.x**self.power
        sure = np.arange(len(weights)) < self.fewest
        result: Array = np.where(sure, weights / (weights[: self.most].sum() + self._heaviest(self.power)), 0.0)
        return result

    def _top_k(self, k: int) -> None:
        listed = len(self.x)
        self.fewest, self.most = min(self.fewest, k), min(self.most, k)
        self.unlisted, self.untouched = min(self.unlisted, max(0, k - listed)), False

    def _min_p(self, share: float) -> None:
        least_x = share ** (1 / self.now)
        count = int((self.x >= least_x * (1 - _SLACK)).sum())
        self.fewest, self.most = min(self.fewest, count), min(self.most, count)
        most = self.rest / least_x if least_x > 0 else math.inf
        if self.cap < least_x * (1 - _SLACK):
            most = 0
        self.unlisted, self.untouched = min(self.unlisted, most), False

    def _top_p(self, share: float) -> None:
        sums = np.concatenate([[0.0], np.cumsum(self.x**self.now)])
        low = sums[self.fewest] + self._lightest(self.now)
        high = sums[self.most] + self._heaviest(self.now)
        self.fewest = max(1, min(self.fewest, int((sums[:-1] < share * low * (1 - _SLACK)).sum())))
        self.most = min(self.most, int((sums[:-1] < share * high * (1 + _SLACK)).sum()))
        beyond = share * high * (1 + _SLACK) - sums[-1]
        if beyond <= 0:
            self.unlisted = 0
        elif self.now == 1:  # the last token that is kept may reach over the edge
            self.rest = min(self.rest, beyond + self.cap)
        else:
            self.limit = min(self.limit, beyond + _power(self.cap, self.now))
        self.untouched = False

    def _heaviest(self, power: float) -> float:
        """The most that what is left of the unlisted can weigh: few large tokens below T = 1, many small ones above."""
        if not self.unlisted or self.rest <= 0:
            return 0.0
        if power < 1:
            return min(self.limit, self.unlisted * _power(min(self.cap, self.rest / self.unlisted), power))
        return min(self.limit, _filled(self.rest, self.cap, self.unlisted, power))

    def _lightest(self, power: float) -> float:
        """The least that the unlisted can weigh."""
        if not self.untouched or not self.unlisted or self.rest <= ROUNDING:
            return 0.0
        if power < 1:
            return _filled(self.rest, self.cap, self.unlisted, power)
        return self.unlisted * _power(self.rest / self.unlisted, power)


def _filled(rest: float, cap: float, count: float, power: float) -> float:
    """What ``rest`` weighs in as few tokens as can hold it, at most ``count``."""
    full = min(math.floor(count), math.floor(rest / cap))
    last = rest - full * cap if full < math.floor(count) else 0.0
    return full * _power(cap, power) + _power(max(last, 0.0), power)


def _power(x: float, power: float) -> float:
    return math.exp(min(_LARGEST_LOG, power * math.log(x))) if x > 0 else 0.0
