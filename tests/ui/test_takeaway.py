"""The menu of exports: what it offers, and that what takes long runs beside the page."""

from __future__ import annotations

import time
from typing import Any

import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from tests.ui.conftest import texts


def script(name: str) -> None:
    from lmwalk.ui.parts.study_export import study_downloads
    from lmwalk.ui.shell import session

    study_downloads(session.store(), session.find(name))


@pytest.fixture
def menu(store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    return lambda name: AppTest.from_function(script, args=(name,), default_timeout=60).run()


def downloads(app: AppTest) -> list[str]:
    return [each.label for each in app.get("download_button")]


def ended(app: AppTest) -> AppTest:
    """Run again until nothing is under way."""
    deadline = time.monotonic() + 60
    while app.session_state["_exports"]["walk"].running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return app.run()


def test_a_walk_is_offered_as_rows_pictures_films_and_whole(menu: Any, jobs: Jobs) -> None:
    """Chains have three more; nothing is chosen among one model and one temperature."""
    finished(jobs)
    app = menu("walk")

    assert downloads(app) == ["CSV", "Parquet", "JSON lines", "PNG", "SVG", "PDF"]
    assert [each.label for each in app.button] == [
        "MP4",
        "GIF",
        "Report",
        "Replay",
        "Tables",
        "README tables",
        "Bundle",
    ]
    assert [each.label for each in app.selectbox] == ["Size"]
    assert not any(each.disabled for each in app.button)


def test_a_film_of_one_condition_is_made_beside_the_page(menu: Any, jobs: Jobs) -> None:
    """While it is made, another cannot be begun; then it can be saved."""
    finished(jobs, models=["ideal", "simulated/biased"], temperatures=[0.5, 1.0])
    app = menu("walk")
    app.selectbox(key="export-model").set_value("ideal").run()
    app.selectbox(key="export-temperature").set_value("0.5").run()

    app.button(key="make-gif").click().run()
    export = app.session_state["_exports"]["walk"]
    app = ended(app)

    assert (export.choice.model, export.choice.temperature, export.file_name) == (
        "ideal",
        0.5,
        "walk - film - ideal - T 0.5.gif",
    )
    assert export.content.startswith(b"GIF89a")
    assert any(label.startswith("Save GIF") for label in downloads(app))


def test_an_export_that_is_cancelled_says_so(menu: Any, jobs: Jobs) -> None:
    """No file is offered, and everything can be begun again."""
    finished(jobs, steps=400)
    app = menu("walk")

    app.button(key="make-mp4").click().run()
    app.session_state["_exports"]["walk"].cancel()
    app = ended(app)

    assert "MP4: cancelled" in texts(app)
    assert not any(label.startswith("Save") for label in downloads(app))
    assert not app.button(key="make-mp4").disabled


def test_a_study_without_answers_offers_nothing_that_would_fail(menu: Any, store: Store) -> None:
    """It says when there will be something."""
    store.register(Study.of(name="empty", models=["ideal"]), [])
    app = menu("empty")

    assert "Nothing to export" in texts(app)
    assert all(each.disabled for each in app.button)
