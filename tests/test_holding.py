"""A held trajectory asks only what is sent by hand; what is shown before is what is sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from scripted import Scripted
from servers import ollama_server, openai_server

from lmwalk.engine.manual_stepping import Question
from lmwalk.jobs import Job, Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Prompt

PLAN = Study.of(name="walk", models=["ideal"], trajectories=3, steps=5)
CONDITION = PLAN.conditions()[0].id


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def waiting(job: Job) -> Question:
    """The one question that waits to be sent; looked at once, as one that was sent goes at any moment."""
    seen: list[Question] = []
    until(lambda: seen.extend(job.held()) or seen or job.state == "failed")
    assert job.error is None
    (question,) = seen
    return question


def asked(store: Store, trajectory: int) -> list[int]:
    store.flush()
    return sorted(store.steps("walk", trajectory=trajectory)["t"])


def ended_otherwise(job: Job, answers: int) -> None:
    until(lambda: job.progress().answers == answers)


def test_a_held_trajectory_asks_nothing_while_the_others_reach_their_end(store: Store) -> None:
    """Its question waits and is shown; the run goes on waiting for it, and can be stopped."""
    model = Scripted()
    job = Jobs(store, lambda _: model).start(PLAN, hold=[(CONDITION, 1)])

    ended_otherwise(job, 10)
    question = waiting(job)

    assert (question.trajectory, question.t, len(model.asked)) == (1, 1, 10)
    assert (asked(store, 0), asked(store, 1), asked(store, 2)) == ([1, 2, 3, 4, 5], [], [1, 2, 3, 4, 5])
    assert job.state == "running"
    job.stop()
    job.wait(30)
    assert (job.state, job.held()) == ("stopped", ())


def test_sending_asks_one_question_and_letting_go_asks_the_rest(store: Store) -> None:
    """Each question is sent once, however often Send is pressed for it; what another run holds goes on here."""
    model = Scripted()
    jobs = Jobs(store, lambda _: model)
    job = jobs.start(PLAN, hold=[(CONDITION, 1)])
    ended_otherwise(job, 10)

    for t in (1, 2):
        until(lambda t=t: waiting(job).t == t)
        for _ in range(3):
            job.send(CONDITION, 1, t)
    until(lambda: [question.t for question in job.held()] == [3])
    assert len(model.asked) == 12

    job.release(CONDITION, 1)
    job.wait(30)
    assert (job.state, asked(store, 1), len(model.asked)) == ("done", [1, 2, 3, 4, 5], 15)


def test_a_paused_run_sends_what_is_sent_by_hand_and_nothing_else(store: Store) -> None:
    """A pause and steps are the others'; a hold outlasts a resume; steps meanwhile are not made up for."""
    model = Scripted()
    job = Jobs(store, lambda _: model).start(PLAN, hold=[(CONDITION, 1)], paused=True)
    question = waiting(job)

    job.send(CONDITION, 1, question.t)
    until(lambda: waiting(job).t == 2)
    assert (job.state, len(model.asked)) == ("paused", 1)

    job.step()
    job.step()
    ended_otherwise(job, 5)
    job.release(CONDITION, 1)
    until(lambda: not job.held())
    time.sleep(0.2)
    assert len(model.asked) == 5

    job.resume()
    job.wait(30)
    assert (job.state, len(model.asked)) == ("done", PLAN.total_steps)


def test_a_hold_in_a_pause_shows_the_question_that_waited(store: Store) -> None:
    """Whoever is held while all stand still can be sent at once, and again after each answer; nobody else moves."""
    model = Scripted(answer=slowly)
    jobs = Jobs(store, lambda _: model)
    job = jobs.start(Study.of(name="walk", models=["ideal"], trajectories=3, steps=500))
    until(lambda: job.progress().answers > 5)
    job.pause()
    until(lambda: model.inside == 0)
    time.sleep(0.2)  # what was on its way to the model when the pause came
    before = job.progress().answers

    job.hold(CONDITION, 1)

    for more in (1, 2, 3):
        job.send(CONDITION, 1, waiting(job).t)
        until(lambda more=more: job.progress().answers == before + more and job.held())
    job.release(CONDITION, 1)
    until(lambda: not job.held())
    job.hold(CONDITION, 2)
    assert waiting(job).trajectory == 2
    assert job.state == "paused"
    job.stop()
    job.wait(30)


async def slowly(prompt: Prompt, seed: int) -> str:
    await asyncio.sleep(0.01)
    return "UP"


def test_in_a_pause_every_question_can_be_sent_also_of_a_model_whose_turn_has_not_come(store: Store) -> None:
    """Nobody has to be held for it, nobody else moves, and the models take turns again once the run goes on."""
    models: dict[str, Scripted] = {}

    def opened(name: str) -> Scripted:
        return models.setdefault(name, Scripted(name, server="one", exclusive=True))

    study = Study.of(name="walk", models=["ollama/one", "ollama/two"], trajectories=2, steps=4)
    first, second = (condition.id for condition in study.conditions())
    job = Jobs(store, opened).start(study, paused=True)

    for t in (1, 2):
        until(lambda t=t: (found := job.question(second, 1)) and found.t == t)
        job.send(second, 1, t)
    until(lambda: job.progress().answers == 2 and job.question(first, 0))
    one, two = models["ollama/one"], models["ollama/two"]
    assert (len(one.asked), len(two.asked), job.held(), job.state) == (0, 2, (), "paused")

    job.step()
    until(lambda: len(one.asked) == 2)
    job.resume()
    job.wait(30)
    assert (job.state, len(one.asked), len(two.asked)) == ("done", 8, 8)


def test_a_question_under_way_is_answered_before_the_hold(store: Store) -> None:
    """Holding takes nothing back; the next question is the one that waits."""
    gate = asyncio.Event()

    async def answer(prompt: Prompt, seed: int) -> str:
        await gate.wait()
        return "UP"

    model = Scripted(answer=answer)
    jobs = Jobs(store, lambda _: model)
    job = jobs.start(PLAN.model_copy(update={"trajectories": 1}))
    until(lambda: model.inside == 1)
    job.hold(CONDITION, 0)
    assert job.held() == ()

    jobs._loop.call_soon_threadsafe(gate.set)

    assert waiting(job).t == 2
    assert asked(store, 0) == [1]
    job.stop()
    job.wait(30)


def test_a_stopped_study_goes_on_where_it_was_held(store: Store) -> None:
    """After a stop the next run waits at the same question, if it is held again."""
    jobs = Jobs(store, lambda _: Scripted())
    first = jobs.start(PLAN, hold=[(CONDITION, 0)])
    waiting(first)
    first.send(CONDITION, 0, 1)
    until(lambda: [question.t for question in first.held()] == [2])
    before = waiting(first)
    first.stop()
    first.wait(30)

    again = jobs.start(PLAN, hold=[(CONDITION, 0)])

    assert waiting(again) == before
    again.stop()
    again.wait(30)


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_what_is_shown_is_what_the_server_receives(kind: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """System, text, beginning of the answer, sampler settings and seed of the waiting question arrive as they stood."""
    template = {"text": "At {x},\u202e {y}?\n", "system": "Be\tbrief, t {t}.", "prefill": "I go {x} "}
    settings = {"max_tokens": 7} if kind == "ollama" else {"top_k": None, "min_p": None, "repeat_penalty": None}
    plan = Study.of(
        name="walk",
        models=[f"{kind}/tiny"],
        temperatures=[0.7],
        trajectories=1,
        steps=3,
        template=template if kind == "ollama" else {**template, "prefill": None},
        sampler=settings,
    )
    condition = plan.conditions()[0].id
    with (ollama_server if kind == "ollama" else openai_server)(lambda _: "UP") as server:
        monkeypatch.setenv("OLLAMA_HOST" if kind == "ollama" else "OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        job = Jobs(store).start(plan, hold=[(condition, 0)])
        shown = waiting(job)
        assert server.questions == []

        job.send(condition, 0, 1)
        until(lambda: [question.t for question in job.held()] == [2])
        job.stop()
        job.wait(30)
        (received,) = (request.body for request in server.questions)

    said = {message["role"]: message["content"] for message in received["messages"]}
    prompt = shown.prompt
    wanted = {"system": prompt.system, "user": prompt.text, "assistant": prompt.prefill}
    assert said == {role: text for role, text in wanted.items() if text is not None}
    sampler = received["options"] if kind == "ollama" else received
    assert shown.seed == sampler["seed"]
    assert sampler["temperature"] == shown.sent["temperature"] == 0.7
    names = {"max_tokens": "num_predict"} if kind == "ollama" else {}
    assert {name: sampler.get(names.get(name, name)) for name in shown.sent} == dict(shown.sent)
