"""Stored replies by what they say."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored_study import told

from lmwalk.analysis.reparsing import reparse
from lmwalk.processes.grid import Grid
from lmwalk.store import Store, open_store
from lmwalk.types import Parsed

LEGACY = Grid(rules="legacy").parse
MIXED = [["UP", "I SUPPOSE", "UP", "x" * 300], ["I SUPPOSE", "up or down", "", None]]
texts = st.one_of(st.sampled_from(["UP", "SUPPOSE", "UP, DOWN", "", "I'm sorry"]), st.text(max_size=20))


def row_by_row(store: Store, study: str) -> list[tuple[object, ...]]:
    """Every step that the legacy rules read otherwise, found one by one."""
    found = []
    for row in store.steps(study).itertuples():
        after = LEGACY(row.reply) if row.status != "error" else Parsed(None, "error")
        before = (row.outcome if row.status == "ok" else None, row.status)
        if tuple(after) != before:
            found.append((row.condition, row.trajectory, row.t, *before, *after))
    return sorted(found, key=str)


def by_distinct(store: Store, study: str, conditions: list[str] | None = None) -> list[tuple[object, ...]]:
    """The same, each different reply read once."""
    parts = [reparse(chunk, LEGACY) for chunk in store.replies.distinct(study, conditions)]
    steps = store.replies.alike(study, pd.concat(parts).query("differs")) if parts else pd.DataFrame()
    names = ["condition", "trajectory", "t", "outcome_before", "status_before", "outcome_after", "status_after"]
    plain = [[None if pd.isna(value) else value for value in row] for row in steps.reindex(columns=names).to_numpy()]
    return sorted(map(tuple, plain), key=str)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.lists(texts, min_size=1, max_size=6), min_size=1, max_size=3))
def test_reading_each_reply_once_finds_the_steps_that_reading_row_by_row_does(
    tmp_path_factory: pytest.TempPathFactory, said: list[list[str]]
) -> None:
    """Whatever was said, in two conditions."""
    with open_store(tmp_path_factory.mktemp("any") / "r.duckdb") as store:
        told(store, said, temperatures=[0.0, 1.0])

        assert by_distinct(store, "told") == row_by_row(store, "told")


def test_equal_replies_are_counted_once_each_condition(store: Store) -> None:
    """A failed call is no reply."""
    told(store, MIXED, temperatures=[0.0, 1.0])

    frame = pd.concat(store.replies.distinct("told"))

    assert len(frame) == 2 * 5
    assert frame.groupby("reply")["count"].sum().to_dict() == {
        "UP": 4,
        "I SUPPOSE": 4,
        "x" * 300: 2,
        "up or down": 2,
        "": 2,
    }


def test_one_condition_can_be_read_alone(store: Store) -> None:
    """Steps of others, and of other studies with the same replies, are left alone."""
    study = told(store, MIXED, temperatures=[0.0, 1.0])
    told(store, MIXED, name="other")
    own = study.conditions()[0].id

    found = by_distinct(store, "told", [own])

    assert {row[0] for row in found} == {own}
    assert len(found) == 4


def test_the_commonest_texts_of_each_status_come_first(store: Store) -> None:
    """Counts, the earliest of equally frequent ones first, and what a failed call complained."""
    told(store, [["UP", "down", "down", "left", "left"], ["one", "", "", None]])

    found = store.replies.commonest("told", most=2)
    found = found.merge(store.replies.texts(found["id"]), on="id")

    assert found[["status", "count", "text"]].values.tolist() == [
        ["empty", 2, ""],
        ["error", 1, "The server gave up."],
        ["ok", 2, "down"],
        ["ok", 2, "left"],
        ["unparsed", 1, "one"],
    ]


def test_a_text_is_cut_and_its_length_is_told(store: Store) -> None:
    """A hundred thousand characters come as 200 where 200 are asked for, or whole."""
    told(store, [["\u202e" + "x" * 99_999]])
    step = store.replies.newest("told")

    assert store.replies.texts([step], 200)[["text", "length"]].values.tolist() == [["\u202e" + "x" * 199, 100_000]]
    assert store.replies.texts([step])["text"].tolist() == ["\u202e" + "x" * 99_999]


def test_a_study_without_an_answer_has_no_replies(store: Store) -> None:
    """Nothing is read, and nothing fails."""
    told(store, [[None]])

    assert list(store.replies.distinct("told")) == []
    assert store.replies.newest("nothing") == 0


def test_whole_trajectories_are_found_by_their_numbers(store: Store) -> None:
    """Answered steps in order, of those alone."""
    study = told(store, MIXED)
    wanted = pd.DataFrame({"condition": [study.conditions()[0].id], "trajectory": [1]})

    found = store.replies.outcomes("told", wanted)

    assert found["trajectory"].tolist() == [1, 1, 1]
    assert found["t"].tolist() == [1, 2, 3]
