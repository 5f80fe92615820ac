"""The substitute for a figure that cannot be drawn: the reason and its numbers."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from lmwalk.errors import InputError
from lmwalk.export.canvas import FAINT, FONT, INK, POINT, blank, printable, unmarked

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FAULTS = (InputError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What drawing a figure may raise. Figures can come from other packages, and one of them must not end a report."""
MOST_ROWS, MOST_COLUMNS, LONGEST = 25, 8, 28
"""Of the table in a picture, which is no place to read more."""
WIDTH, EDGE, LINE, LETTER = 900, 18, 16, 6.7
"""Pixels."""


def reason(cause: Exception) -> str:
    """Why a figure could not be drawn, as a sentence."""
    said = str(cause) if isinstance(cause, InputError) else f"{type(cause).__name__}: {cause}"
    return f"This figure could not be drawn as a picture. {said.rstrip('.')}."


def undrawn(figure: go.Figure, cause: Exception, table: pd.DataFrame | None = None) -> Figure:
    """A box with the figure's title, why it could not be drawn, and the first rows of its table."""
    rows = _rows(table)
    width = max(WIDTH, int(max(map(len, rows), default=0) * LETTER) + 2 * EDGE)
    parts = (
        (textwrap.wrap(unmarked(figure.layout.title.text or ""), 84), 17, INK, FONT, 2 * LINE),
        ([*textwrap.wrap(printable(reason(cause)), int((width - 2 * EDGE) / 7)), ""], 12, INK, FONT, LINE),
        (rows, 11, FAINT, f"{FONT} Mono", LINE),
    )
    height = 2 * EDGE + sum(len(lines) * tall for lines, *_, tall in parts)
    paper = blank(width, height)
    paper.set(edgecolor=FAINT, linewidth=2)
    top = EDGE
    for lines, size, ink, family, tall in parts:
        for line in lines:
            place = (EDGE / width, 1 - top / height)
            paper.text(*place, line, fontsize=size * POINT, color=ink, family=family, va="top")
            top += tall
    return paper


def _rows(table: pd.DataFrame | None) -> list[str]:
    """The first rows of a table as lines of equal letters."""
    if table is None or table.empty:
        return []
    shown = table.iloc[:MOST_ROWS, :MOST_COLUMNS].map(lambda value: printable(_cut(value)))
    lines = shown.to_string(index=False).splitlines()
    more = len(table) - MOST_ROWS
    return [*lines, f"... and {more:,} more rows"] if more > 0 else lines


def _cut(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
