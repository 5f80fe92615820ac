"""The pages Studies and Data: what they say of every state a study can be in, and of what costs what."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from scripted import finished

from lmwalk.jobs import Job, Jobs, jobs_of
from lmwalk.step import Step
from lmwalk.store import Store, StoredCondition
from lmwalk.store.examples import EXAMPLES
from lmwalk.study import Study
from lmwalk.types import Sent
from lmwalk.ui.shell.escape import DASH
from lmwalk.ui.studies.rows import Row, rows
from tests.ui.conftest import Page, button, stop_all, texts

HOSTILE = "<img src=x onerror=alert(1)> :red[x] $x$ ![](http://x) **b**"
SLOW = {"models": ["simulated/slow:latency_s=60"], "trajectories": 1, "steps": 5}


def left(store: Store, name: str, model: str, costs: list[float | None], **values: Any) -> Study:
    """A study that another process left after some answers of its first trajectory."""
    study = Study.of(**{"name": name, "models": [model], "trajectories": 1, "steps": 10, **values})
    store.register(study, [StoredCondition(condition, Sent({}), simulated=False) for condition in study.conditions()])
    for t, cost in enumerate(costs, start=1):
        store.append(
            Step(
                *(study.conditions()[0].id, 0, t, 0.0, 0.0, "UP", "ok", None, "Where?", "UP", '{"t": 0}', '{"t": 1}'),
                *(0.1, 3, 1, cost, 1, 42, datetime(2026, 1, 2), None),
            )
        )
    store.flush()
    return study


def begun(job: Job) -> None:
    """Wait until a run has its models and its place in the store."""
    while job.state == "preparing":
        time.sleep(0.01)


@pytest.fixture
def row(store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("LMWALK_DB", str(store.path))

    def of(name: str) -> Row:
        return next(row for row in rows(store, jobs_of(store)) if row.name == name)

    return of


@pytest.mark.parametrize("name", ["studies", "data"])
def test_an_empty_page_offers_one_button_that_fills_it(page: Page, store: Store, name: str) -> None:
    """The invitation starts the built-in model."""
    app = page(name)
    assert not app.exception

    button(app, "Run the built-in model").click().run()

    (job,) = jobs_of(store).all()
    assert job.study.models == ("builtin/tiny",)
    assert not app.exception
    begun(job)
    stop_all(store)


@pytest.mark.parametrize("name", ["studies", "data"])
def test_a_hostile_name_reaches_no_markup(page: Page, jobs: Jobs, name: str) -> None:
    """Neither page hands it on as Markdown."""
    finished(jobs, name=HOSTILE)

    app = page(name, study=HOSTILE)

    assert not app.exception
    assert HOSTILE not in texts(app)
    assert HOSTILE not in "".join(each.label for each in app.button)


@pytest.mark.usefixtures("impatient")
def test_a_study_left_in_the_middle_is_offered_and_one_that_failed_is_not(
    page: Page, store: Store, jobs: Jobs, row: Any
) -> None:
    """Only what a process that is gone left half asked is called interrupted."""
    left(store, "left", "ideal", [None] * 4)
    finished(jobs, name="failed", models=["simulated/failing:rate=1"])
    finished(jobs, name="done")

    app = page("studies")

    assert [row(name).state for name in ("left", "failed", "done")] == ["interrupted", "unfinished", "done"]
    assert "A study was interrupted" in texts(app)
    assert [each.label for each in app.button if "Resume" in each.label] == ["Resume left"]


def test_resume_all_goes_on_with_every_one(page: Page, store: Store) -> None:
    """Two were left; one press starts both."""
    for name in ("one", "two"):
        left(store, name, "ideal", [])
    app = page("studies")
    assert "2 studies were interrupted" in texts(app)

    button(app, "Resume all").click().run()

    for name in ("one", "two"):
        job = jobs_of(store).get(name)
        assert job is not None
        job.wait(30)
        assert job.progress().done == 10


@pytest.mark.parametrize(
    ("model", "costs", "shown", "why"),
    [
        ("openai/gpt", [0.01, 0.03], "$0.0400 of $0.200", "about"),
        ("openai/gpt", [0.01] * 10, "$0.100", "What its answers cost"),
        ("openai/own", [None, None], DASH, "No price is known of 2 answers"),
        ("openai/own", [0.02, None], "at least $0.0200", "No price is known of 1 answer."),
        ("openai/gpt", [], DASH, "known once"),
        ("ollama/tiny", [0.0], "$0", "cost nothing"),
        ("ideal", [None], "$0", "cost nothing"),
    ],
)
def test_a_price_is_said_with_what_is_known_of_it(
    store: Store, row: Any, model: str, costs: list[float | None], shown: str, why: str
) -> None:
    """An unknown price is a dash with its reason, never nothing; what is left is estimated by the mean."""
    left(store, "walk", model, costs)

    assert row("walk").cost == shown
    assert why in row("walk").why


def test_what_is_under_way_can_be_stopped_and_nothing_else(page: Page, store: Store) -> None:
    """Rename and Delete wait until it has ended."""
    job = jobs_of(store).start(Study.of(name="slow", **SLOW))
    begun(job)
    app = page("studies")

    assert [button(app, name).disabled for name in ("Pause", "Stop", "Rename", "Delete")] == [False, False, True, True]
    stop_all(store)
    app.run()
    assert [button(app, name).disabled for name in ("Continue", "Stop", "Rename", "Delete")] == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("what", ["Rename", "Delete"])
def test_a_dialog_waits_for_its_user(page: Page, store: Store, what: str) -> None:
    """It opens, and the page comes to rest under it: what it answers and what is typed into it stay."""
    left(store, "walk", "ideal", [None])
    app = page("studies")

    button(app, what).click().run()

    assert any(each.label.startswith(what) and each.key != f"action-{what.lower()}" for each in app.button)


def test_what_was_imported_cannot_be_continued(page: Page, store: Store) -> None:
    """Nobody can be asked for the rest of it."""
    left(store, "brought", "imported/gpt", [None], process="telephone", params={"texts": ["bicycle"]})

    app = page("studies")

    assert button(app, "Continue").disabled
    assert not [each for each in app.button if each.label.startswith("Resume")]


@pytest.mark.process
def test_a_query_is_answered_or_refused_in_a_sentence(page: Page, jobs: Jobs) -> None:
    """Odd types are written out, a wrong word is named, and nothing breaks the page."""
    finished(jobs)
    app = page("data", sql="SELECT [1, 2] AS l, {'a': 1} AS s, uuid() AS u, 'x'::BLOB AS b, NULL AS n, 1 AS A, 2 AS a")
    assert not app.dataframe[1:]

    button(app, "Run query").click().run()
    button(app, "I have read it: run it").click().run()
    assert not app.exception
    assert app.dataframe[1].value["l"].tolist() == ["[1, 2]"]

    app.text_area(key="sql-text").set_value("SELECT * FROM read_csv('/etc/passwd')")
    button(app, "Run query").click().run()
    assert not app.exception
    assert "cannot be used here" in app.error[0].value


@pytest.mark.process
def test_a_query_that_came_with_the_link_asks_once(page: Page, jobs: Jobs) -> None:
    """One press runs nothing of a stranger's; what the user agreed to, typed or picked runs at once."""
    finished(jobs)
    app = page("data", sql="SELECT 41 + 1 AS\r\nanswer")

    button(app, "Run query").click().run()
    assert "came with the link" in app.warning[0].value
    assert not app.dataframe[1:]
    app.text_area(key="sql-text").set_value("SELECT 41 + 1 AS\nanswer")  # as a browser gives it back
    button(app, "Run query").click().run()
    assert not app.dataframe[1:]

    button(app, "I have read it: run it").click().run()
    assert app.dataframe[1].value["answer"].tolist() == [42]
    assert not app.warning
    button(app, "Run query").click().run()
    assert not app.warning
    app.text_area(key="sql-text").set_value("SELECT 7 AS other")
    button(app, "Run query").click().run()
    assert app.dataframe[1].value["other"].tolist() == [7]


@pytest.mark.process
@pytest.mark.parametrize("how", ["typed", "picked"])
def test_a_query_of_ones_own_asks_nothing(page: Page, jobs: Jobs, how: str) -> None:
    """Whatever the link brought, an example or a text of the user's takes its place and runs at a press."""
    finished(jobs)
    app = page("data", sql=EXAMPLES["Outcomes"])

    if how == "picked":
        button(app, "Outcomes").click().run()
    else:
        app.text_area(key="sql-text").set_value("SELECT 7 AS other")
    button(app, "Run query").click().run()

    assert not app.warning
    assert len(app.dataframe[1].value)


def test_steps_are_browsed_by_study_and_model(page: Page, jobs: Jobs) -> None:
    """The address names the study; a model leaves its own steps."""
    finished(jobs, name="older", models=["ideal", "simulated/biased"])
    finished(jobs, name="newer")

    app = page("data", study="older")
    assert "40 steps" in texts(app)
    app.multiselect(key="steps_models").set_value(["ideal"]).run()

    assert not app.exception
    assert "20 steps" in texts(app)
    assert set(app.dataframe[0].value["model"]) == {"ideal"}
