"""Does a sampler do what it is asked? Sampled first tokens against the tempered log-probabilities.

At temperature T an honest sampler gives token i with probability p_i^(1/T) / sum_j p_j^(1/T), p being its probability
at T = 1. A cut (top_k, top_p, min_p) takes the unlikely tokens out, so that the likely ones come too often. Among any
tokens that are looked at the same law holds with the sum over these alone, which is why a list of the likeliest is
enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

K = TypeVar("K", bound=Hashable)
Array = npt.NDArray[np.float64]
REST = "(anything else)"
MOST_NAMES = 20
DRAWS = 20_000
POWER_DRAWS = 2_000
LEAST_EXPECTED = 5
_ROUNDING = 1e-6


class Tested(NamedTuple):
    """A statistic, the number of answers it rests on, and its p-value."""

    statistic: float
    n: int
    p: float


class Law(NamedTuple):
    """What an honest sampler gives at one temperature: names and their probabilities."""

    names: tuple[str, ...]
    p: Array


@dataclass(frozen=True)
class Candidates:
    """Tokens an answer can begin with.

    Attributes
    ----------
    tokens : tuple of (str, float)
        Text and natural log-probability at T = 1; a text may stand there more than once (with a blank and without).
    """

    tokens: tuple[tuple[str, float], ...]

    @cached_property
    def outside(self) -> float:
        """Probability at T = 1 of every token that is not listed."""
        return float(max(0.0, 1 - np.exp([logprob for _, logprob in self.tokens]).sum()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The likeliest texts, at most 20, the likeliest first."""
        masses: Counter[str] = Counter()
        for text, logprob in self.tokens:
            masses[text] += np.exp(logprob)
        return tuple(text for text, mass in masses.most_common(MOST_NAMES) if mass > 0)

    @cached_property
    def entropy_bits(self) -> float:
        """Entropy of the listed tokens at T = 1."""
        p = self.law(1.0).p
        return float(-(p[p > 0] * np.log2(p[p > 0])).sum())

    def law(self, temperature: float) -> Law:
        """The law at a temperature above 0: ``names``, the likeliest first, and the rest where that is known.

        The rest holds listed tokens beyond the first 20 names, and at T = 1 what is not listed. At other temperatures
        nothing is known of unlisted tokens, and the law is that of listed ones.
        """
        weights = dict.fromkeys((*self.names, REST), 0.0)
        highest = max(logprob for _, logprob in self.tokens)
        for text, logprob in self.tokens:
            weights[text if text in weights else REST] += np.exp((logprob - highest) / temperature)
        if temperature == 1 and self.outside > _ROUNDING:
            weights[REST] += self.outside / np.exp(highest)
        rest = weights.pop(REST)
        kept = dict(sorted(weights.items(), key=lambda each: -each[1])) | ({REST: rest} if rest > 0 else {})
        p = np.array(list(kept.values()))
        return Law(tuple(kept), p / p.sum())

    def counts(self, answers: Sequence[str], temperature: float) -> Array:
        """How often each name of the law came, shape (names,). Unlisted answers count as the rest at T = 1 only."""
        law, listed = self.law(temperature), {text for text, _ in self.tokens}
        rest = {text for text in answers if text not in law.names}
        if temperature != 1:
            rest &= listed
        found = Counter(REST if text in rest else text for text in answers)
        return np.array([found[name] for name in law.names], float)


def g_statistic(observed: npt.ArrayLike, p: npt.ArrayLike) -> Array:
    """The likelihood ratio statistic G = 2 sum O ln(O / E), shapes (..., k) to (...); infinite where E = 0 < O.

    Sokal and Rohlf (1995), Biometry, 3rd ed., ch. 17.
    """
    from scipy.special import rel_entr

    counts = np.asarray(observed, float)
    expected = counts.sum(axis=-1, keepdims=True) * np.asarray(p, float)
    return np.asarray(2 * rel_entr(counts, expected).sum(axis=-1))


def g_test(observed: npt.ArrayLike, p: npt.ArrayLike, seed: int = 0) -> Tested:
    """Test counts against given probabilities, with a Monte-Carlo p-value, which holds for small counts too.

    Names expected fewer than 5 times are taken together, since a cut takes all of them: p = (1 + draws at least as
    extreme) / (1 + draws), over 20,000 multinomial draws; NaN without an answer, and where all names are taken
    together, since G is then 0 whatever came.

    Davison and Hinkley (1997), Bootstrap Methods and their Application, eq. 4.11.
    """
    counts, chances = np.asarray(observed, float), np.asarray(p, float)
    n = int(counts.sum())
    if n == 0:
        return Tested(float("nan"), 0, float("nan"))
    cells = _cells(chances, n)
    counts, chances = counts @ cells, chances @ cells
    chances = chances / chances.sum()  # sums of shares may be above 1 by rounding, which numpy does not draw from
    if len(chances) < 2:
        return Tested(0.0, n, float("nan"))
    drawn = g_statistic(np.random.default_rng(seed).multinomial(n, chances, size=DRAWS), chances)
    return judged(float(g_statistic(counts, chances)), drawn, n)


def tail_test(observed: npt.ArrayLike, p: npt.ArrayLike) -> Tested:
    """Test for a cut: were the unlikeliest names left out, all of them from some name on?

    The statistic is the probability M of the names that are less likely than every one that came; that none of n
    answers falls among these has the probability (1 - M)^n, which is the exact p-value. NaN without an answer. Names
    stand in the order of their probability, as in ``Candidates.law``.
    """
    counts, chances = np.asarray(observed, float), np.asarray(p, float)
    n = int(counts.sum())
    if n == 0:
        return Tested(float("nan"), 0, float("nan"))
    missing = float(chances[np.flatnonzero(counts)[-1] + 1 :].sum())
    return Tested(missing, n, (1 - missing) ** n)


def noticed(p: npt.ArrayLike, n: int, alpha: float) -> float:
    """The smallest probability whose removal by a cut gives ``tail_test`` a p-value below ``alpha``; NaN: none does."""
    tails = 1 - np.cumsum(np.asarray(p, float))[:-1]
    shown = tails[(1 - tails) ** n < alpha]
    return float(shown.min()) if len(shown) else float("nan")


def _cells(p: Array, n: int) -> Array:
    """Which names are counted together, shape (names, cells) of 0 and 1."""
    small = n * p < LEAST_EXPECTED
    cells = np.eye(len(p))
    if small.sum() < 2:
        return cells
    together: Array = np.column_stack([cells[:, ~small], small.astype(float)])
    return together


def usual_shares(p: npt.ArrayLike, n: int, level: float = 0.95) -> tuple[Array, Array]:
    """Where that part of an honest sampler's shares lies, for each name by itself: low and high, shape (names,)."""
    from scipy.stats import binom

    low, high = (binom.ppf(tail, n, np.asarray(p, float)) / max(n, 1) for tail in ((1 - level) / 2, (1 + level) / 2))
    return np.asarray(low), np.asarray(high)


def row_differences(tables: Array) -> Array:
    """G of the rows against their pooled shares, shapes (..., rows, k) to (...)."""
    pooled = tables.sum(axis=-2, keepdims=True)
    return np.asarray(g_statistic(tables, pooled / pooled.sum(axis=-1, keepdims=True)).sum(axis=-1))


def judged(found: float, drawn: Array, n: int) -> Tested:
    """A statistic's p-value among those that were drawn under the null, itself counted."""
    return Tested(found, n, float((1 + (drawn >= found - 1e-9).sum()) / (1 + len(drawn))))


def drawn_tables(rng: np.random.Generator, sizes: Array, p: Array, repeats: int) -> Array:
    """Tables of counts with given row sums, shape (repeats, rows, k)."""
    rows = [rng.multinomial(int(size), row, size=repeats) for size, row in zip(sizes, p, strict=True)]
    return np.stack(rows, axis=1).astype(float)


def too_alike(answers: Mapping[float, Sequence[str]], candidates: Candidates, seed: int = 0) -> float:
    """Probability that an honest sampler's answers differ between temperatures as little as these, by G, or less."""
    rng, names = np.random.default_rng(seed), (*candidates.names, REST)
    counts = np.array(
        [_row(names, candidates.law(t).names, candidates.counts(given, t)) for t, given in answers.items()]
    )
    laws = np.array([_row(names, *candidates.law(t)) for t in answers])
    honest = row_differences(drawn_tables(rng, counts.sum(axis=1), laws, POWER_DRAWS))
    return float((1 + (honest <= row_differences(counts) + 1e-9).sum()) / (1 + POWER_DRAWS))


def _row(names: Sequence[str], own: Sequence[str], values: Array) -> Array:
    known = dict(zip(own, values.tolist(), strict=True))
    return np.array([known.get(name, 0.0) for name in names])


def chance_of_repeats(answers: Sequence[str]) -> float:
    """Probability that answers in random order repeat the same answers one by one: product of c_i! over n!."""
    from scipy.special import gammaln

    counts = np.array(list(Counter(answers).values()), float)
    return float(np.exp(gammaln(counts + 1).sum() - gammaln(counts.sum() + 1)))


def repeats_expected(answers: Sequence[str]) -> float:
    """How many of these answers would be met again one by one if their order meant nothing: sum c_i^2 / n."""
    counts = np.array(list(Counter(answers).values()), float)
    return float((counts**2).sum() / counts.sum())


class Explanation(NamedTuple):
    """What fits the counts best: ``kept`` likeliest names only, or the temperature left out (``kept`` None)."""

    kept: int | None
    mass: float


def explained(candidates: Candidates, answers: Mapping[float, Sequence[str]]) -> Explanation | None:
    """The simplest dishonest sampler that fits better than the honest one, by log-likelihood less one a parameter.

    Looked at are samplers that keep the k likeliest names, and one that samples at T = 1 whatever it is asked.
    """
    counts = {t: candidates.counts(given, t) for t, given in answers.items()}
    laws = {t: candidates.law(t) for t in answers}
    honest = sum(_log_likelihood(counts[t], laws[t].p) for t in answers)
    named = len(candidates.names)
    found: list[tuple[float, Explanation]] = []
    for kept in range(1, named):
        parts = [_log_likelihood(counts[t], _cut(laws[t].p, kept)) for t in answers]
        mass = sum(candidates.law(1.0).p[:kept])
        found.append((sum(parts) - 1, Explanation(kept, float(mass))))
    ignored = [_log_likelihood(candidates.counts(answers[t], 1.0), candidates.law(1.0).p) for t in answers]
    found.append((sum(ignored), Explanation(None, float("nan"))))
    best = max(found, key=lambda each: each[0])
    return best[1] if best[0] > honest + 1 else None


def _cut(p: Array, kept: int) -> Array:
    return np.asarray(np.where(np.arange(len(p)) < kept, p, 0) / p[:kept].sum())


def _log_likelihood(counts: Array, p: Array) -> float:
    from scipy.special import xlogy

    return float(xlogy(counts, p).sum())


def holm(p_values: Mapping[K, float]) -> dict[K, float]:
    """P-values that hold over all tests together; NaN counts as no test.

    Holm (1979), Scand. J. Statist. 6, 65.
    """
    known = sorted(((p, name) for name, p in p_values.items() if np.isfinite(p)), key=lambda each: each[0])
    adjusted, highest = dict.fromkeys(p_values, float("nan")), 0.0
    for place, (p, name) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - place) * p))
        adjusted[name] = highest
    return adjusted
