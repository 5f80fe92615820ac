"""What can be asked now, and why not for the rest."""

from __future__ import annotations

import threading

import pytest
from servers import ollama_server, openai_server

from lmwalk.models import discovery
from lmwalk.models._listing import offers as provider_offers
from lmwalk.registry import backend_of
from lmwalk.types import Offer


def listed() -> dict[str, Offer]:
    return {offer.name: offer for offer in provider_offers()}


def test_ollamas_models_are_offered(monkeypatch) -> None:
    """Every model that a running Ollama lists can be asked under its full name."""
    with ollama_server(models=("gemma2:9b", "tiny:latest")) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        found = listed()

    assert found["ollama/gemma2:9b"] == Offer("ollama/gemma2:9b", True, server.url, "Ollama")
    assert found["ollama/tiny:latest"].available
    assert "ollama/..." not in found


def test_an_absent_ollama_says_what_to_start() -> None:
    """Where no Ollama answers, one line says where it was looked for and how to start it."""
    offer = listed()["ollama/..."]

    assert not offer.available
    assert offer.detail == "Ollama: nothing answers at http://127.0.0.1:9; start it with 'ollama serve'"


def test_an_ollama_without_models_says_how_to_get_one(monkeypatch) -> None:
    """An Ollama that holds no model is told apart from one that is not there."""
    with ollama_server(models=()) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)

        assert "ollama pull" in listed()["ollama/..."].detail


def test_an_openai_compatible_server_is_listed(monkeypatch) -> None:
    """With OPENAI_BASE_URL set, the models of that server are offered, and it is shown the key."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    with openai_server(models=("mine",)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        found = listed()

    assert found["openai/mine"].available
    assert server.requests[0].headers["Authorization"] == "Bearer sk-0123456789"
    assert not any("sk-0123456789" in offer.detail for offer in found.values())


def test_keys_decide_on_providers(monkeypatch) -> None:
    """A provider is available when its key is set; otherwise the missing variable is named."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-0123456789")
    found = listed()

    assert found["anthropic/..."].available
    assert found["openai/..."].detail == "openai: OPENAI_API_KEY is not set"
    assert not found["groq/..."].available


@pytest.mark.parametrize("fault", ["500", "401", "reset", "hang"])
def test_a_sick_server_gives_a_reason(monkeypatch, fault) -> None:
    """Whatever a server does when it is asked for its list, the rest is still offered."""
    with ollama_server(hang_s=5.0) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        server.fail(fault, everywhere=True)
        found = {offer.name: offer for offer in discovery.offers()}

    assert not found["ollama/..."].available
    assert server.url in found["ollama/..."].detail
    assert found["ideal"].available


@pytest.mark.parametrize("failure", [RuntimeError, OSError, KeyError])
def test_a_backend_that_fails_hides_no_other(failure) -> None:
    """An error in one backend becomes its line, without the error's text, and the others are offered."""

    def broken() -> list[Offer]:
        raise failure("secret")

    well = Offer("well", True)
    found = discovery.gathered({"broken": broken, "well": lambda: [well]})

    assert found == [Offer("broken/...", False, f"broken: {failure.__name__}", "broken"), well]


def test_a_backend_that_hangs_hides_no_other() -> None:
    """A backend that gives no answer in time becomes a line that says so."""
    release = threading.Event()
    well = Offer("well", True)
    found = discovery.gathered({"hung": lambda: [Offer("late", release.wait(30))], "well": lambda: [well]})
    release.set()

    assert found == [Offer("hung/...", False, "no answer within 1 s", "hung"), well]


def test_what_is_offered_can_be_named() -> None:
    """Every available model that is offered by its full name passes the check of its backend."""
    for offer in discovery.offers():
        if offer.available and not offer.name.endswith("/..."):
            backend_of(offer.name).check(offer.name)
