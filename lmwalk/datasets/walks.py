"""What the pictures of walks are made from: the fixed background, and one row of numbers a condition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis import walks
from lmwalk.analysis.nulls import Room
from lmwalk.datasets.field_arrows import Arrow
from lmwalk.datasets.stat import Stat
from lmwalk.geometry import Geometry, OpenPlane, Outline, Point, Reference, SquareGrid, picture_reach, shift
from lmwalk.number_format import DASH, counted, counted_units, percent
from lmwalk.store import Store
from lmwalk.study import Study, start_position

MOST_WALKS = 20
"""Drawn in one picture."""
MOST_POINTS = 200
"""Drawn of one walk."""


@dataclass(frozen=True)
class WalkPicture:
    """The fixed background of walks, and how they are drawn; the same on screen, on paper and in films.

    Attributes
    ----------
    outlines : tuple of Outline
        Walls, tracks, and the reference where there is one.
    centre : tuple of float
        Where the walks set out.
    reach : float
        How far from (0, 0) the picture reaches in x and y.
    field : tuple of (x, y, dx, dy)
        Arrows of the mean move behind the walks, where one condition is shown with its field.
    """

    outlines: tuple[Outline, ...]
    centre: Point
    reach: float
    field: tuple[Arrow, ...] = ()

    def shift(self, trajectory: int) -> float:
        """What is added to x and y of a trajectory when it is drawn."""
        return shift(trajectory, self.reach)

    def message(self) -> dict[str, Any]:
        """The same for the browser."""
        outlines = [{"kind": each.kind, "points": [list(point) for point in each.points]} for each in self.outlines]
        told = {"outlines": outlines, "centre": list(self.centre), "reach": self.reach}
        return told | ({"field": [list(arrow) for arrow in self.field]} if self.field else {})


def geometry_of(study: Study) -> Geometry:
    """Where the walks of a study go."""
    return study.make_process().geometry or OpenPlane()


def centre_of(study: Study) -> Point:
    """Where all walks of a study set out."""
    return start_position(study, study.numbers[0]) or (0.0, 0.0)


def room_of(study: Study) -> Room | None:
    """Where the walks of a study take place, for measures of walks on the square grid; None for all other walks."""
    geometry, (x, y) = geometry_of(study), centre_of(study)
    return Room(geometry.half_width, round(x), round(y)) if isinstance(geometry, SquareGrid) else None


def reference_of(study: Study) -> Reference | None:
    """What unbiased walks do that are as long as the study's; None where nobody derived it."""
    return geometry_of(study).reference(study.steps, centre_of(study))


def walk_picture(study: Study, places: pd.DataFrame | None = None) -> WalkPicture:
    """The fixed background of a study's walks, in a picture that shows all of these places.

    Parameters
    ----------
    places : DataFrame, optional
        x, y.
    """
    geometry, centre, reference = geometry_of(study), centre_of(study), reference_of(study)
    shown = pd.DataFrame([centre], columns=["x", "y"]) if places is None or places.empty else places
    drawn = (Outline("reference", reference.points),) if reference else ()
    reach = picture_reach(geometry, reference, shown["x"], shown["y"])
    return WalkPicture((*geometry.outlines, *drawn), centre, reach)


def share_columns(study: Study) -> dict[str, str]:
    """The outcomes, by the column of ``table`` that holds the share of each."""
    return {_column(outcome): outcome for outcome in study.make_process().alphabet}


def _column(outcome: str) -> str:
    name = outcome.lower()
    return name if name.isidentifier() else "share_" + re.sub(r"\W", "_", name)


def signs_of(study: Study) -> dict[str, str]:
    """The sign that stands for each outcome in captions, or the outcome where it has none, by column of ``table``."""
    arrows = geometry_of(study).arrows
    return {column: arrows.get(outcome, outcome) for column, outcome in share_columns(study).items()}


def table(store: Store, study: Study) -> pd.DataFrame:
    """One row a condition with its figures; NaN where there is no answer yet.

    condition, model, temperature, simulated, walks, distinct, distance, distance_low, distance_high, unbiased, the
    share of each outcome (``share_columns``), unread, answers, failed.
    """
    frame = pd.DataFrame(
        [(c.id, c.model, c.temperature) for c in study.conditions()], columns=["condition", "model", "temperature"]
    )
    known = store.conditions(study.name)[["condition", "simulated"]]
    tallies, columns = store.walks(study.name), share_columns(study)
    ends = walks.mean_distances(ends_of(store.paths(study.name, most_points=1), tallies, study))
    shares = walks.direction_shares(tallies, tuple(columns.values()))
    wide = shares.pivot_table(index="condition", columns="outcome", values="share").rename(columns=_column)
    wide = wide.reindex(columns=list(columns)).reset_index()
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


def ends_of(paths: pd.DataFrame, tallies: pd.DataFrame, study: Study) -> pd.DataFrame:
    """How far each walk has come, with ``copy``: equal where walks are equal to the letter.

    Parameters
    ----------
    paths, tallies : DataFrame
        As ``Store.paths`` and ``Store.walks`` give them. While a study runs, a walk may have its first answer between
        the two reads; one that is in one of them alone is left out.
    """
    keys = ["condition", "trajectory"]
    ends = walks.end_distances(paths, geometry_of(study)).astype({"condition": object})  # of no walk it is a number
    return ends.merge(tallies[[*keys, "copy"]].drop_duplicates(), on=keys)


def _failed(tallies: pd.DataFrame) -> pd.DataFrame:
    errors = tallies[tallies["status"] == "error"].groupby("condition")["count"].sum()
    return errors.rename("failed").reset_index()


def legend(study: Study, most_points: int = MOST_POINTS) -> str:
    """What a picture of walks shows that draws at most so many points of each."""
    parts = ["From the green dot to the red diamond.", reference_words(study)]
    if study.steps > most_points:
        parts.append(f"At most {most_points} points of each walk are drawn.")
    return " ".join(filter(None, parts))


def reference_words(study: Study) -> str:
    """What the reference of a study's pictures is, in a sentence; nothing where there is none."""
    found = reference_of(study)
    if found is None:
        return ""
    where = ", here beyond the walls" if found.walled else ""
    steps = counted(study.steps, "step")
    return f"{found.percentage} of unbiased walks of {steps} end inside the dashed {found.shape}{where}."


def distance_words(row: Any) -> str:
    """The mean distance of a row of ``table``, with its interval where it has one, and what it rests on where not."""
    if not np.isfinite(row.distance):
        return "no answer yet"
    mean, low, high = map(distance_digits, (row.distance, row.distance_low, row.distance_high))
    ends = f"{low} to {high}" if np.isfinite(row.distance_high) else f"at least {low}"
    said = f"{mean} ({ends})" if np.isfinite(row.distance_low) else mean
    whole = np.isfinite(row.distance_low) and row.distinct == row.walks
    return said if whole else f"{said} · {counted_units(row.walks, row.distinct, 'walk')}"


def distance_digits(distance: float) -> str:
    """A distance with one decimal, as a walk is not measured more finely; a dash where there is none."""
    return f"{distance:,.1f}" if np.isfinite(distance) else DASH


def share_words(row: Any, study: Study) -> list[str]:
    """The share of each outcome of a row of ``table``, in whole per cent, behind its sign."""
    return [f"{sign}{whole_percent(getattr(row, column))}" for column, sign in signs_of(study).items()]


def whole_percent(share: float) -> str:
    """A share in whole per cent, without the sign; a dash where there is none."""
    return f"{100 * share:.0f}" if np.isfinite(share) else DASH


def cell_stats(row: Any, study: Study, moments: Sequence[tuple[str, ...]] = ((), (), ())) -> list[Stat]:
    """The numbers of a row of ``table`` in words: distance, shares, what could not be read or failed.

    Parameters
    ----------
    moments : sequence of tuple of str
        Each of the three at each tick of the clock.
    """
    read, walked = counted(row.answers - row.unread, "answer"), counted_units(row.walks, row.distinct, "walk")
    unbiased = f" An unbiased walk: {distance_digits(row.unbiased)}." if np.isfinite(row.unbiased) else ""
    signs = signs_of(study)
    unread = f"{row.unread:,} of {row.answers:,}" if row.answers else DASH
    failed = f" · {row.failed:,} failed" if row.failed else ""
    return [
        Stat(
            "distance from start",
            distance_words(row),
            f"Mean with 95% interval, in {geometry_of(study).unit}, over {walked}.{unbiased}",
            moments=moments[0],
        ),
        Stat(
            f"{' '.join(signs.values())} in %",
            " ".join(share_words(row, study)),
            f"Of {read} that could be read. Unbiased: {percent(1 / len(signs)).removesuffix('%')}.",
            moments=moments[1],
        ),
        Stat("not read", unread + failed, bad=bool(row.failed), moments=moments[2]),
    ]
