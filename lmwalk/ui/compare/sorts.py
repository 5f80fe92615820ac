"""By which numbers the rows of Compare can be sorted."""

from __future__ import annotations

import math
from typing import Any

from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.families.comparison import Grid, NumberMap


def sorts_of(known: NumberMap, study: Study, grid: Grid) -> list[messages.Sort]:
    """Every number that the map of colours can show at once, row by row and column by column.

    Parameters
    ----------
    grid : Grid
        What the cells show; the numbers stand where its cells do.
    """
    if known.rows.empty:
        return []
    rows = [row["name"] for row in grid.rows] or list(study.models)
    places = {(row["model"], _name(row[known.across])): row for row in known.rows.to_dict("records")}
    return [
        {
            "name": title,
            "values": [[_value(places.get((row, name)), column) for name in grid.columns.names] for row in rows],
        }
        for column, title in known.names.items()
        if column in known.rows
    ]


def _name(across: Any) -> str:
    return f"{across:g}" if isinstance(across, float) else str(across)


def _value(row: dict[Any, Any] | None, column: str) -> float | None:
    if row is None or row[column] is None or not math.isfinite(float(row[column])):
        return None
    return round(float(row[column]), 4)
