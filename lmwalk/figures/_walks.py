"""What the figures of walks share: which hold for which walks, their moves and copies, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from lmwalk.analysis.motion import coded
from lmwalk.analysis.nulls import Codes, Room, distinct_walks
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import NULL
from lmwalk.geometry import Outline, SquareGrid
from lmwalk.number_format import counted_units
from lmwalk.sites import Sites
from lmwalk.types import Process

WALKS = ("walk",)
SQUARE_HEIGHT = 560


def on_square_grid(process: Process) -> bool:
    """Whether walks go over the square grid, which null walks and measures of motion rest on."""
    return isinstance(process.geometry, SquareGrid)


def on_sites(process: Process) -> bool:
    """Whether walks go over sites, so that the law of unbiased ones is known exactly."""
    return isinstance(process.geometry, Sites)


def codes_of(material: WalkData) -> dict[str, Codes]:
    """The moves of each condition on the square grid, by its label; a failed call is no move."""
    answered = material.answers[material.answers["status"] != "error"]
    return coded(answered[["label", "trajectory", "t", "outcome"]].rename(columns={"label": "condition"}))


def copies_of(material: WalkData) -> pd.DataFrame:
    """label, trajectory, copy: equal within a label where walks are equal to the letter."""
    answered = material.answers[material.answers["status"] != "error"].sort_values("t", kind="stable")
    said = answered["outcome"].astype(object).where(answered["outcome"].notna(), "")
    walks = said.groupby([answered[key] for key in ("label", "trajectory")]).agg("\n".join).rename("said").reset_index()
    return walks.assign(copy=pd.factorize(walks["said"])[0])[["label", "trajectory", "copy"]]


def tallied(material: WalkData) -> pd.DataFrame:
    """How often each walk was answered what, as ``analysis.walks`` takes it; condition is the label."""
    answers = material.answers.merge(copies_of(material), on=["label", "trajectory"], how="inner")
    keys = ["label", "trajectory", "copy", "outcome", "status"]
    tallies = answers.groupby(keys, dropna=False, sort=False).size().rename("count")
    return tallies.reset_index().rename(columns={"label": "condition"})


def counts_of(codes: Codes) -> dict[str, int]:
    """How many walks there are, and how many of them differ."""
    return {"walks": len(codes), "distinct": len(distinct_walks(codes)[0])}


def walks_in(frame: pd.DataFrame) -> str:
    """How many walks a figure's table of several labels rests on."""
    each = frame.drop_duplicates("label")
    return counted_units(int(each["walks"].sum()), int(each["distinct"].sum()), "walk")


def room_of(material: WalkData) -> Room:
    """Where the walks of a study on the square grid take place."""
    x, y = material.begins
    assert isinstance(material.geometry, SquareGrid)
    return Room(material.geometry.half_width, round(x), round(y))


def outline_traces(outlines: Iterable[Outline]) -> list[dict[str, Any]]:
    """Closed grey lines, a reference broken."""
    return [_outline(each) for each in outlines]


def _outline(outline: Outline) -> dict[str, Any]:
    x, y = zip(*outline.points, outline.points[0], strict=True)
    dash = {"dash": "dash"} if outline.kind == "reference" else {}
    line = {"color": NULL, "width": 1.5, **dash}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def square(reach: float) -> dict[str, Any]:
    """Axes of one scale that show as much as is needed."""
    axis = {"range": [-reach, reach], "constrain": "domain", "zeroline": False}
    return {"xaxis": axis, "yaxis": {**axis, "scaleanchor": "x"}, "height": SQUARE_HEIGHT}
