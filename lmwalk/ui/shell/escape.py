"""Words and numbers for the screen."""

from __future__ import annotations

import re

from lmwalk.number_format import DASH, alike, counted, counted_units, duration, number, percent, percents, telling

__all__ = ["DASH", "alike", "counted", "counted_units", "duration", "number", "percent", "percents", "plain", "telling"]

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_WORD_JOINER = "\N{WORD JOINER}"
# Streamlit turns these into links, signs and a logo even where every sign of markup is escaped
_AUTOMATIC = re.compile(r"(?i)(?<=:)(?=//|streamlit:)|(?<=www)(?=\.)|(?<=@)|(?<=[-<>~])(?=[-<>=])")


def plain(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is: whatever a model, a server or a user wrote goes through here."""
    lines = [_MARKUP.sub(r"\\\1", _AUTOMATIC.sub(_WORD_JOINER, line)) for line in text.splitlines()]
    return "  \n".join(lines)


def money(dollars: float) -> str:
    """US dollars with three significant digits."""
    return f"${number(dollars)}"
