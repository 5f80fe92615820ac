"""Measures of walks: one number for the walks of a condition together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.nulls import AFTER, STAY, UNREAD, Codes, Walk, was_read

Array = npt.NDArray[np.float64]
MOST_LAGS = 16


@dataclass(frozen=True)
class Measured:
    """A measure: its name on screen, what it is, and how it is computed.

    Attributes
    ----------
    of_moves : bool
        Whether it looks at moves only: what could not be read is then left out of the null walks too.
    tallies : bool
        Whether it is the surprise at how often each direction came: walks that are copies count once in it, only large
        values speak against a null, and where moves are independent its law is known exactly.
    """

    title: str
    meaning: str
    compute: Callable[[Walk], Array]
    of_moves: bool = False
    tallies: bool = False


def coded(moves: pd.DataFrame, outcomes: tuple[str, ...] = ("UP", "DOWN", "LEFT", "RIGHT")) -> dict[str, Codes]:
    """The moves of each condition as codes.

    Parameters
    ----------
    moves : DataFrame
        condition, trajectory, t (from 1, without gaps), outcome (None where the answer could not be read; one that is
        not among ``outcomes`` stays).

    Returns
    -------
    dict
        Condition to codes, shape (walks, steps of the longest walk).
    """
    code = {outcome: place for place, outcome in enumerate(outcomes)}
    found = {}
    for condition, own in moves.groupby("condition", sort=False):
        walks, number = np.unique(own["trajectory"], return_inverse=True)
        codes = np.full((len(walks), int(own["t"].max())), AFTER, np.int8)
        made = own["outcome"].map(code).fillna(STAY).where(own["outcome"].notna(), UNREAD)
        codes[number, own["t"].to_numpy() - 1] = made.to_numpy(np.int8)
        found[str(condition)] = codes
    return found


def lags(steps: int) -> npt.NDArray[np.int64]:
    """Lags at which displacements are measured: up to a quarter of the walk, evenly spaced on a logarithmic scale."""
    longest = max(1, steps // 4)
    return np.unique(np.round(np.geomspace(1, longest, MOST_LAGS)).astype(np.int64))


def mean_squared_displacements(walk: Walk, at: npt.NDArray[np.int64]) -> Array:
    """Mean squared displacement over all windows of a lag in all walks, in cells squared, shape (..., lags).

    Qian, Sheetz and Elson (1991), Biophys. J. 60, 910, equation 2. NaN where no walk is as long as the lag.
    """
    sums, windows = squares(walk, at)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums.sum(axis=-2) / windows.sum(axis=-2))


def squares(walk: Walk, at: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    """Sums of squared displacements and numbers of windows of each walk, shape (..., walks, lags)."""
    ends = np.concatenate([np.zeros((*walk.codes.shape[:-1], 1), bool), walk.codes == AFTER], axis=-1)
    whole, squares, windows = not ends.any(), [], []
    for lag in at.tolist():
        dx, dy = (part[..., lag:] - part[..., :-lag] for part in (walk.x, walk.y))
        dx *= dx
        dy *= dy
        dx += dy
        inside = ~ends[..., lag:]
        squares.append(dx.sum(axis=-1) if whole else (dx * inside).sum(axis=-1))
        windows.append(inside.sum(axis=-1))
    return np.stack(squares, axis=-1).astype(float), np.stack(windows, axis=-1).astype(float)


def exponents(displacements: Array, at: npt.NDArray[np.int64]) -> Array:
    """Slope of log displacement on log lag: 0 standing still, 1 diffusing, 2 going straight. NaN for fewer than 2 lags.

    Lags without any displacement are left out.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs, times = np.log(displacements), np.log(at.astype(float))
        known = np.isfinite(logs)
        weight = known.astype(float)
        count = weight.sum(axis=-1, keepdims=True)
        x = np.where(known, times, 0.0)
        y = np.where(known, logs, 0.0)
        dx = (x - x.sum(axis=-1, keepdims=True) / count) * weight
        slope = (dx * y).sum(axis=-1) / (dx * dx).sum(axis=-1)
    return np.where(count[..., 0] >= 2, slope, np.nan)


def _exponent(walk: Walk) -> Array:
    at = lags(walk.codes.shape[-1])
    return exponents(mean_squared_displacements(walk, at), at)


def _distance(walk: Walk) -> Array:
    return np.asarray(np.hypot(walk.x[..., -1], walk.y[..., -1]).mean(axis=-1))


def _counts(codes: Codes) -> Array:
    return _tallied(np.where(was_read(codes), codes, STAY), STAY)


def _tallied(names: Codes, most: int) -> Array:
    """How often each of 0 to most - 1 comes, over the last two axes; ``most`` counts for nothing."""
    rows = int(np.prod(names.shape[:-2]))
    places = names.reshape(rows, -1) + (most + 1) * np.arange(rows)[:, None]
    counted = np.bincount(places.ravel(), minlength=rows * (most + 1)).reshape(*names.shape[:-2], most + 1)
    return counted[..., :most].astype(float)


def _pairs(codes: Codes) -> Array:
    """How often each move followed each, shape (..., 4, 4); both must have been read."""
    first, second = codes[..., :-1], codes[..., 1:]
    joint = np.where(was_read(first) & was_read(second), first * STAY + second, STAY * STAY)
    return _tallied(joint, STAY * STAY).reshape(*codes.shape[:-2], STAY, STAY)


def _entropy(counted: Array) -> Array:
    """Bits, over the last axis; NaN where nothing was counted."""
    from scipy.special import entr

    with np.errstate(invalid="ignore", divide="ignore"):
        shares = counted / counted.sum(axis=-1, keepdims=True)
    return np.asarray(entr(shares).sum(axis=-1) / np.log(2))


def _surprise(walk: Walk) -> Array:
    from scipy.special import gammaln

    counted = _counts(walk.codes)
    total = counted.sum(axis=-1)
    log_chance = gammaln(total + 1) - gammaln(counted + 1).sum(axis=-1) - total * np.log(STAY)
    return np.where(total > 0, np.round(-log_chance / np.log(2), 9), np.nan)


def _entropy_rate(walk: Walk) -> Array:
    pairs = _pairs(walk.codes)
    return _entropy(pairs.reshape(*pairs.shape[:-2], -1)) - _entropy(pairs.sum(axis=-1))


def _dependence(walk: Walk) -> Array:
    pairs = _pairs(walk.codes)
    joint = _entropy(pairs.reshape(*pairs.shape[:-2], -1))
    return _entropy(pairs.sum(axis=-1)) + _entropy(pairs.sum(axis=-2)) - joint


def _repeats(walk: Walk) -> Array:
    pairs = _pairs(walk.codes)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.trace(pairs, axis1=-2, axis2=-1) / pairs.sum(axis=(-2, -1)))


def _sites(walk: Walk) -> Array:
    # One number per site, so that distinct sites can be counted by sorting. No two sites share a number, because
    # coordinates are within 10,000 of 0 and the factor is larger than the 20,001 values that y can take.
    site = walk.x.astype(np.int64) * 2_000_003 + walk.y
    site.sort(axis=-1)
    return np.asarray((1 + (np.diff(site, axis=-1) != 0).sum(axis=-1)).mean(axis=-1))


def _wall_hits(walk: Walk) -> Array:
    still = (np.diff(walk.x, axis=-1) == 0) & (np.diff(walk.y, axis=-1) == 0)
    return np.asarray((still & was_read(walk.codes)).sum(axis=-1).mean(axis=-1))


def _home(walk: Walk) -> npt.NDArray[np.bool_]:
    return np.asarray((walk.x[..., 1:] == 0) & (walk.y[..., 1:] == 0) & (walk.codes != AFTER))


def _returns(walk: Walk) -> Array:
    return np.asarray(_home(walk).sum(axis=-1).mean(axis=-1))


def _first(happened: npt.NDArray[np.bool_]) -> Array:
    """Steps until it happened first, or until the end of the longest walk."""
    steps = happened.shape[-1]
    return np.asarray(np.where(happened.any(axis=-1), happened.argmax(axis=-1) + 1, steps).mean(axis=-1))


def _return_time(walk: Walk) -> Array:
    return _first(_home(walk))


def reach(steps: int) -> float:
    """The distance whose first passage is timed: an unbiased walk's root mean square after half the steps, rounded."""
    return float(max(1, round(np.sqrt(steps / 2))))


def _passage_time(walk: Walk) -> Array:
    far = walk.x[..., 1:] ** 2 + walk.y[..., 1:] ** 2 >= reach(walk.codes.shape[-1]) ** 2
    return _first(far & (walk.codes != AFTER))


MEASURES: Mapping[str, Measured] = {
    "distance": Measured("Distance", "Mean distance from the start at the end, in cells.", _distance),
    "exponent": Measured(
        "MSD exponent",
        "Slope of log mean squared displacement on log lag: 0 stands still, 1 diffuses, 2 goes straight.",
        _exponent,
    ),
    "directions": Measured(
        "Direction counts",
        "Bits of surprise at the four counts if all directions are equally likely: the exact multinomial test's order.",
        _surprise,
        of_moves=True,
        tallies=True,
    ),
    "entropy": Measured(
        "Entropy", "Of the directions' frequencies, in bits.", lambda walk: _entropy(_counts(walk.codes)), of_moves=True
    ),
    "entropy rate": Measured(
        "Entropy rate",
        "Bits of a move given the move before; the plug-in estimate, too small in short walks by as much as its null.",
        _entropy_rate,
        of_moves=True,
    ),
    "dependence": Measured(
        "Serial dependence", "Mutual information of successive moves, in bits.", _dependence, of_moves=True
    ),
    "repeats": Measured("Repeated moves", "Share of moves that repeat the one before.", _repeats, of_moves=True),
    "sites": Measured("Distinct sites", "Cells visited by a walk, the start included; mean.", _sites),
    "wall hits": Measured("Wall hits", "Moves of a walk that a wall stopped; mean.", _wall_hits),
    "returns": Measured("Returns", "Times a walk is back at the start; mean.", _returns),
    "return time": Measured(
        "First return", "Steps until a walk is back at the start, or all of them; mean.", _return_time
    ),
    "passage time": Measured(
        "First passage",
        "Steps until a walk is as far away as an unbiased one after half of the steps, or all of them; mean.",
        _passage_time,
    ),
}
"""Every measure, by name."""
