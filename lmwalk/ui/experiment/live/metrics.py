"""The row of numbers under the stage."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st

from lmwalk.store import Store
from lmwalk.ui.families.family import view_of
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.selection import Selection

EVERY_S = 1.0


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
        known.view, known.at, known.figures = shown.view, now, view_of(shown.study).metrics(store, shown)
    for column, figure in zip(st.columns(len(known.figures)), known.figures, strict=True):
        column.metric(
            figure.name, figure.value, figure.below, delta_color="off", delta_arrow="off", help=figure.meaning
        )
