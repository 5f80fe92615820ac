"""Answers against the law."""

from __future__ import annotations

import pandas as pd

from lmwalk.figures.learned import against_law


def test_points_stand_where_law_and_answer_say() -> None:
    """The diagonal is there always, a point for each question beside it."""
    rows = pd.DataFrame({"law": [0.2, 0.7], "answer": [0.25, 0.7], "n": [0, 10]})

    diagonal, points = against_law(rows).data

    assert (list(diagonal.x), list(diagonal.y)) == ([0, 1], [0, 1])
    assert (list(points.x), list(points.y)) == ([0.2, 0.7], [0.25, 0.7])
    assert len(against_law(rows.iloc[:0]).data) == 1
