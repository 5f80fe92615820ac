"""What the pictures of walks are made from: where the walls stand, and one row of numbers a condition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis import walks
from lmwalk.geometry import unbiased_radius
from lmwalk.number_format import DASH, alike, counted, counted_units
from lmwalk.store import Store
from lmwalk.study import Study, start_position

MOST_WALKS = 20
"""Drawn in one picture."""
MOST_POINTS = 200
"""Drawn of one walk."""
DIRECTIONS = ("up", "down", "left", "right")


def wall_of(study: Study) -> int:
    """How far from the centre the walls stand."""
    return int(study.params.get("half_width", 25))


def centre_of(study: Study) -> tuple[float, float]:
    """Where all walks of a study set out."""
    return start_position(study, study.numbers[0]) or (0.0, 0.0)


def walls_matter(study: Study) -> bool:
    """Whether more than 5% of unbiased walks of this length would have met a wall, so that the free walk is no null."""
    return float(unbiased_radius(study.steps)) > wall_of(study) - max(map(abs, centre_of(study)))


def table(store: Store, study: Study) -> pd.DataFrame:
    """One row a condition with its figures; NaN where there is no answer yet."""
    frame = pd.DataFrame(
        [(c.id, c.model, c.temperature) for c in study.conditions()], columns=["condition", "model", "temperature"]
    )
    known = store.conditions(study.name)[["condition", "simulated"]]
    tallies = store.walks(study.name)
    ends = walks.mean_distances(ends_of(store.paths(study.name, most_points=1), tallies))
    shares = walks.direction_shares(tallies, study.make_process().outcomes({}) or ())
    wide = shares.pivot_table(index="condition", columns="outcome", values="share").rename(columns=str.lower)
    wide = wide.reindex(columns=list(DIRECTIONS)).reset_index()
    unread = walks.unread_shares(tallies)[["condition", "count", "n"]]
    names = {"n": "walks", "mean": "distance", "low": "distance_low", "high": "distance_high"}
    result = (
        frame.merge(known, how="left")
        .merge(ends.rename(columns=names).drop(columns="t"), how="left")
        .merge(wide, how="left")
        .merge(unread.rename(columns={"count": "unread", "n": "answers"}), how="left")
        .merge(_failed(tallies), how="left")
    )
    counts = ["walks", "distinct", "unread", "answers", "failed"]
    result["simulated"] = result["simulated"].eq(True)
    return result.assign(**result[counts].fillna(0).astype("int64"))


def ends_of(paths: pd.DataFrame, tallies: pd.DataFrame) -> pd.DataFrame:
    """How far each walk has come, with ``copy``: equal where walks are equal to the letter.

    Parameters
    ----------
    paths, tallies : DataFrame
        As ``Store.paths`` and ``Store.walks`` give them.
    """
    keys = ["condition", "trajectory"]
    ends = walks.end_distances(paths).astype({"condition": object})  # of no walk it is a number
    return ends.merge(tallies[[*keys, "copy"]].drop_duplicates(), on=keys, how="left")


def _failed(tallies: pd.DataFrame) -> pd.DataFrame:
    errors = tallies[tallies["status"] == "error"].groupby("condition")["count"].sum()
    return errors.rename("failed").reset_index()


def legend(study: Study, most_points: int = MOST_POINTS) -> str:
    """What a picture of walks shows that draws at most so many points of each."""
    steps = counted(study.steps, "step")
    where = ", here beyond the walls" if walls_matter(study) else ""
    circle = f"95% of unbiased walks of {steps} end inside the dashed circle{where}."
    thinned = f" At most {most_points} points of each walk are drawn." if study.steps > most_points else ""
    return f"From the green dot to the red diamond. {circle}{thinned}"


def distance_words(row: Any) -> str:
    """The mean distance of a row of ``table``, with its interval where it has one, and what it rests on where not."""
    if not np.isfinite(row.distance):
        return "no answer yet"
    mean, low, high = alike(row.distance, row.distance_low, row.distance_high)
    said = f"{mean} ({low} to {high})" if np.isfinite(row.distance_low) else mean
    whole = np.isfinite(row.distance_low) and row.distinct == row.walks
    return said if whole else f"{said} · {counted_units(row.walks, row.distinct, 'walk')}"


def share_words(row: Any) -> list[str]:
    """The share of each direction of a row of ``table``, in whole per cent."""
    shares = zip("↑↓←→", (row.up, row.down, row.left, row.right), strict=True)
    return [f"{arrow}{f'{100 * share:.0f}' if np.isfinite(share) else DASH}" for arrow, share in shares]
