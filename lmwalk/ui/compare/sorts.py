"""By which numbers the rows of Compare can be sorted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lmwalk.ui import messages
from lmwalk.ui.families.comparison import NumberMap


def sorts_of(known: NumberMap, models: Sequence[str], columns: Sequence[str]) -> list[messages.Sort]:
    """Every number that the map of colours can show at once, row by row and column by column.

    Parameters
    ----------
    models, columns : sequence of str
        What stands down and across; the numbers stand where the cells do.
    """
    if known.rows.empty:
        return []
    places = {(row["model"], _name(row[known.across])): row for row in known.rows.to_dict("records")}
    return [
        {
            "name": title,
            "values": [[_value(places.get((row, name)), column) for name in columns] for row in models],
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
