"""What every column of a study's tables is: its name, unit and meaning, for whoever opens the files elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lmwalk.datasets.column_words import GENERAL
from lmwalk.datasets.families import family_of
from lmwalk.store import Store
from lmwalk.store.column_docs import meaning
from lmwalk.study import Study

STEP_UNITS: Mapping[str, str] = {
    "latency_s": "s",
    "cost_usd": "US dollars",
    **dict.fromkeys(("tokens_in", "tokens_out", "thought_tokens"), "tokens"),
    **dict.fromkeys(("asked_at", "created_at", "updated_at"), "UTC"),
}
ENDS = {"_low": "Lower", "_high": "Upper"}
PROBABILITY = "0 to 1"
FIGURE_UNITS: Mapping[str, str] = {
    "msd": "cells squared",
    "lag": "steps",
    "wall": "cells",
    "memory": "tosses",
    "rate": "marks per word",
    "rate_hat": "marks per word",
    **dict.fromkeys(("p", "p_adjusted", "share", "mass", "theta", "ideal", "outside", "unbiased"), PROBABILITY),
}
CHAIN_COLUMNS: Mapping[str, str] = {
    "model": "Who was asked.",
    "temperature": "Sampling temperature.",
    "task": "What was asked of the text.",
    "initial": "Number of the initial text, from 0.",
    "seed": "Number of the chain with this initial text, from 0.",
    "generation": "0 is the initial text.",
    "text": "What was handed on.",
    "status": "Whether the answer could be read; empty for an initial text.",
    "thought": "What the model thought before it answered.",
}


class ColumnRow(NamedTuple):
    """One column of one file; the unit is empty where the column has none."""

    file: str
    column: str
    unit: str
    meaning: str


def step_rows(store: Store, study: Study, file: str) -> list[ColumnRow]:
    """The columns of the study's steps, in their order."""
    return [_stored(study, "steps", file, name) for name in store.steps(study.name, most=0).columns]


def property_rows(study: Study, file: str) -> list[ColumnRow]:
    """The columns of the measured properties of texts."""
    names = ("id", "model", "temperature", "condition", "trajectory", "t", "property", "value")
    return [_stored(study, "properties", file, name) for name in names]


def chain_rows(file: str) -> list[ColumnRow]:
    """The columns of the table of chains."""
    return [ColumnRow(file, name, "", words) for name, words in CHAIN_COLUMNS.items()]


def figure_rows(study: Study, file: str, columns: Iterable[str]) -> list[ColumnRow]:
    """The columns of a figure's table."""
    known = {**GENERAL, **family_of(study).headings}
    return [ColumnRow(file, name, _unit(name), figure_meaning(name, known)) for name in columns]


def figure_meaning(name: str, known: Mapping[str, tuple[str, str]]) -> str:
    """What a column of a figure means; ends of intervals that are not described follow what they are of."""
    if found := known.get(name, ("", ""))[1]:
        return found
    for end, side in ENDS.items():
        of = name.removesuffix(end)
        if of != name and of in known:
            return f"{side} end of the 95% interval of {known[of][0]}."
    return known.get(name, (name.replace("_", " "), ""))[0]


def _unit(name: str) -> str:
    whole = next((name.removesuffix(end) for end in ENDS if name.endswith(end)), name)
    return FIGURE_UNITS.get(name) or FIGURE_UNITS.get(whole, "")


def _stored(study: Study, table: str, file: str, name: str) -> ColumnRow:
    geometry = study.make_process().geometry
    unit = geometry.unit if geometry and name in {"x", "y"} else STEP_UNITS.get(name, "")
    return ColumnRow(file, name, unit, meaning(table, name))
