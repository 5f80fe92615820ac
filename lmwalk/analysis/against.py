"""Measures of walks beside what null walks of the same lengths show.

Short walks need no asymptotic law: the p-value of a measure is its rank among simulated null walks, so that it holds
for 50 steps as for 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.motion import MEASURES, exponents, lags, mean_squared_displacements, squares, was_read
from lmwalk.analysis.nulls import AFTER, STAY, Codes, Kind, Room, Walk, habits, null_codes, walked
from lmwalk.analysis.resampling import Resampling, percentiles, unit_counts
from lmwalk.analysis.sequences import fdr, monte_carlo_p

Array = npt.NDArray[np.float64]
CHUNK = 4_000_000
"""Positions that are simulated at once."""


@dataclass(frozen=True)
class Against:
    """What walks are compared with."""

    kind: Kind = "unbiased"
    simulations: int = 999
    seed: int = 0


def walk_measures(conditions: Mapping[str, Codes], room: Room, against: Against | None = None) -> pd.DataFrame:
    """Every measure of every condition beside its null.

    Parameters
    ----------
    conditions : mapping
        Condition to codes, as ``coded`` gives them.
    room : Room
        Where they walk.

    Returns
    -------
    DataFrame
        One row a condition and measure: condition, measure, walks, steps (answers in all), value, expected (the null's
        mean), null_low, null_high (its central 95%), p (``monte_carlo_p``, two-sided; ties count half, so that
        measures that take few values keep their error rate), p_adjusted (``fdr`` over the whole table). NaN where a
        measure is not defined, as an entropy of no moves.
    """
    chosen = against or Against()
    rows = []
    for condition, codes in conditions.items():
        found = walked(codes[None], room)
        null = _null(_like(codes, room, chosen, read=True))
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


@dataclass(frozen=True)
class _Like:
    """All that the null of some walks depends on, so that walks that share it share their simulations."""

    shape: tuple[int, ...]
    codes: bytes
    room: Room
    against: Against


def _like(codes: Codes, room: Room, against: Against, *, read: bool) -> _Like:
    """``read``: whether it matters to the measure which answers could be read."""
    if against.kind in ("biased", "persistent"):
        known = codes
    elif read or against.kind == "lazy":
        known = np.where(was_read(codes), np.int8(0), codes)
    else:
        known = np.where(codes != AFTER, np.int8(0), codes)
    return _Like(codes.shape, known.tobytes(), room, against)


@lru_cache(maxsize=64)
def _null(like: _Like) -> dict[str, Array]:
    """Every measure of the null walks."""
    codes = np.frombuffer(like.codes, np.int8).reshape(like.shape)
    parts: dict[str, list[Array]] = {name: [] for name in MEASURES}
    for null in _simulated(codes, like.room, like.against):
        read = null._replace(codes=np.where(codes == STAY, np.int8(STAY), null.codes))
        for name, measure in MEASURES.items():
            parts[name].append(measure.compute(read if measure.of_moves else null))
    return {name: np.concatenate(part) for name, part in parts.items()}


@lru_cache(maxsize=64)
def _null_displacements(like: _Like) -> Array:
    """Mean squared displacements of the null walks, shape (simulations, lags)."""
    codes = np.frombuffer(like.codes, np.int8).reshape(like.shape)
    at = lags(codes.shape[-1])
    walks = _simulated(codes, like.room, like.against)
    return np.concatenate([mean_squared_displacements(walk, at) for walk in walks])


def _simulated(codes: Codes, room: Room, against: Against) -> Iterator[Walk]:
    """The null walks, some at a time."""
    own, each = habits(codes), max(1, CHUNK // max(1, codes.size))
    sizes = [min(each, against.simulations - begun) for begun in range(0, against.simulations, each)]
    for place, size in enumerate(sizes):
        moves = null_codes(against.kind, codes, size, own, against.seed + place)
        yield walked(moves, room, reflecting=against.kind == "reflecting")


def displacement_curve(codes: Codes, room: Room, against: Against | None = None) -> pd.DataFrame:
    """Mean squared displacement by lag beside the null's envelope.

    Returns
    -------
    DataFrame
        lag, msd (cells squared), expected (the null's mean), null_low, null_high (its central 95% at each lag).
    """
    chosen, at = against or Against(), lags(codes.shape[-1])
    null = _null_displacements(_like(codes, room, chosen, read=False))
    low, high = np.quantile(null, [0.025, 0.975], axis=0)
    found = mean_squared_displacements(walked(codes[None], room), at)[0]
    return pd.DataFrame({"lag": at, "msd": found, "expected": null.mean(axis=0), "null_low": low, "null_high": high})


def exponent_interval(codes: Codes, room: Room, resampling: Resampling | None = None) -> tuple[float, float, float]:
    """The exponent of a condition, with its bootstrap interval over walks; NaN ends for a single walk."""
    chosen, at = resampling or Resampling(), lags(codes.shape[-1])
    sums, windows = squares(walked(codes, room), at)
    drawn = unit_counts(len(codes), chosen.repeats, chosen.seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        samples = exponents((drawn.T @ sums) / (drawn.T @ windows), at)
        whole = exponents(sums.sum(axis=0) / windows.sum(axis=0), at)
    return float(whole), *percentiles(samples, len(codes), chosen.level)
