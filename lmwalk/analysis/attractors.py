"""Attractors of chains of texts: where a property is drawn to, and how strongly.

Perez et al. (2024), arXiv 2407.04503. The value of the last generation is regressed on the first one's over all chains
of a group, y = s x + i. Where |s| < 1 the chains move to the attractor i / (1 - s), with strength 1 - |s|.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lmwalk.analysis.chains import GROUP, endpoints
from lmwalk.analysis.lines import RESAMPLING, Lines, interval, lines
from lmwalk.analysis.resampling import Resampling

LEAST = 1e-9
"""A slope nearer to 1 than this is 1: what is left is rounding."""
MOST_WITHOUT = 0.05
"""Share of resamples without an attractor from which its position counts as not determined."""
LEGACY_FIRST = {"length": 1}
LEGACY_MOST = {"positivity": 1.0, "toxicity": 1.0}


def attractors(
    chains: pd.DataFrame,
    names: Sequence[str],
    by: Sequence[str] = GROUP,
    *,
    legacy: bool = False,
    resampling: Resampling = RESAMPLING,
) -> pd.DataFrame:
    """Strength and position of the attractor of each group and property.

    Parameters
    ----------
    chains : DataFrame
        Chains of texts, as ``lmwalk.analysis.chains`` says. A chain that ended early counts with its last text.
    names : sequence of str
        Properties.
    by : sequence of str
        What to tell apart.
    legacy : bool
        As published: length is regressed on generation 1, and a position of positivity or toxicity is at most 1.

    Returns
    -------
    DataFrame
        One row a group and property: *by, property, slope, intercept, strength, position, chains, texts, early (chains
        that ended early), last (the last generation), and slope_low, slope_high and so on: 95% intervals by a bootstrap
        over the initial texts, whose chains are drawn together. The interval of the strength is what the slopes in
        their interval give; it reaches 1 where they pass 0. Strength is 0 and position NaN where |s| >= 1. A position
        that more than 5% of the resamples do not have is not determined: it has no interval. NaN where no slope can be
        fitted; no intervals for fewer than 3 texts.
    """
    firsts = {name: LEGACY_FIRST.get(name, 0) if legacy else 0 for name in names}
    pairs = {name: dict(list(endpoints(chains, [name], firsts[name], by).groupby(list(by)))) for name in names}
    rows = []
    for key, group in chains.groupby(list(by), sort=False):
        early = int(group["ended"].notna().sum())
        for name in names:
            part = pairs[name].get(key)
            most = LEGACY_MOST.get(name, np.inf) if legacy else np.inf
            rows.append((*key, name, *_estimates(part, most, resampling), *_sizes(part, early)))
    ends = [f"{name}{end}" for name in ("slope", "strength", "position") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=[*by, "property", "intercept", *ends, "chains", "texts", "early", "last"])


def _estimates(pairs: pd.DataFrame | None, most: float, resampling: Resampling) -> list[float]:
    """Intercept, then slope, strength and position, each with its interval."""
    if pairs is None:
        return [np.nan] * 10
    fits = lines(pairs["first"], pairs["last"], pairs["initial"], resampling)
    slope, low, high = float(fits.slope[0]), *interval(fits.slope, fits.units, resampling.level)
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    strengths = [_strength(each) for each in (slope, max(abs(low), abs(high)), nearest)]
    return [float(fits.intercept[0]), slope, low, high, *strengths, *_position(fits, most, resampling.level)]


def _strength(slope: float) -> float:
    """1 - |s|, 0 where that is not above 0."""
    return float(np.where(np.abs(slope) >= 1 - LEAST, 0.0, 1 - np.abs(slope)))


def _position(fits: Lines, most: float, level: float) -> list[float]:
    """Position and its interval; NaN where there is no attractor."""
    attracted = np.abs(fits.slope) < 1 - LEAST
    with np.errstate(invalid="ignore", divide="ignore"):
        positions = np.where(attracted, np.minimum(fits.intercept / (1 - fits.slope), most), np.nan)
    determined = np.isnan(positions[1:]).mean() <= MOST_WITHOUT if len(positions) > 1 else False
    ends = interval(positions, fits.units, level) if determined else (np.nan, np.nan)
    return [float(positions[0]), *ends]


def _sizes(pairs: pd.DataFrame | None, early: int) -> tuple[int, int, int, int]:
    """Chains, texts, chains that ended early, last generation."""
    if pairs is None:
        return 0, 0, early, 0
    return len(pairs), int(pairs["initial"].nunique()), early, int(pairs["generation"].max())
