"""Attractors of chains of texts: where a property is drawn to, and how strongly.

Perez et al. (2024), arXiv 2407.04503. The value of the last generation is regressed on the first one's over all chains
of a group, y = s x + i. Where |s| < 1 the chains move to the attractor i / (1 - s), with strength 1 - |s|.

That strength grows with the length of the chains. If every generation goes the same share of what is left of its way,
E[x(t + 1)] = r x(t) + (1 - r) p, as an autoregressive process of order 1 does, then s = r^G after G generations, and
1 - |r| = 1 - |s|^(1/G), the strength per generation, is the same whenever the chains are read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lmwalk.analysis.chains import GROUP, distinct, endpoints
from lmwalk.analysis.line_fits import LEVEL, Lines, crossing, interval, lines, spread
from lmwalk.analysis.moving import moving

LEAST = 1e-9
"""A slope nearer to 1 than this is 1: what is left is rounding."""
LEGACY_FIRST = {"length": 1}
LEGACY_MOST = {"positivity": 1.0, "toxicity": 1.0}
_WITH_ENDS = ("slope", "strength", "position", "per_generation")
_SIZES = ["chains", "distinct", "texts", "early", "last"]


def attractors(
    chains: pd.DataFrame,
    names: Sequence[str],
    by: Sequence[str] = GROUP,
    *,
    legacy: bool = False,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Strength and position of the attractor of each group and property.

    Parameters
    ----------
    chains : DataFrame
        Chains of texts, as ``lmwalk.analysis.chains`` says. A chain that ended early counts with its last text, as one
        that went so many generations and no more (``lines``).
    names : sequence of str
        Properties.
    by : sequence of str
        What to tell apart.
    legacy : bool
        As published: length is regressed on generation 1, a position of positivity or toxicity is at most 1, and a
        chain's last text counts as the last generation's, whenever it ended.

    Returns
    -------
    DataFrame
        One row a group and property: *by, property, slope (at the last generation), intercept, strength, position,
        per_generation, corrected, chains, distinct (of different course), texts, early (chains that ended early), last
        (the last generation), and slope_low, slope_high and so on: 95% intervals by leaving out one text at a time.

        The interval of a strength is what the slopes in their interval give; it reaches 1 where they pass 0. Strength
        is 0 and position NaN where |s| >= 1. A position is determined where its interval ends (``crossing``); where it
        does not it has none. ``corrected`` is the strength without what few texts take from it, since |s| is above 0
        also where s is not: 1 - sqrt(s² - variance of s). NaN where no slope can be fitted; intervals need 4 texts,
        those of positions 6.

        ``moving``'s change, since, p and p_adjusted, as moves, since, moves_p and moves_p_adjusted, say whether the
        chains have arrived.
    """
    firsts = {name: LEGACY_FIRST.get(name, 0) if legacy else 0 for name in names}
    pairs = {name: dict(list(endpoints(chains, [name], firsts[name], by).groupby(list(by)))) for name in names}
    rows = []
    for key, group in chains.groupby(list(by), sort=False):
        early, apart = int(group["ended"].notna().sum()), distinct(group, names)
        for name in names:
            part = pairs[name].get(key)
            most = LEGACY_MOST.get(name, np.inf) if legacy else np.inf
            begun = None if legacy else firsts[name]
            rows.append((*key, name, *_estimates(part, begun, most, level), *_sizes(part, apart, early)))
    ends = [f"{name}{end}" for name in _WITH_ENDS for end in ("", "_low", "_high")]
    found = pd.DataFrame(rows, columns=[*by, "property", "intercept", *ends, "corrected", *_SIZES])
    told = {"change": "moves", "p": "moves_p", "p_adjusted": "moves_p_adjusted"}
    still = moving(chains, names, by).rename(columns=told)
    return found.merge(still[[*by, "property", "since", *told.values()]], on=[*by, "property"], how="left")


def _estimates(pairs: pd.DataFrame | None, begun: int | None, most: float, level: float) -> list[float]:
    """Intercept, then slope, strength, position and strength per generation with their intervals, and corrected."""
    if pairs is None:
        return [np.nan] * 14
    went = pairs["generation"] - (begun or 0)
    reached = None if begun is None else went / went.max()
    fits = lines(pairs["first"], pairs["last"], pairs["initial"], reached)
    slope, low, high = float(fits.slope[0]), *interval(fits.slope, fits, level)
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    slopes = [slope, max(abs(low), abs(high)), nearest]
    root = 1 / max(1, int(went.max()))
    strengths, each = ([_strength(abs(value) ** power) for value in slopes] for power in (1, root))
    known = np.isfinite(low)
    corrected = _strength(np.sqrt(max(0.0, slope**2 - spread(fits.slope, fits.slope)))) if known else np.nan
    return [float(fits.intercept[0]), slope, low, high, *strengths, *_position(fits, most, level), *each, corrected]


def _strength(slope: float) -> float:
    """1 - |s|, 0 where that is not above 0."""
    return float(np.where(np.abs(slope) >= 1 - LEAST, 0.0, 1 - np.abs(slope)))


def _position(fits: Lines, most: float, level: float) -> list[float]:
    """Position and its interval; NaN where there is no attractor."""
    slope = float(fits.slope[0])
    if not abs(slope) < 1 - LEAST:
        return [np.nan] * 3
    return [min(float(fits.intercept[0]) / (1 - slope), most), *(min(end, most) for end in crossing(fits, level))]


def _sizes(pairs: pd.DataFrame | None, apart: int, early: int) -> tuple[int, int, int, int, int]:
    """Chains, distinct ones, texts, chains that ended early, last generation."""
    if pairs is None:
        return 0, 0, 0, early, 0
    return len(pairs), min(apart, len(pairs)), int(pairs["initial"].nunique()), early, int(pairs["generation"].max())
