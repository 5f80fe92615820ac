"""What every family of experiments has, and the controls that choose between processes of one."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.draws.pictures import PICTURES
from lmwalk.ui.families.family import families, first_family, free_name, noun_of, record_of
from lmwalk.ui.parts.form.extent import TIMES, how_many
from lmwalk.ui.parts.form.parameters import key_of, schema
from tests.ui.conftest import PAGES, Page, button, stop_all

WALKS = families()["walk"]


def controls(app: AppTest) -> set[str]:
    """The labels of all numbers that can be set."""
    return {each.label for each in app.number_input}


@pytest.mark.parametrize("name", list(processes))
def test_every_process_has_a_family_with_a_page(name: str) -> None:
    """Which lists it among its experiments, and whose own first one comes first."""
    family = record_of(name)

    assert name in family.processes
    assert family.processes[0] == family.process == family.first["process"]
    assert (PAGES.parent / family.page).is_file()


@pytest.mark.parametrize("name", [name for name in processes if processes[name].family == "draw"])
def test_every_draw_names_one_of_the_pictures(name: str) -> None:
    """A process says itself what its answers are drawn as."""
    assert processes[name]().picture in PICTURES


def test_no_two_controls_of_a_family_share_a_key() -> None:
    """But for the parameters that all of them have in common."""
    for family in families().values():
        own = [(name, field) for name in family.processes for field in schema(name)]
        keys = [key_of(name, field) for name, field in own if field not in family.shared_keys]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_trajectories_are_called_so_on_every_page(page: Page, family: object) -> None:
    """One word in the form, whatever a trajectory is called in sentences."""
    app = page(Path(family.page).stem)  # type: ignore[attr-defined]

    assert "Trajectories" in controls(app)
    assert not controls(app) & {"Seeds", "Repeats"}


def test_the_walk_page_begins_with_the_first_process_of_its_family(page: Page, store: Store) -> None:
    """Whatever else is offered beside it, Run without a change walks on the grid."""
    app = page()
    app.multiselect(key="models").set_value(["ideal"]).run()

    button(app, "Run").click().run()  # type: ignore[attr-defined]

    assert jobs_of(store).all()[0].study.process == WALKS.process
    stop_all(store)


def test_another_walk_is_set_up_with_its_own_parameters_and_words(page: Page, store: Store) -> None:
    """Choosing a process brings its controls under More, and a study keeps what they say."""
    app = page()
    app.multiselect(key="models").set_value(["ideal"])
    app.selectbox(key="process").set_value("ring").run()
    app.number_input(key="ring_sites").set_value(5).run()

    button(app, "Run").click().run()  # type: ignore[attr-defined]

    assert not app.exception
    study = jobs_of(store).all()[0].study
    assert (study.process, dict(study.params), study.prompt_template.name) == ("ring", {"sites": 5}, "memoryless")
    stop_all(store)


def test_settings_of_another_walk_fill_its_own_form(page: Page, jobs: Jobs, store: Store) -> None:
    """Use these settings on a ring's study asks for a ring again, never for a grid."""
    study = Study.of(name="ring", process="ring", params={"sites": 7}, models=["ideal"], steps=4, trajectories=2)
    jobs.start(study).wait(60)
    app = page(study="ring")

    button(app, "Use these settings").click().run()  # type: ignore[attr-defined]
    button(app, "Run").click().run()  # type: ignore[attr-defined]

    assert jobs_of(store).all()[0].study.model_copy(update={"name": "ring"}) == study
    stop_all(store)


def test_a_study_says_how_many_questions_it_asks_in_the_words_of_its_family() -> None:
    """Factors of one are left out, and one question is no product."""
    walks = Study.of(name="w", models=["ideal"], temperatures=[0.5, 1.0], trajectories=3, steps=10)
    one = Study.of(name="o", process="prior", template={"text": "?"}, models=["ideal"], trajectories=1, steps=1)

    assert how_many(walks) == f"60 questions: 2 temperatures {TIMES} 3 walks {TIMES} 10 questions each"
    assert how_many(one) == "1 question"
    assert how_many(Study.of(**walks.model_dump() | {"measurement": "probabilities"})).startswith(
        "at most 60 questions"
    )
    assert noun_of(walks).counted(1) == "1 walk"


def test_a_first_study_takes_a_name_that_is_free() -> None:
    """Numbers go on where studies leave off."""
    assert free_name("walk", {"walk 1", "walk 3"}) == "walk 2"
    assert first_family().first_study({"walk 1"}).name == "walk 2"
