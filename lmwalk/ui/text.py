"""Words and numbers for the screen."""

from __future__ import annotations

import math
import re

DASH = "\N{EN DASH}"
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is: whatever a model, a server or a user wrote goes through here."""
    lines = [_MARKUP.sub(r"\\\1", line) for line in text.splitlines()]
    return "  \n".join(lines)


def number(value: float, digits: int = 3) -> str:
    """Three significant digits, or an en dash where there is no data."""
    if not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def percent(share: float) -> str:
    """A share as whole per cent, or an en dash where there is no data."""
    return f"{100 * share:.0f}%" if math.isfinite(share) else DASH


def span(low: float, high: float) -> str:
    """An interval of numbers."""
    return f"{number(low)}{DASH}{number(high)}"


def percents(low: float, high: float) -> str:
    """An interval of shares."""
    return f"{100 * low:.0f}{DASH}{percent(high)}"


def duration(seconds: float) -> str:
    """A time span in the two units that matter."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def counted(count: int, noun: str) -> str:
    """``1 step``, ``2 steps``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
