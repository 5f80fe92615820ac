"""What the figures of walks share: the moves of each condition, the room they were made in, and its picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.motion import coded
from lmwalk.analysis.nulls import Codes, Room, distinct_walks
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import NULL
from lmwalk.number_format import counted_units

PROCESSES = ("grid",)
SQUARE_HEIGHT = 560


def codes_of(material: WalkData) -> dict[str, Codes]:
    """The moves of each condition, by its label; a failed call is no move."""
    answered = material.answers[material.answers["status"] != "error"]
    return coded(answered[["label", "trajectory", "t", "outcome"]].rename(columns={"label": "condition"}))


def copies_of(material: WalkData) -> pd.DataFrame:
    """label, trajectory, copy: equal within a label where walks are equal to the letter."""
    answered = material.answers[material.answers["status"] != "error"]
    numbers = {label: np.unique(part) for label, part in answered.groupby("label", sort=False)["trajectory"]}
    parts = [
        pd.DataFrame({"label": label, "trajectory": numbers[label], "copy": distinct_walks(codes)[1]})
        for label, codes in codes_of(material).items()
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["label", "trajectory", "copy"])


def counts_of(codes: Codes) -> dict[str, int]:
    """How many walks there are, and how many of them differ."""
    return {"walks": len(codes), "distinct": len(distinct_walks(codes)[0])}


def walks_in(frame: pd.DataFrame) -> str:
    """How many walks a figure's table of several labels rests on."""
    each = frame.drop_duplicates("label")
    return counted_units(int(each["walks"].sum()), int(each["distinct"].sum()), "walk")


def room_of(material: WalkData) -> Room:
    """Where the walks of a study take place."""
    x, y = material.begins
    return Room(int(material.geometry.reach) if material.geometry else 0, round(x), round(y))


def walls(wall: int) -> dict[str, Any]:
    """The walls as a shape: half a cell beyond the furthest place."""
    edge = wall + 0.5
    return {"type": "rect", "x0": -edge, "x1": edge, "y0": -edge, "y1": edge, "line": {"color": NULL, "width": 1.5}}


def square(reach: float) -> dict[str, Any]:
    """Axes of one scale that show as much as is needed."""
    axis = {"range": [-reach, reach], "constrain": "domain", "zeroline": False}
    return {"xaxis": axis, "yaxis": {**axis, "scaleanchor": "x"}, "height": SQUARE_HEIGHT}
