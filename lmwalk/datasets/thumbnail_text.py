"""What stands below the pictures of draws and chains, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.line_fits import FEWEST_CROSSING
from lmwalk.analysis.units import FEWEST
from lmwalk.datasets.labels import labels
from lmwalk.datasets.overview import Number, Overview
from lmwalk.figures._chains import NOT_DETERMINED
from lmwalk.figures._data import DrawData
from lmwalk.number_format import DASH, alike, counted, counted_units, no_interval, percent
from lmwalk.store import Store
from lmwalk.study import Study

COURSES = (
    "Up: {title}{unit}. Across: generation, 0 to {steps}. A line for each initial text, the mean over its chains, "
    "coloured by where it began: cool the lowest, warm the highest. Strength 1: where a text began does not matter."
)


def conditions_of(store: Store, study: Study) -> pd.DataFrame:
    """condition, model, temperature, label, simulated: in the order of the study."""
    names = labels(study)
    rows = [(c.id, c.model, c.temperature, names[c.id]) for c in study.conditions()]
    frame = pd.DataFrame(rows, columns=["condition", "model", "temperature", "label"])
    known = store.conditions(study.name)[["condition", "simulated"]]
    merged = frame.merge(known, how="left")
    return merged.assign(simulated=merged["simulated"].eq(True))


def legend_words(overview: Overview, material: DrawData, chance: str) -> str:
    """What the pictures show, with the study's own names."""
    answers = material.answers
    sizes = sorted(answers["n"].unique()) if len(answers) else []
    shown = sizes if len(sizes) < 12 else [*sizes[:3], "...", sizes[-1]]
    rates = sorted(answers["rate"].dropna().unique())
    return overview.legend.format(
        event=material.event,
        chance=chance,
        sizes=", ".join(str(n) for n in shown),
        rates=", ".join(f"{rate:g}" for rate in rates),
        outcomes=_few(material.outcomes),
        statements=_few(tuple(answers["statement"].unique())),
    )


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 12 else f"{names[0]} to {names[-1]}"


def last_name(study: Study) -> str:
    """What the last line below a picture counts."""
    return "no outcome" if study.measurement == "probabilities" else "not read"


def number_of(row: dict[Any, Any], name: str, otherwise: float = np.nan) -> float:
    """A number of a row, or the sign for none."""
    value = row.get(name, otherwise)
    return float(value) if pd.notna(value) else otherwise


def number_words(row: dict[Any, Any], number: Number) -> str:
    """A number of a row, with its interval where it has one.

    Where answers could not be read the interval holds what they may have been, and a distance of replies stands beside
    what chance alone makes of so many.
    """
    value, low, high = (number_of(row, f"{number.column}{end}") for end in ("", "_low", "_high"))
    if not np.isfinite(value):
        return DASH
    if number.column == "distance" and np.isfinite(number_of(row, "matcher")):
        return f"{value:.3f}, by chance {row['matcher']:.3f}"
    least, most = (number_of(row, f"{number.column}{end}") for end in ("_least", "_most"))
    if most - least > 1e-9:
        ends = number_of(row, f"{number.column}_least_low", least), number_of(row, f"{number.column}_most_high", most)
        return f"{value:.3f} ({ends[0]:.3f} to {ends[1]:.3f} with unread)"
    return f"{value:.3f} ({low:.3f} to {high:.3f})" if np.isfinite(low) else f"{value:.3f}"


def reading_words(row: dict[Any, Any], study: Study) -> str:
    """How much of the answers is no outcome, or could not be read."""
    answers = int(number_of(row, "answers", 0))
    if not answers:
        return DASH
    if study.measurement == "probabilities":
        return percent(number_of(row, "outside"), 1)
    return f"{int(number_of(row, 'unread', 0)):,} of {counted(answers, 'answer')}"


def observed_words(row: dict[Any, Any]) -> str:
    """How many wordings were asked and, of sequences and texts, how many there are; copies are said."""
    parts = [counted(int(number_of(row, "wordings", 0)), "wording")]
    parts += [
        counted_units(int(row[f"{name}s"]), int(row[f"distinct_{name}s"]), name)
        for name in ("sequence", "text")
        if np.isfinite(number_of(row, f"{name}s"))
    ]
    answers, distinct = (int(number_of(row, name, 0)) for name in ("answers", "distinct"))
    if len(parts) == 1 and distinct < answers:
        parts.append(counted(distinct, "distinct answer"))
    return ", ".join(parts)


def why_no_interval(row: dict[Any, Any], number: Number) -> str:
    """Why a number of a row has no interval, as a sentence; nothing where it has one, or never has one."""
    if f"{number.column}_low" not in row or not np.isfinite(number_of(row, number.column)):
        return ""
    if np.isfinite(number_of(row, f"{number.column}_low")):
        return ""
    wordings = int(number_of(row, "wordings", 0))
    for name in ("sequence", "text"):
        if wordings == 1 and np.isfinite(number_of(row, f"{name}s")):
            return f"{no_interval(int(row[f'distinct_{name}s']), name, FEWEST)}.".capitalize()
    return f"{no_interval(wordings, 'wording', FEWEST)}.".capitalize()


def interval_words(row: pd.Series | None, name: str) -> str:
    """A number of a row of attractors, with its interval, or why it has none; no position that is not determined."""
    if row is None or not np.isfinite(row[name]):
        return DASH
    value, low, high = alike(row[name], row[f"{name}_low"], row[f"{name}_high"])
    if low != DASH and high != DASH:
        return f"{value} ({low} to {high})"
    if row["texts"] < (FEWEST_CROSSING if name == "position" else FEWEST):
        return f"{value}, no interval of {counted(int(row['texts']), 'text')}"
    return NOT_DETERMINED if name == "position" else value
