"""All stored replies read again by the rules of today: what would change, by rule; nothing that is stored does."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted import finished
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from lmwalk.analysis.reparsing import changes, reparse
from lmwalk.cli import app
from lmwalk.datasets.reparsing import by_rule, nothing_to_read, reparse_study
from lmwalk.jobs import Jobs
from lmwalk.processes.grid import Grid
from lmwalk.step import Step
from lmwalk.store import Store, StoredCondition, open_store
from lmwalk.study import Study
from lmwalk.types import Sent
from tests.ui.conftest import Page, texts

RUN = CliRunner()
Said = tuple[str | None, str | None, str]
"""A reply, and how an older version read it."""
SPRING: list[list[Said]] = [
    [("never LEFT", "LEFT", "ok"), ("UP", "UP", "ok"), ("It is up to chance.", "UP", "ok")],
    [("UP", "UP", "ok"), ("I can't choose UP for you.", "UP", "ok"), (None, None, "error")],
]
AUTUMN: list[list[Said]] = [[("never LEFT", "LEFT", "ok"), ("DOWN", "DOWN", "ok")]]
COINS: list[list[Said]] = [[("heads rather than tails", None, "ambiguous"), ("heads", "heads", "ok")]]


def older(store: Store, name: str, read: Sequence[Sequence[Said]], **values: object) -> Study:
    """A study whose replies another version read, in each of its conditions."""
    plan = {"models": ["ollama/llama3.2:1b"], "trajectories": len(read), "steps": max(map(len, read))}
    study = Study.of(**{"name": name, **plan, **values})
    store.register(study, [StoredCondition(condition, Sent({}), simulated=False) for condition in study.conditions()])
    for condition in study.conditions():
        for trajectory, own in enumerate(read):
            for t, (reply, outcome, status) in enumerate(own, start=1):
                answered = (
                    outcome,
                    status,
                    None,
                    "Where?",
                    reply,
                    "{}",
                    "{}",
                    0.1,
                    3,
                    1,
                    0.0,
                    1,
                    42,
                    datetime(2024, 5, 1),
                )
                store.append(Step(condition.id, trajectory, t, 0.0, 0.0, *answered, None if reply else "It broke."))
    store.flush()
    return study


@pytest.fixture
def past(store: Store) -> Store:
    """Three studies that an older version read, and one of texts."""
    older(store, "spring", SPRING)
    older(store, "autumn", AUTUMN, temperatures=[0.0, 1.0])
    older(store, "coins", COINS, process="prior")
    older(store, "texts", [[("A text.", "A text.", "ok")]], process="telephone", params={"texts": ["Once."]})
    return store


def test_what_todays_rules_change_is_counted_in_each_study(past: Store) -> None:
    """Answers, those read otherwise, those with another outcome, trajectories; a failed call is no answer."""
    found = {study.name: reparse_study(past, study) for study in past.all()}

    counts = {
        name: (each.answers, each.differing, each.moved, each.trajectories, each.begun) for name, each in found.items()
    }
    assert counts == {
        "spring": (5, 3, 3, 2, 2),
        "autumn": (4, 2, 2, 2, 2),
        "coins": (2, 1, 1, 1, 1),
        "texts": (0, 0, 0, 0, 0),
    }
    assert "free text" in found["texts"].why_not


def test_changes_are_counted_by_rule_over_all_studies(past: Store) -> None:
    """The rule, how a reply was read and would be, answers and studies; the most frequent first."""
    table = by_rule(reparse_study(past, study) for study in past.all())

    assert table.iloc[0].tolist() == ["negated", "LEFT", "none, unparsed", 3, 2]
    assert sorted(table.iloc[1:].values.tolist()) == [
        ["everyday sense", "UP", "none, unparsed", 1, 1],
        ["negated", "none, ambiguous", "heads", 1, 1],
        ["refused", "UP", "none, refused", 1, 1],
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["UP", "never LEFT", "up or down", "", "I can't choose UP.", "SUPPOSE"])
                | st.text(max_size=9),
                *(st.just(None), st.sampled_from(["unparsed", "ambiguous", "refused", "empty"])),
            ),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_every_step_that_differs_has_one_rule(tmp_path_factory: pytest.TempPathFactory, read: list[list[Said]]) -> None:
    """The counts by rule add up to what reading each step by itself finds, whatever was said."""
    with open_store(tmp_path_factory.mktemp("any") / "r.duckdb") as store:
        study = older(store, "s", read)
        rows = store.steps("s")

        table = by_rule([reparse_study(store, study)])

        parsed = [Grid().parse(reply) for reply in rows["reply"]]
        differing = [
            each.why for each, status in zip(parsed, rows["status"], strict=True) if tuple(each) != (None, status)
        ]
        assert {why: int(own) for why, own in table.groupby("why")["count"].sum().items()} == {
            why: differing.count(why) for why in set(differing)
        }


def test_what_the_end_of_an_answer_decides_no_rule_changes() -> None:
    """A failed call, and one that was cut, stay what they are."""
    rows = pd.DataFrame(
        {"condition": "c", "reply": ["UP", "UP", "UP"], "outcome": None, "status": ["error", "cut", "unparsed"]}
    )

    read = reparse(rows, Grid().parse)

    assert read["differs"].tolist() == [False, False, True]
    assert changes(read)["why"].tolist() == ["only word"]


@pytest.mark.parametrize(
    ("finish", "reply", "status"),
    [("filter", "UP", "refused"), ("refusal", "UP", "refused"), ("tool", "", "unparsed"), ("length", "UP", "cut")],
)
def test_what_the_server_decided_is_not_read_again(store: Store, finish: str, reply: str, status: str) -> None:
    """The same words beside it, which were read, are."""
    study = older(store, "s", [[("never LEFT", "LEFT", "ok")]], trajectories=3)
    for trajectory, ended in ((1, finish), (2, "stop")):
        answered = (None, status, None, "Where?", reply, "{}", "{}", 0.1, 3, 1, 0.0, 1, 42, datetime(2024, 5, 1), None)
        step = Step(study.conditions()[0].id, trajectory, 1, 0.0, 0.0, *answered)
        store.append(step._replace(finish=ended))
    store.flush()

    found = reparse_study(store, study)
    steps = store.replies.alike("s", found.read)

    read = 1 if status == "cut" else 2
    assert (found.answers, found.differing) == (read, read)
    assert sorted(steps["trajectory"]) == ([0] if status == "cut" else [0, 2])


def test_probabilities_have_no_reply(store: Store) -> None:
    """It is said why there is nothing to read."""
    finished(Jobs(store), process="prior", measurement="probabilities", trajectories=1, steps=1)

    assert "no reply to read" in nothing_to_read(store.study("walk"))


def test_answers_of_many_results_are_read_again_too(store: Store) -> None:
    """Lists are read by the rules of today as any other answer."""
    values = {"process": "sequence", "params": {"way": "batch"}}
    study = older(store, "batch", [[("1. heads\n2. tails", "heads", "ok")]], **values)

    assert reparse_study(store, study).differing == 1


def test_the_command_shows_studies_and_rules_and_writes_steps(past: Store, tmp_path: Path) -> None:
    """What would change in all studies, or in those that are named; every step in a file; the rows stay."""
    before, path = past.steps("spring"), past.path
    past.close()
    out = tmp_path / "again.csv"
    wide = {"COLUMNS": "200"}

    shown = RUN.invoke(app, ["reparse", "--db", str(path), "--out", str(out)], env=wide)
    one = RUN.invoke(app, ["reparse", "coins", "--db", str(path)], env=wide)
    legacy = RUN.invoke(app, ["reparse", "spring", "coins", "--rules", "legacy", "--db", str(path)], env=wide)

    assert (shown.exit_code, one.exit_code, legacy.exit_code) == (0, 0, 0)
    assert "6 of 11 answers would be parsed differently." in shown.output
    assert "6 steps written" in shown.output
    assert "1 of 2 answers would be parsed differently." in one.output
    assert "spring" not in one.output
    assert "It has no rules 'legacy', only one, first." in legacy.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["study"], row["reply"], row["read_as"], row["would_be_read_as"], row["why"]) for row in rows} >= {
        ("spring", "never LEFT", "LEFT", "none, unparsed", "negated"),
        ("coins", "heads rather than tails", "none, ambiguous", "heads", "negated"),
    }
    with open_store(path) as store:
        pd.testing.assert_frame_equal(store.steps("spring"), before)


def test_the_command_refuses_in_a_sentence(past: Store, tmp_path: Path) -> None:
    """A study that is none, a database that is none, a file that cannot be written."""
    path = past.path
    past.close()

    for words, said in [
        (["nope", "--db", str(path)], "no study called 'nope'"),
        (["--db", str(tmp_path / "none.duckdb")], "There is no database"),
        (["--db", str(path), "--out", str(tmp_path / "no" / "folder.csv")], "cannot be written"),
    ]:
        result = RUN.invoke(app, ["reparse", *words])
        assert result.exit_code == 2
        assert said in result.output


def tab() -> AppTest:
    """The tab by itself."""

    def draw() -> None:
        from lmwalk.ui.data.reparse_stored import reparse_stored

        reparse_stored()

    return AppTest.from_function(draw, default_timeout=60).run()


def test_the_tab_reads_all_studies_or_those_chosen(page: Page, past: Store) -> None:
    """Nothing is read before it is asked for; then by rule with what the rule says, and by study."""
    before = past.steps("spring")
    shown = tab()
    assert not shown.dataframe
    assert "nothing that is stored changes" in texts(shown)

    shown.button(key="read-again").click().run()

    assert not shown.exception
    assert "**6 of 11 answers** would be parsed differently, in **3 of 4 studies**. 6 would have another" in texts(
        shown
    )
    rules, studies = (each.value for each in shown.dataframe)
    assert rules.iloc[0][["why", "was", "would", "count", "studies"]].tolist() == [
        "negated",
        "LEFT",
        "none, unparsed",
        3,
        2,
    ]
    assert rules["says"].notna().all()
    assert studies.set_index("study")["differing"].dropna().to_dict() == {"spring": 3, "autumn": 2, "coins": 1}
    assert "free text" in studies.set_index("study")["note"]["texts"]

    shown.multiselect(key="read-again-studies").set_value(["texts"]).run()
    shown.button(key="read-again").click().run()

    assert "None of 0 answers would be parsed differently" in texts(shown)
    pd.testing.assert_frame_equal(past.steps("spring"), before)


def test_the_data_page_has_the_tab(page: Page, past: Store) -> None:
    """Beside browsing, asking and importing."""
    shown = page("data")

    assert not shown.exception
    assert "Re-parse" in [each.label for each in shown.tabs]
