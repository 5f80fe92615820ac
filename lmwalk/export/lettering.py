"""How wide words are on paper, and where they are broken so that they fit: measured in the font they are drawn in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lmwalk.export.canvas import FONT

UNIT = 100.0
"""Size in pixels at which a letter is measured."""
SLACK = 1.03
"""Letters that are fitted to pixels are wider by so much at most."""
MORE = "\N{HORIZONTAL ELLIPSIS}"
_PIECES = re.compile(r"[^\s/-]*(?:[/-]+|\s+|$)")
"""A name or a sentence is broken after these."""


def width_of(text: str, size: float) -> float:
    """Pixels that a line of text takes at that size in pixels."""
    return sum(map(_advance, text)) * size / UNIT * SLACK


@lru_cache(maxsize=4096)
def _advance(letter: str) -> float:
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(findfont(FontProperties(family=FONT)))
    font.set_size(UNIT, 72)
    return float(font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536


def wrapped(text: str, width: float, size: float, most: int | None = None) -> list[str]:
    """The lines of a text, none wider than ``width`` pixels.

    It is broken between words, in names behind ``/`` and ``-`` too; within a word only where that is wider than a
    line.

    Parameters
    ----------
    most : int, optional
        Lines at most; the last one ends with an ellipsis where something was left out.
    """
    lines, line = [], ""
    for piece in _pieces(text, width, size):
        if line and width_of((line + piece).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    lines += [line.rstrip()] if line.strip() else []
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], cut(f"{lines[most - 1]}{MORE}", width, size)]
    return lines


def cut(text: str, width: float, size: float) -> str:
    """The text in one line; where it is wider than that, its beginning and an ellipsis."""
    if width_of(text, size) <= width:
        return text
    kept = text.removesuffix(MORE)
    while kept and width_of(kept + MORE, size) > width:
        kept = kept[:-1]
    return kept.rstrip() + MORE


def _pieces(text: str, width: float, size: float) -> Iterator[str]:
    """What is not broken: words, and parts of those that are too wide for a line."""
    for piece in filter(None, _PIECES.findall(text)):
        part = ""
        for letter in piece:
            if part and width_of((part + letter).rstrip(), size) > width:
                yield part
                part = letter
            else:
                part += letter
        yield part
