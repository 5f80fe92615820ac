"""Plotly's colours, dashes and signs as matplotlib names them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Colour = tuple[float, float, float, float]
PALETTE = ("#636efa", "#EF553B", "#00cc96", "#ab63fa", "#FFA15A", "#19d3f3", "#FF6692", "#B6E880", "#FF97FF", "#FECB52")
"""Plotly's own, for a trace that names no colour."""
DASHES = {
    "solid": "-",
    "dot": ":",
    "dash": "--",
    "dashdot": "-.",
    "longdash": (0, (8, 3)),
    "longdashdot": (0, (8, 3, 1, 3)),
}
_SIGNS = dict(
    pair.split()
    for pair in (
        *("circle o", "square s", "diamond D", "cross P", "x X", "star *", "hexagon h", "pentagon p"),
        *("triangle-up ^", "triangle-down v", "triangle-left <", "triangle-right >", "diamond-tall d"),
        *("line-ew _", "line-ns |", "x-thin x", "cross-thin +", "asterisk *"),
    )
)
_LINES = {"_", "|", "x", "+"}
_RGB = re.compile(r"rgba?\(([^)]*)\)")


def colour(text: Any, opacity: float = 1.0) -> Colour:
    """A CSS colour as red, green, blue and opacity from 0 to 1."""
    from matplotlib.colors import to_rgba

    found = _RGB.fullmatch(str(text).replace(" ", ""))
    if found is None:
        red, green, blue, own = to_rgba("none" if text in {"transparent", None} else str(text))
        return red, green, blue, own * opacity
    parts = [float(part) for part in found[1].split(",")]
    red, green, blue = (part / 255 for part in parts[:3])
    return red, green, blue, (parts[3] if len(parts) > 3 else 1.0) * opacity


def dash(line: Mapping[str, Any]) -> Any:
    """A line's dashes."""
    named = str(line.get("dash", "solid"))
    lengths = re.findall(r"[\d.]+", named)
    return DASHES.get(named) or ((0, tuple(map(float, lengths))) if lengths else "-")


def sign(symbol: Any) -> tuple[str, bool]:
    """A marker, and whether it is filled."""
    name = str(symbol).removesuffix("-dot").removesuffix("-open")
    found = _SIGNS.get(name, "o")
    return found, not str(symbol).removesuffix("-dot").endswith("-open") and found not in _LINES


def ramp(scale: Any, reverse: bool = False) -> Any:
    """A colour scale as a colour map."""
    from matplotlib.colors import LinearSegmentedColormap
    from plotly.colors import get_colorscale

    stops: Sequence[Any] = get_colorscale(scale or "plasma") if scale is None or isinstance(scale, str) else scale
    pairs = [(float(place), colour(hue)) for place, hue in stops]
    made = LinearSegmentedColormap.from_list("ramp", pairs)
    return made.reversed() if reverse else made
