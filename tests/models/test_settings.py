"""What a user has set: keys and addresses that cannot be right are named before anything is asked, never repeated."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import quote

import pytest
from servers import ollama_server, openai_server

from lmwalk.errors import InputError, PermanentError
from lmwalk.models import endpoint
from lmwalk.models._bodies import read, whole_letters
from lmwalk.models._endpoints import ollama_url, openai_url
from lmwalk.models._http import stays_within
from lmwalk.models._keys import NO_KEY, hider, key_of
from lmwalk.models._listing import offers
from lmwalk.registry import open_model
from lmwalk.sampler_probe.asking import prompts
from lmwalk.types import Reply, Sampling

KEY = "correct-horse-1"


def ask(name: str) -> Reply:
    async def asked() -> Reply:
        model = open_model(name)
        try:
            return await model.reply(prompts()[0], Sampling(), 1, nullcontext())
        finally:
            await model.close()

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("sk-caf\u00e9-12345", "beyond ASCII"),
        ("sk\u20131234567890", "beyond ASCII"),
        ("\u201csk-1234567890\u201d", "beyond ASCII"),
        ("sk-1234\n567890", "a blank or a line break"),
        ("Bearer sk-1234567890", "a blank or a line break"),
        ("sk-1234\x07567890", "a control sign"),
    ],
)
def test_a_key_that_cannot_be_sent_is_named_before_the_first_question(monkeypatch, tmp_path: Path, key, wrong) -> None:
    """The variable and what is wrong are said, the key is not; no server is blamed for what it never saw."""
    endpoint.add(tmp_path, endpoint.made("lab", "http://127.0.0.1:9/v1", "LAB_KEY"))
    for variable, name in (("OPENAI_API_KEY", "openai/tiny"), ("LAB_KEY", "endpoint/lab/tiny")):
        monkeypatch.setenv(variable, key)
        with pytest.raises(InputError) as caught:
            open_model(name, home=tmp_path)

        assert str(caught.value).startswith(f"The key in {variable} cannot be sent: ")
        assert wrong in str(caught.value)
        assert key[:6] not in str(caught.value)
    found = {offer.name: offer for offer in [*offers(), *endpoint.listed(endpoint.read(tmp_path)[0])]}
    assert wrong in found["openai/..."].detail
    assert wrong in found["endpoint/lab/..."].detail
    assert "ANTHROPIC_API_KEY is not set" in found["anthropic/..."].detail


@pytest.mark.parametrize("around", ["{}\n", " {} ", '"{}"', "'{}'", '" {} "\r\n'])
def test_blanks_and_quotes_around_a_value_are_no_part_of_it(monkeypatch, around) -> None:
    """What a shell or an .env file left around a key or an address is taken off without a word."""
    monkeypatch.setenv("OPENAI_API_KEY", around.format("sk-1234567890"))
    monkeypatch.setenv("OPENAI_BASE_URL", around.format("http://127.0.0.1:8711/v1/"))
    monkeypatch.setenv("OLLAMA_HOST", around.format("127.0.0.1:8711"))

    assert key_of("openai") == "sk-1234567890"
    assert openai_url() == "http://127.0.0.1:8711/v1"
    assert ollama_url() == "http://127.0.0.1:8711"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8711/v1", "localhost:8711/v1", "http://", "http://[::1", "http://a:b", "x y"]
)
def test_an_address_that_is_none_is_named(monkeypatch, url) -> None:
    """A base URL has to begin with http:// or https://; the sentence names the variable and an example."""
    monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/secret")
    with pytest.raises(
        InputError, match=r"^OPENAI_BASE_URL holds no address\. Accepted: .* http://localhost"
    ) as caught:
        open_model("openai/tiny")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["http://[::1", "a:b", "ftp://x", "http://a b"])
def test_a_host_that_ollama_could_not_read_is_named(monkeypatch, host) -> None:
    """No traceback: the variable, and what is accepted."""
    monkeypatch.setenv("OLLAMA_HOST", host)
    with pytest.raises(InputError, match=r"^OLLAMA_HOST holds no address"):
        open_model("ollama/tiny")
    assert "OLLAMA_HOST holds no address" in next(offer.detail for offer in offers() if offer.group == "Ollama")


def test_a_known_key_is_hidden_in_every_usual_spelling(monkeypatch) -> None:
    """Plain, escaped, in an address, packed as a password is; also a password that stands in the server's address."""
    key = 'pa"ss/word+1'
    hidden = hider(key, "http://me:hunter%2F22x@host/v1")
    packed = b64encode(b"me:hunter/22x").decode()

    for spelt in (key, 'pa\\"ss/word+1', quote(key, safe=""), b64encode(key.encode()).decode(), packed, "hunter/22x"):
        assert hidden(f"a {spelt} b") == "a [hidden] b"


def test_a_key_among_the_tokens_is_hidden(monkeypatch) -> None:
    """What a server lists beside an answer is what it said, too."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    async def listed() -> list[str]:
        model = open_model("openai/tiny")
        tokens = await model.first_tokens(prompts()[0], nullcontext())
        await model.close()
        return [token for token, _ in tokens]

    with openai_server(probabilities={"UP": 0.6, f" {KEY}": 0.4}) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert asyncio.run(listed()) == ["UP", " [hidden]"]


@pytest.mark.parametrize("key", ["none", "sk", "EMPTY", NO_KEY, ""])
def test_words_that_stand_in_for_a_key_hide_nothing(key) -> None:
    """A server of one's own is given any word for a key; answers that hold that word stay as they are."""
    text = f"The answer is none, not EMPTY, sk or {NO_KEY}."
    assert hider(key)(text) == text


def test_what_is_no_key_is_kept_word_for_word() -> None:
    """Nothing else of an answer is touched."""
    body = (
        '{"content": "sk-like words, Bearer of news,\\u00e9\\n\\ud83d\\ude00 \\u0000 0123456789abcdef0123456789abcdef"}'
    )
    text = "sk-like words, Bearer of news,\xe9\n\U0001f600 \0 0123456789abcdef0123456789abcdef"

    assert read(body.encode(), hider(KEY)) == {"content": text}
    assert whole_letters(text) == text


def test_a_server_that_is_no_ollama_is_told_from_a_missing_model(monkeypatch) -> None:
    """A 404 for Ollama's own page says how such a server is asked."""
    with openai_server() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url.removesuffix("/v1"))
        with pytest.raises(PermanentError, match=r"OpenAI's language answers at .*/v1: ask it as openai/tiny, with"):
            ask("ollama/tiny")
    with ollama_server() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        server.fail("404")
        with pytest.raises(PermanentError, match="ollama pull tiny"):
            ask("ollama/tiny")


@pytest.mark.parametrize(
    ("url", "target", "stays"),
    [
        ("http://a/v1", "http://a/v1/", True),
        ("http://a:8000/v1", "http://a:8000/x", True),
        ("http://a/v1", "https://a/v1", True),
        ("http://a:8000/v1", "https://a:8000/v1", True),
        ("https://a/v1", "http://a/v1", False),
        ("http://a:8000/v1", "http://a:8001/v1", False),
        ("http://a:8000/v1", "https://a/v1", False),
        ("http://a/v1", "http://b/v1", False),
        ("http://a/v1", "http://a.b/v1", False),
        ("http://a/v1", "http://me:x@a/v1", False),
        ("http://a/v1", "file:///etc/passwd", False),
    ],
)
def test_a_key_stays_with_its_server(url: str, target: str, stays: bool) -> None:
    """Same scheme, host and port, or http made safe by https: anything else is another server."""
    assert stays_within(url, target) == stays
