"""Published end points of walks, one row a model and temperature."""

from __future__ import annotations

import pandas as pd

from lmwalk.analysis.walks import end_distances, mean_distances
from lmwalk.geometry import SquareGrid

STEPS = 50
"""Of each published walk."""


def end_points(published: pd.DataFrame) -> pd.DataFrame:
    """The end points of each model and temperature together.

    Parameters
    ----------
    published : DataFrame
        As ``published.walk_endpoints`` gives it.

    Returns
    -------
    DataFrame
        model, temperature, points (end points that can be told apart), distance (their mean distance from the start,
        in cells; ends that several walks share count once), ends (each as text).
    """
    keys = ["model", "temperature"]
    ends = published.rename(columns={"x_end": "x", "y_end": "y"})
    ends = ends.assign(condition=ends.groupby(keys, sort=False).ngroup(), trajectory=range(len(ends)), t=STEPS)
    paths = pd.concat([ends.assign(t=0, x=0, y=0), ends], ignore_index=True)
    means = mean_distances(end_distances(paths, SquareGrid(STEPS))).rename(columns={"n": "points", "mean": "distance"})
    texts = ends.assign(ends=[f"({x:g}, {y:g})" for x, y in zip(ends["x"], ends["y"], strict=True)])
    joined = texts.groupby([*keys, "condition"], sort=False)["ends"].agg(" ".join).reset_index()
    return joined.merge(means[["condition", "points", "distance"]], on="condition").drop(columns="condition")
