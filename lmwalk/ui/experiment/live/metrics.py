"""The row of numbers under the stage."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st

from lmwalk.store import Store
from lmwalk.ui.families.family import view_of
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.selection import Selection

EVERY_S = 1.5
MOST_SHARE = 0.03
"""Of the time that goes by, the figures may take at most so much to compute while a run is watched."""


@dataclass
class MetricRow:
    """The figures as they were computed last, and when they are to be computed again."""

    view: str = ""
    due: float = 0.0
    figures: list[Metric] = field(default_factory=list)


def metric_row(known: MetricRow, store: Store, shown: Selection, *, fresh: bool) -> None:
    """Draw the figures of the conditions shown."""
    began = time.monotonic()
    if fresh or known.view != shown.view or began > known.due:
        known.view, known.figures = shown.view, view_of(shown.study).metrics(store, shown)
        ended = time.monotonic()
        known.due = ended + max(EVERY_S, (ended - began) / MOST_SHARE)
    for column, figure in zip(st.columns(len(known.figures)), known.figures, strict=True):
        column.metric(
            figure.name, figure.value, figure.below, delta_color="off", delta_arrow="off", help=figure.meaning
        )
