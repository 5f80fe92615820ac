"""What a server was found to refuse stands with the condition, while the run lasts and after it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from scripted import finished
from servers import Server, openai_server

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import REFUSED


def refuse(body: Any) -> tuple[int, Any] | None:
    if body.get("top_k") == 0:
        return 400, {"error": {"message": "top_k must be -1 (disable), or at least 1, got 0.", "code": 400}}
    return None


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server(lambda _: "UP", refuse=refuse) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def noted(store: Store) -> list[tuple[list[str], dict[str, Any]]]:
    """What each condition's notes say of refusals, and what is sent."""
    rows = store.conditions("walk")
    return [
        ([note for note in json.loads(notes) if REFUSED in note], json.loads(sent))
        for notes, sent in zip(rows["notes"], rows["sent"], strict=True)
    ]


def test_a_lesson_is_noted_with_the_conditions_it_bears_on(server: Server, jobs: Jobs, store: Store) -> None:
    """Each has the note; what is sent lacks the field; steps, ids and attempts are as ever."""
    study = finished(jobs, models=["openai/tiny"], temperatures=[0.5, 1.0])

    for notes, sent in noted(store):
        assert len(notes) == 1
        assert notes[0].startswith(f"{REFUSED}top_k=0, no cut (top_k must be -1 (disable), or at least 1, got 0).")
        assert "top_k" not in sent
        assert sent["min_p"] == 0
    assert set(store.conditions("walk")["condition"]) == {each.id for each in study.conditions()}
    assert set(store.steps("walk")["attempts"]) == {1}


def test_a_lesson_leaves_the_room_of_an_answer_as_it_is_sent(server: Server, jobs: Jobs, store: Store) -> None:
    """The limit that lmwalk sets for texts goes with each question, so it stands with the condition."""
    texts = {"texts": ["The old house stood empty."], "tasks": ["rephrase"]}
    finished(jobs, process="telephone", params=texts, models=["openai/tiny"], trajectories=1, steps=2)
    ((notes, sent),) = noted(store)

    assert len(notes) == 1
    assert sent["max_tokens"] == server.questions[-1].body["max_tokens"] == 2000


def test_it_is_noted_while_the_run_lasts(server: Server, jobs: Jobs, store: Store) -> None:
    """Who looks at a long run need not wait for its end; who stops it loses nothing of it."""
    server.latency_s = 0.05
    job = jobs.start(Study.of(name="walk", models=["openai/tiny"], trajectories=2, steps=10_000))
    deadline = time.monotonic() + 60
    while not (job.state == "running" and noted(store) and noted(store)[0][0]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job.state == "running"
    job.stop()
    job.wait(60)

    assert job.state == "stopped"
    assert noted(store)[0][0]


def test_it_stays_noted_where_nothing_is_left_to_ask(server: Server, jobs: Jobs, store: Store) -> None:
    """The answers that are kept were made so; a run that asks nothing learns nothing, and forgets nothing."""
    finished(jobs, models=["openai/tiny"])
    before = len(server.questions)
    finished(jobs, models=["openai/tiny"])

    assert len(server.questions) == before
    assert len(noted(store)[0][0]) == 1


def test_a_relay_notes_whose_server_refuses(server: Server, jobs: Jobs, store: Store) -> None:
    """Models that take turns each have their own lessons."""
    texts = {"texts": ["The old house stood empty."], "tasks": ["rephrase"]}
    finished(jobs, process="telephone", params=texts, models=["relay/openai/one + openai/two"], trajectories=1, steps=4)
    ((notes, _),) = noted(store)

    assert [note.split(":")[0] for note in notes] == ["openai/one", "openai/two"]
