"""Several texts of one question go to a completion server in one request, where it takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from servers import Server, openai_server
from toy_model import COIN, COIN_TOKENS, Toy

from lmwalk.errors import TransientError
from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.types import Distribution, Prompt

QUESTION = "The coin lands on"
TOY = Toy(COIN_TOKENS, 3)
NO = {"error": {"message": "Input should be a valid string", "param": "prompt", "code": None}}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server(next_tokens=lambda text: TOY.next_tokens(text.removeprefix(QUESTION))) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def scored(times: int = 1) -> Distribution:
    """What is found the last time."""

    async def main() -> Distribution:
        model = open_model("text-completion-openai/tiny")
        question = Prompt(QUESTION, None, Grid(), {})
        try:
            for _ in range(times):
                found = await model.distribution(question, COIN, asyncio.Semaphore(1))
            return found
        finally:
            await model.close()

    return asyncio.run(main())


def arrays(server: Server) -> list[bool]:
    return [isinstance(request.body["prompt"], list) for request in server.questions]


def test_texts_go_together(server: Server) -> None:
    """The choices are read by their number, and it is the truth in fewer requests than texts."""
    found, truth = scored(), TOY.truth(COIN)
    texts = sum(1 if isinstance(r.body["prompt"], str) else len(r.body["prompt"]) for r in server.questions)

    assert len(server.questions) <= 3 < texts
    for outcome, mass in found.masses().items():
        assert mass - 1e-9 <= truth[outcome] <= found.upper.get(outcome, mass) + 1e-9


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_refusal_is_learnt_once(server: Server, status: int) -> None:
    """The same law comes of asking one by one, and no array is sent again."""
    together = scored()
    server.requests.clear()
    server.refuse = lambda body: (status, NO) if isinstance(body["prompt"], list) else None

    singly = scored(times=2)

    as_together(singly, together, server)


def test_a_server_that_falls_over_at_an_array_is_asked_one_by_one(server: Server) -> None:
    """As is one that does not answer in time."""
    together = scored()
    server.requests.clear()
    server.refuse = lambda body: server.fail("reset", times=1) if isinstance(body["prompt"], list) else None

    as_together(scored(times=2), together, server)


def as_together(singly: Distribution, together: Distribution, server: Server) -> None:
    """The same law, of one array and single texts."""
    assert arrays(server).count(True) == 1
    for outcome, mass in singly.masses().items():
        assert mass == pytest.approx(together.masses()[outcome], abs=0.02)


@pytest.mark.parametrize("index", [0, None, "1", [1], 7])
def test_choices_that_cannot_be_told_apart_are_not_used(server: Server, index: Any) -> None:
    """Nor is an answer to the first text alone; the texts are asked one by one."""
    honest = scored().masses()
    server.requests.clear()

    def lying(body: Any) -> tuple[int, Any] | None:
        if isinstance(body["prompt"], str):
            return None
        top = {"heads": -0.1, "tails": -3.0}
        choice = {"text": "x", "finish_reason": "length", "logprobs": {"top_logprobs": [top]}, "index": index}
        return 200, {"id": "1", "choices": [choice] * (1 if index == 7 else len(body["prompt"]))}

    server.refuse = lying

    assert scored().masses() == pytest.approx(honest, abs=0.02)
    assert arrays(server).count(True) == 1


def test_an_outage_teaches_nothing(server: Server) -> None:
    """It is the caller's to ask again, and with an array."""
    server.refuse = lambda body: (503, NO) if isinstance(body["prompt"], list) else None

    with pytest.raises(TransientError):
        scored()
