"""The section of results: tabs, tables, files, and what it says before there is anything."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

from lmwalk.datasets.draws import draw_data
from lmwalk.datasets.labels import labels
from lmwalk.figures._drawing import figures_of
from lmwalk.jobs import Jobs, jobs_of
from lmwalk.store import Store
from lmwalk.study import Study
from tests.ui.conftest import button, stop_all, texts

HOSTILE = "simulated/filter:gamma=0.8"
WORDINGS = {"texts": ["{results} next?", "{results} and then?"]}
STUDIES: dict[str, dict[str, Any]] = {
    "prior": {"params": {"of": "number"}, "temperatures": [0.5, 1.0], "steps": 3},
    "stated-bias": {"params": {"of": "number"}, "measurement": "probabilities", "steps": 1},
    "in-context": {
        "params": {"thetas": [0.2, 0.8], "examples": [0, 1, 5]},
        "steps": 3,
        "template": WORDINGS,
        "measurement": "probabilities",
        "models": ["ideal", "simulated/filter:gamma=0.8"],
    },
    "switching": {"params": {"tosses_shown": 12, "at": 6}, "steps": 13, "template": WORDINGS},
    "markov": {
        "params": {"sequences": 2, "lengths": [0, 2, 8]},
        "steps": 3,
        "template": {"texts": ["{sequence}"]},
        "measurement": "probabilities",
    },
    "double-distribution": {
        "params": {"before": [0.2, 0.8], "after": [0.3, 0.7], "cutoffs": [3, 9], "tosses_shown": 12},
        "models": ["simulated/filter:gamma=0.8", "simulated/filter:gamma=0.8,attention=0.9"],
        "pairs": {"simulated/filter:gamma=0.8": "simulated/filter:gamma=0.8,attention=0.9"},
        "attention": True,
        "steps": 1,
        "template": WORDINGS,
    },
    "sequence": {"models": ["ideal", "simulated/persistent"], "steps": 20},
    "grid": {"models": ["ideal", "simulated/persistent"], "trajectories": 3, "steps": 20},
    "poisson": {"models": ["simulated/marking"], "steps": 2},
}


def script(name: str) -> None:
    from lmwalk.ui.parts.figure_tabs import results
    from lmwalk.ui.shell import session

    results(session.find(name))


@pytest.fixture
def section(store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The section of a study's results, on the test's store."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))

    def run(name: str) -> AppTest:
        return AppTest.from_function(script, args=(name,), default_timeout=60).run()

    return run


def done(jobs: Jobs, process: str, **values: Any) -> Study:
    return finished(jobs, **{"name": process, "process": process, "trajectories": 1, **STUDIES[process], **values})


@pytest.mark.parametrize("process", list(STUDIES))
def test_every_tab_shows_its_figure_and_the_table_behind_it(section: Any, jobs: Jobs, process: str) -> None:
    """Whichever tab is chosen: a chart, a sentence on how it was measured, a table, a file."""
    study = done(jobs, process)
    measured = "token probabilities" if study.measurement == "probabilities" else "sampled replies"
    app = section(process)
    names = [tab.label for tab in app.tabs]

    for name in names:
        app.session_state["figure"] = name
        app.run()

        assert not app.exception
        assert len(app.get("plotly_chart")) == 1, name
        assert f"Measured by {measured}" in texts(app)
        assert len(app.dataframe[0].value) > 0
        offered = [each.label for each in app.get("download_button")]
        assert offered[-5:] == ["PNG", "SVG", "PDF", "HTML", "CSV"]
        assert offered[:3] == ["CSV", "Parquet", "JSON lines"], "the study's own files, under Export"
    assert set(names) <= {figure.title for figure in figures_of(process)}


def test_one_condition_is_shown_where_a_figure_shows_one(section: Any, jobs: Jobs) -> None:
    """The other one is a choice away, and the table follows."""
    done(jobs, "in-context")
    app = section("in-context")

    app.selectbox(key="shown-condition").set_value(HOSTILE).run()

    assert app.selectbox(key="shown-condition").options == ["ideal", HOSTILE]
    assert set(app.dataframe[0].value["label"]) == {HOSTILE}


def test_published_models_are_added_to_the_table(section: Any, jobs: Jobs) -> None:
    """They come marked as published, with the source named."""
    done(jobs, "in-context")
    app = section("in-context")
    app.session_state["figure"] = "Belief and truth"
    app.run()

    chosen = app.multiselect[0].options[0]
    app.multiselect[0].set_value([chosen]).run()

    table = app.dataframe[0].value
    assert set(table.loc[table["published"].eq(True), "label"]) == {f"{chosen} (published)"}
    assert "2503.04722" in app.multiselect[0].help


def test_before_the_first_answer_it_says_what_will_be_here(section: Any, store: Store) -> None:
    """Neither a chart nor an error, but the names of the figures."""
    study = Study.of(name="slow", process="in-context", models=["simulated/slow:latency_s=60"], trajectories=1)
    jobs_of(store).start(study)

    app = section("slow")

    assert not app.exception
    assert "belief and evidence" in texts(app)
    assert not app.get("plotly_chart")
    stop_all(store)


def test_walks_are_compared_with_the_null_that_is_chosen(section: Any, jobs: Jobs) -> None:
    """The expected values of the table are those of the null walks above it."""
    done(jobs, "grid")
    app = section("grid")
    before = app.dataframe[0].value["expected"]

    app.selectbox(key="shown-null").set_value("lazy").run()

    assert not app.exception
    assert not before.equals(app.dataframe[0].value["expected"])


def test_answers_are_read_once_and_extended(jobs: Jobs, store: Store) -> None:
    """A study that grew has its new answers too, none of them twice."""
    study = done(jobs, "sequence", steps=5)
    first, before = draw_data(store, study)
    longer = study.model_copy(update={"steps": 8})
    job = jobs.start(longer)
    job.wait(timeout_s=60)
    assert job.error is None

    second, after = draw_data(store, longer)

    assert second > first
    assert (len(before.answers), len(after.answers)) == (study.total_steps, longer.total_steps)
    assert not after.answers.duplicated(["condition", "trajectory", "t"]).any()


def test_conditions_are_told_apart_by_as_few_words_as_can_be() -> None:
    """The temperature is named where there are several."""
    alone = Study.of(name="a", process="prior", models=["ideal"])
    several = Study.of(name="b", process="prior", models=["ideal"], temperatures=[0.5, 1.0])

    assert list(labels(alone).values()) == ["ideal"]
    assert list(labels(several).values()) == ["ideal · T = 0.5", "ideal · T = 1"]


def test_what_takes_long_waits_for_a_button(section: Any, jobs: Jobs) -> None:
    """1,800 answers are fitted when asked for, and stay so until more come."""
    done(jobs, "in-context", trajectories=75, measurement="replies", steps=3)
    app = section("in-context")
    app.session_state["figure"] = "Memory"
    app.run()
    assert not app.get("plotly_chart")

    button(app, "Compute").click().run()

    assert len(app.get("plotly_chart")) == 1
    assert "Compute" not in [each.label for each in app.button]
