"""Maps of one scale side by side, a panel for each condition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lmwalk.figures._cells import axis, cells
from lmwalk.figures._drawing import HEIGHT, safe

Array = npt.NDArray[np.float64]
ACROSS = 3
"""Panels in a row."""
_BETWEEN, _BELOW = 0.04, 0.5
"""Room between panels, as a share of the width, and as one of a row's height."""


def panels(
    maps: Mapping[str, Array], x: Sequence[str], y: Sequence[str], titles: tuple[str, str], looks: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Traces and layout of maps whose cells are written out.

    Parameters
    ----------
    maps : mapping
        The values of each panel by its name, shape (len(y), len(x)); a cell that is NaN is empty.
    x, y : sequence of str
        Names of the columns, and of the rows from above.
    titles : (str, str)
        What the columns are, and the rows.
    looks : mapping
        What all maps share: ``zmin``, ``zmax``, ``colorscale``, ``colorbar``, ``hovertemplate``.
    """
    across, down = min(ACROSS, len(maps)), math.ceil(len(maps) / ACROSS)
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"height": max(HEIGHT, 150 + down * (110 + 30 * len(y)))}
    wide, tall = (1 - _BETWEEN * (across - 1)) / across, 1 / (down + _BELOW * (down - 1))
    for number, (name, values) in enumerate(maps.items()):
        row, column = divmod(number, across)
        mark = "" if number == 0 else str(number + 1)
        traces += _map(values, x, y, {**looks, "name": safe(name), "showscale": number == across - 1}, mark)
        left, top = column * (wide + _BETWEEN), 1 - row * tall * (1 + _BELOW)
        words = {"title": {"text": f"{safe(name)}<br>{titles[0]}"}, "zeroline": False}
        layout[f"xaxis{mark}"] = {**axis(x), **words, "domain": [left, left + wide], "anchor": f"y{mark}"}
        place = {"domain": [max(0.0, top - tall), top], "anchor": f"x{mark}", "zeroline": False}
        place |= {"showticklabels": column == 0, "automargin": True}
        layout[f"yaxis{mark}"] = {**axis(y, downwards=True), **place, "title": {"text": "" if column else titles[1]}}
    return traces, layout


def _map(values: Array, x: Sequence[str], y: Sequence[str], looks: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    trace = {
        "type": "heatmap",
        "x": list(x),
        "y": list(y),
        "z": [[None if np.isnan(value) else value for value in row] for row in values.tolist()],
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        **looks,
    }
    texts = [["" if np.isnan(value) else f"{value:.2f}" for value in row] for row in values]
    return [{**each, "xaxis": f"x{mark}", "yaxis": f"y{mark}"} for each in cells(trace, texts)]
