"""Is a finite sequence of outcomes what fair independent draws would give?

Two questions in one: is there a bias, and is there memory? Short sequences need exact laws: how often outcomes came is
compared with simulated fair draws of the same length, everything else with the same draws in other orders. Batteries
for long bit streams, such as NIST's, do not hold for 20 or 200 draws.

Sequences are codes 0..k-1, shape (sequences, length); a statistic gives one number for each, NaN where it is not
defined (such as a correlation where all outcomes are the same).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.pvalues import MORE, fdr, rare_p, undecided

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
BIAS = frozenset({"counts"})
"""Tests that ask whether outcomes are equally likely; all others ask whether a draw depends on those before it."""


def fair_draws(simulations: int, length: int, k: int, seed: int) -> Codes:
    """Sequences of fair independent draws, shape (simulations, length)."""
    return np.random.default_rng([seed, length, k]).integers(k, size=(simulations, length))


@dataclass(frozen=True)
class Fair:
    """What sequences are compared with: how many simulated ones, their seed, and how ties count."""

    simulations: int = 2000
    seed: int = 0
    mid: bool = False


def shuffles(codes: Codes, simulations: int, seed: int) -> Codes:
    """One sequence, shape (length,), in random orders, shape (simulations, length)."""
    chance = np.random.default_rng([seed, len(codes)])
    return np.asarray(codes[chance.random((simulations, len(codes))).argsort(axis=1)])


def randomness_tests(sequences: pd.DataFrame, outcomes: Sequence[str], fair: Fair | None = None) -> pd.DataFrame:
    """Every test of ``STATISTICS`` on every sequence: of bias against fair draws, of memory against other orders of it.

    A sequence without memory has every order of what it drew with equal probability, however biased it is, so that the
    tests of memory are exact and one bias is one finding.

    Parameters
    ----------
    sequences : DataFrame
        condition, trajectory, t, outcome; outcomes that are missing or not among ``outcomes`` are left out.
    outcomes : sequence of str
        Every outcome, in order; where they are numbers, evenly spaced.

    Returns
    -------
    DataFrame
        One row a sequence and test: condition, trajectory, n (draws read), copies (sequences of the condition that are
        equal to the letter, itself among them), test, asks (``bias`` or ``memory``), statistic, expected (mean over the
        simulated ones), p (``rare_p``; of a coin's counts exact, by binomial), p_adjusted (``fdr`` over the table, each
        sequence once for its copies). NaN where a statistic is not defined, and p where no order makes a difference.

    Pitman (1937), Suppl. J. R. Stat. Soc. 4, 225.
    """
    chosen, k = fair or Fair(), len(outcomes)
    every = _coded(sequences, outcomes)
    names = [(condition, codes.tobytes()) for condition, _, codes in every]
    known = {name: codes for name, (_, _, codes) in zip(names, every, strict=True)}
    found = _tested(list(known.values()), k, chosen)
    place, copies = {name: number for number, name in enumerate(known)}, Counter(names)
    found = found.assign(p_adjusted=fdr(found["p"]))
    keys = pd.DataFrame(
        [
            (condition, trajectory, len(codes), copies[name], place[name])
            for name, (condition, trajectory, codes) in zip(names, every, strict=True)
        ],
        columns=["condition", "trajectory", "n", "copies", "sequence"],
    )
    return keys.merge(found, on="sequence").drop(columns="sequence")


def _coded(sequences: pd.DataFrame, outcomes: Sequence[str]) -> list[tuple[Any, Any, Codes]]:
    read = sequences[sequences["outcome"].isin(list(outcomes))].sort_values("t", kind="stable")
    codes = read["outcome"].map({outcome: code for code, outcome in enumerate(outcomes)}).astype("int64")
    grouped = codes.groupby([read["condition"], read["trajectory"]], sort=False)
    return [(condition, trajectory, np.asarray(part, np.int64)) for (condition, trajectory), part in grouped]


def _tested(sequences: list[Codes], k: int, fair: Fair) -> pd.DataFrame:
    """Sequence (its number), test, asks, statistic, expected, p."""
    rows = [
        (number, test, "bias" if test in BIAS else "memory", *_p(codes, test, k, fair))
        for number, codes in enumerate(sequences)
        for test in STATISTICS
    ]
    table = pd.DataFrame(rows, columns=["sequence", "test", "asks", "statistic", "expected", "p", "sure"])
    p = table["p"].to_numpy(float, copy=True)
    more = Fair(fair.simulations * MORE, fair.seed + 1, fair.mid)
    for place in np.flatnonzero(undecided(p, table["sure"].to_numpy(bool), fdr)):
        p[place] = _p(sequences[rows[place][0]], rows[place][1], k, more)[2]
    return table.assign(p=p).drop(columns="sure")


def _p(codes: Codes, test: str, k: int, fair: Fair) -> tuple[float, float, float, bool]:
    """Statistic, its mean over the simulated ones, p, and whether more of them would make no difference."""
    statistic = float(STATISTICS[test](codes[None], k)[0])
    bias = test in BIAS
    null = _null(b"" if bias else np.sort(codes).tobytes(), len(codes), test, k, fair)
    expected = float(np.nanmean(null)) if not np.isnan(null).all() else np.nan
    if bias and k == 2 and not fair.mid:
        return statistic, expected, _binomial_p(codes), True
    if not bias and np.ptp(null) == 0:
        return statistic, expected, np.nan, True
    return statistic, expected, *rare_p(statistic, null, one_sided=test in ONE_SIDED, mid=fair.mid)


@lru_cache(maxsize=512)
def _null(counted: bytes, length: int, test: str, k: int, fair: Fair) -> Array:
    """A statistic of fair draws, or of what was drawn in other orders."""
    if not counted:
        return STATISTICS[test](fair_draws(fair.simulations, length, k, fair.seed), k)
    return STATISTICS[test](shuffles(np.frombuffer(counted, np.int64), fair.simulations, fair.seed), k)


def _binomial_p(codes: Codes) -> float:
    """Exact two-sided p of a fair coin's counts."""
    from scipy.special import bdtr

    fewer = min(codes.sum(), len(codes) - codes.sum())
    return float(min(1.0, 2 * bdtr(float(fewer), len(codes), 0.5)))
