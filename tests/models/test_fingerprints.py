"""What tells a server's model from another that has the same name."""

from __future__ import annotations

from typing import Any

import pytest

from lmwalk.models import _fingerprints
from lmwalk.models._failures import Target
from lmwalk.models._fingerprints import fingerprint_of

OLLAMA = Target("ollama/gemma2", "ollama_chat", "gemma2", "http://localhost:11434", None)
OWN = Target("openai/tiny", "openai", "tiny", "http://localhost:8080/v1", None)


def told(monkeypatch: pytest.MonkeyPatch, target: Target, answer: Any) -> str | None:
    """The fingerprint where the server's list is this."""
    monkeypatch.setattr(_fingerprints, "fetched", lambda url, key: answer)
    return fingerprint_of(target)


def test_ollamas_is_the_digest_of_the_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the tag that is asked, ``latest`` where none is named."""
    models = [{"name": "gemma2:9b", "digest": "b" * 64}, {"name": "gemma2:latest", "digest": "sha256:" + "a" * 64}]

    assert told(monkeypatch, OLLAMA, {"models": models}) == "a" * 12


def test_a_server_of_ones_own_is_told_by_what_it_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one model of llama.cpp under any name; when it was started is no part of it, which weights it has is."""

    def one(path: str, created: int) -> str | None:
        entry = {"id": path, "created": created, "meta": {"n_params": 7}}
        return told(monkeypatch, OWN, {"data": [entry]})

    assert one("a.gguf", 1) == one("a.gguf", 2) is not None
    assert one("a.gguf", 1) != one("b.gguf", 1)
    assert told(monkeypatch, OWN, {"data": [{"id": "a"}, {"id": "b"}]}) is None


@pytest.mark.parametrize("answer", [None, {}, {"data": [{}]}, {"models": [None]}, [], {"data": None}, "text"])
@pytest.mark.parametrize("target", [OLLAMA, OWN, Target("groq/x", "groq", "x", None, None)])
def test_what_is_no_list_says_nothing(monkeypatch: pytest.MonkeyPatch, target: Target, answer: Any) -> None:
    """Whatever a server writes, nothing is raised."""
    assert told(monkeypatch, target, answer) is None
