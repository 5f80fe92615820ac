"""A chain hands on what the model wrote, asks what its task says, and ends where it was told to."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lmwalk.initial_texts import initial_texts
from lmwalk.processes.telephone import TASKS, Telephone
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled
from lmwalk.types import Process, State

chance = partial(np.random.default_rng, 0)


def telephone(**params) -> Telephone:
    process = make_process("telephone", params)
    assert isinstance(process, Telephone)
    return process


def handed_on(process: Process, texts: list[str | None]) -> State:
    """The state after a row of answers."""
    state = process.start(chance)
    for text in texts:
        state = process.advance(state, text, chance)
    return state


def test_every_initial_text_stands_under_every_task() -> None:
    """Cells run through the texts, then through the tasks; each starts with its own text."""
    process = telephone(tasks=["rephrase", "continue"], texts=["one", "two", "three"])

    assert process.cases == 6
    assert [process.start(chance, cell)["text"] for cell in range(6)] == ["one", "two", "three"] * 2
    assert [process.case(cell)[0] for cell in range(6)] == [0, 0, 0, 1, 1, 1]


def test_without_texts_it_begins_with_those_it_brings() -> None:
    """The texts that come with the package, in their order; a name stands for its text."""
    process, known = telephone(), list(initial_texts().values())

    assert [process.start(chance, cell)["text"] for cell in range(20)] == [text.text for text in known]
    assert telephone(texts=[known[3].name]).start(chance)["text"] == known[3].text


@given(st.text(min_size=1))
def test_what_the_model_wrote_is_asked_about_next(text: str) -> None:
    """The answer, without the space around it, is the text of the next question."""
    process = telephone(texts=["first"])
    outcome, status = process.parse(text)

    state = process.advance(process.start(chance), outcome, chance)

    assert status == ("ok" if text.strip() else "empty")
    assert process.view(state)["text"] == (text.strip() or "first")
    assert process.position(state) == (1, len(text.strip() or "first"))


def test_a_refusal_is_handed_on() -> None:
    """Whatever a model says is the next text; only silence is none."""
    assert telephone().parse("I'm sorry, but I can't help with that.").status == "ok"
    assert telephone().parse(" \n").status == "empty"


def test_tasks_take_turns() -> None:
    """With + between them, tasks follow each other generation by generation, and begin again."""
    process = telephone(tasks=["rephrase + continue"], texts=["one"])
    states = [handed_on(process, ["text"] * t) for t in range(4)]

    asked = [process.view(state)["task"] for state in states]

    assert asked == [TASKS[name].instruction for name in ("rephrase", "continue") * 2]
    assert [process.view(state)["generation"] for state in states] == [1, 2, 3, 4]


def test_an_instruction_of_one_s_own_is_asked_as_it_is() -> None:
    """A task that is none of the known ones is the instruction."""
    process = telephone(tasks=["Tell it as a sailor would."], texts=["one"])

    assert process.view(process.start(chance))["task"] == "Tell it as a sailor would."


@pytest.mark.parametrize(
    ("stop", "answers", "reason"),
    [
        ([], [None, "x" * 99, "one"], None),
        (["empty"], ["two", None], "empty"),
        (["long"], ["x" * 10], None),
        (["long"], ["x" * 11], "long"),
        (["repeated"], ["two", "three", "two"], "repeated"),
        (["repeated"], ["one"], "repeated"),
        (["repeated"], ["two", "three", None], None),
        (["empty", "long", "repeated"], ["two", "three"], None),
    ],
)
def test_a_chain_ends_where_it_was_told_to(stop: list[str], answers: list[str | None], reason: str | None) -> None:
    """An empty answer, a text beyond the limit, a text that was there before: each only where it was asked for."""
    process = telephone(stop=stop, most_characters=10, texts=["one"])

    assert process.over(handed_on(process, answers)) == reason
    assert process.over(handed_on(process, answers[:-1])) is None


@pytest.mark.parametrize("params", [{"tasks": []}, {"tasks": ["rephrase + "]}, {"texts": [""]}, {"stop": ["never"]}])
def test_what_asks_nothing_is_refused(params: dict[str, list[str]]) -> None:
    """A study cannot be made of no task, an empty task, an empty text, or a stop that there is not."""
    with pytest.raises(ValidationError):
        telephone(**params)


@pytest.mark.parametrize("name", ["chat", "completion"])
@pytest.mark.parametrize("task", list(TASKS))
def test_every_template_shows_the_text_and_what_to_do(name: str, task: str) -> None:
    """The question holds the text to the letter, and the task in one of its two forms."""
    process = telephone(tasks=[task], texts=["A text {with} braces\nand lines."])
    question = compiled(builtin_templates("telephone")[name].text)(process.view(process.start(chance)))

    assert "A text {with} braces\nand lines." in question
    assert TASKS[task].instruction in question or TASKS[task].lead in question
