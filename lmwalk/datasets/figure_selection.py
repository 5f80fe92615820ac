"""What a figure shows of its table, where that is one condition, one value of a column or one chain at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from lmwalk.figures._drawing import Drawing, Words
from lmwalk.properties import properties


def condition_column(table: pd.DataFrame) -> str:
    """The column that holds the conditions in words."""
    return "condition" if "condition" in table else "label"


def single_columns(figure: Drawing, table: pd.DataFrame) -> tuple[str, ...]:
    """The columns of a figure's table of which one value is shown at a time, the condition first."""
    return (*([condition_column(table)] if figure.one else []), *figure.choose)


def values_of(table: pd.DataFrame, column: str) -> list[Any]:
    """The different values of a column, in order."""
    return list(dict.fromkeys(table[column]))


def value_title(column: str, value: object) -> str:
    """A value of a column as people read it: properties by their title."""
    return properties[str(value)].title if column == "property" and value else str(value)


def choices_of(table: pd.DataFrame, columns: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Every combination of values of the columns, by column; one empty choice where there is no column."""
    names = list(columns)
    for values in itertools.product(*(values_of(table, column) for column in names)):
        yield dict(zip(names, values, strict=True))


def selected(table: pd.DataFrame, words: Words, choice: Mapping[str, Any]) -> tuple[pd.DataFrame, Words]:
    """The rows with the chosen value in each column, and a figure's words with these values for their subject.

    Parameters
    ----------
    words : Words
        Their subject stays where nothing is chosen.
    choice : mapping
        Column to value.
    """
    for column, value in choice.items():
        table = table[table[column] == value]
    titles = [value_title(column, value) for column, value in choice.items()]
    return table, replace(words, subject=" · ".join(titles) or words.subject)


def of_conditions(table: pd.DataFrame, words: Words, labels: Iterable[str]) -> tuple[pd.DataFrame, Words]:
    """The rows of the named conditions, and a figure's words with their names for its subject."""
    names = list(labels)
    return table[table[condition_column(table)].isin(names)], replace(words, subject=" and ".join(names))
