"""Stored replies read otherwise, and the parse ledger."""

from __future__ import annotations

import doctest
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmwalk.analysis import reparsing
from lmwalk.analysis.intervals import wilson
from lmwalk.analysis.parse_status import ledger_of, status_counts
from lmwalk.analysis.reparsing import answers_are_shown, changes, first_changes, reparse, replayed
from lmwalk.processes import readers
from lmwalk.processes.draws import DrawnSequence, InContext, Prior
from lmwalk.processes.grid import MOVES, Grid
from lmwalk.processes.readers import Words, alphabet_of, readers_of
from lmwalk.registry import make_process, processes
from lmwalk.types import STATUSES, Process

FINITE = [name for name in processes if alphabet_of(make_process(name, {}))]
REPLIES = ["UP", "up", "I SUPPOSE", "left or right", "", "no", "DOWN", "heads", "7", "3 and 4"]
replies = st.lists(st.one_of(st.sampled_from(REPLIES), st.text()), min_size=1, max_size=30)


def rows_of(process: Process, said: list[str]) -> pd.DataFrame:
    read = [process.parse(reply) for reply in said]
    steps = pd.DataFrame({"condition": "c", "trajectory": 0, "t": range(1, len(said) + 1), "reply": said})
    return steps.assign(outcome=[each.outcome for each in read], status=[each.status for each in read])


@pytest.mark.parametrize("name", FINITE)
@settings(deadline=None)
@given(said=replies)
def test_the_reader_that_a_study_ran_with_changes_nothing(name: str, said: list[str]) -> None:
    """For every process whose answers are one of finitely many outcomes."""
    process = make_process(name, {})

    read = reparse(rows_of(process, said), process.parse)

    assert not read["differs"].any()
    assert changes(read).empty
    assert first_changes(read).empty


@settings(deadline=None)
@given(replies)
def test_each_reply_is_read_as_if_alone(said: list[str]) -> None:
    """Reading equal replies once gives what reading row by row does."""
    legacy = Grid(rules="legacy").parse
    rows = rows_of(Grid(), said)

    read = reparse(rows, legacy)

    for row in read.itertuples():
        assert (row.outcome_after, row.status_after) == legacy(row.reply)
        assert row.moved == (row.outcome_before != row.outcome_after)
        assert row.differs == ((row.outcome_before, row.status_before) != (row.outcome_after, row.status_after))
    assert read["outcome_before"].tolist() == [Grid().parse(reply).outcome for reply in said]


def test_a_step_without_a_reply_stays_as_it_is() -> None:
    """Token probabilities have an outcome and no reply; a failed call has neither."""
    rows = pd.DataFrame(
        {"reply": [None, None, "UP"], "outcome": ["UP", None, None], "status": ["ok", "error", "error"]}
    )

    assert not reparse(rows, Words({"DOWN": ["up"]}))["differs"].any()


def test_changes_are_counted_by_what_becomes_of_what() -> None:
    """By which rule, too. Counts of rows that stand for several are added; what stays the same is left out."""
    rows = rows_of(Grid(), ["SUPPOSE", "UPON", "UP and DOWN", "UP", "I'm sorry"]).assign(count=[1, 2, 3, 4, 5])

    found = changes(reparse(rows, readers_of(Grid())["legacy"]))

    assert found.drop(columns="condition").values.tolist() == [
        [None, "refused", None, "unparsed", "no outcome", 5],
        [None, "unparsed", "UP", "ok", "first of several", 3],
        [None, "ambiguous", "UP", "ok", "first of several", 3],
    ]


def test_a_trajectory_differs_from_its_first_other_outcome_on() -> None:
    """Another reason for no outcome is none."""
    rows = rows_of(Grid(), ["I'm sorry", "UP", "SUPPOSE", "UPON"])
    both = pd.concat([rows, rows_of(Grid(), ["UP", "DOWN"]).assign(trajectory=1)])

    found = first_changes(reparse(both, Grid(rules="legacy").parse))

    assert found.values.tolist() == [["c", 0, 3, 2]]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*MOVES, None]), min_size=1, max_size=40))
def test_the_stored_outcomes_lead_where_the_walk_went(moves: list[str | None]) -> None:
    """Step by step between the walls."""
    grid = Grid(half_width=2)
    x = y = 0
    for move in moves:
        dx, dy = MOVES[move] if move else (0, 0)
        x, y = int(np.clip(x + dx, -2, 2)), int(np.clip(y + dy, -2, 2))
    rows = pd.DataFrame({"condition": "c", "trajectory": 5, "t": range(1, len(moves) + 1), "outcome": moves})

    assert replayed(rows.sample(frac=1, random_state=0), grid, seed=3).values.tolist() == [["c", 5, len(moves), x, y]]


@pytest.mark.parametrize(
    ("process", "fields", "shown"),
    [
        (Grid(), {"x", "y"}, True),
        (Grid(), {"t", "size"}, False),
        (Grid(memory=0), {"moves"}, False),
        (InContext(), {"results", "n"}, False),
        (Prior(), {"action", "choices"}, False),
        (DrawnSequence(), {"results"}, True),
        (DrawnSequence(way="independent"), {"results"}, False),
    ],
)
def test_it_is_known_whether_an_answer_is_part_of_later_questions(
    process: Process, fields: set[str], shown: bool
) -> None:
    """By what the template shows of the state, and by who moves the state."""
    assert answers_are_shown(process, fields) == shown


@settings(deadline=None)
@given(st.lists(st.sampled_from(STATUSES), max_size=50))
def test_the_ledger_counts_every_question_once(statuses: list[str]) -> None:
    """Shares add up to 1, and each has the interval of its count."""
    table = ledger_of(pd.Series(statuses, dtype=object).value_counts())

    assert table["status"].tolist() == list(STATUSES)
    assert table["count"].tolist() == [statuses.count(status) for status in STATUSES]
    if statuses:
        assert table["share"].sum() == pytest.approx(1)
        low, high = wilson(table["count"], len(statuses))
        assert table["low"].tolist() == low.tolist()
        assert table["high"].tolist() == high.tolist()
    else:
        assert table[["share", "low", "high"]].isna().all(axis=None)


def test_statuses_are_counted_for_each_condition() -> None:
    """Outcomes of one status are added; a status that never came has 0."""
    tallies = pd.DataFrame(
        {"condition": list("aab"), "outcome": ["UP", "DOWN", None], "status": ["ok", "ok", "empty"], "count": [2, 3, 4]}
    )

    found = status_counts(tallies).set_index("condition")

    assert found.loc["a"].to_dict() == {**dict.fromkeys(STATUSES, 0), "ok": 5}
    assert found.loc["b"].to_dict() == {**dict.fromkeys(STATUSES, 0), "empty": 4}


@pytest.mark.parametrize("module", [reparsing, readers])
def test_the_examples_in_the_documentation_hold(module: ModuleType) -> None:
    """What stands there as a result is the result."""
    result = doctest.testmod(module)

    assert (result.failed, result.attempted > 0) == (0, True)
