"""Settings of thoughts and answers in the controls, and held answers beside free ones on Compare."""

from __future__ import annotations

import pytest
from stored_study import told

from lmwalk.datasets.labels import labels
from lmwalk.jobs import jobs_of
from lmwalk.store import Store
from lmwalk.ui.parts.form.fill_form import form_settings, not_representable
from lmwalk.ui.parts.selection import label
from tests.ui.conftest import Page, button, stop_all, texts

SETTINGS = {"thinking": "low", "context": 4096, "answer": "json", "on_cut": "retry"}


@pytest.mark.usefixtures("impatient")
def test_settings_of_thoughts_and_answers_go_back_into_the_controls(page: Page, store: Store) -> None:
    """Run after Use these settings asks with the same thinking, context, form and room."""
    study = told(store, [["UP", "DOWN"]], temperatures=[1.0], name="mine", **SETTINGS)
    assert not_representable(study) == []
    app = page(study="mine")

    button(app, "Use these settings").click().run()  # type: ignore[attr-defined]
    button(app, "Run").click().run()  # type: ignore[attr-defined]

    started = jobs_of(store).all()[0].study
    assert {name: getattr(started, name) for name in SETTINGS} == SETTINGS
    assert "renormalises" in texts(app)
    stop_all(store)


@pytest.mark.parametrize("name", ["walk", "draws", "telephone"])
def test_every_page_has_the_settings_that_fit_its_answers(page: Page, name: str) -> None:
    """A form of the answer is offered where outcomes can be listed; texts have none."""
    app = page(name)
    known = {each.key for each in (*app.selectbox, *app.number_input)}

    assert {"thinking", "context", "on_cut"} <= known
    assert ("answer" in known) == (name != "telephone")


def test_what_was_never_set_is_the_default_again(store: Store) -> None:
    """A study without these settings puts the defaults back."""
    known = form_settings(told(store, [["UP"]]))

    assert [known[name] for name in SETTINGS] == ["default", None, "free", "keep"]


def test_compare_says_that_answers_were_held_and_lays_the_free_ones_beside(page: Page, store: Store) -> None:
    """The label names the form, a sentence says what it does, and both studies find each other."""
    free = told(store, [["UP", "up to chance"]], name="free")
    held = told(store, [["UP", "DOWN"]], name="held", answer="json")

    shown = texts(page("compare", study="held"))
    assert "renormalises" in shown
    assert "Free: free. Held: held." in shown
    assert "The same study was also asked with answers held" in texts(page("compare", study="free"))
    assert label(held.conditions()[0]).endswith("held (json)")
    assert list(labels(held).values()) == ["ollama/llama3.2:1b · held (json)"]
    assert list(labels(free).values()) == ["ollama/llama3.2:1b"]


def test_studies_that_differ_in_more_are_not_laid_beside_each_other(page: Page, store: Store) -> None:
    """Another seed is another study."""
    told(store, [["UP"]], name="free", seed=1)
    told(store, [["UP"]], name="held", answer="choice")

    shown = texts(page("compare", study="held"))

    assert "run the same study with answer: free" in shown
    assert "Free: free" not in shown
