"""Maps of colours with a word in each cell, which can be read on that cell's own colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lmwalk.palette import COOL, MIDDLE, WARM

COOL_TO_WARM = [[0.0, "#b5cfec"], [0.4, COOL], [0.75, MIDDLE], [1.0, WARM]]
BLACK, WHITE = "#000000", "#ffffff"
_EVEN = 0.179
"""The luminance at which black and white are told apart from a colour equally well, at 4.6 to 1."""

Array = npt.NDArray[np.float64]


def cells(trace: dict[str, Any], texts: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """A map and what is written into it, as traces.

    Plotly writes all cells of a map in one colour, or guesses one by rules that leave some at 2 to 1; so the words are
    a trace of their own.

    Parameters
    ----------
    trace : dict
        Of a map with x, y, z and a scale without transparent colours, which look different on every background.
        Its ends are taken from z where it names none.
    texts : sequence of sequences of str
        In the order of z; nothing is written where they are empty. Where z is missing there is no cell, and the word
        stands on the background.
    """
    values = np.array([[np.nan if value is None else value for value in row] for row in trace["z"]], float)
    low, high = trace.get("zmin"), trace.get("zmax")
    if low is None or high is None:
        low, high = _ends(values)
    places = [
        ((x, y, text), value)
        for y, row, words in zip(trace["y"], values, texts, strict=True)
        for x, value, text in zip(trace["x"], row, words, strict=True)
        if text
    ]
    coloured = [(place, value) for place, value in places if np.isfinite(value)]
    inks = [_ink((value - low) / (high - low), trace["colorscale"]) for _, value in coloured]
    bare = [place for place, value in places if not np.isfinite(value)]
    words = [_words([place for place, _ in coloured], {"color": inks}), *([_words(bare, {})] if bare else [])]
    return [{**trace, "zmin": low, "zmax": high}, *words]


def _words(places: Sequence[tuple[Any, Any, str]], font: dict[str, Any]) -> dict[str, Any]:
    """Words at places; where no colour is named, in that of all other words."""
    return {
        "type": "scatter",
        "mode": "text",
        **{name: [place[number] for place in places] for number, name in enumerate(("x", "y", "text"))},
        "textfont": {"size": 12, **font},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }


def axis(names: Sequence[str], *, downwards: bool = False) -> dict[str, Any]:
    """An axis of categories that ends where its cells do."""
    ends = [-0.5, len(names) - 0.5]
    return {"type": "category", "showgrid": False, "range": ends[::-1] if downwards else ends}


def _ends(values: Array) -> tuple[float, float]:
    """The least and the greatest; half a unit beside them where they are the same, as Plotly does it."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _ink(place: float, scale: list[list[Any]]) -> str:
    """Black or white, whichever stands out more from the colour at that place of the scale."""
    stops, hues = [float(stop) for stop, _ in scale], np.array([_channels(hue) for _, hue in scale])
    shade = np.array([np.interp(place, stops, hues[:, channel]) for channel in range(3)])
    light = np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)
    return BLACK if light @ (0.2126, 0.7152, 0.0722) > _EVEN else WHITE


def _channels(hue: str) -> list[float]:
    return [int(hue[start : start + 2], 16) / 255 for start in (1, 3, 5)]
