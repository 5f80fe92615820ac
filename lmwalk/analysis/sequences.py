"""Is a finite sequence of outcomes what fair independent draws would give?

Short sequences need exact laws: each statistic is compared with its values over simulated fair draws of the same
length. Batteries for long bit streams, such as NIST's, do not hold for 20 or 200 draws.

Sequences are codes 0..k-1, shape (sequences, length); a statistic gives one number for each, NaN where it is not
defined (such as a correlation where all outcomes are the same).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def counts(codes: Codes, k: int) -> Array:
    """How often each outcome comes, shape (sequences, k)."""
    return np.stack([(codes == outcome).sum(axis=1) for outcome in range(k)], axis=1).astype(float)


def surprise(codes: Codes, k: int) -> Array:
    """Bits of the counts' multinomial probability under fair draws: the exact test's order. For a coin, binomial."""
    from scipy.special import gammaln

    length = codes.shape[1]
    log_chance = gammaln(length + 1) - gammaln(counts(codes, k) + 1).sum(axis=1) - length * np.log(k)
    # equally likely counts must tie, whatever the order of summation
    return np.asarray(np.round(-log_chance / np.log(2), 9))


def alternation(codes: Codes, _k: int) -> Array:
    """Share of neighbours that differ; k outcomes drawn fairly give 1 - 1/k."""
    if codes.shape[1] < 2:
        return np.full(len(codes), np.nan)
    return np.asarray((np.diff(codes, axis=1) != 0).mean(axis=1))


def runs(codes: Codes, k: int) -> Array:
    """Number of runs, standardised given how often each outcome came.

    Wald and Wolfowitz (1940), Ann. Math. Stat. 11, 147; k outcomes: Barton and David (1957), Biometrika 44, 168.
    """
    length = codes.shape[1]
    if length < 2:
        return np.full(len(codes), np.nan)
    found = 1 + (np.diff(codes, axis=1) != 0).sum(axis=1)
    squares, cubes = ((counts(codes, k) ** power).sum(axis=1) for power in (2, 3))
    mean = (length * (length + 1) - squares) / length
    spread = squares * (squares + length * (length + 1)) - 2 * length * cubes - float(length) ** 3
    variance = spread / (length**2 * (length - 1))
    defined = variance > 1e-12
    scores = (found - mean) / np.sqrt(np.where(defined, variance, 1))
    return np.asarray(np.round(np.where(defined, scores, np.nan), 9))


def serial_correlation(codes: Codes, _k: int) -> Array:
    """Pearson's correlation of each outcome, taken as a number, with the next one."""
    if codes.shape[1] < 3:
        return np.full(len(codes), np.nan)
    first, second = (part - part.mean(axis=1, keepdims=True) for part in (codes[:, :-1], codes[:, 1:]))
    scale = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    product = (first * second).sum(axis=1)
    correlation = np.where(scale > 0, product / np.where(scale > 0, scale, 1), np.nan)
    return np.asarray(np.round(correlation, 9))


def longest_run(codes: Codes, _k: int) -> Array:
    """Length of the longest stretch of one outcome."""
    longest, current = np.ones(len(codes)), np.ones(len(codes))
    for t in range(1, codes.shape[1]):
        current = np.where(codes[:, t] == codes[:, t - 1], current + 1, 1)
        longest = np.maximum(longest, current)
    return longest


def entropy_rate(codes: Codes, k: int) -> Array:
    """Plug-in entropy of an outcome given the one before, in bits: H(pairs) - H(single outcomes that begin a pair).

    Biased downwards in short sequences, by the same amount in the fair draws that it is compared with.
    """
    if codes.shape[1] < 2:
        return np.full(len(codes), np.nan)
    pairs = counts(codes[:, :-1] * k + codes[:, 1:], k * k)
    return np.round(_entropy(pairs) - _entropy(counts(codes[:, :-1], k)), 9)


def _entropy(counted: Array) -> Array:
    from scipy.special import entr

    shares = counted / counted.sum(axis=1, keepdims=True)
    return np.asarray(entr(shares).sum(axis=1) / np.log(2))


def compressed_bytes(codes: Codes, k: int) -> Array:
    """Bytes that zlib makes of the sequence, one byte an outcome: repeated patterns of any length make it short."""
    return np.array(
        [len(zlib.compress(row.tobytes(), 9)) for row in codes.astype(np.uint16 if k > 256 else np.uint8)], float
    )


Statistic = Callable[[Codes, int], Array]

STATISTICS: Mapping[str, Statistic] = {
    "counts": surprise,
    "alternation": alternation,
    "runs": runs,
    "serial correlation": serial_correlation,
    "longest run": longest_run,
    "entropy rate": entropy_rate,
    "compressibility": compressed_bytes,
}
"""Test to statistic. All look both ways, but for counts: only improbable ones speak against fair draws."""
ONE_SIDED = frozenset({"counts"})


def fair_draws(simulations: int, length: int, k: int, seed: int) -> Codes:
    """Sequences of fair independent draws, shape (simulations, length)."""
    return np.random.default_rng([seed, length, k]).integers(k, size=(simulations, length))


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


@dataclass(frozen=True)
class Fair:
    """What sequences are compared with: how many fair draws, their seed, and how ties count."""

    simulations: int = 2000
    seed: int = 0
    mid: bool = False


def randomness_tests(sequences: pd.DataFrame, outcomes: Sequence[str], fair: Fair | None = None) -> pd.DataFrame:
    """Every test of ``STATISTICS`` on every sequence, against fair independent draws.

    Parameters
    ----------
    sequences : DataFrame
        condition, trajectory, t, outcome; outcomes that are missing or not among ``outcomes`` are left out.
    outcomes : sequence of str
        Every outcome, in order; where they are numbers, evenly spaced.

    Returns
    -------
    DataFrame
        One row a sequence and test: condition, trajectory, n (draws read), test, statistic, expected (mean over the
        fair draws), p (``monte_carlo_p``; of a coin's counts exact, by binomial), p_adjusted (``fdr`` over the table).
        NaN where a statistic is not defined.
    """
    chosen = fair or Fair()
    by_length: dict[int, list[tuple[Any, Any, Codes]]] = {}
    for condition, trajectory, codes in _coded(sequences, outcomes):
        by_length.setdefault(len(codes), []).append((condition, trajectory, codes))
    parts = [_tested(group, len(outcomes), chosen) for group in by_length.values()]
    columns = ["condition", "trajectory", "n", "test", "statistic", "expected", "p"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return table.assign(p_adjusted=fdr(table["p"]))


def _coded(sequences: pd.DataFrame, outcomes: Sequence[str]) -> list[tuple[Any, Any, Codes]]:
    read = sequences[sequences["outcome"].isin(list(outcomes))].sort_values("t", kind="stable")
    codes = read["outcome"].map({outcome: code for code, outcome in enumerate(outcomes)}).astype("int64")
    grouped = codes.groupby([read["condition"], read["trajectory"]], sort=False)
    return [(condition, trajectory, np.asarray(part, np.int64)) for (condition, trajectory), part in grouped]


def _tested(group: list[tuple[Any, Any, Codes]], k: int, fair: Fair) -> pd.DataFrame:
    codes = np.stack([each for _, _, each in group])
    simulated = fair_draws(fair.simulations, codes.shape[1], k, fair.seed)
    keys = pd.DataFrame([each[:2] for each in group], columns=["condition", "trajectory"]).assign(n=codes.shape[1])
    parts = []
    for test, statistic in STATISTICS.items():
        found, null = statistic(codes, k), statistic(simulated, k)
        expected = np.nanmean(null) if not np.isnan(null).all() else np.nan
        p = monte_carlo_p(found, null, one_sided=test in ONE_SIDED, mid=fair.mid)
        exact = test == "counts" and k == 2 and not fair.mid
        p = _binomial_p(codes) if exact else p
        parts.append(keys.assign(test=test, statistic=found, expected=expected, p=p))
    return pd.concat(parts, ignore_index=True)


def _binomial_p(codes: Codes) -> Array:
    """Exact two-sided p of a fair coin's counts."""
    from scipy.special import bdtr

    length = codes.shape[1]
    fewer = np.minimum(codes.sum(axis=1), length - codes.sum(axis=1))
    return np.asarray(np.minimum(1.0, 2 * bdtr(fewer.astype(float), length, 0.5)))
