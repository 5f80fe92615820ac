"""Answers of draws as a tidy frame, one row a question.

The *event* is the outcome, or the set of outcomes, whose probability is followed. Where there is
no data a value is NaN, never 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lmwalk.analysis.outcome_mass import mass_of

State = Mapping[str, Any]

STORED = ["condition", "model", "temperature", "trajectory", "t", "outcome", "status", "x", "y"]
READ = [
    *("cell", "paraphrase", "n", "theta", "stated", "statement", "rate", "depth", "length", "results", "hits"),
    *("event", "low", "high", "outside", "unseen", "probabilities", "mass", "mass_most", "instead"),
    *("scored", "ideal", "expected"),
]
NOT_ANSWERED = "error"


@dataclass(frozen=True)
class Truth:
    """What a process knows about its states.

    Attributes
    ----------
    outcomes : tuple of str
        Every outcome; empty where answers are free text.
    event_of : callable
        State to the outcomes whose probability is followed.
    ideal : callable
        State to the ideal observer's probability of each outcome, or None.
    """

    outcomes: tuple[str, ...]
    event_of: Callable[[State], tuple[str, ...]]
    ideal: Callable[[State], Mapping[str, float] | None]


def answers(rows: pd.DataFrame, truth: Truth, pool: dict[Any, Any] | None = None) -> pd.DataFrame:
    """One row a question, with what was shown, what was found and what is right.

    Parameters
    ----------
    rows : DataFrame
        condition, model, temperature, trajectory, t, outcome, status, state_before, distribution (JSON text each), and
        x, y, where the answer led, where there is such a place.
    truth : Truth
        What the process knows.
    pool : dict, optional
        Where tuples that come again and again are kept, each once; the same for all rows of a study.

    Returns
    -------
    DataFrame
        The first seven columns of ``rows``, x, y, and: cell, paraphrase (both from 0), n (results shown), theta (true
        probability of the event), stated (stated probability; NaN for none or a parity), statement (the same in
        words: ``60%``, ``even``, or nothing), rate (marks per word), depth and length (where in
        a text of how many words the statement is hidden; NaN where it is not), results (tuple of the results shown),
        hits (how many of them are the event). event: its probability, normalised over the outcomes; 1 or 0 for a reply
        that could be read. low, high: what the probability can truly be, where a server gives the likeliest tokens
        only; equal to event where it is exact. outside, unseen: mass of no outcome, mass of which nothing is said (for
        replies: 1 or 0 as it could not or could be read, and 0). probabilities: of each outcome, a tuple, or None.
        mass, mass_most: the least and the most that all outcomes hold together, and instead: the likeliest beginnings
        of other answers where that is little (of replies NaN and None).
        scored: whether token probabilities were asked for. ideal, expected: the ideal observer's probability of the
        event, and of each outcome (or None). An unread reply and a failed call have no event.
    """
    pool = {} if pool is None else pool
    texts = zip(*(rows[name].tolist() for name in ("state_before", "distribution", "outcome", "status")), strict=True)
    read = [_read(json.loads(before), found, outcome, status, truth, pool) for before, found, outcome, status in texts]
    frame = pd.DataFrame(read, columns=READ)
    return pd.concat([rows.reindex(columns=STORED).reset_index(drop=True), frame], axis=1).astype(_TYPES)


_NUMBERS = (
    "theta",
    "stated",
    "rate",
    "depth",
    "length",
    "event",
    "low",
    "high",
    "outside",
    "unseen",
    "mass",
    "mass_most",
    "ideal",
)
_COUNTS = ("cell", "paraphrase", "n", "hits")
_TYPES = {**dict.fromkeys(_NUMBERS, "float64"), **dict.fromkeys(_COUNTS, "int64"), "scored": "bool"}


def _read(
    state: State, distribution: str | None, outcome: Any, status: str, truth: Truth, pool: dict[Any, Any]
) -> tuple[Any, ...]:
    results = tuple(state.get("results", ()))
    results = pool.setdefault(results, results)
    event = truth.event_of(state) if truth.outcomes else ()
    hits = sum(results.count(each) for each in event)
    stated = state.get("stated")
    share, words = _stated(stated)
    shown = (state.get("cell", 0), state.get("paraphrase", 0), len(results), state.get("theta", math.nan))
    expected = _aligned(truth.ideal(state), truth.outcomes)
    expected = pool.setdefault(expected, expected)
    ideal = _total(expected, event, truth.outcomes) if expected else math.nan
    stored = json.loads(distribution) if isinstance(distribution, str) else None
    found = _found(stored, outcome, status, event, truth.outcomes)
    if stored is None:
        found = (*found[:-1], pool.setdefault(found[-1], found[-1]))
    masses = (math.nan, math.nan, None) if stored is None else (*mass_of(stored), stored.get("instead"))
    known = (*found, *masses, stored is not None, ideal, expected)
    hidden = (state.get("depth", math.nan), state.get("length", math.nan))
    return (*shown, share, words, state.get("rate", math.nan), *hidden, results, hits, *known)


def _stated(stated: float | str | None) -> tuple[float, str]:
    if stated is None:
        return math.nan, ""
    return (math.nan, stated) if isinstance(stated, str) else (float(stated), f"{100 * stated:g}%")


def _aligned(chances: Mapping[str, float] | None, outcomes: Sequence[str]) -> tuple[float, ...] | None:
    return tuple(chances.get(outcome, 0.0) for outcome in outcomes) if chances else None


def _total(chances: Sequence[float], event: Sequence[str], outcomes: Sequence[str]) -> float:
    return math.fsum(chances[outcomes.index(each)] for each in event)


Found = tuple[float, float, float, float, float, tuple[float, ...] | None]
_NOTHING: Found = (math.nan, math.nan, math.nan, math.nan, math.nan, None)


def _found(
    stored: Mapping[str, Any] | None, outcome: Any, status: str, event: Sequence[str], outcomes: tuple[str, ...]
) -> Found:
    """event, low, high, outside, unseen, probabilities."""
    if status == NOT_ANSWERED:
        return _NOTHING
    if stored is not None:
        return _scored(stored, event, outcomes)
    if outcome not in outcomes:
        return (*_NOTHING[:3], float(status != "ok"), 0.0, None)
    hit = float(outcome in event)
    return hit, hit, hit, 0.0, 0.0, tuple(float(outcome == each) for each in outcomes)


def _scored(found: Mapping[str, Any], event: Sequence[str], outcomes: tuple[str, ...]) -> Found:
    masses: Mapping[str, float] = found["p"]
    outside, unseen = float(found.get("outside", 0.0)), float(found.get("unseen", 0.0))
    spare = {each: max(0.0, found.get("upper", {}).get(each, mass) - mass) for each, mass in masses.items()}
    inside, least = math.fsum(masses.get(each, 0.0) for each in event), math.fsum(masses.values())
    # what is unseen can go to any outcome, up to its upper bound, but not to two at once
    free_inside = min(unseen, math.fsum(spare.get(each, 0.0) for each in event))
    free_elsewhere = min(unseen, math.fsum(mass for each, mass in spare.items() if each not in event))
    low, high = _share(inside, least + free_elsewhere, 0.0), _share(inside + free_inside, least + free_inside, 1.0)
    if least <= 0:
        return math.nan, low, high, outside, unseen, None
    shares = tuple(masses.get(each, 0.0) / least for each in outcomes)
    return inside / least, low, high, outside, unseen, shares


def _share(part: float, whole: float, unknown: float) -> float:
    return part / whole if whole > 0 else unknown


def answered(frame: pd.DataFrame) -> pd.DataFrame:
    """The answers: what came back, whether or not it could be read. A failed call is none."""
    return frame[frame["status"] != NOT_ANSWERED]


def own_results(frame: pd.DataFrame) -> pd.DataFrame:
    """What a model drew, result by result, where an answer may hold many.

    Parameters
    ----------
    frame : DataFrame
        As ``answers`` gives it. An answer that holds several results names them with ", " between.

    Returns
    -------
    DataFrame
        One row a result: condition, label, paraphrase (where there are any), trajectory (an answer that holds many is a
        sequence of its own, numbered on), t (from 1), outcome. What could not be read is left out.
    """
    names = [name for name in ("condition", "label", "paraphrase") if name in frame]
    read = frame.loc[frame["outcome"].notna(), [*names, "trajectory", "t", "outcome"]]
    many = read["outcome"].str.contains(", ", regex=False)
    if not many.any():
        ordered = read.sort_values(["trajectory", "t"], kind="stable")
        place = ordered.groupby(["condition", "trajectory"], sort=False).cumcount() + 1
        return ordered.assign(t=place).reset_index(drop=True)
    numbered = read.sort_values(["trajectory", "t"], kind="stable")
    numbered = numbered.assign(trajectory=numbered.groupby("condition", sort=False).cumcount())
    each = numbered.assign(outcome=numbered["outcome"].str.split(", ")).explode("outcome")
    place = each.groupby(["condition", "trajectory"], sort=False).cumcount() + 1
    return each.assign(t=place).sort_values(["trajectory", "t"], kind="stable").reset_index(drop=True)
