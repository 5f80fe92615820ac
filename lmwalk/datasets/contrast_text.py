"""A comparison of two conditions in words, for the screen, the command line and files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.contrasts import Contrast
from lmwalk.analysis.outcome_contrasts import Distance
from lmwalk.analysis.power import smallest_detectable
from lmwalk.analysis.units import FEWEST
from lmwalk.datasets.contrasts import Compared, differing
from lmwalk.number_format import DASH, alike, counted, counted_units, exact, number

MINUS = "\N{MINUS SIGN}"
SMALL = 1e-4
"""p-values below it are said to be below it."""
ADJUSTED = "p is adjusted over all pairs (Benjamini-Hochberg)"


def verdict(told: Compared) -> str:
    """What can be said of the two, first of all."""
    found = told.found
    if min(found.distinct) < 1:
        return "Nothing to compare yet: a condition has no answer."
    if max(found.distinct) == 1:
        return "One observation each: nothing can be told apart."
    if min(found.distinct) == 1:
        return f"One distinct {told.noun} on one side: nothing can be told apart."
    margin = within_words(told)
    if found.differs:
        return f"They differ, by less than {margin}." if found.alike else "They differ."
    if found.alike:
        return f"Alike within {margin}."
    if not found.can_tell:
        return f"Cannot tell: so few {told.noun}s can give no p below {p_words(found.smallest_p)}."
    return "Cannot tell: no difference was found, nor were they shown to be alike" + (
        f" within {margin}." if margin else "."
    )


def sentence(told: Compared) -> str:
    """The numbers: the difference with its interval, p and from how many units, effect size, margin."""
    found = told.found
    size = _distance_words(found) if isinstance(found, Distance) else _difference_words(told, found)
    test = f"{p_is(found.p)} by permutation of" if np.isfinite(found.p) else "from"
    parts = [size, f"{test} {units_words(told)}"]
    if isinstance(found, Contrast) and np.isfinite(found.effect):
        effect, low, high = signed(found.effect, found.effect_low, found.effect_high)
        parts.append(f"Hedges' g {effect} ({low} to {high})")
    said = ", ".join(parts)
    margin = within_words(told)
    if margin and np.isfinite(found.low):
        said += f"; {'' if found.alike else 'not shown to be '}alike within {margin}"
        if isinstance(found, Contrast) and np.isfinite(found.p_alike):
            said += f" ({p_is(found.p_alike)})"
    return f"{said}."


def _difference_words(told: Compared, found: Contrast) -> str:
    value, low, high = signed(found.difference, found.low, found.high)
    unit = f" {told.measure.unit}" if told.measure.unit else ""
    return f"A minus B: {value}{unit} ({low} to {high})" if low != DASH else f"A minus B: {value}{unit}, no interval"


def _distance_words(found: Distance) -> str:
    """Beside a distance stands what chance alone makes of it."""
    value, low, high = alike(found.distance, found.low, found.high)
    said = f"{value} apart ({low} to {high})" if low != DASH else f"{value} apart, no interval"
    return (
        f"{said}, where two samples of one law are {number(found.by_chance, 2)} apart" if found.by_chance >= 0 else said
    )


def signed(*values: float) -> list[str]:
    """Numbers with the decimals of the first, a true minus before those below 0, and 0 without one."""
    return [
        _endless(value) if np.isinf(value) else _signed(text)
        for value, text in zip(values, alike(*values), strict=True)
    ]


def _endless(value: float) -> str:
    return f"{MINUS if value < 0 else ''}\N{INFINITY}"


def _signed(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", MINUS)


def p_words(p: float) -> str:
    """A p-value with two digits that count."""
    if not np.isfinite(p):
        return DASH
    return f"{p:.2f}" if p >= 0.1 else f"{p:.2g}" if p >= SMALL else f"< {SMALL:g}"


def p_is(p: float) -> str:
    """The same in a sentence."""
    return f"p {p_words(p)}" if p < SMALL else f"p = {p_words(p)}"


def within_words(told: Compared) -> str:
    """The margin with its unit; nothing where there is none."""
    within = told.found.within
    if not np.isfinite(within):
        return ""
    unit = told.measure.unit
    if within == 1 and unit.endswith("s"):
        unit = unit.removesuffix("s")
    return f"{exact(within)} {unit}".rstrip()


def units_words(told: Compared) -> str:
    """How many units stand against how many, and how many of them are no copies."""
    found = told.found
    if found.paired:
        return f"{counted_units(found.units[0], found.distinct[0], told.noun, bracketed=True)}, each in both"
    (first, second), (one, other) = found.units, found.distinct
    if first == second == 1:
        return f"one {told.noun} each"
    if (first, second) == (one, other):
        return f"{first:,} and {second:,} {told.noun}s"
    each = (counted_units(*known, told.noun, bracketed=True) for known in ((first, one), (second, other)))
    return ", and ".join(each)


def notes(told: Compared) -> list[str]:
    """What has to be known beside the numbers."""
    found, said = told.found, []
    if 1 < min(found.distinct) < FEWEST:
        said.append(f"An interval needs {FEWEST} distinct {told.noun}s of each.")
    elif min(found.distinct) > 1 and not np.isfinite(found.low):
        said.append(f"No interval: no {told.noun} differs from another.")
    if isinstance(found, Contrast) and found.can_tell and not (found.differs or found.paired):
        least = smallest_detectable(1.0, *found.distinct)
        said.append(
            f"With so many {told.noun}s a difference of {number(least, 2)} standard deviations is found in 80 of 100 "
            "studies."
        )
    apart = differing(told.a, told.b)
    if apart:
        said.append(f"They also differ in {', '.join(apart)}.")
    if told.simulated:
        said.append(f"No language model: {', '.join(told.simulated)}.")
    return said


def as_table(told: Compared) -> pd.DataFrame:
    """One row with every number, for files."""
    found = told.found
    row: dict[str, Any] = {"a": told.a.name, "b": told.b.name, "measure": told.measure.title, "unit": told.noun}
    if isinstance(found, Contrast):
        row |= {"a_mean": found.means[0], "b_mean": found.means[1], "difference": found.difference}
    else:
        row |= {"distance": found.distance, "by_chance": found.by_chance, "corrected": found.corrected}
    row |= {"low": found.low, "high": found.high, "p": found.p, "smallest_p": found.smallest_p}
    if isinstance(found, Contrast):
        row |= {"g": found.effect, "g_low": found.effect_low, "g_high": found.effect_high, "p_alike": found.p_alike}
    row |= {"within": found.within, "alike": found.alike, "paired": found.paired}
    row |= {
        f"{name}_{end}": value[place]
        for name, value in (("units", found.units), ("distinct", found.distinct))
        for place, end in enumerate("ab")
    }
    return pd.DataFrame([row])


def differ_words(table: pd.DataFrame, level: float = 0.05) -> str:
    """How many pairs of a matrix differ, and by which correction."""
    told = int((table["p_adjusted"] <= level).sum())
    of = counted(len(table), "pair")
    left = int((~(table["smallest_p"] <= level)).sum())
    unsure = f" In {left:,} there are too few units to tell." if left else ""
    return f"{told:,} of {of} {'differs' if told == 1 or len(table) == 1 else 'differ'}; {ADJUSTED}.{unsure}"
