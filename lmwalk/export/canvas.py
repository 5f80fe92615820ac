"""Paper for pictures without a screen or a browser: matplotlib's figures, never its global state."""

from __future__ import annotations

import html
import io
import re
import threading
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from lmwalk.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100
"""Of a picture at scale 1, so that a length in pixels is one in hundredths of an inch."""
POINT = 72 / DPI
"""Points of a pixel."""
WIDTHS_MM = {"single": 85, "double": 178}
"""Widths for print: of one column of a journal, and of two."""
INK, FAINT, GRID = "#262730", "#6f767d", "#e3e6ea"
FONT = "DejaVu Sans"
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:a|b|i|em|strong|sub|sup|span|u|s)(?:\s[^<>]*)?>", re.IGNORECASE)
_SAVING = threading.Lock()  # the settings of an SVG are global to matplotlib


def blank(width: float, height: float) -> Figure:
    """An empty white figure of that many pixels."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")


def unmarked(text: object) -> str:
    """What Plotly shows of a text: its few tags do not stand there, what was escaped does. Line breaks stay."""
    return printable(html.unescape(_TAG.sub("", _BREAK.sub("\n", str(text)))))


def printable(text: object) -> str:
    """Text without signs that have no shape or turn the direction; what the font lacks becomes U+FFFD."""
    kept = (
        sign if sign in "\n " else " " if unicodedata.category(sign) in {"Zs", "Zl", "Zp"} or sign == "\t" else sign
        for sign in str(text)
        if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return "".join(
        sign if sign in "\n " or ord(sign) in _known_signs() else "\N{REPLACEMENT CHARACTER}" for sign in kept
    )


def one_line(text: object) -> str:
    """The same in one line."""
    return " ".join(printable(text).split())


@lru_cache(maxsize=1)
def _known_signs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(FONT)).get_charmap())


def literal(figure: Figure) -> None:
    """See to it that no text of a figure is read as a formula."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_parse_math(False)


def png_of(figure: Figure, scale: float = 2) -> bytes:
    """A figure as PNG; equal figures give equal bytes."""
    out = io.BytesIO()
    literal(figure)
    figure.savefig(out, format="png", dpi=DPI * scale, metadata={"Software": None})
    return out.getvalue()


def svg_of(figure: Figure) -> bytes:
    """A figure as SVG with its letters as text; equal figures give equal bytes."""
    import matplotlib as mpl

    out = io.BytesIO()
    literal(figure)
    with _SAVING, mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "lmwalk"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def pdf_of(figure: Figure) -> bytes:
    """A figure as PDF, its letters as text in a font that is part of the file; equal figures give equal bytes."""
    import matplotlib as mpl

    out = io.BytesIO()
    literal(figure)
    with _SAVING, mpl.rc_context({"pdf.fonttype": 42}):
        figure.savefig(out, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return out.getvalue()


WRITERS: Mapping[str, Callable[[Figure], bytes]] = {"png": png_of, "svg": svg_of, "pdf": pdf_of}
"""Of a picture, by the file's format."""
PRINT_SCALE = 300 / DPI
"""Of pixels for print: 300 an inch."""


def written(figure: Figure, file_format: str, width: str | None = None) -> bytes:
    """A figure in one of the formats of ``WRITERS``; with a width for print, pixels are as fine as print wants them."""
    return png_of(figure, PRINT_SCALE) if file_format == "png" and width else WRITERS[file_format](figure)


def pixels(width: str | None) -> float | None:
    """Pixels of one of ``WIDTHS_MM``; None for the screen's own width.

    Raises
    ------
    InputError
        There is no such width.
    """
    if width is None:
        return None
    if width not in WIDTHS_MM:
        raise InputError(f"width: {width!r} cannot be used. Accepted: {', '.join(WIDTHS_MM)}.")
    return WIDTHS_MM[width] / 25.4 * DPI
