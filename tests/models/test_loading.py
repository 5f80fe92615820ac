"""Loading is no outage: nobody hangs up on a first question, and the time-out of the others holds from then on."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import Any

import pytest
from scripted import finished
from servers import ollama_server, openai_server

from lmwalk.engine.scheduling import Retries
from lmwalk.errors import PermanentError, TransientError
from lmwalk.jobs import Jobs, Progress
from lmwalk.models import _loading
from lmwalk.models._failures import Target
from lmwalk.models._wire import Call
from lmwalk.registry import open_model
from lmwalk.sampler_probe.asking import prompts
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Sampling

SERVERS = {"ollama/tiny": (ollama_server, "OLLAMA_HOST"), "openai/tiny": (openai_server, "OPENAI_BASE_URL")}
SHORT = Sampling(1.0, longest_answer_s=0.3, load_timeout_s=20.0)


@pytest.fixture(params=SERVERS)
def asked(request, monkeypatch):
    """A model's name and the server that answers to it."""
    make, variable = SERVERS[request.param]
    with make(lambda _: "UP") as server:
        monkeypatch.setenv(variable, server.url)
        yield request.param, server


def test_a_first_question_waits_for_the_load_and_the_next_does_not(asked) -> None:
    """One load and no retry, however short an answer's own time is; a model that has answered once is held to that."""
    name, server = asked
    server.load_s = 0.7

    async def main() -> tuple[str, list[float | None], str]:
        model: Any = open_model(name)
        model.accepts(SHORT, drop=True)
        waits = [model.loading_s]
        first = asyncio.create_task(model.reply(prompts()[0], SHORT, 1, nullcontext()))
        while model.loading_s is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        waits.append(model.loading_s)
        reply = await first
        waits.append(model.loading_s)
        server.latency_s = 5.0
        with pytest.raises(TransientError) as caught:
            await model.reply(prompts()[0], SHORT, 2, nullcontext())
        await model.close()
        return reply.text, waits, str(caught.value)

    text, (before, meanwhile, after), said = asyncio.run(main())
    assert text == "UP"
    assert server.loads == 1
    assert (before, after) == (None, None)
    assert meanwhile is not None
    assert meanwhile >= 0.2
    assert said.endswith("within 0.3 s. Where the model needs longer, raise timeout_s in the study file.")


def test_a_load_has_its_own_end(asked) -> None:
    """What takes longer than a load may is final: asked again at once, the load would begin anew."""
    name, server = asked
    server.load_s = 30.0

    async def main() -> str:
        model = open_model(name)
        limits = Sampling(1.0, longest_answer_s=0.1, load_timeout_s=0.4)
        with pytest.raises(PermanentError, match="raise load_timeout_s in the study file") as caught:
            await model.reply(prompts()[0], limits, 1, nullcontext())
        await model.close()
        return str(caught.value)

    assert "within 0.4 s" in asyncio.run(main())
    assert server.loads == 1


def test_probabilities_wait_for_a_load_too(asked) -> None:
    """They bring no sampler of their own; the study's limits hold for them."""
    name, server = asked
    server.load_s = 0.5

    async def main() -> float:
        model = open_model(name)
        model.accepts(SHORT, drop=True)
        found = await model.distribution(prompts()[0], ("UP", "DOWN"), nullcontext())
        server.latency_s = 5.0
        with pytest.raises(TransientError, match=r"within 0\.3 s"):
            await model.distribution(prompts()[1], ("1", "2"), nullcontext())
        await model.close()
        return found.masses()["UP"]

    assert asyncio.run(main()) > 0.5
    assert server.loads == 1


@pytest.mark.parametrize(
    ("provider", "url", "loads"),
    [
        ("openai", "https://api.openai.com/v1", False),
        ("anthropic", None, False),
        ("ollama_chat", "http://localhost:11434", True),
        ("openai", "http://localhost:8000/v1", True),
        ("lm_studio", None, True),
    ],
)
def test_a_hosted_model_is_always_there(provider: str, url: str | None, loads: bool) -> None:
    """A first question that hangs at a hosted provider is an outage, and soon asked again."""
    loading = _loading.Loading(Target("x/y", provider, "y", url, None))

    assert loading.limit_s(Sampling(1.0)) == (900.0 if loads else 60.0)
    loading.answered()
    assert loading.limit_s(Sampling(1.0)) == 60.0


def test_a_model_that_was_long_left_alone_may_be_loaded_again(monkeypatch) -> None:
    """Ollama forgets a model after some minutes without a question."""
    loading = _loading.Loading(Target("x/y", "ollama_chat", "y", "http://localhost:11434", None))
    loading.answered()
    monkeypatch.setattr(_loading, "IDLE_S", -1.0)

    assert loading.possible
    call = Call(nullcontext(), 1.0, asyncio.Lock())
    call.begin()
    with loading.watched(call):  # slow answers on the wire are no load
        assert not loading.possible


def test_a_run_says_that_a_model_is_loading(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first answer is waited for the progress names the model and the limit; then nothing of it is left."""
    seen: list[Progress] = []
    monkeypatch.setattr("lmwalk.jobs.job.WORTH_TELLING_S", 0.1)
    with ollama_server(lambda _: "UP", load_s=1.0) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        plan = Study.of(name="walk", models=["ollama/tiny"], trajectories=4, steps=2, concurrency=4)
        job = Jobs(store).start(plan)
        while job.state not in ("done", "failed"):
            seen.append(job.progress())
            job.wait(0.05)

    told = {progress.loading for progress in seen} - {None}
    assert any(str(each).startswith("ollama/tiny: its server may be loading the model") for each in told)
    assert all("at most 15 min 00 s (load_timeout_s)" in str(each) for each in told)
    assert job.progress().loading is None
    assert not any(progress.waiting for progress in seen)
    assert list(store.steps("walk")["attempts"]) == [1] * 8


@pytest.mark.parametrize("sampler", ["temperature-only", "provider-default", {"max_tokens": 3}])
@pytest.mark.parametrize("measurement", ["replies", "probabilities"])
def test_a_study_s_timeout_holds_for_every_sampler(store, monkeypatch, sampler: object, measurement: str) -> None:
    """The field of the study, and not only that of a sampler written out."""
    with openai_server(lambda _: "heads", probabilities={"heads": 1.0}) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        server.latency_s = 3.0
        plan = Study.of(
            name="coin",
            process="prior",
            models=["openai/tiny"],
            sampler=sampler,
            trajectories=1,
            measurement=measurement,
            timeout_s=0.3,
            load_timeout_s=0.3,
            concurrency=25,
        )
        monkeypatch.setattr("lmwalk.jobs.job.Retries", lambda **_: Retries(1))
        job = Jobs(store).start(plan)
        job.wait(60)

    errors = store.steps("coin")["error"]
    assert len(errors)
    assert errors.str.contains("raise timeout_s in the study file").all()


@pytest.mark.parametrize(
    ("body", "unready"),
    [
        ({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}, True),
        ({"error": "Model org/tiny is currently loading", "estimated_time": 20.0}, True),
        ({"error": {"message": "model is loading, try again", "code": 502}}, True),
        ({"error": {"message": "upstream connect error", "code": 502}}, False),
    ],
)
def test_a_server_that_is_not_ready_is_asked_until_the_load_may_be_over(monkeypatch, body, unready: bool) -> None:
    """llama.cpp, Hugging Face and others say so; any other outage is given up after the usual attempts."""
    status = 503 if unready and body["error"] != {"message": "model is loading, try again", "code": 502} else 502
    retries = Retries(load_s=100.0)
    with openai_server(refuse=lambda _: (status, body)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)

        async def main() -> TransientError:
            model = open_model("openai/tiny")
            with pytest.raises(TransientError) as caught:
                await model.reply(prompts()[0], Sampling(), 1, nullcontext())
            await model.close()
            return caught.value

        problem = asyncio.run(main())

    assert problem.unready is unready
    assert retries.last_words(5, problem, 99.0) is None
    assert (retries.last_words(50, problem, 99.0) is None) == unready
    assert ("(load_timeout_s in a study file)" in str(retries.last_words(50, problem, 100.0))) == unready


def test_older_files_say_it_under_sampler(store: Store) -> None:
    """What stands there holds where the study itself says nothing, keeps its condition's id, and is shown."""
    old = Study.of(name="s", models=["ideal"], sampler={"timeout_s": 300.0})
    new = old.model_copy(update={"timeout_s": 120.0})
    plain = Study.of(name="s", models=["ideal"])

    assert old.sampling(1.0).answer_s == 300.0
    assert new.sampling(1.0).answer_s == 120.0
    assert [study.conditions()[0].requested["timeout_s"] for study in (old, new, plain)] == [300.0, 120.0, 60.0]
    assert old.conditions()[0].id == new.conditions()[0].id != plain.conditions()[0].id
    assert Study.from_yaml(new.to_yaml()) == new


def test_limits_change_no_draw(jobs: Jobs, store: Store) -> None:
    """A study goes on with other limits, and the built-in model says the same with any."""
    walk = {"name": "a", "models": ["builtin/tiny"], "trajectories": 1}
    plain = finished(jobs, **walk, steps=5)
    grown = finished(jobs, **walk, steps=8, timeout_s=90.0, load_timeout_s=100.0)
    replies = store.steps("a")["reply"].tolist()
    jobs.delete("a")
    finished(jobs, **walk, steps=8)

    assert grown.conditions()[0].id == plain.conditions()[0].id
    assert store.steps("a")["reply"].tolist() == replies


def test_who_waited_behind_the_load_is_held_to_an_answers_time(asked) -> None:
    """The time-out is that of the moment in which a question goes out, not of that in which it was made."""
    name, server = asked
    server.load_s = 0.6

    def answer(_: str) -> str:
        server.fail("hang")
        return "UP"

    server.answer = answer

    async def main() -> None:
        model, gate = open_model(name), asyncio.Semaphore(1)
        first = asyncio.create_task(model.reply(prompts()[0], SHORT, 1, gate))
        await asyncio.sleep(0.3)
        with pytest.raises(TransientError, match=r"within 0\.3 s"):
            await model.reply(prompts()[0], SHORT, 2, gate)
        assert (await first).text == "UP"
        await model.close()

    asyncio.run(main())
