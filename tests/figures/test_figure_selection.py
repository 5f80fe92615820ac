"""What a figure shows of its table where it shows one thing at a time."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from lmwalk.datasets.figure_selection import (
    choices_of,
    of_conditions,
    selected,
    single_columns,
    value_title,
    values_of,
)
from lmwalk.figures._drawing import Words, figures

TABLE = pd.DataFrame(
    {
        "label": ["b", "b", "a", "a"],
        "property": ["length", "toxicity", "length", "length"],
        "value": [1.0, 2.0, 3.0, 4.0],
    }
)


def test_the_condition_is_chosen_before_other_columns() -> None:
    """Of a figure of one condition by its label, or by ``condition`` where the table has that."""
    figure = replace(figures["walk-paths"], choose=("property",))

    assert single_columns(figure, TABLE) == ("label", "property")
    assert single_columns(figure, TABLE.assign(condition="x")) == ("condition", "property")
    assert single_columns(replace(figure, one=False), TABLE) == ("property",)


def test_choices_are_all_combinations_of_values_in_the_table_s_order() -> None:
    """Two labels with two properties are four choices, one of them without rows; no column is one choice."""
    choices = list(choices_of(TABLE, ("label", "property")))

    assert values_of(TABLE, "label") == ["b", "a"]
    assert [tuple(choice.values()) for choice in choices] == [
        ("b", "length"),
        ("b", "toxicity"),
        ("a", "length"),
        ("a", "toxicity"),
    ]
    assert [len(selected(TABLE, Words(), choice)[0]) for choice in choices] == [1, 1, 2, 0]
    assert list(choices_of(TABLE, ())) == [{}]


def test_a_choice_is_the_subject_of_the_figure() -> None:
    """Properties by their title; where nothing is chosen the subject stays what it was."""
    rows, words = selected(TABLE, Words(subject="before"), {"label": "a", "property": "length"})

    assert rows["value"].tolist() == [3, 4]
    assert words.subject == f"a · {value_title('property', 'length')}"
    assert value_title("property", "length") != "length"
    assert selected(TABLE, Words(subject="before"), {})[1].subject == "before"


def test_named_conditions_are_shown_together() -> None:
    """Both names are the subject."""
    rows, words = of_conditions(TABLE, Words(), ["b"])
    both, named = of_conditions(TABLE, Words(), ["b", "a"])

    assert (rows["value"].tolist(), words.subject) == ([1, 2], "b")
    assert (len(both), named.subject) == (4, "b and a")
