"""The numbers below the pictures of a scene, in lines that fit the picture, at one moment or at each of a film."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from lmwalk.datasets.stat import Stat
from lmwalk.export.canvas import one_line
from lmwalk.export.lettering import width_of, wrapped
from lmwalk.export.scene import Cell

LINE = 1.4
"""Of a caption's size, from one line to the next."""
APART = " · "
Lines = tuple[str, ...]


@dataclass(frozen=True)
class Captions:
    """What stands in the lines below every picture; all pictures have as many, so that numbers stand in rows.

    Attributes
    ----------
    size : float
        Of the letters, in pixels.
    labels : tuple of str
        What each line holds, for the margin; empty strings where the lines say it themselves.
    lines : mapping
        From a condition to its lines at the end.
    course : mapping
        From a moment to the same; empty where nothing moves.
    """

    size: float
    labels: Lines
    lines: Mapping[str, Lines]
    course: Mapping[int, Mapping[str, Lines]]

    @property
    def height(self) -> float:
        """Pixels of all lines."""
        return len(self.labels) * self.size * LINE


@dataclass
class Spoken:
    """Lines of text that say something else at every moment."""

    artists: list[Any]
    said: Callable[[int], Sequence[str]]

    def upto(self, moment: float) -> None:
        for artist, words in zip(self.artists, self.said(int(moment)), strict=True):
            artist.set_text(words)


def captions(cells: Sequence[Cell], width: float, margin: float, size: float, moments: Sequence[int] = ()) -> Captions:
    """Lay the numbers of cells out.

    Parameters
    ----------
    width : float
        Pixels of a line.
    margin : float
        Pixels for the labels beside the rows; 0 where each line begins with its label.
    moments : sequence of int
        The moments of a film.
    """
    labels = list(dict.fromkeys(one_line(stat.label) for cell in cells for stat in cell.numbers))
    fit = lru_cache(maxsize=None)(lambda text: _lines(text, width, size))

    def parts(stats: Sequence[Stat]) -> list[list[str]]:
        texts = {one_line(stat.label): one_line(stat.text) for stat in stats}
        return [fit(texts[each] if margin else f"{each}: {texts[each]}") if each in texts else [] for each in labels]

    named = [wrapped(label, margin, size) if margin else [] for label in labels]
    ends = {cell.condition: parts(cell.numbers) for cell in cells}
    course = {moment: {cell.condition: parts(cell.numbers_at(moment)) for cell in cells} for moment in moments}
    every = [*ends.values(), *(own for each in course.values() for own in each.values())]
    heights = [max(len(name), *(len(own[place]) for own in every)) for place, name in enumerate(named)]
    return Captions(
        size,
        _flat(named, heights),
        {condition: _flat(own, heights) for condition, own in ends.items()},
        {moment: {c: _flat(own, heights) for c, own in each.items()} for moment, each in course.items()},
    )


def _flat(parts: Sequence[Sequence[str]], heights: Sequence[int]) -> Lines:
    """All lines below each other, each part in as many as it has room for."""
    return tuple(
        line or "" for part, height in zip(parts, heights, strict=True) for line, _ in zip_longest(part, range(height))
    )


def _lines(text: str, width: float, size: float) -> list[str]:
    """A number in lines; what stands behind a point of its own begins a line rather than being broken."""
    lines: list[str] = []
    for part in text.split(APART):
        joined = f"{lines[-1]}{APART}{part}" if lines else part
        if lines and width_of(joined, size) <= width:
            lines[-1] = joined
        else:
            lines += _even(part, width, size)
    return lines


def _even(text: str, width: float, size: float) -> list[str]:
    """The lines of a text, about as long as each other, so that none holds a single sign."""
    lines = wrapped(text, width, size)
    for share in range(95, 45, -5):
        tighter = wrapped(text, width * share / 100, size)
        if len(tighter) > len(lines):
            break
        lines = tighter
    return lines
