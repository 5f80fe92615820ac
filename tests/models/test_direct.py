"""Servers of one's own are asked without LiteLLM, and nobody can tell: not the server, and not who reads the answer."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import wire_forms
from servers import Server, openai_server

from lmwalk.errors import ModelError
from lmwalk.models._direct import asked_directly
from lmwalk.models._failures import Target
from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.types import Distribution, Prompt, Reply, Sampling

KINDS = ("openai", "text-completion-openai")
OUTCOMES = ("UP", "DOWN")
CUTS = {"top_p": 0.9, "top_k": 5, "min_p": 0.1, "repeat_penalty": 1.1}
SETTINGS = (
    Sampling(),
    Sampling(0.0, max_tokens=5),
    Sampling(1.5, **CUTS),
    Sampling(0.7, thinking="high"),
    Sampling(1.0, answer="choice"),
    Sampling(1.0, answer="json"),
)
NAMES = ("tiny", "meta-llama/Llama-3", "openai/gpt-oss-20b", "gpt-4o-mini", "azure/a/b", "qwen3:4b@q4")
Asked = tuple[Any, list[Any]]


def prompt(system: str | None = None, prefill: str | None = None) -> Prompt:
    grid = Grid()
    return Prompt("Wohin, nach oben? \u2191", system, grid, {"t": 0, "x": 0, "y": 0, "moves": []}, prefill)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with openai_server(lambda _: "UP") as server:
        yield server


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server of one's own; the tests of this module share it."""
    monkeypatch.setenv("OPENAI_BASE_URL", running.url)
    running.verbatim = None
    return running


def said(name: str, sampling: Sampling = SETTINGS[0], question: Prompt | None = None) -> Reply | str:
    """The reply, without its seconds, or the error."""

    async def asked() -> Reply | str:
        model = open_model(name)
        try:
            reply = await model.reply(question or prompt(), sampling, 7, asyncio.Semaphore(1))
            return reply._replace(latency_s=0.0)
        except ModelError as problem:
            return f"{type(problem).__name__}: {problem}".replace("that LiteLLM can read", "that can be read")
        finally:
            await model.close()

    return asyncio.run(asked())


def scored(name: str, question: Prompt | None = None) -> Distribution:
    async def asked() -> Distribution:
        model = open_model(name)
        try:
            return await model.distribution(question or prompt(), OUTCOMES, asyncio.Semaphore(1))
        finally:
            await model.close()

    return asyncio.run(asked())


def both_ways(server: Server, monkeypatch: pytest.MonkeyPatch, ask: Any) -> tuple[Asked, Asked]:
    """What comes of asking directly and through LiteLLM, and the pages and bodies of the questions."""
    found = []
    for directly in (asked_directly, lambda _: False):
        with monkeypatch.context() as patch:
            for module in ("providers", "_parameters"):
                patch.setattr(f"lmwalk.models.{module}.asked_directly", directly)
            before = len(server.requests)
            answer = ask()
        found.append((answer, [(request.path, request.body) for request in server.requests[before:]]))
    return found[0], found[1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_question_is_the_same_as_through_litellm(server, monkeypatch, kind: str) -> None:
    """Page and body agree field by field, for every setting, begun answers and names with any number of slashes."""
    questions = [prompt(), prompt(system="Be brief."), prompt(prefill="It goes")]
    cases = [(f"{kind}/tiny", sampling, question) for sampling in SETTINGS for question in questions]
    cases += [(f"{kind}/{name}", SETTINGS[2], questions[1]) for name in NAMES]

    direct, litellm = both_ways(server, monkeypatch, lambda: [said(*case) for case in cases])

    assert direct == litellm
    assert len(direct[1]) == len(cases)


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_is_the_same_as_through_litellm(server, monkeypatch, kind: str) -> None:
    """Words, thoughts, ends, refusals and counts, also where they are missing or cannot be."""
    form = "openai" if kind == "openai" else "completion"
    told = [
        wire_forms.Told("UP", thought, end, thought_tokens=7 * bool(thought))
        for thought in ("", "hm")
        for end in ("stop", "length", "filter", "refusal", "tool")
    ]
    bodies: list[Any] = [wire_forms.body(form, each) for each in told if wire_forms.word(form, each)]
    whole = bodies[0]
    bodies += [{**whole, "usage": usage} for usage in (None, [], {"completion_tokens": 0}, {"prompt_tokens": "3"})]
    bodies += [{**whole, "choices": choices} for choices in ([], ["x"], [{**whole["choices"][0], "error": "bad"}])]
    bodies += [{"choices": whole["choices"]}, [], "UP", {"error": "overloaded"}]

    for body in bodies:
        server.verbatim = json.dumps(body)
        direct, litellm = both_ways(server, monkeypatch, lambda: said(f"{kind}/tiny"))
        assert direct == litellm


@pytest.mark.parametrize("kind", KINDS)
def test_log_probabilities_are_the_same_as_through_litellm(server, monkeypatch, kind: str) -> None:
    """Of every question that is put for them."""
    direct, litellm = both_ways(server, monkeypatch, lambda: scored(f"{kind}/tiny", prompt(prefill="It goes")))

    assert direct == litellm
    assert direct[0].masses()["UP"] > 0


@pytest.mark.parametrize(
    ("provider", "model", "url", "directly"),
    [
        ("openai", "tiny", "http://localhost:8000/v1", True),
        ("text-completion-openai", "org/base", "https://gpu.example/v1", True),
        ("openai", "gpt-oss-20b", "http://localhost:11434/v1", True),
        ("openai", "openai/gpt-5-mini", "https://gateway.example/v1", False),
        ("openai", "o3", "https://gateway.example/v1", False),
        ("openai", "gpt-4o", "https://api.openai.com/v1", False),
        ("ollama_chat", "tiny", "http://localhost:11434", False),
        ("groq", "tiny", None, False),
    ],
)
def test_who_is_asked_directly(provider: str, model: str, url: str | None, directly: bool) -> None:
    """Servers of one's own; not OpenAI's reasoning models behind a gateway, which have rules that LiteLLM knows."""
    assert asked_directly(Target("x/y", provider, model, url, None)) is directly


@pytest.mark.parametrize("address", ["http://a..b/v1", "http://.box/v1", f"http://{'a' * 70}/v1", "http://xn--/v1"])
def test_a_host_that_cannot_be_is_said(monkeypatch, address: str) -> None:
    """An address passes for one until it is looked up."""
    monkeypatch.setenv("OPENAI_BASE_URL", address)

    sentence = said("openai/tiny")

    assert isinstance(sentence, str)
    assert sentence.startswith(f"PermanentError: openai/tiny: {address} cannot be reached")


ALONE = """
import asyncio, sys
from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.types import Prompt, Sampling

async def main():
    model = open_model("openai/tiny")
    question = Prompt("?", None, Grid(), {"t": 0, "x": 0, "y": 0, "moves": []})
    model.accepts(Sampling(0.7, top_k=5, thinking="off"), drop=False)
    await model.reply(question, Sampling(0.7, top_k=5, thinking="off"), 7, asyncio.Semaphore(1))
    await model.distribution(question, ("UP", "DOWN"), asyncio.Semaphore(1))
    await model.close()

asyncio.run(main())
print({"litellm", "openai", "httpx"} & set(sys.modules))
"""


def test_litellm_is_not_loaded_for_it(server) -> None:
    """Neither the seconds nor the memory are spent, whatever is asked."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
