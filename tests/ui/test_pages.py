"""What each page says on an empty database, on one with results, and on one that cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scripted import finished

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.store import Store
from tests.ui.conftest import Page, button, open_page, stop_all, texts

PAGES = ["walk", "compare", "builtin"]
HOSTILE = "<img src=x onerror=alert(1)> :red[x] $x$ ![](http://x) **b**"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_an_empty_database(page: Page, name: str) -> None:
    """A new user's first page is no error."""
    app = page(name)

    assert not app.exception
    assert not app.error
    assert app.title


@pytest.mark.parametrize("name", ["walk", "compare"])
def test_an_empty_page_offers_one_button_that_fills_it(page: Page, store: Store, name: str) -> None:
    """The invitation's button starts the built-in model at once."""
    app = page(name)

    button(app, "Run the built-in model").click().run()

    assert [job.study.models for job in jobs_of(store).all()] == [("builtin/tiny",)]
    assert not app.exception
    stop_all(store)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_a_finished_study(page: Page, jobs: Jobs, name: str) -> None:
    """What was run is shown."""
    finished(jobs)

    app = page(name)

    assert not app.exception
    assert not app.error


def test_walk_shows_the_figures_of_the_study(page: Page, jobs: Jobs) -> None:
    """Twenty readable answers leave none unread, and every number stands beside its interval."""
    finished(jobs)

    app = page()

    shown = {metric.label: metric for metric in app.metric}
    assert list(shown) == ["Distance from start", "Up", "Down", "Left", "Right", "Not read"]
    assert shown["Not read"].value == "0"
    assert "of 20 answers" in shown["Not read"].delta
    assert "unbiased 25%" in shown["Up"].delta


def test_compare_has_a_row_a_condition(page: Page, jobs: Jobs) -> None:
    """Two temperatures of one model make two rows of figures and two files to take away."""
    finished(jobs, temperatures=[0.5, 1.0])

    app = page("compare")

    table = app.dataframe[0].value
    assert table["temperature"].tolist() == [0.5, 1.0]
    assert table["answers"].tolist() == [20, 20]
    assert [each.label for each in app.get("download_button")] == ["CSV", "Parquet"]


@pytest.mark.parametrize("name", ["walk", "compare"])
def test_a_locked_database_is_named_with_its_holder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds the file: the page says which, and stays up."""
    path = tmp_path / "held.duckdb"
    code = f"import duckdb, sys; db = duckdb.connect({str(path)!r}); print('held', flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        monkeypatch.setenv("LMWALK_DB", str(path))

        app = open_page(name)

        assert not app.exception
        assert str(holder.pid) in app.error[0].value
        holder.communicate()


def test_what_cannot_be_run_is_said_before_anything_starts(page: Page, store: Store) -> None:
    """A temperature that is no number is named, and nothing is started."""
    app = page()

    app.multiselect(key="temperatures").set_value(["warm"]).run()
    button(app, "Run").click().run()

    assert "warm" in texts(app)
    assert jobs_of(store).all() == []


def test_a_name_that_is_taken_is_refused(page: Page, jobs: Jobs, store: Store) -> None:
    """One name, one study."""
    finished(jobs, name="mine")
    app = page()

    app.text_input(key="name").set_value("mine").run()
    button(app, "Run").click().run()

    assert "mine" in app.error[0].value
    assert jobs_of(store).all() == []


def test_changed_words_become_an_inline_template(page: Page, store: Store) -> None:
    """The study keeps the words that were asked."""
    app = page()
    app.multiselect(key="models").set_value(["ideal"]).run()

    app.text_area(key="prompt_memoryless").set_value("At {x}, {y}: UP, DOWN, LEFT or RIGHT?").run()
    button(app, "Run").click().run()

    assert jobs_of(store).all()[0].study.prompt_template.text == "At {x}, {y}: UP, DOWN, LEFT or RIGHT?"
    stop_all(store)


def test_a_study_s_name_cannot_write_markup(page: Page, jobs: Jobs) -> None:
    """A hostile name reaches no element that would render it."""
    finished(jobs, name=HOSTILE)

    for name in ("walk", "compare"):
        app = page(name, study=HOSTILE)
        assert not app.exception
        assert HOSTILE not in texts(app)


def test_the_address_names_the_study_that_is_shown(page: Page, jobs: Jobs) -> None:
    """A shared link comes back to the same study, also when a newer one exists."""
    finished(jobs, name="older")
    finished(jobs, name="newer")

    app = page(study="older")

    assert "name: older" in app.code[-1].value
