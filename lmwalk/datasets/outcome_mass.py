"""What beliefs stand on, in sentences: said wherever the outcomes hold less than a tenth of the probability."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from lmwalk.analysis.outcome_mass import masses, standing
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import Words
from lmwalk.number_format import counted, rather, tiny
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.token_tree import TokenTree, read

MOST_CONDITIONS = 6
"""Named one by one; more are counted."""
POSITIONS = 64
"""Of a field, where every position would be many; coarse to fine, the first ones are spread over it."""


def outcome_mass_of(data: StudyData) -> pd.DataFrame:
    """``analysis.standing.standing`` of each label; empty where no token probabilities were asked for."""
    return standing(data.rows if "mass" in data.rows else pd.DataFrame(columns=["label", "mass"]))


def stored_outcome_mass(store: Store, study: Study) -> pd.DataFrame:
    """The same of a stored study, from what is kept of each different question; ``label`` is the model."""
    models = {condition.id: condition.model for condition in study.conditions()}
    read = [masses(rows) for rows in store.replies.distributions(study.name)]
    frame = pd.concat(read) if read else pd.DataFrame(columns=["condition", "mass"])
    return standing(frame.assign(label=frame["condition"].map(models)))


def outcome_mass_of_trees(label: str, trees: Sequence[TokenTree], outcomes: Sequence[str]) -> pd.DataFrame:
    """The same of what a model told at positions of a field, as it told it: at T = 1, without cuts."""
    rows = [json.dumps(read(tree, outcomes).stored()) for tree in trees]
    return standing(masses(pd.DataFrame({"label": [label] * len(rows), "distribution": rows})))


def warnings(table: pd.DataFrame) -> list[str]:
    """A sentence for each label whose outcomes hold too little.

    Parameters
    ----------
    table : DataFrame
        As ``standing_of`` gives it.
    """
    return _few([_below(row) for row in table[table["below"] > 0].itertuples()])


def doubts(table: pd.DataFrame) -> list[str]:
    """A sentence for each label of whose outcomes a server's list leaves open whether they hold a tenth."""
    return _few([_unsure(row) for row in table[table["unsure"] > 0].itertuples()])


def cautioned(words: Words, found: pd.DataFrame, table: pd.DataFrame) -> Words:
    """The words of a figure, with the mass that its beliefs stand on where that is too little.

    Parameters
    ----------
    found : DataFrame
        As ``standing_of`` gives it.
    table : DataFrame
        The rows that the figure draws.
    """
    return replace(words, caution=caution(_drawn(found, table)))


def caution(table: pd.DataFrame) -> str:
    """One line for a picture of these labels; nothing where the outcomes hold enough.

    Parameters
    ----------
    table : DataFrame
        As ``standing_of`` gives it.
    """
    scant = table[table["below"] > 0]
    if scant.empty:
        return ""
    below, questions = int(scant["below"].sum()), int(scant["questions"].sum())
    one = scant.iloc[0] if len(scant) == 1 else None
    whose = "" if len(table) == 1 else f" of {counted(len(scant), 'condition') if one is None else one['label']}"
    mass = f"as little as {tiny(scant['least'].min())}" if one is None else tiny(one["median"])
    if one is not None and one["bound"]:
        mass = f"at least {mass}"
    return (
        f"Outcomes hold {mass} of the probability{'' if one is None else ' (median)'}; less than a tenth in {below:,} "
        f"of {counted(questions, 'question')}{whose}"
    )


def with_mass(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The table behind a figure, with the median mass of each label's outcomes where one of them holds too little."""
    own, column = _drawn(found, table), _whose(table)
    if column is None or not (own["below"] > 0).any():
        return table
    return table.assign(mass=table[column].map(own.set_index("label")["median"]))


def _drawn(found: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The standing of the labels that a table names; of all where it names none."""
    column = _whose(table)
    return found if column is None else found[found["label"].isin(table[column].unique())]


def _whose(table: pd.DataFrame) -> str | None:
    """The column that holds a table's labels."""
    return next((name for name in ("condition", "label") if name in table), None)


def _below(row: Any) -> str:
    known = "known: " if row.bound else ""
    return (
        f"{row.label}: in {row.below:,} of {counted(row.questions, 'question')} the outcomes hold less than a tenth of "
        f"the probability ({known}median {tiny(row.median)}, least {tiny(row.least)}), and what is shown of them rests "
        f"on that alone.{rather(row.instead)}"
    )


def _unsure(row: Any) -> str:
    return (
        f"{row.label}: in {row.unsure:,} of {counted(row.questions, 'question')} the outcomes are known to hold less "
        f"than a tenth of the probability (at least {tiny(row.median)}, the median), and may hold more of what the "
        f"server's list of tokens leaves out.{rather(row.instead)}"
    )


def _few(sentences: Iterable[str]) -> list[str]:
    every = list(sentences)
    left = len(every) - MOST_CONDITIONS
    return every if left <= 0 else [*every[:MOST_CONDITIONS], f"The same of {counted(left, 'more condition')}."]
