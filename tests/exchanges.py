"""A question put to a model of any provider whose server stands here: what went out, and what is refused before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from servers import Server, ollama_server, openai_server

from lmwalk.errors import UnsupportedError
from lmwalk.models._failures import Target
from lmwalk.models.providers import ProviderModel
from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.types import Prompt, Reply, Sampling, Sent

GRID = Grid()
QUESTION = Prompt("Where to?", None, GRID, {"t": 0, "x": 0, "y": 0, "moves": []})
PLAIN = {"model", "messages", "contents", "stream", "usage"}
OWN_FORMS = ("ollama_chat", "anthropic", "gemini")
"""Providers that do not ask under an address that ends in /v1."""


@contextmanager
def asked(name: str) -> Iterator[tuple[ProviderModel, Server]]:
    """A model of any provider whose questions go to a server here."""
    provider, _, model = name.partition("/")
    with (ollama_server if provider in OWN_FORMS else openai_server)(lambda _: "UP") as server:
        yield ProviderModel(Target(name, provider, model, server.url, "sk-here-and-nowhere-else")), server


def exchange(name: str, sampling: Sampling, question: Prompt = QUESTION) -> tuple[dict[str, Any], Sent, Reply]:
    """The body that went out without the question itself, what was announced, and the reply."""
    with asked(name) as (model, server):
        sent = model.accepts(sampling, drop=False)

        async def put() -> Reply:
            try:
                return await model.reply(question, sampling, 7, nullcontext())
            finally:
                await model.close()

        reply = asyncio.run(put())
    body = server.requests[-1].body
    return {key: value for key, value in body.items() if key not in PLAIN}, sent, reply


def must_be_refused_or_noted(name: str, field: str, value: Any, accepted: str) -> None:
    """A setting that a model cannot be told is refused with what it accepts, or left out with a note."""
    if name.partition("/")[0] in ("builtin", "simulated", "ideal"):
        model: Any = open_model(name)
    else:
        with asked(name) as (model, _):
            pass
    sampling = Sampling(1.0, **{field: value})
    with pytest.raises(UnsupportedError) as caught:
        model.accepts(sampling, drop=False)

    assert f"{name} cannot be asked with {field}={value}" in str(caught.value)
    assert accepted in str(caught.value)
    noted = model.accepts(sampling, drop=True)
    assert noted.parameters == model.accepts(Sampling(1.0), drop=True).parameters
    assert any(note.startswith(f"{field}={value} is not sent") for note in noted.notes)
