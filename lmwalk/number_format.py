"""Numbers in words, with the digits that they are worth."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

DASH = "\N{EN DASH}"


def number(value: float, digits: int = 3) -> str:
    """Three significant digits, or an en dash where there is no data."""
    if not math.isfinite(value):
        return DASH
    return f"{value:,.{_decimals(value, digits)}f}"


def alike(first: float, *others: float) -> list[str]:
    """Numbers with the decimals of the largest, which has three significant digits; an en dash where none is known."""
    known = [value for value in (first, *others) if math.isfinite(value)]
    decimals = _decimals(max(known, key=abs, default=0.0))
    return [f"{value:,.{decimals}f}" if math.isfinite(value) else DASH for value in (first, *others)]


def _decimals(value: float, digits: int = 3) -> int:
    return max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0


def exact(value: float) -> str:
    """A number with as few digits as tell it from every other."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def percent(share: float, decimals: int = 0) -> str:
    """A share in per cent, or an en dash where there is no data."""
    return f"{100 * share:.{decimals}f}%" if math.isfinite(share) else DASH


def percents(low: float, high: float) -> str:
    """An interval of shares, with the decimals that tell its ends apart; an en dash where there is no data."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return DASH
    decimals = telling(low, high)
    return f"{percent(low, decimals).removesuffix('%')}{DASH}{percent(high, decimals)}"


def telling(low: float, high: float) -> int:
    """The fewest decimals, at most three, with which two shares in per cent differ; 0 where none tells them apart."""
    return next((places for places in range(4) if percent(low, places) != percent(high, places)), 0)


def quoted(text: str) -> str:
    """A piece of text in quotes, in one line, with every sign that has no shape of its own written out."""
    signs = (f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else _escaped(sign) for sign in text)
    return f'"{"".join(signs)}"'


def rather(instead: Iterable[tuple[str, float]]) -> str:
    """A sentence behind another: what a model would have begun with, as (text, probability); nothing where unknown."""
    said = [f"{quoted(text) if text else 'the end of the answer'} ({tiny(p)})" for text, p in instead]
    return f" Likelier beginnings of an answer: {', '.join(said)}." if said else ""


def tiny(p: float) -> str:
    """A probability with three decimals; below a thousandth, one digit."""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1g}"


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode()


def counted(count: int, noun: str) -> str:
    """``1 step``, ``2 steps``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counted_units(units: int, distinct: int, noun: str, *, bracketed: bool = False) -> str:
    """How many observations there are: ``5 walks``, or where some are copies ``5 walks, 1 distinct``.

    ``bracketed`` for the middle of a sentence: ``5 walks (1 distinct)``.
    """
    copies = f"{distinct:,} distinct"
    told = f" ({copies})" if bracketed else f", {copies}"
    return counted(units, noun) + (told if distinct < units else "")


def no_interval(distinct: int, noun: str, fewest: int) -> str:
    """Why a number has no interval: ``one distinct walk, no interval``, ``3 walks, an interval needs 4``."""
    if distinct == 1:
        return f"one distinct {noun}, no interval"
    return f"{counted(distinct, f'distinct {noun}')}, an interval needs {fewest}"


def duration(seconds: float) -> str:
    """A time span in the two units that matter."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d} min"
    days, hours = divmod(hours, 24)
    return f"{days:,} d {hours:02d} h"


def clock(seconds: float, now: datetime | None = None) -> str:
    """What the clock will say so many seconds from now: ``14:32``, with the day where that is not today's."""
    now = now or datetime.now().astimezone()
    try:
        then = now + timedelta(seconds=seconds)
    except OverflowError:
        return "a day that no calendar has"
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%H:%M} on {then.day} {then:%B %Y}"
