"""Conditions compared in pairs: one pair, or all that there are, from frames with one row a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.contrasts import USUAL, Asked, Contrast, contrast, paired_contrast
from lmwalk.analysis.outcome_contrasts import Distance, outcome_distance
from lmwalk.analysis.pvalues import fdr

FEWEST_PAIRS = 6
"""Turning fewer pairs round can give no p below .05. They are compared without their pairs, which is valid, since what
pairs have in common makes that test the more careful."""


@dataclass(frozen=True)
class How:
    """How units are compared.

    Attributes
    ----------
    paired : bool
        Whether units of the same name belong together; heeded of ``FEWEST_PAIRS`` and more.
    outcomes : bool
        Whether a value is an array of shares, (questions, outcomes), instead of a number.
    """

    asked: Asked = USUAL
    paired: bool = False
    outcomes: bool = False


def compared(a: pd.DataFrame, b: pd.DataFrame, how: How) -> Contrast | Distance:
    """Two conditions.

    Parameters
    ----------
    a, b : DataFrame
        One row a unit: unit (its name), copy (what it is, to the letter), value.
    """
    both = a.merge(b, on="unit", suffixes=("_a", "_b")) if how.paired else a.head(0)
    if len(both) >= FEWEST_PAIRS:
        first, second = both["value_a"], both["value_b"]
        pairs = list(zip(both["copy_a"], both["copy_b"], strict=True))
        if how.outcomes:
            return _distance(first, second, (pairs, pairs), how, paired=True)
        return paired_contrast(first.to_numpy(float), second.to_numpy(float), pairs, how.asked)
    copies = (a["copy"].tolist(), b["copy"].tolist())
    if how.outcomes:
        return _distance(a["value"], b["value"], copies, how)
    return contrast(a["value"].to_numpy(float), b["value"].to_numpy(float), copies, how.asked)


def _distance(
    a: pd.Series, b: pd.Series, copies: tuple[list[Any], list[Any]], how: How, *, paired: bool = False
) -> Distance:
    one, other = (np.stack(each.tolist()) if len(each) else np.empty((0, 1, 1)) for each in (a, b))
    if not (len(one) and len(other)):
        one, other = (each[:, :1, :1] for each in (one, other))
    asked = how.asked
    return outcome_distance(one, other, copies, paired=paired, within=asked.within, level=asked.level)


def matrix(frame: pd.DataFrame, how: How) -> pd.DataFrame:
    """All pairs of conditions.

    Parameters
    ----------
    frame : DataFrame
        One row a unit: condition, and the columns that ``compared`` takes.

    Returns
    -------
    DataFrame
        One row a pair, in the order of the frame: first, second, difference (of outcomes their distance), low, high, p,
        p_adjusted (Benjamini and Hochberg, over all pairs), smallest_p, effect (Hedges' g; NaN of outcomes), units and
        distinct units of each (units_first, units_second, distinct_first, distinct_second). NaN where it cannot be
        told.
    """
    rows = [(first, second, *_row(compared(a, b, how))) for (first, a), (second, b) in _pairs(frame)]
    names = ["difference", "low", "high", "p", "smallest_p", "effect"]
    counts = ["units_first", "units_second", "distinct_first", "distinct_second"]
    table = pd.DataFrame(rows, columns=["first", "second", *names, *counts])
    table.insert(6, "p_adjusted", fdr(table["p"]))
    return table


def _pairs(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, pd.DataFrame], tuple[str, pd.DataFrame]]]:
    parts = [(str(name), part) for name, part in frame.groupby("condition", sort=False)]
    return combinations(parts, 2)


def _row(found: Contrast | Distance) -> tuple[float, ...]:
    size, effect = (found.distance, np.nan) if isinstance(found, Distance) else (found.difference, found.effect)
    return (size, found.low, found.high, found.p, found.smallest_p, effect, *found.units, *found.distinct)
