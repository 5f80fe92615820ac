"""What figures of walks and the tables behind them say."""

from __future__ import annotations

from collections.abc import Mapping

from lmwalk.ui.families.walks.null_table import null_words
from lmwalk.ui.parts.results_table import FigureTexts, Heading

HEADINGS: Mapping[str, Heading] = {
    "measure": ("Measure", ""),
    "trajectory": ("Walk", "Number of the walk, from 0."),
    "t": ("t", "Time: 0 is the start."),
    "x": ("x", "To the right of the centre, in cells."),
    "y": ("y", "Above the centre, in cells."),
    "n": ("n", "Answers that could be read."),
    "walks": ("Walks", "How many walks count."),
    "distinct": ("Distinct", "Walks that differ from each other in some step: each is one observation."),
    "unread": ("Not read", "Answers that name no single direction."),
    "steps": ("Steps", "Answers of all walks."),
    "value": ("Value", "Of the walks."),
    "expected": ("Null", "Mean of the null walks."),
    "null_low": ("Null 95% from", "Lower end of the central 95% of the null walks."),
    "null_high": ("Null 95% to", "Upper end of the central 95% of the null walks."),
    "p": ("p", "Two-sided; empty where no null walk can differ from the walks."),
    "p_bound": ("p, unread bounded", "The largest p, whatever direction the answers were that could not be read."),
    "primary": ("Primary", "Named before the walks were made, and adjusted for conditions alone."),
    "place": ("Place", "Distance from the null's mean, 1 at the end of its central 95%."),
    "msd": ("MSD", "Mean squared displacement, in cells squared."),
    "exponent_low": ("95% from", "Lower end of the exponent's interval over walks that differ."),
    "exponent_high": ("95% to", "Upper end of the exponent's interval."),
    "visits": ("Visits", "Times a walk stood there."),
    "wall": ("Wall", "Distance of the walls from the centre."),
    "status": ("Reading", "How the reply could be read."),
}
"""Where a column means something else than in other tables, or is there alone."""
FIGURE_TEXTS = FigureTexts(HEADINGS, above={"walk-null": null_words})
