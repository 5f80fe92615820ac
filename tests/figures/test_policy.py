"""The picture of a policy."""

from __future__ import annotations

import numpy as np

from lmwalk.analysis.walks import mean_moves
from lmwalk.figures.policy import field


def test_an_arrow_points_where_the_walker_is_driven() -> None:
    """A walker that always goes up has one arrow of full firmness, straight up, on axes of equal scale."""
    figure = field(mean_moves(np.array([3]), np.array([-2]), np.array([[1.0, 0, 0, 0]])))

    arrow = figure.data[0]
    assert (arrow.x[0], arrow.y[0], arrow.u[0], arrow.v[0]) == (3, -2, 0, 1)
    assert arrow.marker.color[0] == 1
    assert figure.layout.yaxis.scaleanchor == "x"
