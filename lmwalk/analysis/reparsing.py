"""Stored replies read otherwise: which steps would differ, and from where on a trajectory would have been another.

Nothing is asked again. Where an outcome is part of later questions, those were never asked in the other trajectory, so
nothing is known of it beyond its first differing step.

Frames in, frames out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.randomness import chance
from lmwalk.types import Parsed, Process

KEYS = ["condition", "trajectory", "t"]
READINGS = ["outcome_before", "status_before", "outcome_after", "status_after"]
NOT_BY_WORDS = ("error", "cut")
"""Statuses that say how a call ended; no rule on words changes them."""


def reparse(rows: pd.DataFrame, reader: Callable[[str], Parsed]) -> pd.DataFrame:
    """Read replies otherwise; equal replies are read once.

    Parameters
    ----------
    rows : DataFrame
        reply, outcome, status, and anything else; one row a step, or one row for several alike with a ``count``.
    reader : callable
        From a reply to how it is read: ``Grid(rules="legacy").parse``, ``Words({"UP": ["up"]})``.

    Returns
    -------
    DataFrame
        The other columns, and: reply, outcome_before, status_before, outcome_after, status_after, differs (whether the
        outcome or the reason for none differs), moved (whether the outcome does), why (the rule by which it is read
        so, as ``Parsed.why`` says; empty where it says none). A row without a reply, as where token probabilities were
        asked for, stays as it is; so does a failed or a cut call.

    >>> from lmwalk.processes.grid import Grid
    >>> rows = pd.DataFrame({"reply": ["I SUPPOSE"], "outcome": [None], "status": ["unparsed"]})
    >>> reparse(rows, Grid(rules="legacy").parse)[["outcome_after", "differs"]].values.tolist()
    [['UP', True]]
    """
    replies = rows["reply"].where(~rows["status"].isin(NOT_BY_WORDS))
    places, texts = pd.factorize(replies)
    read = [reader(str(text)) for text in texts]
    outcome, status = (_plain(rows[name]).to_numpy() for name in ("outcome", "status"))
    # a place of -1, where there is no reply, takes the last entry and is then set back
    new_outcome = np.array([*(each.outcome for each in read), None], dtype=object)[places]
    new_status = np.array([*(each.status for each in read), None], dtype=object)[places]
    why = np.array([*(each.why for each in read), ""], dtype=object)[places]
    unread = places < 0
    after, reason = np.where(unread, outcome, new_outcome), np.where(unread, status, new_status)
    moved = (outcome != after).astype(bool)
    kept = rows.drop(columns=["outcome", "status"])
    columns = zip(READINGS, (outcome, status, after, reason), strict=True)
    texts_of = {name: pd.Series(values, index=rows.index, dtype=object) for name, values in columns}
    return kept.assign(**texts_of, differs=moved | (status != reason).astype(bool), moved=moved, why=why)


def changes(read: pd.DataFrame) -> pd.DataFrame:
    """How often each reading becomes which other one, and by which rule.

    Parameters
    ----------
    read : DataFrame
        As ``reparse`` gives it, with ``condition``.

    Returns
    -------
    DataFrame
        Of the answers that differ, one row a condition and change, most frequent first: condition, outcome_before,
        status_before, outcome_after, status_after, why, count.
    """
    counted = read if "count" in read else read.assign(count=1)
    differing = counted[counted["differs"]]
    grouped = differing.groupby(["condition", *READINGS, "why"], dropna=False, sort=False, observed=True)["count"].sum()
    ordered = grouped.reset_index().sort_values("count", ascending=False, kind="stable", ignore_index=True)
    return ordered.assign(**{name: _plain(ordered[name]) for name in READINGS}).astype({"count": "int64"})


def by_rule(changed: pd.DataFrame) -> pd.DataFrame:
    """How often each rule makes which reading into which other one, over all studies.

    Parameters
    ----------
    changed : DataFrame
        study, and the rest as ``changes`` gives it.

    Returns
    -------
    DataFrame
        One row a rule and change, most frequent first: why, was, would (``in_words``), count (of answers), studies.
    """
    grouped = in_words(changed).groupby(["why", "was", "would"], sort=False)
    table = grouped.agg(count=("count", "sum"), studies=("study", "nunique")).reset_index()
    return table.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with each reading in words, was and would: its outcome, or why there is none.

    >>> rows = pd.DataFrame([[None, "unparsed", "UP", "ok"]], columns=READINGS)
    >>> in_words(rows)[["was", "would"]].values.tolist()
    [['none, unparsed', 'UP']]
    """
    was, would = (
        rows[f"outcome_{when}"]
        .astype(object)
        .where(rows[f"status_{when}"].eq("ok"), "none, " + rows[f"status_{when}"].astype(object))
        for when in ("before", "after")
    )
    return rows.assign(was=was, would=would)


def by_condition(read: pd.DataFrame, firsts: pd.DataFrame) -> pd.DataFrame:
    """How much differs in each condition.

    Parameters
    ----------
    read, firsts : DataFrame
        As ``reparse``, with ``condition`` and ``count``, and ``first_changes`` give them.

    Returns
    -------
    DataFrame
        Of conditions where any answer differs: condition, answers (that differ), moved (that have another outcome),
        trajectories (with another outcome).
    """
    differing = read[read["differs"]]
    parts = differing.assign(moved=differing["count"].where(differing["moved"], 0)).groupby("condition", sort=False)
    table = parts.agg(answers=("count", "sum"), moved=("moved", "sum")).reset_index()
    own = firsts["condition"].value_counts()
    return table.assign(trajectories=table["condition"].map(own).fillna(0).astype("int64"))


def first_changes(read: pd.DataFrame) -> pd.DataFrame:
    """Where each trajectory would first have had another outcome.

    Parameters
    ----------
    read : DataFrame
        As ``reparse`` gives it, with condition, trajectory and t.

    Returns
    -------
    DataFrame
        Of trajectories with another outcome, in the order of the rows: condition, trajectory, first (the t of the first
        such step; every question after it may have been another), count (of such steps).
    """
    grouped = read[read["moved"]].groupby(["condition", "trajectory"], sort=False)["t"]
    return grouped.agg(first="min", count="size").reset_index()


def replayed(rows: pd.DataFrame, process: Process, seed: int) -> pd.DataFrame:
    """Where trajectories come to if these are their outcomes, each reply left as it is.

    Parameters
    ----------
    rows : DataFrame
        condition, trajectory, t, outcome (None where there is none); every answered step of each trajectory.
    process : Process
        What advances the state.
    seed : int
        The study's, for what the world draws.

    Returns
    -------
    DataFrame
        condition, trajectory, t (of the last step), x, y (NaN where the process has no place).
    """
    ordered = rows.assign(outcome=_plain(rows["outcome"])).sort_values(KEYS, kind="stable")
    ends: list[tuple[Any, ...]] = []
    for _, steps in ordered.groupby(["condition", "trajectory"], sort=False):
        condition, trajectory, last = (
            steps["condition"].iloc[-1],
            int(steps["trajectory"].iloc[-1]),
            steps["t"].iloc[-1],
        )
        state = process.start(chance(seed, trajectory, 0), trajectory % process.cases)
        for t, outcome in zip(steps["t"].tolist(), steps["outcome"].tolist(), strict=True):
            state = process.advance(state, outcome, chance(seed, trajectory, t))
        ends.append((condition, trajectory, last, *(process.position(state) or (np.nan, np.nan))))
    return pd.DataFrame(ends, columns=[*KEYS, "x", "y"])


def answers_are_shown(process: Process, fields: Collection[str]) -> bool:
    """Whether what is read from an answer can change the next question.

    Parameters
    ----------
    process : Process
        One with a finite alphabet.
    fields : collection of str
        The variables that its template uses.
    """
    state = process.start(chance(0, 0, 0))
    views = []
    for outcome in (*(process.outcomes(state) or ()), None):
        view = process.view(process.advance(state, outcome, chance(0, 0, 1)))
        views.append({name: view[name] for name in fields if name in view})
    return any(view != views[0] for view in views)


def _plain(column: pd.Series) -> pd.Series:
    """A column of texts with None where there is none; pandas would make it NaN."""
    texts = column.astype(object).to_numpy(copy=True)
    texts[column.isna().to_numpy()] = None
    return pd.Series(texts, index=column.index, dtype=object)
