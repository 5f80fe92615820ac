"""What each page says on an empty database, on one with results, and on one that cannot be opened."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.models.builtin.policy import FORMULA
from lmwalk.store import Store
from lmwalk.ui.experiment.live.progress import job_bar, stored_bar
from lmwalk.ui.shell.escape import DASH
from tests.ui.conftest import PAGES as FOLDER
from tests.ui.conftest import Page, button, numbers, open_page, stop_all, study_file, texts

PAGES = sorted(path.stem for path in FOLDER.glob("*.py"))
HOSTILE = "<img src=x onerror=alert(1)> :red[x] $x$ ![](http://x) **b**"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_an_empty_database(page: Page, name: str) -> None:
    """A new user's first page is no error."""
    app = page(name)

    assert not app.exception
    assert not app.error
    assert app.title


@pytest.mark.parametrize("name", ["walk", "draws", "compare"])
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


@pytest.mark.parametrize("name", ["walk", "draws"])
def test_a_complaint_moves_nothing_else(page: Page, jobs: Jobs, name: str) -> None:
    """A complaint above the stage leaves it the same element, so that it is not built anew."""
    finished(jobs)
    right, wrong = page(name), page(name, models="")

    assert wrong.warning
    assert children(right) == children(wrong)


def children(app: AppTest) -> list[int]:
    """Where the elements of a page stand."""
    return list(app.main.children)


def test_walk_shows_the_figures_of_the_study(page: Page, jobs: Jobs) -> None:
    """Twenty readable answers leave none unread, and every number stands beside its interval."""
    finished(jobs)

    app = page()

    shown = {metric.label: metric for metric in app.metric}
    assert list(shown) == ["Distance from start", "Up", "Down", "Left", "Right", "Not read"]
    assert shown["Not read"].value == "0"
    assert "of 20 answers" in shown["Not read"].delta
    assert "unbiased 25%" in shown["Up"].delta


def test_copies_count_once_under_the_stage_and_on_compare(page: Page, jobs: Jobs) -> None:
    """Five walks of one path: no interval, and how many there really are."""
    finished(jobs, models=["builtin/tiny"], temperatures=[0.0], trajectories=5, steps=6)
    app = page("walk", study="walk", model="builtin/tiny", T="0")
    below = [metric.delta.split("\n")[0] for metric in app.metric]

    assert below[:5] == ["5 walks, 1 distinct"] * 5
    table = page("compare", study="walk").dataframe[-1].value
    assert table[["walks", "distinct"]].to_numpy().tolist() == [[5, 1]]
    assert table[["distance_low", "distance_high"]].isna().all(axis=None)


@pytest.mark.parametrize("temperature", ["0", "1"])
def test_repeats_that_would_be_copies_are_pointed_out_before_a_run(page: Page, temperature: str) -> None:
    """Below the controls, where a temperature is 0 and there is more than one walk."""
    app = page("walk", models="builtin/tiny", temperatures=temperature, walks=5)

    assert ("5 trajectories are then one, copied" in texts(app)) == (temperature == "0")


def test_compare_has_a_row_a_condition(page: Page, jobs: Jobs) -> None:
    """Two temperatures of one model make two rows of figures, and rows and pictures to take away."""
    finished(jobs, temperatures=[0.5, 1.0])

    app = page("compare")

    table = numbers(app)
    assert table["temperature"].tolist() == [0.5, 1.0]
    assert table["answers"].tolist() == [20, 20]
    assert [each.label for each in app.get("download_button")] == ["CSV", "Parquet", "JSON lines", "PNG", "SVG", "PDF"]


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


def test_a_name_that_is_taken_is_refused_when_run_is_pressed(page: Page, jobs: Jobs, store: Store) -> None:
    """One name, one study; while nobody presses Run, the name of the study on the stage is no mistake."""
    finished(jobs, name="mine")
    app = page()

    app.text_input(key="name").set_value("mine").run()
    assert not (app.error or app.warning or app.toast)
    button(app, "Run").click().run()

    assert "mine" in app.toast[0].value
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

    assert "name: older" in study_file(app)


@pytest.mark.usefixtures("impatient")
def test_figures_without_an_answer_are_dashes(page: Page, jobs: Jobs) -> None:
    """Where every call failed there is no share and no interval, and both are said in words."""
    finished(jobs, models=["simulated/failing:rate=1"])

    app = page()

    assert {metric.value for metric in app.metric} == {DASH}
    assert {metric.delta for metric in app.metric} == {"no walk yet", "no answer yet"}


@pytest.mark.usefixtures("impatient")
def test_a_run_with_failed_walks_is_unfinished_live_and_after_a_restart(store: Store, jobs: Jobs) -> None:
    """The same state has the same word and the same hint, whoever asks."""
    study = finished(jobs, models=["simulated/failing:rate=1"])
    job = jobs.get(study.name)
    assert job is not None

    for bar in (job_bar(job), stored_bar(store, study)):
        assert (bar["state"], bar["left"]) == ("unfinished", "can be continued")


def test_a_study_s_settings_go_back_into_the_controls(page: Page, jobs: Jobs, store: Store) -> None:
    """Run after Use these settings starts the same study under a new name."""
    study = finished(
        jobs,
        name="mine",
        models=["ideal", "simulated/biased:p=0.4/0.3/0.2/0.1"],
        temperatures=[0.25, 1.0],
        template={"text": "At {x}, {y}: UP, DOWN, LEFT or RIGHT?", "system": "Be brief."},
        params={"half_width": 12, "rules": "legacy", "memory": 3, "stay": True},
        sampler={"top_p": 0.9, "top_k": 5, "min_p": 0.05, "max_tokens": 7},
        on_unsupported="note",
        seed=7,
        concurrency=3,
        timeout_s=12.5,
        load_timeout_s=1800,
        longest_wait_s=600,
        largest_reply_mb=0.5,
    )
    app = page(study="mine")

    button(app, "Use these settings").click().run()
    button(app, "Run").click().run()

    started = jobs_of(store).all()[0].study
    assert started.name == "walk 1"
    assert started.model_copy(update={"name": "mine"}) == study
    stop_all(store)


@pytest.mark.parametrize(
    "values",
    [
        {"sampler": {"repeat_penalty": 1.2}},
        {"sampler": {"timeout_s": 5.0}},
        {"largest_reply_mb": 0.001},
        {"seed": 2**60},
    ],
)
def test_settings_that_the_controls_cannot_hold_are_not_half_loaded(page: Page, jobs: Jobs, values: object) -> None:
    """Where a setting has no control, the button is off."""
    finished(jobs, **values)  # type: ignore[arg-type]

    assert button(page(), "Use these settings").disabled  # type: ignore[attr-defined]


def test_the_formula_breaks_between_its_clauses_only(page: Page) -> None:
    """No line can end inside innermost brackets, and the words are those of the law."""
    shown = page("builtin").code[0].value

    assert shown.replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ") == FORMULA
    assert not any(" " in part or "\n" in part for part in re.findall(r"\([^()]*\)", shown))
