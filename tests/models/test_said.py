"""What an answer says, in every wire form, over real HTTP and through LiteLLM."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from servers import Server, ollama_server, openai_server
from wire_forms import FORMS, Told, body, word

from lmwalk.errors import TransientError
from lmwalk.models._failures import Target
from lmwalk.models.providers import ProviderModel
from lmwalk.processes.grid import Grid
from lmwalk.types import Prompt, Reply, Sampling

KEY = "sk-test-0123456789abcdefghijklmnop"
PROVIDERS = {
    "openai": ("openai", "tiny"),
    "completion": ("text-completion-openai", "tiny"),
    "ollama": ("ollama_chat", "tiny"),
    "anthropic": ("anthropic", "claude-3-5-haiku-latest"),
    "gemini": ("gemini", "gemini-2.5-flash"),
}
THOUGHT = "DOWN bores me, LEFT does not."


@pytest.fixture
def servers() -> Iterator[dict[str, Server]]:
    with ollama_server(lambda _: "UP") as ollama, openai_server(lambda _: "UP") as other:
        yield {"ollama": ollama, **{form: other for form in FORMS if form != "ollama"}}


def asked(server: Server, form: str, answer: Any, provider: str = "") -> Reply:
    """The reply of a model whose server sends this body."""
    server.verbatim = json.dumps(answer)
    url = server.url.removesuffix("/v1") if form in ("anthropic", "gemini") else server.url
    usual, name = PROVIDERS[form]
    model = ProviderModel(Target(f"{form}/tiny", provider or usual, name, url, KEY))

    async def main() -> Reply:
        try:
            return await model.reply(Prompt("Where to?", None, Grid(), {}), Sampling(0.7), 7, asyncio.Semaphore(1))
        finally:
            await model.close()

    return asyncio.run(main())


FINISHES = ("stop", "length", "filter", "refusal", "tool")


@pytest.mark.parametrize(
    ("form", "finish"), [(form, finish) for form in FORMS for finish in FINISHES if word(form, Told(finish=finish))]
)
def test_why_an_answer_ended_is_kept(servers: dict[str, Server], form: str, finish: str) -> None:
    """In one word of ours, and in the server's own."""
    told = Told("Not that.", finish=finish)

    reply = asked(servers[form], form, body(form, told))

    assert (reply.finish, reply.finish_said) == (finish, word(form, told))
    assert reply.text == "Not that."


@pytest.mark.parametrize("form", FORMS)
def test_a_thought_is_kept_beside_the_answer(servers: dict[str, Server], form: str) -> None:
    """Word for word, wherever the form puts it, and counted where the server counts it."""
    reply = asked(servers[form], form, body(form, Told("UP", THOUGHT, thought_tokens=9)))

    assert (reply.text, reply.thought) == ("UP", THOUGHT)
    assert reply.tokens_out == 30
    assert reply.thought_tokens == (9 if form in ("openai", "completion", "gemini") else None)


@pytest.mark.parametrize("form", FORMS)
def test_tokens_that_all_went_into_a_thought_leave_an_empty_answer(servers: dict[str, Server], form: str) -> None:
    """Cut off at the limit, the thought kept."""
    reply = asked(servers[form], form, body(form, Told("", THOUGHT, "length")))

    assert (reply.text.strip(), reply.thought, reply.finish) == ("", THOUGHT, "length")


CONTENTS = [
    ("<think>\nhm\n</think>\n\nUP", "\n\nUP", "hm", True),
    ("hm</think>UP", "UP", "hm", True),
    (
        [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "UP"}],
        *("UP", "hm", False),
    ),
    ([{"type": "text", "text": "U"}, {"type": "text", "text": "P"}], "UP", None, False),
    ([{"type": "text", "text": "UP"}, {"type": "image_url", "image_url": {"url": "x"}}], "UP", None, True),
    (None, "", None, False),
]


@pytest.mark.parametrize(("content", "text", "thought", "raw"), CONTENTS)
def test_a_content_of_any_shape_is_read(
    servers: dict[str, Server], content: Any, text: str, thought: str | None, raw: bool
) -> None:
    """What came is kept as it came where it is neither the text nor the thought."""
    answer = body("openai", Told())
    answer["choices"][0]["message"]["content"] = content

    reply = asked(servers["openai"], "openai", answer)

    assert (reply.text, reply.thought) == (text, thought)
    as_it_came = content if isinstance(content, str) else json.dumps(content)
    assert reply.raw == (as_it_came if raw else None)


BESIDE = [
    {"reasoning": "hm"},
    {"reasoning_content": "hm"},
    {"thinking": "hm"},
    {"reasoning": {"content": [{"text": "hm"}]}},
    {"reasoning_details": [{"type": "reasoning.text", "text": "h"}, {"type": "reasoning.text", "text": "m"}]},
    {"reasoning": "hm", "reasoning_content": "hm"},
]


@pytest.mark.parametrize("beside", BESIDE)
def test_a_thought_has_many_names(servers: dict[str, Server], beside: dict[str, Any]) -> None:
    """Those of vLLM, OpenRouter, Ollama's copy of OpenAI's interface and others."""
    answer = body("openai", Told())
    answer["choices"][0]["message"].update(beside)

    assert asked(servers["openai"], "openai", answer).thought == "hm"


@pytest.mark.parametrize("content", [None, "", "I go"])
def test_an_error_where_the_answer_belongs_is_an_error(servers: dict[str, Server], content: str | None) -> None:
    """With the server's words, to be asked again."""
    answer = body("openai", Told())
    answer["choices"][0] |= {"finish_reason": "error", "error": {"message": "the provider went away", "code": 502}}
    answer["choices"][0]["message"]["content"] = content

    with pytest.raises(TransientError, match="gave up its answer: the provider went away"):
        asked(servers["openai"], "openai", answer)


def test_no_key_is_kept_with_a_thought(servers: dict[str, Server]) -> None:
    """A server that repeats the key in any part of its answer has it taken out."""
    reply = asked(servers["openai"], "openai", body("openai", Told(f"UP {KEY}", f"my key is {KEY}")))

    assert KEY not in json.dumps(reply._asdict())


LIKE_OPENAI = ["cerebras", "deepinfra", "fireworks_ai", "lm_studio", "mistral", "nvidia_nim", "together_ai"]


@pytest.mark.parametrize("provider", LIKE_OPENAI)
def test_providers_like_openai_are_heard_as_it_is(servers: dict[str, Server], provider: str) -> None:
    """Their answers come through the same wire, and so with the same bounds."""
    server = servers["openai"]
    reply = asked(server, "openai", body("openai", Told("UP", THOUGHT, "length")), provider)

    assert (reply.text, reply.thought, reply.finish) == ("UP", THOUGHT, "length")
    with pytest.raises(Exception, match="longer than 2 MB"):
        asked(server, "openai", body("openai", Told("UP " * 1_000_000)), provider)
