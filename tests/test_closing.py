"""How a study's thinking, window and answer reach the question, the model and what is stored."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import Server, ollama_server, openai_server

from lmwalk.engine.closing import closed
from lmwalk.engine.prepared import prepare
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.processes.draws import Prior
from lmwalk.processes.grid import Grid
from lmwalk.registry import open_model
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.thoughts import ROOM


def plan(**values: Any) -> Study:
    return Study.of(**{"name": "walk", "models": ["ollama/tiny"], "trajectories": 1, "steps": 3, **values})


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch):
    with ollama_server(lambda _: "UP") as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        yield server


def run(jobs: Jobs, study: Study) -> None:
    jobs.start(study).wait(60)


def test_a_study_without_these_fields_keeps_its_ids_and_its_questions(ollama: Server, jobs: Jobs, store: Store) -> None:
    """The id is made from what was ever in it, and what goes out is the template's own text and the usual settings."""
    study = plan(steps=1)
    (condition,) = study.conditions()
    settings = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}
    parts = ["walk", "grid", dict(condition.params), condition.template.system, condition.template.text, "ollama/tiny"]
    whole = json.dumps([*parts, {**settings, "timeout_s": 60.0}, 0], sort_keys=True)
    run(jobs, study)

    assert condition.id == hashlib.sha256(whole.encode()).hexdigest()[:16]
    body = ollama.questions[0].body
    assert {**body["options"], "seed": 0} == {**settings, "seed": 0}
    assert set(body) == {"model", "messages", "options", "stream"}
    (play,) = prepare(study, open_model)
    state = study.start(0)
    assert body["messages"][-1]["content"] == play.wordings[0](play.process.view(state))
    assert store.steps("walk")["prompt"].tolist() == [body["messages"][-1]["content"]]


def test_one_word_is_asked_for_at_the_end_of_each_stored_question(ollama: Server, jobs: Jobs, store: Store) -> None:
    """The sentence goes out, is stored with the question, and names the outcomes."""
    run(jobs, plan(answer="one-word"))

    prompts = store.steps("walk")["prompt"].tolist()
    assert [question.body["messages"][-1]["content"] for question in ollama.questions] == prompts
    assert all(prompt.endswith("\n\nAnswer with one word only: UP, DOWN, LEFT or RIGHT.") for prompt in prompts)


def test_answers_in_json_are_asked_for_held_and_read(ollama: Server, jobs: Jobs, store: Store) -> None:
    """From the study file to the outcome: the question says the form, the server keeps it, the reader reads it."""
    ollama.answer = lambda _: '{"answer": "LEFT"}'
    run(jobs, plan(answer="json"))

    rows = store.steps("walk")
    assert rows["prompt"].iloc[0].endswith('where ... is "UP", "DOWN", "LEFT" or "RIGHT".')
    assert all(question.body["format"]["properties"]["answer"]["enum"] for question in ollama.questions)
    assert rows[["outcome", "status"]].drop_duplicates().values.tolist() == [["LEFT", "ok"]]
    (cell,) = store.conditions("walk").itertuples()
    assert json.loads(cell.sent)["format"] == "per question"
    assert any("renormalised" in note for note in json.loads(cell.notes))


def test_a_refused_setting_stops_a_study_or_stands_in_a_note(ollama: Server) -> None:
    """As any setting that a provider cannot take."""
    with pytest.raises(InputError, match=r"answer=choice.*Accepted for it: free, one-word, json"):
        prepare(plan(answer="choice"), open_model)
    (play,) = prepare(plan(answer="choice", on_unsupported="note"), open_model)
    assert any(note.startswith("answer=choice is not sent") for note in play.sent.notes)


@pytest.mark.parametrize("written", ["off", "on", "'off'", "low", "high", "default"])
def test_off_and_on_are_words_in_a_file_too(written: str) -> None:
    """YAML 1.1 takes them for false and true; a study that is written and read again stays what it is."""
    study = Study.from_yaml(f"name: a\nmodels: [ideal]\nthinking: {written}\n")
    assert study.thinking == written.strip("'")
    assert Study.from_yaml(study.to_yaml()) == study


@pytest.mark.parametrize(
    ("field", "wrong"), [("thinking", "maybe"), ("thinking", 1), ("answer", "xml"), ("answer", True)]
)
def test_a_word_that_is_none_is_named_once_with_all_that_are(field: str, wrong: object) -> None:
    """One sentence, and every word that is accepted."""
    with pytest.raises(InputError) as caught:
        plan(**{field: wrong})
    words = {"thinking": ("default", "off", "high"), "answer": ("free", "one-word", "choice")}[field]
    assert str(caught.value).count("\n") == 0
    assert all(f"'{word}'" in str(caught.value) for word in words)


@pytest.mark.parametrize("thinking", ["default", "off", "low", "on", "high"])
def test_a_chain_has_room_for_the_thought_beside_the_text(
    thinking: str, jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where lmwalk sets the limit, the thought has a budget of its own; what is sent stands with the condition."""
    study = plan(process="telephone", models=["openai/tiny"], thinking=thinking, steps=1)
    with openai_server(lambda _: "A house stood there.") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        run(jobs, study)

    room = study.make_process().room + ROOM.get(thinking, 0)
    assert server.questions[0].body["max_tokens"] == room
    (cell,) = store.conditions("walk").itertuples()
    assert json.loads(cell.sent)["max_tokens"] == room


def test_in_a_relay_only_those_who_need_a_limit_are_told_one(ollama: Server, jobs: Jobs, store: Store) -> None:
    """The built-in model, whose answers are short by themselves, takes turns with one whose server must be told."""
    relay = "relay/builtin/tiny + ollama/tiny"
    run(jobs, plan(process="telephone", models=[relay], steps=2))

    study = plan(process="telephone", models=[relay])
    (cell,) = store.conditions("walk").itertuples()
    sent = json.loads(cell.sent)
    assert sent["builtin/tiny"]["max_tokens"] == 16
    assert sent["ollama/tiny"]["num_predict"] == study.make_process().room
    assert {each.body["options"]["num_predict"] for each in ollama.questions} == {study.make_process().room}
    with pytest.raises(InputError, match="at most 256 tokens; the study asks for 300"):
        prepare(plan(process="telephone", models=[relay], sampler={"max_tokens": 300}), open_model)


def test_a_limit_of_the_studys_own_is_sent_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room is added to what somebody asked for."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    study = plan(process="telephone", models=["openai/tiny"], thinking="high", sampler={"max_tokens": 50})
    (play,) = prepare(study, open_model)
    assert play.sent.parameters["max_tokens"] == 50


def test_a_completion_has_room_for_its_answer(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its servers stop after few tokens where nothing is asked for."""
    with openai_server(lambda _: "UP") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        run(jobs, plan(models=["text-completion-openai/base"], steps=1))
    assert server.questions[0].body["max_tokens"] == Grid().room


@pytest.mark.parametrize(("name", "value"), [("thinking", "on"), ("context", 4096), ("answer", "json")])
def test_what_no_probability_is_asked_with_is_refused_or_noted(ollama: Server, name: str, value: Any) -> None:
    """Token probabilities are asked for without it, so a study must not seem to have set it."""
    measured = {"measurement": "probabilities", name: value}
    with pytest.raises(InputError, match=f"^{name}: {value!r} cannot be used where token probabilities"):
        prepare(plan(**measured), open_model)

    (play,) = prepare(plan(**measured, on_unsupported="note"), open_model)
    assert f"{name}={value} is not sent where token probabilities are measured." in play.sent.notes
    assert "JSON" not in play.prompt(play.start(0), 0).text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ollama/tiny", {"reasoning_effort": "none"}),
        ("openai/tiny", {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}}),
    ],
)
def test_probabilities_are_asked_of_a_model_that_is_told_not_to_think(
    name: str, wanted: dict[str, Any], jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the first token of a model that thinks is a mark and no outcome; without the setting nothing is said."""
    with ollama_server(lambda _: "UP") as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        measured = {"measurement": "probabilities", "models": [name], "steps": 1}
        run(jobs, plan(**measured))
        usual = server.questions[-1].body
        run(jobs, plan(**measured, name="told", thinking="off"))
        told = server.questions[-1].body

    assert told == {**usual, **wanted}
    assert not set(wanted) & set(usual)
    assert store.steps("told")["status"].tolist() == ["ok"]


def test_json_cannot_follow_an_answer_that_is_begun(ollama: Server) -> None:
    """An answer that already began cannot become an object."""
    template = {"text": "Where to?", "prefill": "I go"}
    with pytest.raises(InputError, match="answer: 'json' cannot be used with a template that begins the answer"):
        prepare(plan(template=template, answer="json"), open_model)


ALPHABETS = st.one_of(
    st.just(Grid().alphabet),
    st.just(Grid(stay=True).alphabet),
    st.just(Prior().alphabet),
    st.integers(2, 999).map(lambda high: Prior(of="number", low=1, high=high).alphabet),
)


@given(st.text(), ALPHABETS, st.sampled_from([None, "one-word", "json", "choice"]))
def test_a_question_stays_whole_before_its_closing_sentence(text: str, outcomes: tuple[str, ...], held: Any) -> None:
    """What the template says comes first, untouched; free answers and choices add nothing."""
    question = closed(text, held, outcomes)
    assert question.startswith(text)
    assert (question == text) == (held in (None, "choice"))
    assert closed(text, held, None) == text
    assert len(question) < len(text) + 300


@pytest.mark.parametrize("process", [Grid(), Grid(stay=True), Grid(rules="legacy"), Prior(), Prior(of="die")])
def test_every_outcome_is_read_from_the_form_that_is_asked_for(process: Any) -> None:
    """As an object, as the object in a fence, and as the bare word that a choice gives."""
    for outcome in process.alphabet:
        told = json.dumps({"answer": outcome})
        for reply in (told, f"```json\n{told}\n```", json.dumps({"answer": outcome}, indent=2), outcome):
            assert process.parse(reply).outcome == outcome
