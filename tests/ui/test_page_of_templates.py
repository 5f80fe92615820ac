"""The page of templates, and templates of one's own on the pages of experiments."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.randomness import chance
from lmwalk.registry import make_process, processes
from lmwalk.store import Store
from lmwalk.templates import version_of
from lmwalk.types import Template
from lmwalk.ui.templates.preview import stood
from lmwalk.user_templates import Library, inline, library_of
from tests.ui.conftest import Page, button, stop_all, texts

MINE = Template("mine", ("At {x}, {y}: UP, DOWN, LEFT or RIGHT?",), "Be brief.", None, "for <b>tests</b>")
CHANGED = replace(MINE, texts=("Where to from {x}?",))

HOSTILE = "<img src=x onerror=alert(1)> :red[x] $x$ ![](http://x) **b**"


@pytest.fixture
def library(store: Store) -> Library:
    return library_of(store.path)


def listed(app: AppTest) -> list[str]:
    """The names in the list."""
    return list(next(each for each in app.radio if each.label == "Templates").options)


def read(app: AppTest) -> list[str]:
    """What a model would read."""
    return [each.value for each in app.code]


@pytest.mark.parametrize("kind", ["draw", "grid", "poisson", "series", "telephone"])
def test_every_kind_shows_its_templates_as_a_model_reads_them(page: Page, kind: str) -> None:
    """No variable is left unfilled, in any built-in template, at the start and later on."""
    app = page("templates", kind=kind)

    for name in listed(app):
        app.radio(key=f"template_of_{kind}").set_value(name).run()
        for field in [each for each in app.number_input if each.label == "t"]:
            field.set_value(min(10, int(field.max))).run()
        assert not app.exception
        assert not (app.error or app.warning)
        assert "{" not in "".join(read(app))


def test_a_file_made_by_hand_is_listed_and_a_broken_one_says_why(page: Page, library: Library) -> None:
    """The broken one breaks nothing else."""
    library.save("grid", MINE, None)
    (library.folder / "grid" / "broken.yaml").write_text("text: '{postion}'\n", encoding="utf-8")

    app = page("templates", called="mine")
    assert listed(app) == ["broken", "mine", "history", "memoryless", "position", "statement", "terse"]
    assert read(app) == ["Be brief.", "At 0, 0: UP, DOWN, LEFT or RIGHT?"]

    app.radio(key="template_of_grid").set_value("broken").run()
    assert "postion" in app.error[0].value
    assert "There is" in app.warning[0].value
    assert not app.exception


def test_a_template_stands_where_a_stored_walk_stood(page: Page, jobs: Jobs, store: Store, library: Library) -> None:
    """The preview is the question that was really put at that time."""
    library.save("grid", MINE, None)
    study = finished(jobs, name="w", template=inline(MINE), trajectories=2, steps=5)
    app = page("templates", called="mine")

    app.selectbox(key="state_of_grid").set_value("study w").run()
    app.number_input(key="preview_trajectory").set_value(1).run()
    next(each for each in app.number_input if each.label == "t").set_value(3).run()

    steps = store.steps(study.name, trajectory=1).set_index("t")
    assert steps.loc[4, "prompt"] in read(app)


def test_words_that_studies_were_asked_with_outlive_their_file(page: Page, jobs: Jobs, library: Library) -> None:
    """Each version is shown with its studies, and can be put back into the editor once the file is gone."""
    stamp = library.save("grid", MINE, None).stamp
    finished(jobs, name="first", template=inline(MINE))
    finished(jobs, name="second", template=inline(CHANGED))
    library.delete("grid", "mine", stamp)

    app = page("templates", called="mine")

    assert "mine" in listed(app)
    for version, name in ((MINE, "first"), (CHANGED, "second")):
        assert f"{version_of(version)}\\: 1 study \\({name}\\)" in texts(app)
        assert version.text in read(app)
    app.button(key=f"restore_grid_mine_{version_of(MINE)}").click().run()
    button(app, "Save").click().run()
    assert library.templates("grid")["mine"] == replace(MINE, description="")


def test_what_a_template_is_for_is_saved_with_it(page: Page, library: Library) -> None:
    """Space around the line is no change; a line of any length from a file is shown."""
    library.save("grid", replace(MINE, description="long " * 100), None)
    app = page("templates", called="mine")
    assert not app.exception

    for typed, kept in (("short", "short"), (" short ", "short"), ("other", "other")):
        next(each for each in app.text_input if each.label == "What it is for").set_value(typed).run()
        save = button(app, "Save")
        if not save.disabled:
            save.click().run()
        assert not app.exception
        assert library.templates("grid")["mine"].description == kept


def test_names_and_words_cannot_write_markup(page: Page, jobs: Jobs, library: Library) -> None:
    """A hostile study, description and complaint reach no element that would render them."""
    library.save("grid", replace(MINE, texts=(HOSTILE,), description=HOSTILE), None)
    finished(jobs, name=HOSTILE, template={"name": "mine", "text": HOSTILE})
    (library.folder / "grid" / "b.yaml").write_text(f"text: '{{{HOSTILE}}}'\n", encoding="utf-8")

    for called in ("mine", "b"):
        app = page("templates", called=called)
        assert not app.exception
        assert HOSTILE not in texts(app)
    assert HOSTILE not in str(page("walk", template="mine").selectbox(key="template").help)


def test_a_template_of_one_s_own_is_picked_on_walk_and_its_settings_come_back(
    page: Page, store: Store, library: Library
) -> None:
    """The study holds the words and their name; used again after the file changed, it asks the same words."""
    stamp = library.save("grid", MINE, None).stamp
    app = page()
    app.multiselect(key="models").set_value(["ideal"]).run()
    app.selectbox(key="template").set_value("mine").run()
    button(app, "Run").click().run()
    first = jobs_of(store).all()[0].study
    assert first.prompt_template.name == f"mine (version {version_of(MINE)})"
    assert first.prompt_template.texts == MINE.texts
    jobs_of(store).all()[0].wait(timeout_s=60)

    library.save("grid", CHANGED, stamp)
    again = page(study=first.name)
    button(again, "Use these settings").click().run()
    button(again, "Run").click().run()

    second = next(job.study for job in jobs_of(store).all() if job.study.name != first.name)
    assert second.template == first.template
    assert not again.exception
    stop_all(store)


def test_a_changed_file_is_what_walk_asks_next(page: Page, store: Store, library: Library) -> None:
    """No control holds on to words that the file no longer has; a deleted one leaves the usual template."""
    stamp = library.save("grid", MINE, None).stamp
    app = page()
    app.selectbox(key="template").set_value("mine").run()
    stamp = library.save("grid", CHANGED, stamp).stamp
    app.run()
    assert CHANGED.text in [each.value for each in app.text_area]

    library.delete("grid", "mine", stamp)
    app.run()
    assert not app.exception
    assert app.selectbox(key="template").value == "memoryless"


def test_templates_are_offered_where_they_can_be_filled(page: Page, library: Library) -> None:
    """One that asks for many results has no place among tosses that are shown."""
    library.save("series", Template("many", ("{flips} results, {action}.",)), None)
    library.save("series", Template("one", ("{results} next?",)), None)

    assert "many" not in page("draws").selectbox(key="template_series").options
    assert "one" in page("draws").selectbox(key="template_series").options
    flips = page("draws").selectbox(key="experiment").set_value("sequence").run()
    assert "many" in flips.selectbox(key="template_series").options


@pytest.mark.parametrize("name", list(processes))
def test_a_state_is_reached_without_a_model(name: str) -> None:
    """Zero steps are the start; a walk of ten has taken ten; the same seed comes to the same state."""
    process = make_process(name, {})

    assert stood(process, 3, 1) == stood(process, 3, 1)
    assert stood(process, 0, 1) == process.start(chance(1, 0, 0))
    assert set(process.variables) <= set(process.view(stood(process, 3, 0)))
    if name == "grid":
        assert [stood(process, t, 0)["t"] for t in (0, 1, 10)] == [0, 1, 10]
        assert len({(stood(process, 10, seed)["x"], stood(process, 10, seed)["y"]) for seed in range(20)}) > 1
