"""What a study is judged by, in the controls and on the stage."""

from __future__ import annotations

import pytest

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.experiment.live.progress import job_bar, stored_bar
from lmwalk.ui.parts.form.fill_form import form_settings, not_representable
from tests.ui.conftest import Page, button, stop_all, texts

RULE = {"primary": "distance", "stop_when": {"width": 9.0}}


def decided(store: Store, **values: object) -> Study:
    fields = {"name": "mine", "models": ["ideal"], "trajectories": 50, "steps": 20, **RULE, **values}
    study = Study.of(**fields)
    Jobs(store).start(study).wait(60)
    return study


@pytest.mark.usefixtures("impatient")
def test_measure_and_rule_go_back_into_the_controls(page: Page, store: Store) -> None:
    """Run after Use these settings is judged by the same."""
    study = decided(store)
    assert not_representable(study) == []
    app = page(study="mine")

    button(app, "Use these settings").click().run()  # type: ignore[attr-defined]
    button(app, "Run").click().run()  # type: ignore[attr-defined]

    started = jobs_of(store).all()[0].study
    assert (started.primary, started.stop_when) == (study.primary, study.stop_when)
    stop_all(store)


def test_a_rule_that_the_controls_cannot_take_is_named(store: Store) -> None:
    """Its level has no control; what was never set is none again."""
    other = Study.of(**{"name": "a", "models": ["ideal"], **RULE, "stop_when": {"width": 9.0, "level": 0.9}})
    plain = form_settings(Study.of(name="b", models=["ideal"]))

    assert not_representable(other) == ["level"]
    assert (plain["primary_grid"], plain["stop_width"], plain["stop_differs"]) == ("none", None, None)


@pytest.mark.parametrize(
    ("name", "measure", "stops"),
    [("walk", "distance", True), ("draws", "gamma", False), ("telephone", "length", False)],
)
def test_a_rule_is_offered_where_the_measure_can_be_decided(page: Page, name: str, measure: str, stops: bool) -> None:
    """Once a primary measure is chosen; of a mean in known bounds alone."""
    app = page(name)
    chosen = next(each for each in app.selectbox if str(each.key).startswith("primary_"))
    assert "stop_width" not in {each.key for each in app.number_input}

    chosen.select(measure).run()

    assert ("stop_width" in {each.key for each in app.number_input}) == stops


def test_the_form_says_what_so_many_walks_can_find(page: Page) -> None:
    """Beside what a run asks."""
    assert any("5 walks: differences of" in caption.help for caption in page("walk").caption)


def test_the_stage_says_why_a_study_was_stopped(store: Store) -> None:
    """While its run is remembered, and from what is stored; it is done, and asks for no more."""
    study = decided(store)
    job = Jobs(store).start(study)
    job.wait(60)

    for bar in (job_bar(job), stored_bar(store, study)):
        assert bar["waiting"].startswith("ideal: Stopped: decided after") and bar["state"] == "done"
        assert bar["share"] == 1.0


def test_the_list_of_studies_says_why_each_condition_was_stopped(page: Page, store: Store) -> None:
    """With its temperature, where there are several."""
    decided(store, temperatures=[0.5, 1.0])
    shown = texts(page("studies")).replace("\\", "")

    assert "ideal · T = 0.5: Stopped: decided after" in shown and "ideal · T = 1: Stopped: decided after" in shown
