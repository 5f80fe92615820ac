"""Two conditions compared by how often each outcome came: the total variation distance, and what chance makes of it.

Two samples of one law are apart too, the more the fewer units they have and the more outcomes there are, so that beside
the distance stands what dealing the units out anew shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.analysis.arrangements import NUMBERS, Tested, flips, smallest_flip_p, smallest_split_p, splits
from lmwalk.analysis.resampling import percentiles, unit_counts
from lmwalk.analysis.shifts import DIGITS, SAME, Copies
from lmwalk.analysis.units import FEWEST, copy_codes

Array = npt.NDArray[np.float64]
REPEATS = 999


@dataclass(frozen=True)
class Distance(Tested):
    """How far two distributions over outcomes are apart. What cannot be told is NaN.

    Attributes
    ----------
    distance : float
        Total variation, 0 the same, 1 apart; of several questions the mean over them.
    by_chance : float
        What two samples of one law show, of as many units.
    corrected, low, high : float
        The distance less its bias, by the bootstrap over units, and its interval; no interval where a condition has
        fewer than ``units.FEWEST`` distinct units.
    p, smallest_p : float
        By permutation of whole distinct units.
    within : float
        The margin; they are ``alike`` where the interval of level 1 - 2 alpha ends below it.
    alike : bool
        Whether the distance was shown to be smaller than the margin.
    units, distinct : (int, int)
        How many there are of each condition, and how many of them differ.
    """

    units: tuple[int, int]
    distinct: tuple[int, int]
    paired: bool
    within: float
    level: float
    distance: float = float("nan")
    by_chance: float = float("nan")
    corrected: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    smallest_p: float = 1.0
    alike: bool = False


class _Units(NamedTuple):
    """Distinct units: of each the shares of the outcomes after each question, with weights, 0 where it has none."""

    shares: Array  # (units, questions * outcomes), 0 where there are none
    weight: Array  # (units, questions * outcomes)
    outcomes: int

    def means(self, counts: Array) -> Array:
        """Mean shares under each row of counts, shape (rows, questions * outcomes); NaN where no unit has any."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((counts @ (self.shares * self.weight)) / (counts @ self.weight))


def outcome_distance(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    copies: tuple[Copies, Copies] = (None, None),
    *,
    paired: bool = False,
    within: float = float("nan"),
    level: float = 0.95,
) -> Distance:
    """Compare two conditions by the shares of their outcomes.

    Parameters
    ----------
    a, b : array_like, shape (units, outcomes) or (units, questions, outcomes)
        Shares of the outcomes in each unit, after each question where they are compared question by question; NaN where
        a unit has none. Of pairs, in the same order.
    copies : pair of sequences, optional
        What each unit is, to the letter; of pairs, the first says what each pair is.

    Returns
    -------
    Distance
        Its interval is the bootstrap's over units, with expanded tails (``resampling``). The lower end is the distance
        less how far the true differences may be from those seen, for the one is at most the other away from the truth;
        the upper end is the larger of the basic one and the percentile. 0 is in it unless p <= 1 - level.

    Notes
    -----
    Davison and Hinkley (1997), Bootstrap Methods and their Application, section 5.2.

    >>> outcome_distance([[1, 0]] * 5, [[0.5, 0.5]] * 5).distance
    0.5
    """
    left, right = _cube(a), _cube(b)
    if paired:
        left, right = _both(left, right)
        copies = (copies[0], copies[0])
    (one, units), (other, others) = (_merged(each, own) for each, own in zip((left, right), copies, strict=True))
    found = Distance((units, others), (len(one.shares), len(other.shares)), paired, within, level)
    fewest = min(found.distinct)
    if fewest < 1:
        return found
    found = replace(found, distance=float(_apart(one.means(_once(one)), other.means(_once(other)), one.outcomes)[0]))
    if fewest < 2:
        return found
    null = _turned(one, other) if paired else _dealt(one, other)
    drawn = _bootstrap(one, other, paired)
    found = replace(
        found,
        by_chance=float(np.nanmean(null)),
        corrected=float(np.clip(2 * found.distance - np.nanmean(drawn[0]), 0, 1)),
        p=float((null >= found.distance - SAME).mean()),
        smallest_p=smallest_flip_p(fewest) if paired else smallest_split_p(*found.distinct),
    )
    if fewest < FEWEST:
        return found
    low, high = _ends(found.distance, drawn, fewest, level)
    below = _ends(found.distance, drawn, fewest, 2 * level - 1)[1] < within
    return replace(found, low=low if found.differs else 0.0, high=high, alike=bool(below))


def _both(left: Array, right: Array) -> tuple[Array, Array]:
    """Pairs, question by question: what one of them lacks the other is taken to lack."""
    lacks = np.isnan(left).any(axis=2, keepdims=True) | np.isnan(right).any(axis=2, keepdims=True)
    return np.where(lacks, np.nan, left), np.where(lacks, np.nan, right)


def _once(units: _Units) -> Array:
    return np.ones((1, len(units.shares)))


def _cube(shares: npt.ArrayLike) -> Array:
    of = np.round(np.asarray(shares, float), DIGITS)
    return of if of.ndim == 3 else of[:, None, :]


def _merged(cube: Array, copies: Copies) -> tuple[_Units, int]:
    """Distinct units, and how many there are."""
    rows = cube.reshape(len(cube), -1)
    known = np.asarray(~np.isnan(rows).all(axis=1))
    rows = rows[known]
    codes = copy_codes(copies, known)
    some = ~np.isnan(rows)
    totals, weights = (np.zeros((int(codes.max(initial=-1)) + 1, rows.shape[1])) for _ in range(2))
    np.add.at(totals, codes, np.where(some, rows, 0.0))
    np.add.at(weights, codes, some.astype(float))
    copied = weights.max(axis=1, initial=0).mean() if len(weights) else 1.0
    return _Units(totals / np.where(weights > 0, weights, 1), weights / copied, cube.shape[2]), len(rows)


def _apart(first: Array, second: Array, outcomes: int) -> Array:
    """Total variation, the mean over questions that both have an answer to, of each row."""
    each = np.abs(first - second).reshape(len(first), -1, outcomes).sum(axis=2) / 2
    known = ~np.isnan(each)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, each, 0.0).sum(axis=1) / known.sum(axis=1))


def _in_parts(counts: Array, width: int) -> list[Array]:
    return np.array_split(counts, max(1, int(len(counts) * width / NUMBERS)))


def _together(one: _Units, other: _Units) -> _Units:
    shares, weight = (np.concatenate(pair) for pair in ((one.shares, other.shares), (one.weight, other.weight)))
    return _Units(shares, weight, one.outcomes)


def _dealt(one: _Units, other: _Units) -> Array:
    """The distance under every way to deal the units out."""
    both = _together(one, other)
    chosen = splits(len(one.shares), len(other.shares))
    return np.concatenate(
        [
            _apart(both.means(part), both.means(1 - part), one.outcomes)
            for part in _in_parts(chosen, one.shares.shape[1])
        ]
    )


def _turned(one: _Units, other: _Units) -> Array:
    """The distance under every way to turn pairs round."""
    kept = (1 + flips(len(one.shares))) / 2
    both = _together(one, other)
    return np.concatenate(
        [
            _apart(both.means(np.hstack([part, 1 - part])), both.means(np.hstack([1 - part, part])), one.outcomes)
            for part in _in_parts(kept, one.shares.shape[1])
        ]
    )


def _bootstrap(one: _Units, other: _Units, paired: bool) -> tuple[Array, Array]:
    """Distances of samples that are drawn anew, and how far their differences are from the ones that were seen."""
    first = unit_counts(len(one.shares), REPEATS, 0).T
    second = first if paired else unit_counts(len(other.shares), REPEATS, 1).T
    a, b = one.means(first), other.means(second)
    seen = one.means(_once(one)) - other.means(_once(other))
    return _apart(a, b, one.outcomes), _apart(a - b, seen, one.outcomes)


def _ends(distance: float, drawn: tuple[Array, Array], units: int, level: float) -> tuple[float, float]:
    """From how far the true differences may be from the seen ones, and how far resampling goes below the distance."""
    least, most = percentiles(drawn[0], units, level)
    low, high = distance - percentiles(drawn[1], units, level)[1], max(2 * distance - least, most)
    return float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))
