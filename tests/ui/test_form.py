"""The controls: whose settings they show, which models they list, and what they say of what is not seen."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.store import Store
from lmwalk.types import Offer
from lmwalk.ui.families.family import families, first_family
from lmwalk.ui.parts.form.conditions import listed, unanswered, unsuited
from lmwalk.ui.shell.link import STUDY
from tests.scripted import finished
from tests.ui.conftest import Page, button, stop_all, texts

SERVERS = [Offer("ollama/b", True, "", "Ollama"), Offer("endpoint/gpu/...", False, "gpu: nothing answers", "gpu")]
OFFERS = [
    Offer("simulated/mover", True, "", "controls", ("chain",)),
    Offer("ideal", True, "", "controls", ("walk", "draw")),
    Offer("builtin/tiny", True, "", "built in", ("walk", "draw")),
    Offer("mistral/...", False, "MISTRAL_API_KEY is not set", "providers"),
    *SERVERS,
]


def shown(app: AppTest) -> tuple[list[str], list[str], int, int]:
    """Models, temperatures, steps and trajectories of the controls."""
    lists = (sorted(app.multiselect(key=key).value) for key in ("models", "temperatures"))
    return (*map(list, lists), app.number_input(key="steps").value, app.number_input(key="walks").value)


def test_the_controls_show_the_study_on_the_stage_until_they_are_changed(page: Page, jobs: Jobs) -> None:
    """An address that names a study sets them; another study brings its own, but not where somebody typed."""
    finished(jobs, name="old", models=["ideal"], temperatures=[0.5, 0.1], steps=7, params={"rules": "legacy"})
    finished(jobs, name="new", models=["simulated/biased"], steps=4)

    app = page(study="old")
    assert shown(app) == (["ideal"], ["0.1", "0.5"], 7, 2)
    assert "Set under More: rules legacy." in texts(app)

    app.query_params[STUDY] = "new"
    app.run()
    assert shown(app) == (["simulated/biased"], ["1"], 4, 2)

    app.number_input(key="steps").set_value(9).run()
    app.query_params[STUDY] = "old"
    app.run()
    assert shown(app) == (["simulated/biased"], ["1"], 9, 2)


def test_what_is_set_under_more_is_set_back_with_one_press(page: Page, jobs: Jobs) -> None:
    """What stands in the row stays."""
    finished(jobs, name="old", steps=7, params={"rules": "legacy"}, sampler="provider-default")
    app = page(study="old")

    button(app, "Set back").click().run()

    assert "Set under More" not in texts(app)
    assert app.selectbox(key="sampler").value == "temperature-only"
    assert shown(app)[2] == 7


def test_the_button_of_an_empty_page_runs_what_is_set_above(page: Page, store: Store) -> None:
    """Once the controls were changed, it is theirs."""
    app = page(models="simulated/biased")

    button(app, "Run what is set above").click().run()

    assert [job.study.models for job in jobs_of(store).all()] == [("simulated/biased",)]
    stop_all(store)


def test_a_name_without_its_beginning_is_written_in_full_with_one_press(page: Page) -> None:
    """The name that was meant is offered in the place of the forms that are accepted."""
    app = page(models="gemma2:9b")
    assert "Accepted" not in texts(app)

    button(app, r"ollama\/gemma2\:9b").click().run()

    assert list(app.multiselect(key="models").value) == ["ollama/gemma2:9b"]


def test_models_on_servers_come_first_and_simulations_that_suit_last() -> None:
    """No list offers a model that cannot answer the questions of its page."""
    assert listed(OFFERS, first_family()) == ["ollama/b", "builtin/tiny", "ideal"]
    assert listed(OFFERS, families()["chain"])[0] == "ollama/b"
    assert "ideal" not in listed(OFFERS, families()["chain"])
    assert unsuited(OFFERS, ["builtin/tiny", "ollama/b"], families()["chain"]) == ["builtin/tiny"]


def test_a_silent_server_is_named_where_it_matters() -> None:
    """Where its model is chosen, or no other server answers."""
    assert unanswered(OFFERS, ["ollama/b"]) == []
    assert unanswered(OFFERS, ["endpoint/gpu/x"]) == ["gpu: nothing answers"]
    assert unanswered([*OFFERS[:4], SERVERS[1]], ["builtin/tiny"]) == ["gpu: nothing answers"]
