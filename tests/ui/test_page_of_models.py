"""The page of models: what it lists, what it refuses, what it says of a sampler."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers import openai_server
from streamlit.testing.v1 import AppTest

from lmwalk.models import endpoint
from lmwalk.sampler_probe import Size
from lmwalk.sampler_probe.background import probings_of
from lmwalk.store import Store
from tests.ui.conftest import Page, button, texts

SECRET = "sk-0123456789abcdefghij"


def add(app: AppTest, name: str, url: str, key_env: str = "") -> AppTest:
    for field, value in (("name", name), ("url", url), ("key_env", key_env)):
        app.text_input(key=f"endpoint_{field}").set_value(value)
    return button(app, "Add this server").click().run()  # type: ignore[attr-defined, no-any-return]


def listed(app: AppTest) -> dict[str, dict[str, object]]:
    return {row["model"]: row for row in app.dataframe[0].value.to_dict("records")}


def test_an_empty_page_says_who_can_be_asked_and_what_to_start(page: Page) -> None:
    """The built-in model is ready, Ollama is not and says how to start it, nothing is probed yet."""
    app = page("models")

    assert not app.exception
    assert listed(app)["builtin/tiny"]["ready"]
    assert "start it with 'ollama serve'" in str(listed(app)["ollama/..."]["about"])
    assert "has not been probed yet" in app.info[0].value
    assert "334 questions" in app.info[0].value


def test_a_server_is_added_its_models_are_listed_and_it_is_removed(page: Page, store: Store) -> None:
    """A running server's models stand in the table and in the list of models to probe; removing asks first."""
    with openai_server(models=("tiny",)) as server:
        app = add(page("models"), "lab", server.url)

        assert [each.name for each in endpoint.read(store.path.parent)] == ["lab"]
        assert listed(app)["endpoint/lab/tiny"]["ready"]
        assert "endpoint/lab/tiny" in app.selectbox(key="model").options
        assert "endpoint/lab/tiny" in page("walk").multiselect(key="models").options
        app.button(key="remove-lab").click().run()

    assert endpoint.read(store.path.parent) == []
    assert "endpoint/lab/tiny" not in listed(app)


def test_a_dead_server_is_a_sentence(page: Page, store: Store) -> None:
    """It stays on the list, with the reason why it has no models."""
    app = add(page("models"), "gone", "http://127.0.0.1:9/v1")

    assert "No key is sent." in texts(app)
    assert listed(app)["endpoint/gone/..."]["about"] == "gone: nothing answers at http://127.0.0.1:9/v1"


@pytest.mark.parametrize("field", ["key_env", "name", "url"])
def test_a_key_that_was_typed_is_refused_and_kept_nowhere(page: Page, store: Store, field: str) -> None:
    """The field is emptied, the sentence does not repeat it, and no file holds it."""
    typed = {"name": "lab", "url": "http://x", "key_env": ""}
    typed[field] = f"http://me:{SECRET}@x" if field == "url" else SECRET

    app = add(page("models"), **typed)

    assert "key" in app.error[0].value
    assert SECRET not in texts(app)
    assert app.text_input(key=f"endpoint_{field}").value == ""
    assert not any(SECRET.encode() in path.read_bytes() for path in Path(store.path.parent).iterdir() if path.is_file())


def test_a_list_that_somebody_broke_is_a_sentence(page: Page, store: Store) -> None:
    """The rest of the page is there."""
    (store.path.parent / endpoint.FILE).write_text("- {name: lab}")

    app = page("models")

    assert not app.exception
    assert "entry 1" in app.error[0].value
    assert app.dataframe


@pytest.mark.parametrize(
    ("model", "said", "told"),
    [("simulated/peaked", "is not what it is asked", "fails"), ("simulated/honest", "does what", "passes")],
)
def test_a_probe_is_shown_in_words(page: Page, store: Store, model: str, said: str, told: str) -> None:
    """The verdict, each check, and the latest probe in the table."""
    probings_of(store).start(model, Size(50)).wait(60)

    app = page("models", model=model)

    assert not app.exception
    assert said in texts(app)
    assert "Frequencies at T \\= 2" in texts(app)
    assert str(listed(app)[model]["sampler"]).startswith(told)


def test_a_probe_that_fails_says_why(page: Page, store: Store) -> None:
    """A model that cannot be had is a sentence, not an empty page."""
    probings_of(store).start("endpoint/none/tiny").wait(60)

    app = page("models", model="endpoint/none/tiny")

    assert "no endpoint called" in app.error[0].value
