"""The row of numbers under a stage of walks: few numbers, each with its interval and what an unbiased walk shows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lmwalk.analysis import walks
from lmwalk.datasets.walks import distance_digits, ends_of, geometry_of, reference_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.walks.selection import WalkSelection
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.shell.escape import DASH, counted, counted_units, percent, percents, telling

DISTANCE_HELP = (
    "{distance} The mean over the walks shown, with a 95% interval. Walks that are the same step for step count as one "
    "in the interval, and fewer than four that differ give none."
)
SHARE_HELP = (
    "Share of this direction among the answers that could be read, with a 95% interval over walks: each walk may have "
    "habits of its own, and walks that are the same step for step count as one. An unbiased walk gives {share}."
)
UNREAD_HELP = (
    "Answers that name no single direction. The walker stays where it is. A failed call does not count as an answer."
)


def walk_metrics(store: Store, shown: WalkSelection) -> list[Metric]:
    """Distance, shares of the directions, and what could not be read."""
    outcomes = shown.study.make_process().outcomes({}) or ()
    paths = store.paths(shown.study.name, most_points=1, conditions=shown.ids)
    tallies = store.walks(shown.study.name, shown.ids)
    ends, counts = _pooled(ends_of(paths, tallies, shown.study)), _pooled(tallies)
    return [_distance(ends, shown.study), *_shares(counts, outcomes), _unread(counts)]


def _pooled(walks_of: pd.DataFrame) -> pd.DataFrame:
    """The walks of all conditions shown as those of one."""
    number = walks_of.groupby(["condition", "trajectory"], sort=False).ngroup()
    return walks_of.assign(condition="shown", trajectory=number)


def _distance(ends: pd.DataFrame, study: Study) -> Metric:
    name, meaning = "Distance from start", DISTANCE_HELP.format(distance=geometry_of(study).about_distance)
    table, reference = walks.mean_distances(ends), reference_of(study)
    if table.empty:
        return Metric(name, DASH, "no walk yet", meaning)
    row = table.iloc[0]
    mean, low, high = map(distance_digits, (row["mean"], row["low"], row["high"]))
    interval = resting(f"{low}{DASH}{high}" if low != DASH else "", int(row["n"]), int(row["distinct"]))
    null = f"unbiased {distance_digits(row['unbiased'])}{', no walls' if reference and reference.walled else ''}"
    return Metric(name, mean, f"{interval}\n{null}", meaning)


def _shares(tallies: pd.DataFrame, outcomes: tuple[str, ...]) -> list[Metric]:
    table, unbiased = walks.direction_shares(tallies, outcomes), percent(1 / len(outcomes))
    meaning = SHARE_HELP.format(share=unbiased)
    if not table["n"].any():
        return [Metric(outcome.capitalize(), DASH, "no answer yet", meaning) for outcome in outcomes]
    return [
        Metric(
            str(row["outcome"]).capitalize(),
            percent(row["share"], telling(row["low"], row["high"])),
            f"{_interval(row)}\nunbiased {unbiased}",
            meaning,
        )
        for row in table.to_dict("records")
    ]


def resting(interval: str, units: int, distinct: int) -> str:
    """An interval, or what there is instead of one; where walks are copies of others, on how many it rests."""
    if not interval:
        return counted_units(units, distinct, "walk")
    return f"{interval}, {distinct:,} distinct" if distinct < units else interval


def _interval(row: Any) -> str:
    ends = percents(row["low"], row["high"])
    return resting("" if ends == DASH else ends, int(row["walks"]), int(row["distinct"]))


def _unread(tallies: pd.DataFrame) -> Metric:
    table = walks.unread_shares(tallies)
    name = "Not read"
    if table.empty or not table["n"].iloc[0]:
        return Metric(name, DASH, "no answer yet", UNREAD_HELP)
    row = table.iloc[0]
    interval = f"\n{_interval(row)}" if row["count"] else ""
    return Metric(name, f"{row['count']:,.0f}", f"of {counted(int(row['n']), 'answer')}{interval}", UNREAD_HELP)
