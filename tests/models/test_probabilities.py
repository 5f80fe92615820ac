"""Token probabilities and begun answers of models behind LiteLLM, over real HTTP on the loopback."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Sequence

import pytest
from servers import ollama_server
from toy_model import COIN, COIN_TOKENS, DIGIT_TOKENS, END, NUMBERS, Toy

from lmwalk.errors import LmwalkError, PermanentError, TransientError, UnsupportedError
from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.token_tree.asking import NEGLIGIBLE
from lmwalk.types import Distribution, Prompt, Reply, Sampling

QUESTION = "The coin lands on"
CHATS = ("ollama/tiny", "openai/tiny")
BASE = "text-completion-openai/tiny"
FLAGS = {"add_generation_prompt": False, "continue_final_message": True}


def prompt(system: str | None = None, prefill: str | None = None) -> Prompt:
    return Prompt(QUESTION, system, Grid(), {}, prefill)


def ask(name: str, question: Prompt) -> Reply:
    async def asked() -> Reply:
        model = open_model(name)
        try:
            return await model.reply(question, Sampling(0.7, top_k=5, max_tokens=5), 7, asyncio.Semaphore(1))
        finally:
            await model.close()

    return asyncio.run(asked())


def score(name: str, outcomes: Sequence[str] = COIN, question: Prompt | None = None, times: int = 1) -> Distribution:
    """The distribution; where it is asked for several times, the last."""

    async def scored() -> Distribution:
        model = open_model(name)
        try:
            for _ in range(times):
                found = await model.distribution(question or prompt(), outcomes, asyncio.Semaphore(1))
            return found
        finally:
            await model.close()

    return asyncio.run(scored())


@pytest.fixture
def server(monkeypatch):
    """A server with Ollama's own interface and the OpenAI-like one, for every provider's name."""
    with ollama_server(lambda _: " heads") as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        for provider in ("LM_STUDIO", "HOSTED_VLLM"):
            monkeypatch.setenv(f"{provider}_API_KEY", "sk-none-of-them")
            monkeypatch.setenv(f"{provider}_API_BASE", f"{running.url}/v1")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-none-of-them")
        monkeypatch.setenv("ANTHROPIC_API_BASE", running.url)
        yield running


@pytest.mark.parametrize("name", [*CHATS, "lm_studio/tiny"])
def test_a_chats_first_token_is_all_there_is(server, name) -> None:
    """Spellings of a whole word are summed, and what the list leaves out may be anybody's; one request, no cut."""
    server.probabilities = {"heads": 0.5, " heads": 0.2, "Heads": 0.1, "tails": 0.1, "Sorry": 0.06}
    found = score(name, ("heads", "tails", "edge"))

    assert found.masses() == pytest.approx({"heads": 0.8, "tails": 0.1, "edge": 0})
    assert found.spellings["heads"] == pytest.approx({"heads": 0.5, " heads": 0.2, "Heads": 0.1})
    assert found.upper == pytest.approx({"heads": 0.84, "tails": 0.14, "edge": 0.04})
    assert (found.outside, found.unseen) == pytest.approx((0.06, 0.04))
    (request,) = server.requests
    wanted = {"temperature": 1.0, "top_p": 1.0, "max_tokens": 1, "logprobs": True}
    assert wanted.items() <= request.body.items()


@pytest.mark.parametrize("name", CHATS)
def test_a_first_token_that_two_outcomes_share_is_bounded(server, name) -> None:
    """Where a chat's answer begins with "1", it may be 1 or 10."""
    server.probabilities = {"1": 0.5, "7": 0.3, "10": 0.2}
    found = score(name, NUMBERS)

    assert found.masses()["1"] == 0
    assert found.upper == pytest.approx({"1": 0.5, "10": 0.7})
    low, high = found.bounds()["7"]
    assert low - 1e-9 <= 0.3 <= high


@pytest.mark.parametrize("chat_like", [False, True])
@pytest.mark.parametrize(("tokens", "outcomes"), [(COIN_TOKENS, COIN), (DIGIT_TOKENS, NUMBERS)])
def test_a_completion_endpoint_gives_what_enumeration_gives(server, tokens, outcomes, chat_like) -> None:
    """Every way to write an outcome is followed over HTTP, in both forms that servers write probabilities in."""
    server.chat_like = chat_like
    for seed in range(5):
        toy = Toy(tokens, seed)
        server.next_tokens = lambda text, toy=toy: toy.next_tokens(text.removeprefix(QUESTION))
        truth, found = toy.truth(outcomes), score(BASE, outcomes)
        for outcome, mass in found.masses().items():
            assert mass - 1e-9 <= truth[outcome] <= found.upper.get(outcome, mass) + 1e-9
            assert found.upper.get(outcome, mass) - mass < 100 * NEGLIGIBLE
        assert found.outside == pytest.approx(truth[None], abs=100 * NEGLIGIBLE)
    assert {request.path for request in server.requests} == {"/v1/completions"}


@pytest.mark.parametrize("name", [*CHATS, "hosted_vllm/tiny"])
def test_a_begun_answer_lets_a_chat_be_followed(server, name) -> None:
    """A chat that goes on with a begun answer is asked what follows longer ones, save those that end in a blank."""
    after = {"": {"1": 0.6, "7": 0.3, " ": 0.1}, "1": {"0": 0.25, END: 0.75}}
    server.next_tokens = lambda text: after.get(text.removeprefix("It shows "), {END: 1.0})
    found = score(name, NUMBERS, prompt(prefill="It shows "))

    assert found.masses() == pytest.approx(dict.fromkeys(NUMBERS, 0) | {"1": 0.45, "10": 0.15, "7": 0.3})
    assert found.unseen == pytest.approx(0.1)
    begun = [request.body["messages"][-1]["content"] for request in server.requests]
    assert begun == ["It shows ", "It shows 1", "It shows 7", "It shows 10"]
    assert all(FLAGS.items() <= request.body.items() for request in server.requests)


@pytest.mark.parametrize("name", [*CHATS, BASE])
def test_a_cut_list_gives_bounds(server, name) -> None:
    """A server that lists fewer tokens than it was asked for leaves the rest unseen."""
    server.listed = 2
    server.probabilities = {"heads": 0.5, "tails": 0.3, "Tails": 0.2}
    server.next_tokens = lambda text: server.probabilities if text in ("", QUESTION) else {END: 0.9, "s": 0.1}
    found = score(name)

    assert found.upper["tails"] == pytest.approx(found.masses()["tails"] + 0.2)
    assert found.unseen == pytest.approx(0.2)


@pytest.mark.parametrize(("name", "asked_for"), [("openai/tiny", [200, 20]), (BASE, [200, 20]), ("ollama/tiny", [20])])
def test_the_longest_list_is_learnt_once(server, name, asked_for) -> None:
    """A server of one's own is asked for 200 tokens, and where it refuses for 20; later questions know that."""
    server.widest = 20
    server.probabilities = {"Sorry": 1.0}
    score(name, times=3)

    widths = [request.body.get("top_logprobs", request.body["logprobs"]) for request in server.requests]
    assert widths == [*asked_for, 20, 20]


@pytest.mark.parametrize("name", [*CHATS, BASE])
def test_a_server_that_gives_none_is_told(server, name) -> None:
    """A server that answers without log-probabilities is no failure of the question: it cannot be measured so."""
    server.silent = True
    with pytest.raises(UnsupportedError, match=rf"server of {name} gives no log-probabilities.*measure replies"):
        score(name)
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", [*CHATS, BASE])
def test_a_server_that_refuses_them_is_told(server, name) -> None:
    """A server that refuses every list but answers without one cannot be measured so; the sentence holds its words."""
    server.widest = 0
    with pytest.raises(UnsupportedError, match=rf"{name} answers, but refuses log-probabilities.*HTTP 400"):
        score(name)


@pytest.mark.parametrize("name", [*CHATS, BASE])
def test_a_server_that_refuses_everything_is_a_failure(server, name) -> None:
    """A key that is refused, or a model that is unknown, stays what it is."""
    server.fail("401")
    with pytest.raises(PermanentError, match="refused the key"):
        score(name)


def test_a_provider_without_log_probabilities_is_not_asked(server) -> None:
    """Where LiteLLM knows of none, nothing is sent."""
    for name in ("anthropic/claude-3-5-haiku-latest", "openai/gpt-5"):
        with pytest.raises(UnsupportedError, match=f"{name} gives no log-probabilities here"):
            score(name)
    assert server.requests == []


def entries(*pairs: tuple[object, object]) -> dict[str, object]:
    top = [{"token": token, "logprob": logprob, "bytes": None} for token, logprob in pairs]
    return {"content": [{"token": "heads", "logprob": -0.5, "bytes": None, "top_logprobs": top}]}


def listing(*pairs: tuple[object, object]) -> dict[str, object]:
    return {"tokens": ["heads"], "token_logprobs": [-0.5], "top_logprobs": [dict(pairs)], "text_offset": [0]}


GARBLED = {
    "null": [("heads", None), ("tails", -1.0)],
    "a word": [("heads", "likely"), ("tails", -1.0)],
    "not a number": [("heads", math.nan), ("tails", -1.0)],
    "positive": [("heads", 2.0), ("tails", -1.0)],
    "more than 1": [("heads", -0.1), ("tails", -0.1)],
    "numbered tokens": [("token_id:17", -0.7), ("token_id:18", -0.8)],
    "one token": [("heads", -0.5)],
    "nothing known": [("heads", -9999.0), ("tails", -9999.0)],
}


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("name", ["openai/tiny", BASE])
@pytest.mark.parametrize("pairs", GARBLED.values(), ids=list(GARBLED))
def test_garbled_log_probabilities_are_told(server, name, pairs) -> None:
    """What cannot be a list of log-probabilities ends in a sentence, never in a number or a traceback."""
    logprobs = entries(*pairs) if name == "openai/tiny" else listing(*pairs)
    choice = {"index": 0, "finish_reason": "length", "text": "heads", "message": {"role": "assistant", "content": "h"}}
    server.verbatim = json.dumps(
        {"id": "1", "created": 1, "model": "tiny", "choices": [{**choice, "logprobs": logprobs}]}
    )
    with pytest.raises((UnsupportedError, PermanentError)) as caught:
        score(name)

    assert name in str(caught.value)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    ("listed", "mass"),
    [
        ([("\u2581heads", -0.7), ("<0x0A>", -3.0)], 0.496585),
        ([("\u0120heads", -0.7), ("\u010a", -9999.0)], 0.496585),
        ([("heads", -0.7), ("tails", -9999.0)], 0.496585),
    ],
)
def test_a_tokenizers_own_signs_are_blanks(server, listed, mass) -> None:
    """Signs that stand for a space or a newline in tokenizers are read as such; -9999 is no probability."""
    choice = {"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": "h"}}
    pairs = [*listed, ("Sorry", -0.9)]
    body = {"id": "1", "created": 1, "model": "tiny", "choices": [{**choice, "logprobs": entries(*pairs)}]}
    server.verbatim = json.dumps(body)

    assert score("openai/tiny").masses() == pytest.approx({"heads": mass, "tails": 0}, abs=1e-6)


@pytest.mark.parametrize("name", [*CHATS, BASE, "lm_studio/tiny"])
def test_the_gate_is_held_for_each_request(server, name) -> None:
    """However many distributions are awaited, the server sees as many requests at once as the gate lets through."""
    server.latency_s, server.together = 0.02, 3

    async def many() -> None:
        model, gate = open_model(name), asyncio.Semaphore(3)
        await asyncio.gather(*(model.distribution(prompt(), COIN, gate) for _ in range(9)))
        server.fail("500", times=1)
        with pytest.raises(TransientError):
            await model.distribution(prompt(), COIN, gate)
        assert not gate.locked()
        assert gate._value == 3
        await model.close()

    asyncio.run(many())
    assert server.peak == 3


@pytest.mark.parametrize("name", [*CHATS, BASE])
def test_a_failure_that_may_pass_is_one_request(server, name) -> None:
    """Asking again is left to the caller, who is told how long to wait."""
    server.fail("429", retry_after="3")
    with pytest.raises(TransientError) as caught:
        score(name)

    assert caught.value.retry_after_s == 3
    assert len(server.requests) == 1


def test_a_completion_is_sent_the_text_as_it_stands(server) -> None:
    """Nothing is wrapped around a base model's text; a note tells of the system message and of the begun answer."""
    for question, text in (
        (prompt(), QUESTION),
        (prompt(system="Be brief."), f"Be brief.\n\n{QUESTION}"),
        (prompt(prefill=" its"), f"{QUESTION} its"),
    ):
        assert ask(BASE, question).text == " heads"
        assert server.requests[-1].path == "/v1/completions"
        assert server.requests[-1].body["prompt"] == text
    assert "reads one text" in open_model(BASE).accepts(Sampling(), drop=False).notes[0]


@pytest.mark.parametrize(
    ("name", "flags"),
    [("ollama/tiny", {}), ("openai/tiny", FLAGS), ("hosted_vllm/tiny", FLAGS), ("anthropic/claude", {})],
)
def test_a_begun_answer_is_the_last_message(server, name, flags) -> None:
    """The beginning goes out as the assistant's message, with the flags that servers of one's own want."""
    if name == "openai/tiny":
        flags = {**flags, "top_k": 5}
    assert ask(name, prompt(prefill="It lands on")).text == " heads"

    body = server.requests[-1].body
    assert body["messages"][-1]["role"] == "assistant"
    assert "It lands on" in json.dumps(body["messages"][-1])
    assert {key: body[key] for key in (*FLAGS, "top_k") if key in body} == flags


@pytest.mark.parametrize("name", CHATS)
def test_a_begun_answer_is_no_part_of_the_reply(server, name) -> None:
    """Where a server repeats the beginning, only what follows it is the reply."""
    server.answer = lambda _: "It lands on heads"

    assert ask(name, prompt(prefill="It lands on")).text == " heads"
    assert ask(name, prompt()).text == "It lands on heads"


@pytest.mark.parametrize("name", ["openai/gpt-4o-mini", "lm_studio/tiny"])
def test_a_begun_answer_is_refused_where_it_cannot_be_sent(server, monkeypatch, name) -> None:
    """A provider that starts a new answer instead is not asked."""
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none-of-them")
    with pytest.raises(UnsupportedError, match=f"{name} cannot go on with an answer.*Remove prefill"):
        ask(name, prompt(prefill="It lands on"))
    with pytest.raises(LmwalkError, match="cannot go on"):
        score(name, question=prompt(prefill="It lands on"))
    assert server.requests == []
