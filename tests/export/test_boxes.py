"""Boxes and violins drawn without a browser stand where Plotly would draw them."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from lmwalk.export.plot import drawn
from lmwalk.export.plot.boxes import density, summary
from lmwalk.export.plot.records import Trace

TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 20]
"""Quartiles by hand: the third value, the middle of the fifth and sixth, the eighth; 20 is beyond 8 + 1.5 x 5."""


def picture(*traces: dict[str, Any], **layout: Any) -> Figure:
    return drawn(go.Figure({"data": [{"type": "box", **trace} for trace in traces], "layout": layout}))


def bodies(paper: Figure, number: int) -> list[tuple[float, float, float, float]]:
    """x, y, width, height of the boxes of a trace."""
    found = [each for each in paper.findobj(Rectangle) if each.get_gid() == f"trace-{number}"]
    return [(*each.get_xy(), each.get_width(), each.get_height()) for each in found]


def points(paper: Figure, number: int) -> np.ndarray:
    found = [each for each in paper.findobj(PathCollection) if each.get_gid() == f"trace-{number}"]
    return np.concatenate([each.get_offsets() for each in found]) if found else np.empty((0, 2))


def test_a_box_is_where_its_quartiles_are_by_hand() -> None:
    """From the third to the eighth of ten values; the whiskers end at 1 and 9; the point beyond them is drawn."""
    paper = picture({"y": TEN, "name": "a"})
    lines = [np.asarray(line.get_xydata()) for line in paper.axes[0].lines]

    assert bodies(paper, 0) == [pytest.approx((-0.245, 3, 0.49, 5))]  # (1 - 0.3) (1 - 0.3) of the place
    assert any(np.allclose(line[:, 1], 5.5) for line in lines)
    assert {float(line[-1, 1]) for line in lines if line[0, 0] == line[1, 0]} == {1, 9}
    assert points(paper, 0).tolist() == [[0, 20]]
    assert [text.get_text() for text in paper.axes[0].get_xticklabels()] == ["a"]


@pytest.mark.parametrize("count", [1, 2, 5, 8, 11])
def test_quartiles_are_interpolated_between_the_middles_of_values(count: int) -> None:
    """The value at place p n + 1/2, counted from 1, as Plotly has it; the ends where that is beyond them."""
    values = np.random.default_rng(count).normal(size=count)
    ordered = np.sort(values)

    def at(share: float) -> float:
        place = min(max(share * count - 0.5, 0), count - 1)
        low = int(place)
        return float(ordered[low] + (place - low) * (ordered[min(low + 1, count - 1)] - ordered[low]))

    box = summary(values)

    assert (box.q1, box.median, box.q3) == pytest.approx((at(0.25), at(0.5), at(0.75)))
    assert box.mean == pytest.approx(values.sum() / count)
    inside = [value for value in values if box.q1 - 1.5 * (box.q3 - box.q1) <= value <= 2.5 * box.q3 - 1.5 * box.q1]
    assert (box.low, box.high) == pytest.approx((min([*inside, box.q1]), max([*inside, box.q3])))


def test_samples_are_told_apart_by_their_places() -> None:
    """One box for each category, whatever the order; what has no number is left out; lying boxes are turned."""
    values, names = [1, 10, 3, 30, 2, 20, None], ["a", "b", "a", "b", "a", "b", "b"]
    upright = picture({"x": names, "y": values})
    lying = picture({"y": names, "x": values, "orientation": "h"})

    # of three values the quartiles stand at places 1.25 and 2.75
    assert bodies(upright, 0) == [pytest.approx((-0.245, 1.25, 0.49, 1.5)), pytest.approx((0.755, 12.5, 0.49, 15))]
    assert bodies(lying, 0) == [pytest.approx((1.25, -0.245, 1.5, 0.49)), pytest.approx((12.5, 0.755, 15, 0.49))]


def test_boxes_of_one_place_stand_side_by_side_where_they_are_grouped() -> None:
    """Two traces share 0.7 of a place: middles at a quarter of that to either side."""
    traces = [{"x": ["a"] * 4, "y": [1, 2, 3, 4], "name": name} for name in ("one", "two")]
    paper = picture(*traces, boxmode="group")
    middles = [x + width / 2 for number in (0, 1) for x, _, width, _ in bodies(paper, number)]

    assert middles == pytest.approx([-0.175, 0.175])


def test_quartiles_that_are_stated_are_drawn_as_they_are() -> None:
    """No samples: the box, the whiskers and the mean are the trace's own."""
    stated = {"q1": [1.0], "median": [2.0], "q3": [4.0], "lowerfence": [0.0], "upperfence": [9.0], "mean": [2.5]}
    paper = picture({"x": ["a"], **stated, "boxmean": True})
    lines = [np.asarray(line.get_xydata()) for line in paper.axes[0].lines]

    assert bodies(paper, 0) == [pytest.approx((-0.245, 1, 0.49, 3))]
    assert {float(line[-1, 1]) for line in lines if line[0, 0] == line[1, 0]} == {0, 9}
    assert any(np.allclose(line[:, 1], 2.5) for line in lines)


@pytest.mark.parametrize(("which", "count"), [("all", 10), ("outliers", 1), (False, 0)])
def test_points_are_drawn_as_they_are_asked_for(which: Any, count: int) -> None:
    """All of them, those beyond the whiskers, or none."""
    drawn_points = points(picture({"y": TEN, "boxpoints": which}), 0)

    assert len(drawn_points) == count
    assert set(drawn_points[:, 1]) <= set(TEN)


def test_a_violin_is_a_density() -> None:
    """Of a symmetric sample symmetric, widest in the middle, and reaching two bandwidths beyond it."""
    values = np.array([-2.0, -1, 0, 1, 2])
    box = summary(values)
    places, heights = density(box, Trace(0, {"type": "violin"}, "#000"))
    bandwidth = 1.059 * min(np.sqrt(10 / 4), 2.5 / 1.349) * 5**-0.2  # Silverman's; quartiles at places 1.75 and 4.25

    assert (places[0], places[-1]) == pytest.approx((-2 - 2 * bandwidth, 2 + 2 * bandwidth))
    assert heights == pytest.approx(heights[::-1])
    assert heights.max() == 1
    brute = sum(np.exp(-((places[10] - value) ** 2) / (2 * bandwidth**2)) for value in values)
    middle = sum(np.exp(-((places[49] - value) ** 2) / (2 * bandwidth**2)) for value in values)
    assert heights[10] / heights[49] == pytest.approx(brute / middle)


def test_violins_are_drawn_with_what_they_ask_for() -> None:
    """An area of the width of a box; the box and the mean inside it; nothing more where nothing is asked for."""
    plain = picture({"type": "violin", "y": TEN, "points": False})
    full = picture({"type": "violin", "y": TEN, "box": {"visible": True}, "meanline": {"visible": True}})
    area = next(each for each in plain.findobj(Polygon) if each.get_gid() == "trace-0")

    assert np.ptp(area.get_xy()[:, 0]) == pytest.approx(0.49)
    assert (bodies(plain, 0), len(points(plain, 0)), len(plain.axes[0].lines)) == ([], 0, 0)
    assert bodies(full, 0) == [pytest.approx((-0.06125, 3, 0.1225, 5))]
    assert points(full, 0).tolist() == [[0, 20]]
    assert any(np.allclose(np.asarray(line.get_xydata())[:, 1], 6.5) for line in full.axes[0].lines)
