"""What a server refuses is learnt once: left out where that means the same, else named with the line that mends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from servers import Server, openai_server

from lmwalk.errors import PermanentError, TransientError
from lmwalk.models._learnt import Learnt, named
from lmwalk.registry import open_model
from lmwalk.sampler_probe.asking import prompts
from lmwalk.types import REFUSED, Model, Reply, Sampling, Sent, TellsServer

NEUTRAL = Sampling(0.7, top_p=1.0, top_k=0, min_p=0.0, repeat_penalty=1.0, max_tokens=9)


def openai_error(words: str, status: int = 400, **more: Any) -> tuple[int, Any]:
    return status, {"error": {"message": words, "type": "invalid_request_error", "param": None, "code": None, **more}}


def vllm(body: Any) -> tuple[int, Any] | None:
    """As vLLM 0.10 words it."""
    if body.get("top_k") == 0:
        return openai_error("top_k must be -1 (disable), or at least 1, got 0.", type="BadRequestError", code=400)
    return None


def strict(body: Any) -> tuple[int, Any] | None:
    """As pydantic words it where unknown fields are forbidden; the whole body is repeated, as it does."""
    known = {"model", "messages", "temperature", "top_p", "max_tokens", "seed", "stream", "n"}
    extra = [name for name in body if name not in known]
    message = "Extra inputs are not permitted"
    entries = [{"type": "extra_forbidden", "loc": ["body", n], "msg": message, "input": body} for n in extra[:1]]
    return (422, {"detail": entries}) if extra else None


def old_vllm(body: Any) -> tuple[int, Any] | None:
    """The same as text, with HTTP 400."""
    found = strict(body)
    if found is None:
        return None
    name = found[1]["detail"][0]["loc"][1]
    return openai_error(f"[{{'type': 'extra_forbidden', 'loc': ('body', '{name}'), 'msg': 'Extra', 'input': {body}}}]")


def tgi(body: Any) -> tuple[int, Any] | None:
    """As Text Generation Inference words it; the values it refuses are those that cut nothing."""
    if body.get("top_p") == 1:
        words = "Input validation error: `top_p` must be > 0.0 and < 1.0"
        return 422, {"error": words, "error_type": "validation"}
    return None


def google(body: Any) -> tuple[int, Any] | None:
    """As Google's interface that is like OpenAI's words it: one name at a time, the error in a list."""
    for name in ("seed", "min_p", "top_k", "repeat_penalty", "repetition_penalty"):
        if name in body:
            words = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
            return 400, [{"error": {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}}]
    return None


def home_made(body: Any) -> tuple[int, Any] | None:
    """A Python server that passes on what it is sent."""
    if "repetition_penalty" in body:
        return openai_error("generate() got an unexpected keyword argument 'repetition_penalty'", 500)
    return None


def reasoning(body: Any) -> tuple[int, Any] | None:
    """As OpenAI words it for its o-series."""
    if "max_tokens" in body:
        words = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return openai_error(words, param="max_tokens", code="unsupported_parameter")
    if "temperature" in body:
        words = "'temperature' does not support 1.0 with this model. Only the default (1) value is supported."
        return openai_error(words, param="temperature", code="unsupported_value")
    return None


def asked(
    server: Server, monkeypatch: pytest.MonkeyPatch, sampling: Sampling, times: int = 3, *, drop: bool = False
) -> tuple[list[Reply], Sent, int]:
    """The replies of questions that are sent at once, what is sent by then, and how many lessons that took."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)

    async def main() -> tuple[list[Reply], Sent, int]:
        model: Model = open_model("openai/tiny")
        assert isinstance(model, TellsServer)
        model.accepts(sampling, drop=drop)
        try:
            first = await model.reply(prompts()[0], sampling, 1, nullcontext())
            more = [model.reply(prompts()[0], sampling, seed, nullcontext()) for seed in range(2, times + 1)]
            replies = [first, *await asyncio.gather(*more)]
        finally:
            await model.close()
        return replies, model.accepts(sampling, drop=drop), model.lessons

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("refuse", "sampling", "left_out"),
    [
        (vllm, NEUTRAL, {"top_k"}),
        (strict, NEUTRAL, {"top_k", "min_p", "repeat_penalty", "repetition_penalty"}),
        (old_vllm, NEUTRAL, {"top_k", "min_p", "repeat_penalty", "repetition_penalty"}),
        (tgi, NEUTRAL, {"top_p"}),
        (google, NEUTRAL, {"seed", "min_p", "top_k", "repeat_penalty", "repetition_penalty"}),
        (home_made, NEUTRAL, {"repetition_penalty"}),
        (reasoning, replace(NEUTRAL, temperature=1.0), {"max_tokens", "temperature"}),
    ],
)
def test_what_means_the_same_without_it_is_left_out(monkeypatch, refuse, sampling, left_out: set[str]) -> None:
    """Each refusal costs one question, once; later questions lack the field, and the notes and what is sent say so."""
    with openai_server(lambda _: "UP", refuse=refuse) as server:
        replies, sent, lessons = asked(server, monkeypatch, sampling)
        bodies = [request.body for request in server.questions]

    assert [reply.text for reply in replies] == ["UP"] * 3
    assert lessons == len(left_out)
    assert len(bodies) == 3 + lessons
    assert set(bodies[0]) - set(bodies[-1]) == left_out
    assert not left_out & set(sent.parameters)
    notes = [note for note in sent.notes if note.startswith(REFUSED)]
    assert len(notes) == len(left_out)
    assert all(any(name in note for note in notes) for name in left_out)


def test_what_has_another_name_there_is_sent_under_that(monkeypatch) -> None:
    """The limit of an answer's length goes on."""
    with openai_server(lambda _: "UP", refuse=reasoning) as server:
        _, sent, _ = asked(server, monkeypatch, replace(NEUTRAL, temperature=1.0))
        last = server.questions[-1].body

    assert last["max_completion_tokens"] == sent.parameters["max_completion_tokens"] == 9


def test_a_length_that_is_too_long_is_not_renamed(monkeypatch) -> None:
    """Words that name both spellings need not ask for the other one."""
    words = "'max_tokens' or 'max_completion_tokens' is too large: 9. The maximum context length is 4 tokens."
    with openai_server(refuse=lambda _: openai_error(words)) as server:
        with pytest.raises(PermanentError, match="too large"):
            asked(server, monkeypatch, NEUTRAL)
        assert len(server.questions) == 1


def test_questions_sent_at_once_learn_the_same_lesson_once(monkeypatch) -> None:
    """Eight that are refused at the same time are each put once more, not eight times."""
    with openai_server(lambda _: "UP", latency_s=0.05, refuse=vllm) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)

        async def main() -> int:
            model: Any = open_model("openai/tiny")
            await asyncio.gather(*(model.reply(prompts()[0], NEUTRAL, seed, nullcontext()) for seed in range(8)))
            await model.close()
            return int(model.lessons)

        assert asyncio.run(main()) == 1
        assert len(server.questions) == 16


@pytest.mark.parametrize(
    ("sampling", "line"),
    [
        (replace(NEUTRAL, top_k=40), "write sampler: {top_k: null} in the study file."),
        (replace(NEUTRAL, repeat_penalty=1.3), "write sampler: {repeat_penalty: null} in the study file."),
    ],
)
@pytest.mark.parametrize("status", [400, 500])
def test_a_cut_that_was_asked_for_is_not_left_out_in_silence(monkeypatch, sampling, line: str, status: int) -> None:
    """The refusal is final, at once, and names the line that mends it; with on_unsupported: note it is left out."""

    def refuse(body: Any) -> tuple[int, Any] | None:
        wrong = [name for name in ("top_k", "repetition_penalty") if body.get(name) not in (None, 0, 1.0)]
        return openai_error(f"{wrong[0]} is not supported", status) if wrong else None

    with openai_server(lambda _: "UP", refuse=refuse) as server:
        with pytest.raises(PermanentError) as caught:
            asked(server, monkeypatch, sampling)
        assert str(caught.value).endswith(line)
        assert len(server.questions) == 1
        _, sent, _ = asked(server, monkeypatch, sampling, drop=True)

    assert sum("the server's own setting holds" in note for note in sent.notes) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "System role not supported"),
        (500, "system messages are not taken here"),
        (500, "Jinja Exception: System role not supported"),
        (422, "unsupported role: system"),
    ],
)
def test_a_refused_system_message_is_said_and_kept(monkeypatch, status: int, words: str) -> None:
    """It is part of what is asked, so it is never left out; the sentence says what to write."""

    def refuse(body: Any) -> tuple[int, Any] | None:
        return openai_error(words, status) if body["messages"][0]["role"] == "system" else None

    with openai_server(lambda _: "UP", refuse=refuse) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)

        async def main() -> str:
            model = open_model("openai/tiny")
            plain = await model.reply(prompts()[0]._replace(system=None), NEUTRAL, 1, nullcontext())
            with pytest.raises(PermanentError, match="write a template without system") as caught:
                await model.reply(prompts()[0]._replace(system="Be brief."), NEUTRAL, 1, nullcontext())
            await model.close()
            assert caught.value.__context__ is None
            return plain.text

        assert asyncio.run(main()) == "UP"
        assert len(server.questions) == 2


def test_an_outage_teaches_nothing(monkeypatch) -> None:
    """A 500 that names nothing that was sent may pass, and is left to be asked again."""
    with openai_server(lambda _: "UP", refuse=lambda _: openai_error("CUDA out of memory", 500)) as server:
        with pytest.raises(TransientError):
            asked(server, monkeypatch, NEUTRAL)
        assert len(server.questions) == 1


def test_a_server_that_refuses_everything_is_left_alone(monkeypatch) -> None:
    """However it words it, a handful of questions are sent and not more."""
    names = iter(["top_k", "min_p", "seed", "top_p"] * 20)
    with openai_server(refuse=lambda _: openai_error(f"{next(names)} is wrong")) as server:
        with pytest.raises(PermanentError):
            asked(server, monkeypatch, NEUTRAL)
        assert len(server.questions) <= 6


@pytest.mark.parametrize("status", [400, 500])
def test_log_probabilities_are_narrowed_whatever_the_status(monkeypatch, status: int) -> None:
    """A list of tokens that is too long is refused with HTTP 400 by some and makes others fail with HTTP 500."""

    def refuse(body: Any) -> tuple[int, Any] | None:
        if body.get("top_k") == 0:
            return vllm(body)
        return openai_error("top_logprobs: at most 5", status) if body.get("top_logprobs", 0) > 5 else None

    with openai_server(lambda _: "UP", refuse=refuse) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)

        async def main() -> tuple[Sent, Mapping[str, float]]:
            model: Any = open_model("openai/tiny")
            found = await model.distribution(prompts()[0], ("UP", "DOWN"), nullcontext())
            sent = model.accepts(NEUTRAL, drop=False)
            await model.close()
            return sent, found.masses()

        sent, masses = asyncio.run(main())
        widths = [request.body.get("top_logprobs") for request in server.questions]

    assert masses["UP"] > 0.5
    assert widths == [200, 200, 20, 5]  # the first is put once more without top_k
    assert "top_k" not in sent.parameters


@pytest.mark.parametrize(
    ("words", "parameter", "names"),
    [
        ("Unsupported parameter: 'max_tokens'", "max_tokens", ("max_tokens",)),
        ("property 'min_p' is unsupported", None, ("min_p",)),
        ("Top-K must be positive", None, ("top_k",)),
        ("the seedling is the stop_kick of the ecosystem", None, ()),
        ("This model's maximum context length is 4096 tokens", None, ()),
        ("the system message queue is full", None, ()),
        ("Conversation roles must alternate: system is not allowed", None, ("system",)),
        (json.dumps([{"loc": ["body", "min_p"], "input": {"top_k": 0, "seed": 1}}]), None, ("min_p",)),
    ],
)
def test_a_field_is_named_as_a_word(words: str, parameter: str | None, names: tuple[str, ...]) -> None:
    """In any usual spelling; what pydantic repeats of the question names nothing."""
    assert named(words, parameter) == names


def test_what_was_learnt_of_one_field_leaves_the_others() -> None:
    """Whatever was not refused goes out as it was, and an empty rest is no part of the question."""
    learnt = Learnt()
    problem = PermanentError("no")
    problem.status, problem.named = 400, ("top_k",)
    settings = {"temperature": 0.7, "extra_body": {"top_k": 0}}

    assert learnt.learn(problem, settings)
    assert learnt.fitted(settings) == {"temperature": 0.7}
    assert learnt.fitted({"extra_body": {"top_k": 0, "min_p": 0.0}}) == {"extra_body": {"min_p": 0.0}}
    problem.status = 429
    assert not learnt.learn(problem, settings)
