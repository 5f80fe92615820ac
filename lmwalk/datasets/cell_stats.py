"""The numbers of each condition of draws and chains in words, as Compare and the exports show them below a picture."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lmwalk.datasets.overview import Overview
from lmwalk.datasets.stat import Stat
from lmwalk.datasets.thumbnail_text import (
    interval_words,
    last_name,
    number_of,
    number_words,
    observed_words,
    reading_words,
    why_no_interval,
)
from lmwalk.figures._chains import rest, sizes
from lmwalk.number_format import DASH
from lmwalk.study import Study


def draw_stats(row: dict[Any, Any], overview: Overview, study: Study) -> list[Stat]:
    """The numbers of a condition of draws: those of its overview, then how much could not be read.

    Parameters
    ----------
    row : dict
        A row of ``datasets.overview.draw_table``, with failed.
    """
    stats = [
        Stat(each.name, number_words(row, each), f"{each.meaning} {why_no_interval(row, each)}".rstrip())
        for each in overview.shown
    ]
    failed = int(number_of(row, "failed", 0))
    parts = [reading_words(row, study)]
    if failed:
        parts.append(f"{failed:,} failed")
    if number_of(row, "wordings", 0):
        parts.append(observed_words(row))
    return [*stats, Stat(last_name(study), " · ".join(parts), bad=bool(failed))]


def chain_stats(attractor: pd.Series | None) -> list[Stat]:
    """The numbers of a condition of chains: strength and position of its attractor, and what they rest on.

    Parameters
    ----------
    attractor : Series or None
        A row of ``analysis.attractors.attractors``; None where there is none yet.
    """
    strength, position = (interval_words(attractor, name) for name in ("strength", "position"))
    if attractor is None:
        return [Stat("strength", strength), Stat("position", position), Stat("chains", DASH)]
    row = attractor.to_dict()
    early = f", {int(row['early']):,} ended early" if row["early"] else ""
    interval = "With 95% interval over initial texts."
    return [
        Stat("strength", strength, f"Of one generation {interval_words(attractor, 'per_generation')}. {interval}"),
        Stat("position", position, interval),
        Stat("chains", f"{sizes(row)}{early}", f"{rest(row)}." if pd.notna(row["since"]) else ""),
    ]
