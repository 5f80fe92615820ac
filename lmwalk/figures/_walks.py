"""What the figures of walks share: the moves of each condition, the room they were made in, and its picture."""

from __future__ import annotations

from typing import Any

from lmwalk.analysis.motion import coded
from lmwalk.analysis.nulls import Codes, Room
from lmwalk.figures._drawing import NULL, Material

PROCESSES = ("grid",)
SQUARE_HEIGHT = 560


def codes_of(material: Material) -> dict[str, Codes]:
    """The moves of each condition, by its label; a failed call is no move."""
    answered = material.answers[material.answers["status"] != "error"]
    return coded(answered[["label", "trajectory", "t", "outcome"]].rename(columns={"label": "condition"}))


def room_of(material: Material) -> Room:
    """Where the walks of a study take place."""
    x, y = material.begins
    return Room(int(material.params["half_width"]), round(x), round(y))


def walls(wall: int) -> dict[str, Any]:
    """The walls as a shape: half a cell beyond the furthest place."""
    edge = wall + 0.5
    return {"type": "rect", "x0": -edge, "x1": edge, "y0": -edge, "y1": edge, "line": {"color": NULL, "width": 1.5}}


def square(reach: float) -> dict[str, Any]:
    """Axes of one scale that show as much as is needed."""
    axis = {"range": [-reach, reach], "constrain": "domain", "zeroline": False}
    return {"xaxis": axis, "yaxis": {**axis, "scaleanchor": "x"}, "height": SQUARE_HEIGHT}
