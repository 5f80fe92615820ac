"""Little mass on the pages of walks, and of a single step."""

from __future__ import annotations

import json

import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs
from tests.ui.conftest import Page, texts

STORY = {"text": "The road to the village follows the river. Behind"}


def script(stored: str) -> None:
    from lmwalk.ui.parts.reply_view import _probabilities

    _probabilities(stored)


@pytest.mark.parametrize("name", ["walk", "compare"])
def test_a_walk_that_is_asked_for_a_story_is_warned_of(page: Page, jobs: Jobs, name: str) -> None:
    """The moves of a model that would say something else are drawn from next to nothing, and the page says so."""
    study = finished(jobs, models=["builtin/tiny"], template=STORY, measurement="probabilities", steps=3)
    app = page(name, study=study.name)

    assert not app.exception
    (warning,) = app.warning
    assert "in 6 of 6 questions the outcomes hold less than a tenth" in warning.value.replace("\\", "")
    assert '"the" (' in warning.value.replace("\\", "")


def test_a_study_with_enough_mass_is_not_warned_of(page: Page, jobs: Jobs) -> None:
    """The ideal observer's outcomes hold everything."""
    study = finished(jobs, measurement="probabilities", steps=3)
    app = page("walk", study=study.name)

    assert len(app.warning) == 0
    assert "a tenth" not in texts(app)


def test_a_step_names_what_the_model_would_rather_begin_with() -> None:
    """Below its probabilities, as text."""
    found = {"p": {"heads": 0.03}, "outside": 0.97, "unseen": 0.0, "instead": {"<think>\n": 0.9, "": 0.07}}
    app = AppTest.from_function(script, args=(json.dumps(found),), default_timeout=60).run()

    (said,) = app.caption
    plain = said.value.replace("\\", "").replace("\N{WORD JOINER}", "")
    assert plain == 'Likelier beginnings of an answer: "<think>n" (0.900), the end of the answer (0.070).'
