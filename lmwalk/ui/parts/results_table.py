"""A table of results with the headings of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import Kind
from lmwalk.datasets.column_words import GENERAL, Heading
from lmwalk.ui.parts.snapshot import Snapshot

Above = Callable[[Snapshot, Sequence[str], pd.DataFrame | None, Kind | None], None]


@dataclass(frozen=True)
class FigureTexts:
    """What the figures of a family and the tables behind them say.

    Attributes
    ----------
    headings : mapping
        Of columns that mean something else than in other tables, or are there alone.
    published : str
        Where published values come from, where figures have some.
    above : mapping
        By the name of a figure, what is drawn above it: called with the study, the conditions shown alone, the
        table behind it (None before it is computed) and the null walks chosen.
    why : str
        The name of the figure that says why a condition is as it is; empty where the family has none.
    why_not : callable
        Draws what is said in its place where a study cannot fill it: called with the study and the conditions shown.
    """

    headings: Mapping[str, Heading]
    published: str = ""
    above: Mapping[str, Above] = field(default_factory=dict)
    why: str = ""
    why_not: Callable[[Snapshot, Sequence[str]], None] = lambda *_: None


def shown_table(table: pd.DataFrame, own: Mapping[str, Heading] | None = None) -> None:
    """Draw the table. Columns that have no number at all are left out; ``own`` are headings that come first."""
    kept = table.dropna(axis="columns", how="all")
    st.dataframe(kept, hide_index=True, column_config=columns_of(kept, own))


def columns_of(table: pd.DataFrame, own: Mapping[str, Heading] | None = None) -> dict[str, Any]:
    """How Streamlit shows each column of a table; ``own`` are headings that come first."""
    headings = {**GENERAL, **(own or {})}
    floats = {str(name) for name in table.columns if pd.api.types.is_float_dtype(table[name])}
    return {str(name): _column(headings, str(name), number=str(name) in floats) for name in table.columns}


def _column(headings: Mapping[str, Heading], name: str, *, number: bool) -> Any:
    heading, meaning = headings.get(name, (name.replace("_", " ").capitalize(), ""))
    if number:
        return st.column_config.NumberColumn(heading, format="%.4g", help=meaning or None)
    return st.column_config.Column(heading, help=meaning or None)
