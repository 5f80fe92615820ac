"""How much stronger or weaker attractors are in one model than in another that was given the same initial texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.chains import endpoints
from lmwalk.analysis.line_fits import LEVEL, Lines, interval, lines

BY = ("temperature", "task")
COLUMNS = ["base", "instruct", *BY, "property", "difference", "difference_low", "difference_high", "texts"]


def strength_differences(chains: pd.DataFrame, names: Sequence[str], pairs: Mapping[str, str]) -> pd.DataFrame:
    """Strength (``attractors.attractors``) of the second model of each pair less that of the first.

    Parameters
    ----------
    chains : DataFrame
        As ``lmwalk.analysis.chains`` says.
    names : sequence of str
        Properties.
    pairs : mapping
        The first model of each pair to the second.

    Returns
    -------
    DataFrame
        base, instruct, temperature, task, property, difference, difference_low, difference_high: of the initial texts
        that both were given, with a 95% interval by leaving out one of these at a time in both models at once, so that
        what a text does to both is no part of it; and texts, how many there are. NaN where no line can be fitted, and
        an interval of fewer than 4 texts.
    """
    by, rows = ["model", *BY], []
    for name in names:
        ends = dict(list(endpoints(chains, [name], 0, by).groupby(by)))
        for base, tuned in pairs.items():
            for key in (key for key in ends if key[0] == base):
                other = ends.get((tuned, *key[1:]))
                if other is not None:
                    rows.append((base, tuned, *key[1:], name, *_difference(ends[key], other)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _difference(one: pd.DataFrame, other: pd.DataFrame) -> tuple[float, float, float, int]:
    shared = set(one["initial"]) & set(other["initial"])
    first, second = (_fits(each[each["initial"].isin(shared)]) for each in (one, other))
    if not shared or len(first.slope) != len(second.slope):
        return np.nan, np.nan, np.nan, len(shared)
    apart = _strengths(second) - _strengths(first)
    fewer = first if first.effective < second.effective else second
    return float(apart[0]), *interval(apart, fewer, LEVEL), len(shared)


def _fits(pairs: pd.DataFrame) -> Lines:
    return lines(pairs["first"], pairs["last"], pairs["initial"], pairs["generation"] / pairs["generation"].max())


def _strengths(fits: Lines) -> npt.NDArray[np.float64]:
    return 1 - np.minimum(1.0, np.abs(fits.slope))
