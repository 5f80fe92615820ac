"""The row of figures under the stage: few numbers, each with its interval and what an unbiased walk shows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis import walks
from lmwalk.datasets.walks import ends_of, geometry_of, reference_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.chains.metrics import chain_metrics
from lmwalk.ui.families.draws.metrics import draw_metrics
from lmwalk.ui.families.family import CHAINS, DRAWS, family_of
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.selection import Selection
from lmwalk.ui.shell.escape import DASH, alike, counted, counted_units, number, percent, percents, telling

EVERY_S = 1.0
DISTANCE_HELP = (
    "{distance} The mean over the walks shown, with a 95% interval. Walks that are the same step for step count as one "
    "in the interval, and fewer than four that differ give none."
)
SHARE_HELP = (
    "Share of this direction among the answers that could be read, with a 95% interval over walks: each walk may have "
    "habits of its own, and walks that are the same step for step count as one. An unbiased walk gives {share}."
)
UNREAD_HELP = "Answers that name no single direction. The walker stays where it is. A failed call is no answer."


@dataclass
class MetricRow:
    """The figures as they were computed last; they are computed at most once a second."""

    view: str = ""
    at: float = 0.0
    figures: list[Metric] = field(default_factory=list)


def metric_row(known: MetricRow, store: Store, shown: Selection, *, fresh: bool) -> None:
    """Draw the figures of the conditions shown."""
    now = time.monotonic()
    if fresh or known.view != shown.view or now - known.at > EVERY_S:
        known.view, known.at, known.figures = shown.view, now, metrics(store, shown)
    for column, figure in zip(st.columns(len(known.figures)), known.figures, strict=True):
        column.metric(
            figure.name, figure.value, figure.below, delta_color="off", delta_arrow="off", help=figure.meaning
        )


def metrics(store: Store, shown: Selection) -> list[Metric]:
    """The numbers of a family: of walks, distance, shares of the directions, and what could not be read."""
    own = {DRAWS.name: draw_metrics, CHAINS.name: chain_metrics}.get(family_of(shown.study.process))
    if own:
        return own(store, shown)
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
    mean, low, high = alike(row["mean"], row["low"], row["high"])
    interval = resting(f"{low}{DASH}{high}" if low != DASH else "", int(row["n"]), int(row["distinct"]))
    null = f"unbiased {number(row['unbiased'])}{', no walls' if reference and reference.walled else ''}"
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
