"""Measures of walks, each beside what null walks of the same lengths show.

A measure is one number for the walks of a condition together. Short walks need no asymptotic law: its p-value is its
rank among simulated null walks, so that it holds for 50 steps as for 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.nulls import AFTER, STAY, Codes, Habits, Kind, Walk, habits, null_codes, walked
from lmwalk.analysis.resampling import Resampling, percentiles, unit_counts
from lmwalk.analysis.sequences import fdr, monte_carlo_p

Array = npt.NDArray[np.float64]
MOST_LAGS = 16
CHUNK = 4_000_000
"""Positions that are simulated at once."""


@dataclass(frozen=True)
class Against:
    """What walks are compared with."""

    kind: Kind = "unbiased"
    simulations: int = 999
    seed: int = 0


@dataclass(frozen=True)
class Measured:
    """A measure: its name on screen, what it is, and how it is computed.

    ``of_moves`` is set where it looks at moves only: what could not be read is then left out of the null walks too.
    """

    title: str
    meaning: str
    compute: Callable[[Walk], Array]
    of_moves: bool = False


def coded(moves: pd.DataFrame, outcomes: tuple[str, ...] = ("UP", "DOWN", "LEFT", "RIGHT")) -> dict[str, Codes]:
    """The moves of each condition as codes.

    Parameters
    ----------
    moves : DataFrame
        condition, trajectory, t (from 1, without gaps), outcome (None where the answer could not be read).

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
        codes[number, own["t"].to_numpy() - 1] = own["outcome"].map(code).fillna(STAY).to_numpy(np.int8)
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
    squares, windows = _squares(walk, at)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(squares.sum(axis=-2) / windows.sum(axis=-2))


def _squares(walk: Walk, at: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    """Sums of squared displacements and numbers of windows of each walk, shape (..., walks, lags)."""
    ends = np.concatenate([np.zeros((*walk.codes.shape[:-1], 1), bool), walk.codes == AFTER], axis=-1)
    squares, windows = [], []
    for lag in at.tolist():
        dx, dy = (part[..., lag:] - part[..., :-lag] for part in (walk.x, walk.y))
        inside = ~ends[..., lag:]
        squares.append(((dx * dx + dy * dy) * inside).sum(axis=-1))
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


def _read(codes: Codes) -> npt.NDArray[np.bool_]:
    return (codes >= 0) & (codes < STAY)


def _counts(codes: Codes) -> Array:
    return np.stack([(codes == code).sum(axis=(-2, -1)) for code in range(STAY)], axis=-1).astype(float)


def _pairs(codes: Codes) -> Array:
    """How often each move followed each, shape (..., 4, 4); both must have been read."""
    first, second = codes[..., :-1].astype(np.int16), codes[..., 1:]
    joint = np.where(_read(codes[..., :-1]) & _read(second), first * STAY + second, AFTER)
    counted = np.stack([(joint == pair).sum(axis=(-2, -1)) for pair in range(STAY * STAY)], axis=-1)
    return counted.reshape(*counted.shape[:-1], STAY, STAY).astype(float)


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
    site = walk.x.astype(np.int64) * 2_000_003 + walk.y
    site.sort(axis=-1)
    return np.asarray((1 + (np.diff(site, axis=-1) != 0).sum(axis=-1)).mean(axis=-1))


def _wall_hits(walk: Walk) -> Array:
    still = (np.diff(walk.x, axis=-1) == 0) & (np.diff(walk.y, axis=-1) == 0)
    return np.asarray((still & _read(walk.codes)).sum(axis=-1).mean(axis=-1))


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
    far = np.hypot(walk.x[..., 1:], walk.y[..., 1:]) >= reach(walk.codes.shape[-1])
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


def walk_measures(conditions: Mapping[str, Codes], wall: int, against: Against | None = None) -> pd.DataFrame:
    """Every measure of every condition beside its null.

    Parameters
    ----------
    conditions : mapping
        Condition to codes, as ``coded`` gives them.
    wall : int
        How far the walls stand from the centre.

    Returns
    -------
    DataFrame
        One row a condition and measure: condition, measure, walks, steps (answers in all), value, expected (the null's
        mean), null_low, null_high (its central 95%), p (``monte_carlo_p``, two-sided; ties count half, so that
        measures that take few values keep their error rate), p_adjusted (``fdr`` over the whole table). NaN where a
        measure is not defined, as an entropy of no moves.
    """
    chosen = against or Against()
    known: dict[tuple[object, ...], dict[str, Array]] = {}
    rows = []
    for condition, codes in conditions.items():
        found = walked(codes[None], wall)
        null = _null(codes, wall, chosen, known)
        taken = int((codes != AFTER).sum())
        for name, measure in MEASURES.items():
            value = float(measure.compute(found)[0])
            rows.append((condition, name, len(codes), taken, value, *_placed(value, null[name])))
    columns = ["condition", "measure", "walks", "steps", "value", "expected", "null_low", "null_high", "p"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(p_adjusted=fdr(table["p"]))


def _placed(value: float, null: Array) -> tuple[float, float, float, float]:
    defined = null[~np.isnan(null)]
    if not len(defined):
        return np.nan, np.nan, np.nan, np.nan
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(defined.mean()), float(low), float(high), float(monte_carlo_p(value, null, mid=True))


def _null(
    codes: Codes, wall: int, against: Against, known: dict[tuple[object, ...], dict[str, Array]]
) -> dict[str, Array]:
    """Every measure of the null walks; walks that share all that the null depends on share it."""
    own = habits(codes)
    fitted = against.kind in ("biased", "persistent", "lazy")
    key = (codes.shape, (codes == STAY).tobytes(), (codes == AFTER).tobytes(), fitted and codes.tobytes())
    if key not in known:
        known[key] = _simulated(codes, wall, against, own)
    return known[key]


def _simulated(codes: Codes, wall: int, against: Against, own: Habits) -> dict[str, Array]:
    each = max(1, CHUNK // max(1, codes.size))
    sizes = [min(each, against.simulations - begun) for begun in range(0, against.simulations, each)]
    parts: dict[str, list[Array]] = {name: [] for name in MEASURES}
    for place, size in enumerate(sizes):
        moves = null_codes(against.kind, codes, size, own, against.seed + place)
        null = walked(moves, wall, reflecting=against.kind == "reflecting")
        read = null._replace(codes=np.where(codes == STAY, np.int8(STAY), moves))
        for name, measure in MEASURES.items():
            parts[name].append(measure.compute(read if measure.of_moves else null))
    return {name: np.concatenate(part) for name, part in parts.items()}


def displacement_curve(codes: Codes, wall: int, against: Against | None = None) -> pd.DataFrame:
    """Mean squared displacement by lag beside the null's envelope.

    Returns
    -------
    DataFrame
        lag, msd (cells squared), expected (the null's mean), null_low, null_high (its central 95% at each lag).
    """
    chosen, at = against or Against(), lags(codes.shape[-1])
    moves = null_codes(chosen.kind, codes, chosen.simulations, habits(codes), chosen.seed)
    null = mean_squared_displacements(walked(moves, wall, reflecting=chosen.kind == "reflecting"), at)
    low, high = np.quantile(null, [0.025, 0.975], axis=0)
    found = mean_squared_displacements(walked(codes[None], wall), at)[0]
    return pd.DataFrame({"lag": at, "msd": found, "expected": null.mean(axis=0), "null_low": low, "null_high": high})


def exponent_interval(codes: Codes, wall: int, resampling: Resampling | None = None) -> tuple[float, float, float]:
    """The exponent of a condition, with its bootstrap interval over walks; NaN ends for a single walk."""
    chosen, at = resampling or Resampling(), lags(codes.shape[-1])
    squares, windows = _squares(walked(codes, wall), at)
    drawn = unit_counts(len(codes), chosen.repeats, chosen.seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        samples = exponents((drawn.T @ squares) / (drawn.T @ windows), at)
        whole = exponents(squares.sum(axis=0) / windows.sum(axis=0), at)
    return float(whole), *percentiles(samples, len(codes), chosen.level)
