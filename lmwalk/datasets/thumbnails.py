"""Small pictures of draws, one a condition: shapes in a square of 100 by 100, x to the right, y downwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.figures._drawing import warmth

Picture = dict[str, Any]
MOST_LINES = 20
SIDE = 100.0
INSET = 4.0


@dataclass(frozen=True)
class Square:
    """What part of the plane the square shows."""

    x: tuple[float, float]
    y: tuple[float, float] = (0.0, 1.0)

    def points(self, x: Iterable[float], y: Iterable[float]) -> str:
        """Points as SVG writes them; those without a number are left out."""
        pairs = zip(self._across(x), self._down(y), strict=True)
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in pairs if np.isfinite(a) and np.isfinite(b))

    def places(self, x: Iterable[float], y: Iterable[float]) -> list[tuple[float, float]]:
        """Points in the square's own units."""
        return [(float(a), float(b)) for a, b in zip(self._across(x), self._down(y), strict=True)]

    def length(self, span: float) -> float:
        """A span along x in the square's own units."""
        return span / max(self.x[1] - self.x[0], 1e-9) * (SIDE - 2 * INSET)

    def _across(self, x: Iterable[float]) -> Any:
        return self._scaled(x, self.x)

    def _down(self, y: Iterable[float]) -> Any:
        return SIDE - self._scaled(y, self.y)

    @staticmethod
    def _scaled(values: Iterable[float], limits: tuple[float, float]) -> Any:
        low, high = limits
        share = (np.asarray(list(values), float) - low) / max(high - low, 1e-9)
        return INSET + share * (SIDE - 2 * INSET)

    def line(self, x: Iterable[float], y: Iterable[float], role: str = "own", **colour: Any) -> dict[str, Any]:
        """A line; its role is own, null (grey and dashed) or learner (grey and dotted)."""
        return {"points": self.points(x, y), "role": role, **colour}

    def band(self, x: Iterable[float], low: Iterable[float], high: Iterable[float]) -> dict[str, Any]:
        """A grey band."""
        across, below, above = list(x), list(low), list(high)
        return {"points": self.points([*across, *across[::-1]], [*above, *below[::-1]])}

    def bar(self, x: float, height: float, width: float, colour: str) -> dict[str, Any]:
        """A bar that stands on 0."""
        (left, right), (top, bottom) = self._across([x - width / 2, x + width / 2]), self._down([height, 0.0])
        return {"x": left, "y": top, "width": right - left, "height": max(0.0, bottom - top), "colour": colour}

    def timed(self, word: str, names: Iterable[Any] | None = None) -> dict[str, Any]:
        """That x is a course in time: what is counted, and what its places are called where they have names."""
        return {"word": word, "span": list(self.x), **({"names": [str(name) for name in names]} if names else {})}

    def dots(self, x: Iterable[float], y: Iterable[float], colour: str) -> list[dict[str, Any]]:
        """Points."""
        pairs = zip(self._across(x), self._down(y), strict=True)
        return [{"x": float(a), "y": float(b), "colour": colour} for a, b in pairs if np.isfinite(a) and np.isfinite(b)]


def timed_words(timed: dict[str, Any], place: float) -> str:
    """What a clock says where x of the square is uncovered up to a place: ``generation 3 of 10``."""
    (first, last), names = timed["span"], timed.get("names")
    share = min(max((place - INSET) / (SIDE - 2 * INSET), 0.0), 1.0)
    at, end = int(share * (last - first) + 1e-9), int(last - first)
    said = [names[each] if names else f"{first + each:,.0f}" for each in (at, end)]
    return f"{timed['word']} {said[0]} of {said[1]}"


BLUE = warmth(0)
Draw = Callable[[pd.DataFrame, pd.DataFrame], Picture]
"""The rows of one condition and those of all, which set the range, to its picture."""


def evidence(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """Belief after 0, 1, 3, ... tosses, evenly spaced; a line for each true probability."""
    sizes = {n: place for place, n in enumerate(sorted(every["n"].unique()))}
    square = Square((0, max(1, len(sizes) - 1)))
    lines = []
    for role in ("learner", "own"):
        for _, case in rows.groupby("cell", sort=True):
            case = case.sort_values("n")
            y = case["ideal" if role == "learner" else "mean"]
            colour = {} if role == "learner" else {"colour": warmth(float(case["theta"].iloc[0]))}
            lines.append(square.line(case["n"].map(sizes), y, role, **colour))
    return {"lines": lines, "timed": square.timed("tosses", sizes)}


def switching(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """Belief after each toss."""
    rows = rows.sort_values("n")
    square, x = Square((0, float(every["n"].max()) or 1)), rows["n"].tolist()
    parts = (("theta", "null"), ("ideal", "learner"), ("mean", "own"))
    lines = [square.line(x, rows[name], role, colour=BLUE) for name, role in parts]
    return {"lines": lines, "timed": square.timed("tosses")}


def running(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """The running share of each sequence inside the funnel."""
    square = Square((1, float(max(2, every["t"].max()))))
    funnel = every.drop_duplicates("t").sort_values("t")
    sequences = list(rows.groupby("trajectory", sort=True))[:MOST_LINES]
    return {
        "bands": [square.band(funnel["t"], funnel["funnel_low"], funnel["funnel_high"])],
        "lines": [square.line(walk["t"], walk["share"], number=int(str(number))) for number, walk in sequences],
        "timed": square.timed("results"),
    }


def outcomes(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """A bar for each outcome; an even chance dashed."""
    count = len(rows)
    square = Square((-0.5, count - 0.5), (0.0, max(float(every["mean"].max()), 2 / max(1, count))))
    bars = [square.bar(place, mean, 0.7, BLUE) for place, mean in enumerate(rows["mean"]) if np.isfinite(mean)]
    return {"bars": bars, "lines": [square.line([-0.5, count - 0.5], [1 / count] * 2, "null")]}


def stated(rows: pd.DataFrame, _every: pd.DataFrame) -> Picture:
    """A point for each stated percentage, on the diagonal where the answer is what was stated."""
    square = Square((0, 1))
    rows = rows.sort_values("stated")
    return {
        "lines": [square.line([0, 1], [0, 1], "null"), square.line(rows["stated"], rows["mean"], colour=BLUE)],
        "dots": square.dots(rows["stated"], rows["mean"], BLUE),
    }


def followed(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """Belief against the probability after the switch; a line for each cutoff, cool to warm."""
    square, cutoffs = Square((0, 1)), sorted(every["switch"].unique())
    lines = [square.line([0, 1], [0, 1], "null")]
    for place, at in enumerate(cutoffs):
        own = rows[rows["switch"] == at].sort_values("theta")
        lines.append(square.line(own["theta"], own["mean"], colour=warmth(place / max(1, len(cutoffs) - 1))))
    return {"lines": lines}


def parity(rows: pd.DataFrame, _every: pd.DataFrame) -> Picture:
    """A bar for each statement: the probability of what it asks for."""
    square = Square((-0.5, len(rows) - 0.5))
    bars = [square.bar(place, mean, 0.6, BLUE) for place, mean in enumerate(rows["mean"]) if np.isfinite(mean)]
    return {"bars": bars, "lines": [square.line([-0.5, len(rows) - 0.5], [1, 1], "null")]}


def rates(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """Estimated against nominal rate."""
    far = 1.1 * float(every["rate"].max())
    high = max(far, 1.05 * float(np.nanmin([every["rate_hat"].max(), 3 * far])))
    square, curve = Square((0, far), (0, high)), np.linspace(0, far, 30)
    rows = rows.sort_values("rate")
    return {
        "lines": [
            square.line([0, far], [0, far], "null"),
            square.line(curve, 1 - np.exp(-curve), "learner"),
            square.line(rows["rate"], rows["rate_hat"], colour=BLUE),
        ],
        "dots": square.dots(rows["rate"], rows["rate_hat"], BLUE),
    }


def transitions(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """The distance of what is expected next from the truth, at lengths that are evenly spaced."""
    every, rows = (part[part["reference"] == every["reference"].iloc[0]].sort_values("n") for part in (every, rows))
    lengths = {n: place for place, n in enumerate(sorted(every["n"].unique()))}
    high = max(0.1, 1.05 * float(np.nanmax(every[["mean", "constant"]].to_numpy(float))))
    square = Square((0, max(1, len(lengths) - 1)), (0.0, high))
    ideal = every[every["label"] == "ideal observer"]
    parts = ((rows, "constant", "null"), (ideal, "mean", "learner"), (rows, "mean", "own"))
    lines = [square.line(part["n"].map(lengths), part[name], role, colour=BLUE) for part, name, role in parts]
    return {"lines": lines, "timed": square.timed("states", lengths)}


def courses(rows: pd.DataFrame, every: pd.DataFrame) -> Picture:
    """A property over the generations; a line for each initial text and task, coloured by where it began."""
    low, high = float(every["mean"].min()), float(every["mean"].max())
    square = Square((0, max(1.0, float(every["generation"].max()))), (low, high if high > low else low + 1))
    return {
        "lines": [
            square.line(text["generation"], text["mean"], colour=warmth(float(text["place"].iloc[0])))
            for _, text in rows.groupby(["task", "initial"], sort=True)
        ],
        "timed": square.timed("generation"),
    }
