"""Measures of walks beside what null walks of the same lengths show.

Short walks need no asymptotic law: the p-value of a measure is its rank among simulated null walks, so that it holds
for 50 steps as for 5. Walks that are equal to the letter are copied in the null as they are here, and walks that share
moves share them there, so that copies count as one walk and nearly equal walks as little more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.motion import MEASURES, exponents, lags, mean_squared_displacements, squares
from lmwalk.analysis.nulls import (
    AFTER,
    NULLS,
    STAY,
    UNREAD,
    Codes,
    Kind,
    Room,
    Walk,
    distinct_walks,
    filled,
    null_codes,
    share_moves,
    walked,
    was_read,
)
from lmwalk.analysis.pvalues import LEVEL, MORE, Rare, counts_p, fdr, rare_p, undecided
from lmwalk.analysis.units import FEWEST

Array = npt.NDArray[np.float64]
CHUNK = 4_000_000
"""Positions that are simulated at once."""


@dataclass(frozen=True)
class Against:
    """What walks are compared with."""

    kind: Kind = "unbiased"
    simulations: int = 999
    seed: int = 0


def walk_measures(
    conditions: Mapping[str, Codes], room: Room, against: Against | None = None, primary: str | None = None
) -> pd.DataFrame:
    """Every measure of every condition beside its null.

    Parameters
    ----------
    conditions : mapping
        Condition to codes, as ``coded`` gives them.
    room : Room
        Where they walk.
    primary : str, optional
        The measure that was named before the walks were made. It is adjusted for the conditions alone.

    Returns
    -------
    DataFrame
        One row a condition and measure: condition, measure, walks, distinct (walks that differ), steps (answers in
        all), unread (of them), value, expected (the null's mean), null_low, null_high (its central 95%), p (two-sided,
        by ``rare_p``; of the counts of directions, where moves are independent, by ``counts_p``), p_bound (the largest
        p if what could not be read was any one direction, or those that came least; p itself where that is too large
        for it to matter), p_adjusted, primary. NaN where a measure is not defined, as an entropy of no moves, and p
        where no null walk can differ from the walks, as no order of moves changes their counts. Persistent walks that
        share moves are tested one by one, as nothing else keeps both; their null_low and null_high take them as
        independent.

        p_adjusted is p_bound times the number of null walks that can be chosen, adjusted over all other rows (``fdr``).
    """
    chosen = against or Against()
    rows = [row for condition, codes in conditions.items() for row in _rows(condition, codes, room, chosen)]
    table = pd.DataFrame(rows, columns=COLUMNS).assign(primary=lambda known: known["measure"] == primary)
    table = _adjusted(_decided(table, conditions, room, chosen))
    bounds = table["p"].to_numpy(float, copy=True)
    for place in np.flatnonzero((table["unread"] > 0) & (table["p_adjusted"] <= LEVEL)):
        bounds[place] = _bound(table.iloc[place], conditions[table["condition"].iloc[place]], room, chosen)
    return _adjusted(table.assign(p_bound=bounds)).drop(columns="sure")


COLUMNS = [
    *("condition", "measure", "walks", "distinct", "steps", "unread"),
    *("value", "expected", "null_low", "null_high", "p", "sure"),
]


def _rows(condition: str, codes: Codes, room: Room, against: Against) -> list[tuple[object, ...]]:
    found, null = _observed(codes, room), _null(_like(codes, room, against, read=True))
    distinct = len(distinct_walks(codes)[0])
    counted = (condition, len(codes), distinct, int((codes != AFTER).sum()), int((codes == UNREAD).sum()))
    return [
        (
            *(condition, name, *counted[1:]),
            *(found[name], *_middle(null[name]), *_p(name, found[name], null[name], codes, room, against)),
        )
        for name in MEASURES
    ]


def _adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """p_adjusted, by p_bound where that is known."""
    p = table["p_bound"] if "p_bound" in table else table["p"]
    return table.assign(p_adjusted=_adjusting(table)(p.to_numpy(float)))


def _adjusting(table: pd.DataFrame) -> Callable[[Array], Array]:
    alone = table["primary"].to_numpy(bool)

    def adjusted(p: Array) -> Array:
        others = np.minimum(1, np.where(alone, np.nan, p) * len(NULLS))
        return np.where(alone, fdr(np.where(alone, p, np.nan)), fdr(others))

    return adjusted


def _decided(table: pd.DataFrame, conditions: Mapping[str, Codes], room: Room, against: Against) -> pd.DataFrame:
    """The table by more null walks wherever hardly any of the first ones were beyond the value, and p is too large."""
    unsure = undecided(table["p"].to_numpy(float), table["sure"].to_numpy(bool), _adjusting(table))
    more = Against(against.kind, against.simulations * MORE, against.seed + 1_000_000)
    p = table["p"].to_numpy(float, copy=True)
    for place in np.flatnonzero(unsure):
        row = table.iloc[place]
        codes, name = conditions[row["condition"]], row["measure"]
        p[place] = _p(name, row["value"], _null(_like(codes, room, more, read=True))[name], codes, room, more).p
    return table.assign(p=p)


def _p(name: str, value: float, null: Array, codes: Codes, room: Room, against: Against) -> Rare:
    measure = MEASURES[name]
    if against.kind == "biased" and np.ptp(null) < 1e-9 and abs(value - null[0]) < 1e-9:
        return Rare(np.nan, sure=True)
    if measure.tallies and _exact(codes, against):
        moves = distinct_walks(codes)[0]
        return Rare(counts_p([(moves == code).sum() for code in range(STAY)]), sure=True)
    if against.kind == "persistent" and _together(codes.tobytes(), codes.shape):
        return _one_by_one(name, codes, room, against)
    return rare_p(value, null, one_sided=measure.tallies)


def _one_by_one(name: str, codes: Codes, room: Room, against: Against) -> Rare:
    """Twice the mean p of single walks, which holds however they depend on each other.

    Vovk and Wang (2020), Biometrika 107, 791.
    """
    found = []
    for walk in distinct_walks(codes)[0]:
        own = walk[None, : max(1, int((walk != AFTER).sum()))]
        null = _null(_like(own, room, against, read=True))[name]
        found.append(rare_p(_observed(own, room)[name], null, one_sided=MEASURES[name].tallies).p)
    known = [p for p in found if not np.isnan(p)]
    # as sure as it gets: the mean is that of the walks that differ least, whom more simulations tell nothing new
    return Rare(min(1.0, 2 * float(np.mean(known))) if known else np.nan, sure=True)


def _exact(codes: Codes, against: Against) -> bool:
    """Whether the null takes all moves that were read as independent and every direction as equally likely."""
    return against.kind in ("unbiased", "reflecting", "lazy") and not _together(codes.tobytes(), codes.shape)


def _bound(row: pd.Series, codes: Codes, room: Room, against: Against) -> float:
    """The largest p, whatever the answers were that could not be read."""
    name, found = str(row["measure"]), [float(row["p"])]
    for whole in filled(codes):
        null = _null(_like(whole, room, against, read=True))[name]
        found.append(_p(name, _observed(whole, room)[name], null, whole, room, against).p)
        if found[-1] * len(NULLS) > 1:
            break
    return float(np.nanmax(found))


def _observed(codes: Codes, room: Room) -> dict[str, float]:
    distinct, place = _weighted(codes)
    return {name: float(values[0]) for name, values in _measured(walked(distinct[None], room), place).items()}


def _weighted(codes: Codes) -> tuple[Codes, npt.NDArray[np.intp]]:
    """``distinct_walks``, each once where there are as many copies of each."""
    distinct, place = distinct_walks(codes)
    copies = np.bincount(place)
    return (distinct, np.arange(len(distinct))) if (copies == copies[0]).all() else (distinct, place)


def _measured(walk: Walk, place: npt.NDArray[np.intp], read: Codes | None = None) -> dict[str, Array]:
    """Every measure of walks that differ, each as often as ``place`` names it; ``read`` are the moves known of them."""
    known = walk if read is None else walk._replace(codes=read)
    copied, copied_known = walk, known
    if len(place) > walk.codes.shape[1]:
        copied, copied_known = _copied(walk, place), _copied(known, place)
    return {
        name: measure.compute(known if measure.tallies else copied_known if measure.of_moves else copied)
        for name, measure in MEASURES.items()
    }


def _copied(walk: Walk, place: npt.NDArray[np.intp]) -> Walk:
    return Walk(walk.codes[:, place], walk.x[:, place], walk.y[:, place])


def _middle(null: Array) -> tuple[float, float, float]:
    defined = null[~np.isnan(null)]
    if not len(defined):
        return np.nan, np.nan, np.nan
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(defined.mean()), float(low), float(high)


@dataclass(frozen=True)
class _Like:
    """All that the null of some walks depends on, so that walks that share it share their simulations."""

    shape: tuple[int, ...]
    codes: bytes
    copies: bytes
    room: Room
    against: Against
    together: bool


def _like(codes: Codes, room: Room, against: Against, *, read: bool) -> _Like:
    """``read``: whether it matters to the measure which answers could be read."""
    distinct, place = _weighted(codes)
    together = _together(distinct.tobytes(), distinct.shape)
    if together or against.kind in ("biased", "persistent"):
        known = distinct
    elif read or against.kind == "lazy":
        known = np.where(was_read(distinct), np.int8(0), distinct)
    else:
        known = np.where(distinct != AFTER, np.int8(0), distinct)
    return _Like(distinct.shape, known.tobytes(), place.astype(np.int64).tobytes(), room, against, together)


@lru_cache(maxsize=4096)
def _together(codes: bytes, shape: tuple[int, ...]) -> bool:
    return share_moves(distinct_walks(np.frombuffer(codes, np.int8).reshape(shape))[0])


@lru_cache(maxsize=128)
def _null(like: _Like) -> dict[str, Array]:
    """Every measure of the null walks."""
    codes, place = np.frombuffer(like.codes, np.int8).reshape(like.shape), np.frombuffer(like.copies, np.int64)
    parts: dict[str, list[Array]] = {name: [] for name in MEASURES}
    drawn = not like.together and like.against.kind in ("unbiased", "lazy", "reflecting")
    for null in _simulated(codes, like):
        # what is drawn anew moves at every step; here, too, some of the moves could not be read
        read = np.where(codes >= STAY, np.int8(STAY), null.codes) if drawn else None
        for name, values in _measured(null, place, read).items():
            parts[name].append(values)
    return {name: np.concatenate(part) for name, part in parts.items()}


@lru_cache(maxsize=128)
def _null_displacements(like: _Like) -> Array:
    """Mean squared displacements of the null walks, shape (simulations, lags)."""
    codes, place = np.frombuffer(like.codes, np.int8).reshape(like.shape), np.frombuffer(like.copies, np.int64)
    at = lags(codes.shape[-1])
    walks = (_copied(walk, place) for walk in _simulated(codes, like))
    return np.concatenate([mean_squared_displacements(walk, at) for walk in walks])


def _simulated(codes: Codes, like: _Like) -> Iterator[Walk]:
    """The null walks, some at a time."""
    against, each = like.against, max(1, CHUNK // max(1, codes.size))
    sizes = [min(each, against.simulations - begun) for begun in range(0, against.simulations, each)]
    for place, size in enumerate(sizes):
        moves = null_codes(against.kind, codes, size, against.seed + place, together=like.together)
        yield walked(moves, like.room, reflecting=against.kind == "reflecting")


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


def exponent_interval(codes: Codes, room: Room, level: float = 0.95) -> tuple[float, float, float]:
    """The exponent of a condition with its interval; NaN ends for fewer than ``FEWEST`` distinct walks.

    Student's, with the standard error of the jackknife over distinct walks; copies are left out together.

    Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans, section 3.2.
    """
    from scipy.special import stdtrit

    at = lags(codes.shape[-1])
    distinct, place = distinct_walks(codes)
    sums, windows = squares(walked(distinct, room), at)
    copies = np.bincount(place).astype(float)[:, None]
    sums, windows = sums * copies, windows * copies
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = float(exponents(sums.sum(axis=0) / windows.sum(axis=0), at))
        without = exponents((sums.sum(axis=0) - sums) / (windows.sum(axis=0) - windows), at)
    number = len(distinct)
    if number < FEWEST or np.isnan(without).any():
        return whole, np.nan, np.nan
    error = float(np.sqrt((number - 1) / number * ((without - without.mean()) ** 2).sum()))
    half = float(stdtrit(number - 1, (1 + level) / 2)) * error
    return whole, whole - half, whole + half
