"""The colours of signs, bars and arrows, by name or by number, and the bar that says what the numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np

from lmwalk.export.canvas import POINT, unmarked
from lmwalk.export.plot.colours import Colour, colour, ramp
from lmwalk.export.plot.records import Pane, Spec, Trace


def hues(marker: Spec, trace: Trace, count: int, opacity: float) -> list[Colour]:
    """A colour for each sign or bar: named, or a number on the trace's scale."""
    given = marker.get("color")
    if given is None:
        return [colour(trace.of("line", "color") or trace.hue, opacity)] * count
    known = each(given, count)
    if numbered(known):
        values = np.asarray(known, float)
        low, high = (marker.get(name, reduce(values)) for name, reduce in (("cmin", np.nanmin), ("cmax", np.nanmax)))
        mapped = ramp(marker.get("colorscale"), bool(marker.get("reversescale")))((values - low) / ((high - low) or 1))
        return [(float(r), float(g), float(b), float(a) * opacity) for r, g, b, a in mapped]
    return [colour(value, opacity) for value in known]


def numbered(values: Any) -> bool:
    """Whether colours are numbers on a scale."""
    listed = not isinstance(values, str | int | float | None)
    return listed and len(values) > 0 and all(isinstance(value, int | float | np.number) for value in values)


def scale_beside(pane: Pane, coloured: Spec) -> None:
    """What the colours mean, to the right of the pane, where they are numbers and the trace says what of."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    bar_spec, values = coloured.get("colorbar"), coloured.get("color")
    if bar_spec is None or not numbered(values):
        return
    known = np.asarray(values, float)
    ends = [coloured.get(name, reduce(known)) for name, reduce in (("cmin", np.nanmin), ("cmax", np.nanmax))]
    colours = ramp(coloured.get("colorscale"), bool(coloured.get("reversescale")))
    bar_of(pane, ScalarMappable(Normalize(*ends), colours), (bar_spec.get("title") or {}).get("text", ""))


def bar_of(pane: Pane, colours: Any, title: str) -> None:
    """A bar of colours with its numbers."""
    beside = pane.axes.inset_axes((1.02, 0.0, 0.03, 1.0))
    bar = pane.axes.figure.colorbar(colours, cax=beside)
    bar.outline.set_visible(False)
    bar.set_label(unmarked(title), fontsize=12 * POINT)
    bar.ax.tick_params(labelsize=11 * POINT, length=0)


def each(value: Any, count: int) -> list[Any]:
    """A value for each point, whether one is given for all or a list of them."""
    return [value] * count if isinstance(value, str | int | float) else list(value)


def one(value: Any) -> Any:
    """The value, or the first of a list of them."""
    if value is None or isinstance(value, str | int | float):
        return value
    return next(iter(value), None)
