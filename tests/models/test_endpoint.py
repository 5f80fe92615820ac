"""Servers of the user's own: what may stand in the list, what is offered of them, and that no key is let out."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path

import pytest
from servers import openai_server

from lmwalk.errors import InputError, ModelError
from lmwalk.models import discovery, endpoint
from lmwalk.registry import open_model
from lmwalk.sampler_probe.asking import prompts
from lmwalk.study import Study
from lmwalk.types import Offer, Sampling

KEY = "correct-horse-battery-staple"
HOSTILE = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](http://x)", "a\u202eb", "")


def offered(home: Path) -> dict[str, Offer]:
    return {offer.name: offer for offer in discovery.offers(home) if offer.name.startswith("endpoint")}


def test_what_is_added_is_listed_until_it_is_removed(tmp_path: Path) -> None:
    """The list is a plain file of names, addresses and names of variables."""
    lab = endpoint.made(" lab ", "http://localhost:8000/v1/", "LAB_KEY")
    endpoint.add(tmp_path, lab)
    endpoint.add(tmp_path, endpoint.made("home", "https://10.0.0.2/v1"))

    assert endpoint.read(tmp_path) == [lab, endpoint.made("home", "https://10.0.0.2/v1")]
    assert lab.url == "http://localhost:8000/v1"
    with pytest.raises(InputError, match="already"):
        endpoint.add(tmp_path, lab)

    endpoint.remove(tmp_path, "lab")

    assert [each.name for each in endpoint.read(tmp_path)] == ["home"]
    with pytest.raises(InputError, match="no endpoint called 'lab'"):
        endpoint.remove(tmp_path, "lab")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("", "http://x"), "name: "),
        (("a b", "http://x"), "name: "),
        (("a/b", "http://x"), "name: "),
        (("lab", "localhost:8000"), "http:// or https://"),
        (("lab", "file:///etc/passwd"), "http:// or https://"),
        (("lab", "http://"), "http:// or https://"),
        (("lab", "http://x:port"), "http:// or https://"),
        (("lab", "http://x", "LAB KEY"), "name of an environment variable"),
        (("lab", "http://x", "1KEY"), "name of an environment variable"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(parts: tuple[str, ...], said: str) -> None:
    """Which part, and what is accepted."""
    with pytest.raises(InputError, match=said):
        endpoint.made(*parts)


@pytest.mark.parametrize(
    "parts",
    [
        ("lab", "http://x", "sk-0123456789abcdef"),
        ("lab", "http://x", "gsk_0a1b2c3d4e5f6g7h8i9j"),
        ("lab", "http://x", "aB3dE5gH7jK9mN1pQ3sT5vX7"),
        ("lab", "http://x", "AKIAIOSFODNN7EXAMPLE"),
        ("lab", "http://x", KEY),
        ("sk-0123456789abcdef", "http://x", ""),
        ("lab", "http://me:sk-0123456789abcdef@x", ""),
        ("lab", "http://x?key=sk-0123456789abcdef", ""),
    ],
)
def test_a_key_in_a_wrong_place_is_refused_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: tuple[str, str, str]
) -> None:
    """Whoever pastes a key where a name belongs is told, and the key is nowhere."""
    monkeypatch.setenv("LAB_KEY", KEY)
    with pytest.raises(InputError) as refused:
        endpoint.made(*parts)

    assert not any(part in str(refused.value) for part in ("0123456789", "0a1b2c", "aB3dE5", "AKIA", KEY))
    (tmp_path / endpoint.FILE).write_text(f"- {{name: lab, url: 'http://x', key: '{parts[2] or parts[1]}'}}")
    with pytest.raises(InputError, match="entry 1") as refused:
        endpoint.read(tmp_path)
    assert not any(part in str(refused.value) for part in ("0123456789", "0a1b2c", "aB3dE5", "AKIA", KEY))


@pytest.mark.parametrize("name", ["LAB_KEY", "HF_API_TOKEN", "KEY_OF_OPENAI", "OPENAI_API_KEY_2", "token", "Lab_Pw"])
def test_usual_names_of_variables_are_accepted(name: str) -> None:
    """A name of a variable is not taken for a key."""
    assert endpoint.made("lab", "http://x", name).key_env == name


@pytest.mark.parametrize("text", ["[", "lab: 1", "- 1", "- {name: lab}", "- {name: 1, url: http://x}"])
def test_a_broken_list_is_a_sentence_and_hides_no_other_model(tmp_path: Path, text: str) -> None:
    """A list that somebody broke becomes one line among the offers."""
    (tmp_path / endpoint.FILE).write_text(text)

    found = offered(tmp_path)

    assert list(found) == ["endpoint/..."]
    assert "Accepted" in found["endpoint/..."].detail or "accepted" in found["endpoint/..."].detail
    assert any(offer.name == "ideal" for offer in discovery.offers(tmp_path))


def test_a_server_is_asked_for_its_models_with_the_key_of_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its models are offered under its name; the key goes to the server and into no offer."""
    monkeypatch.setenv("LAB_PW", KEY)
    with openai_server(models=("tiny", *HOSTILE)) as server:
        endpoint.add(tmp_path, endpoint.made("lab", server.url, "LAB_PW"))
        found = offered(tmp_path)

    assert found["endpoint/lab/tiny"] == Offer("endpoint/lab/tiny", True, server.url, "endpoint/lab")
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert not any(KEY in str(offer) for offer in found.values())
    assert all(name.isprintable() for name in found)
    assert not found["endpoint/lab/<img src=x onerror=alert(1)>"].available


def test_a_dead_server_gives_the_reason(tmp_path: Path) -> None:
    """Nothing answers: one line says where, and the others are offered."""
    endpoint.add(tmp_path, endpoint.made("gone", "http://127.0.0.1:9/v1"))

    assert offered(tmp_path)["endpoint/gone/..."].detail == "gone: nothing answers at http://127.0.0.1:9/v1"


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    """Neither the list nor a question goes out without the key that the endpoint needs."""
    endpoint.add(tmp_path, endpoint.made("lab", "http://127.0.0.1:9/v1", "LAB_PW"))

    assert "LAB_PW is not set" in offered(tmp_path)["endpoint/lab/..."].detail
    with pytest.raises(InputError, match="LAB_PW is not set"):
        open_model("endpoint/lab/tiny", tmp_path)


def test_a_study_names_the_endpoint_and_runs_wherever_one_is_listed(tmp_path: Path) -> None:
    """The study is valid anywhere; opening its model says how to add an endpoint that is missing."""
    study = Study.of(name="s", process="grid", models=["endpoint/lab/org/tiny:7b"])
    with pytest.raises(InputError, match="lmwalk models add lab URL"):
        open_model(study.models[0], tmp_path)
    with openai_server(lambda _: "UP") as server:
        endpoint.add(tmp_path, endpoint.made("lab", server.url))

        async def ask() -> str:
            model = open_model(study.models[0], tmp_path)
            try:
                return (await model.reply(prompts()[0], Sampling(), 1, nullcontext())).text
            finally:
                await model.close()

        assert asyncio.run(ask()) == "UP"
    assert server.questions[0].body["model"] == "org/tiny:7b"


@pytest.mark.parametrize("name", ["endpoint/lab", "endpoint//x", "endpoint/lab/", "endpoint/lab/a b"])
def test_a_name_that_is_not_whole_is_refused(name: str) -> None:
    """The sentence gives the form."""
    with pytest.raises(InputError, match="endpoint/NAME/MODEL"):
        open_model(name)


def test_a_server_that_repeats_the_key_does_not_get_it_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the variable is called, its value is taken out of what the server says."""
    monkeypatch.setenv("LAB_PW", KEY)

    async def ask() -> None:
        model = open_model("endpoint/lab/tiny", tmp_path)
        try:
            await model.reply(prompts()[0], Sampling(), 1, nullcontext())
        finally:
            await model.close()

    with openai_server() as server:
        endpoint.add(tmp_path, endpoint.made("lab", server.url, "LAB_PW"))
        server.fail("echo")
        with pytest.raises(ModelError, match="Check LAB_PW") as failure:
            asyncio.run(ask())

    assert KEY not in str(failure.value)
