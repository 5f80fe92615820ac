"""A wrong address is suspected before a missing model: what would work is looked for, found, and said at once."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path

import pytest
from servers import Server, ollama_server, openai_server, web_page_server

from lmwalk.errors import InputError, PermanentError
from lmwalk.models import endpoint
from lmwalk.models._addresses import candidates
from lmwalk.models._endpoints import meant
from lmwalk.models._http import stays_within
from lmwalk.models._listing import offers
from lmwalk.registry import open_model
from lmwalk.sampler_probe.asking import prompts
from lmwalk.types import Sampling

KEY = "correct-horse-battery-1"


def failure(name: str, times: int = 1, home: Path = Path()) -> str:
    """What is said where a question fails for good."""

    async def asked() -> str:
        model = open_model(name, home)
        try:
            questions = (model.reply(prompts()[0], Sampling(), 1, nullcontext()) for _ in range(times))
            problems = await asyncio.gather(*questions, return_exceptions=True)
        finally:
            await model.close()
        assert {type(problem) for problem in problems} == {PermanentError}
        assert len(set(map(str, problems))) == 1
        assert all(problem.__context__ is None for problem in problems if isinstance(problem, PermanentError))
        return str(problems[0])

    return asyncio.run(asked())


def lists(server: Server) -> list[str]:
    return [request.path for request in server.requests if request.path not in {q.path for q in server.questions}]


@pytest.mark.parametrize(
    "path", ["", "/", "/v1/chat/completions", "/v1/completions", "/v1/models", "/api", "/v1/v1", "/chat/completions"]
)
def test_the_address_that_works_is_found(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """However a server's address was mistaken, the sentence holds the right one and the variable it belongs in."""
    with openai_server() as server:
        root = server.url.removesuffix("/v1")
        monkeypatch.setenv("OPENAI_BASE_URL", root + path)
        said = failure("openai/tiny")

    assert f"Models are listed at {root}/v1: set OPENAI_BASE_URL={root}/v1." in said
    assert said.startswith("openai/tiny: ")
    assert said.isprintable()


@pytest.mark.parametrize("path", ["/v1", "/api", "/api/tags"])
def test_ollamas_own_address_is_found(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A path behind Ollama's address is one too many."""
    with ollama_server() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url + path)
        said = failure("ollama/tiny")

    assert f"set OLLAMA_HOST={server.url}." in said


def test_probabilities_speak_of_ollamas_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are asked for behind its other interface, which no user has to know."""

    async def main() -> str:
        model = open_model("ollama/tiny")
        with pytest.raises(PermanentError) as caught:
            await model.distribution(prompts()[0], ("UP", "DOWN"), nullcontext())
        await model.close()
        return str(caught.value)

    with ollama_server() as server:
        monkeypatch.setenv("OLLAMA_HOST", f"{server.url}/v1")
        assert f"set OLLAMA_HOST={server.url}." in asyncio.run(main())


def test_a_server_of_the_other_language_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What speaks OpenAI's language alone is no Ollama; the sentence says how it is asked."""
    with openai_server() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        said = failure("ollama/tiny")

    assert f"ask it as openai/tiny, with OPENAI_BASE_URL={server.url}." in said


def test_a_web_page_leads_to_the_address_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that comes with HTTP 200, as a chat program sends for every address, is no answer and no cut one."""
    with web_page_server() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        said = failure("openai/tiny")

    assert f"set OPENAI_BASE_URL={server.url}/v1." in said


def test_an_endpoint_is_told_what_its_address_is_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of models, and the question, both find it; the sentence speaks of the endpoint."""
    monkeypatch.setenv("LAB_KEY", KEY)
    with openai_server() as server:
        wrong = endpoint.made("lab", server.url.removesuffix("/v1"), "LAB_KEY")
        endpoint.add(tmp_path, wrong)
        (offer,) = endpoint.listed(wrong)
        said = failure("endpoint/lab/tiny", home=tmp_path)

    assert f"models are listed at {server.url}: remove it, and add it with that address" in offer.detail
    assert f"Models are listed at {server.url}: make that the address of the endpoint lab." in said
    assert KEY not in said + offer.detail


def test_the_lists_of_models_name_the_address_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any question is asked, too."""
    with ollama_server() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OLLAMA_HOST", f"{server.url}/v1")
        details = {offer.group: offer.detail for offer in offers()}

    assert f"set OPENAI_BASE_URL={server.url}/v1, where models are listed" in details["OpenAI-compatible"]
    assert f"set OLLAMA_HOST={server.url}, where models are listed" in details["Ollama"]


def test_it_is_looked_for_once_and_on_that_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight questions that fail at once ask for the lists once; a handful of requests, each to the same server."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with openai_server() as server:
        root = server.url.removesuffix("/v1")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{root}/v2/chat/completions")
        failure("openai/tiny", times=8)
        asked_for = lists(server)

    assert asked_for == ["/v1/models"]  # the others are no routes of this server
    assert 3 <= len(candidates(f"{root}/v2/chat/completions")) <= 6
    for url in ("http://me:pw@host:81/a/v1/chat", "https://host", "http://[::1]:8000/api"):
        assert all(
            stays_within(url.replace("me:pw@", ""), place.url.replace("me:pw@", "")) for place in candidates(url)
        )


def test_a_missing_model_is_not_taken_for_a_wrong_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the server's words name the model nothing else is asked; where they do not, its models are told."""
    with openai_server(models=("one", "two")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        server.fail("404")
        assert "knows no model 'tiny'" in failure("openai/tiny")
        assert not lists(server)
        server.heal()
        server.refuse = lambda _: (404, {"detail": "Not Found"})
        said = failure("openai/tiny")

    assert said.endswith("It lists: one, two.")


def test_a_server_without_lists_is_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is found, what the address may lack is said."""
    with openai_server() as server:
        server.fail("404", everywhere=True)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url.removesuffix("/v1"))
        assert "Its address may have to end in /v1." in failure("openai/tiny")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("127.0.0.1:8711/v1", "http://127.0.0.1:8711/v1"),
        ("localhost:8000/v1/chat/completions", "http://localhost:8000/v1"),
        ("'http://gpu-box:8000/v1", "http://gpu-box:8000/v1"),
        ("\u201chttp://localhost:8000/v1\u201d", "http://localhost:8000/v1"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("me:hunter22@host:80", ""),
        ("sk-abcdef0123456789", ""),
        ("x y", ""),
    ],
)
def test_an_address_without_its_beginning_is_asked_back(monkeypatch, tmp_path: Path, written: str, url: str) -> None:
    """No scheme, half a quote, curly ones: what was meant is asked; where a secret could be in it, nothing is said."""
    assert meant(written) == (f" Did you mean {url}?" if url else "")
    monkeypatch.setenv("OPENAI_BASE_URL", written)
    for use in (lambda: open_model("openai/tiny"), lambda: endpoint.made("lab", written)):
        with pytest.raises(InputError, match="http:// or https://") as caught:
            use()
        assert str(caught.value).endswith(f"Did you mean {url}?" if url else ".")
        assert "hunter22" not in str(caught.value)
