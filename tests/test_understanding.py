"""What counts as an answer, in view of why it ended, and what becomes of a trajectory that was cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from scripted import ListSink, Scripted

from lmwalk.engine import Policy, Run
from lmwalk.engine.prepared import prepare
from lmwalk.engine.scheduling import Control, Retries
from lmwalk.engine.understanding import fewest_tokens, understood
from lmwalk.errors import InputError
from lmwalk.registry import make_process
from lmwalk.step import Step
from lmwalk.study import Study
from lmwalk.types import Gate, Process, Prompt, Reply, Sampling

WALK = make_process("grid", {})
COIN = make_process("prior", {})
NUMBER = make_process("prior", {"of": "number"})
FIRST = make_process("prior", {"reading": "first"})
FLIPS = make_process("sequence", {"way": "batch", "flips": 4})
NUMBERS = make_process("sequence", {"of": "number", "way": "batch", "flips": 4})
CHAIN = make_process("telephone", {})
MARKS = make_process("poisson", {})


def reply(text: str, finish: Any = "stop", **more: Any) -> Reply:
    return Reply(text, 0.0, finish=finish, **more)


CASES = [
    (WALK, reply("UP"), "UP", "ok"),
    (WALK, reply("UP", "length"), "UP", "ok"),
    (WALK, reply("**UP**, because I have been dow", "length"), "UP", "ok"),
    (WALK, reply("I think UP is nice but", "length"), None, "cut"),
    (WALK, reply("I go UP. The reason is", "length"), "UP", "ok"),
    (WALK, reply("Let me think about", "length"), None, "cut"),
    (WALK, reply("", "length"), None, "cut"),
    (WALK, reply("", "length", thought="UP or DOWN"), None, "cut"),
    (WALK, reply("", thought="UP or DOWN"), None, "empty"),
    (WALK, reply(""), None, "empty"),
    (WALK, reply("", "tool"), None, "unparsed"),
    (WALK, reply("UP", "filter"), None, "refused"),
    (WALK, reply("I go UP. No, I will not.", "refusal"), None, "refused"),
    (WALK, reply("I cannot go any", "length"), None, "refused"),
    (WALK, reply("UP", None), "UP", "ok"),
    (NUMBER, reply("1", "length"), None, "cut"),
    (NUMBER, reply("7", "length"), "7", "ok"),
    (NUMBER, reply("1."), "1", "ok"),
    (NUMBER, reply("1 ", "length"), "1", "ok"),
    (COIN, reply("It is heads", "length"), None, "cut"),
    (FIRST, reply("It is heads", "length"), "heads", "ok"),
    (FLIPS, reply("heads, tails, he", "length"), "heads, tails", "ok"),
    (NUMBERS, reply("4, 7, 1", "length"), None, "cut"),
    (CHAIN, reply("A house by the riv", "length"), None, "cut"),
    (CHAIN, reply("A house by the river."), "A house by the river.", "ok"),
    (MARKS, reply("one * two thr", "length"), "one * two thr", "ok"),
]


@pytest.mark.parametrize(("process", "said", "outcome", "status"), CASES)
def test_a_cut_text_a_thought_and_a_refusal_are_no_answers(
    process: Process, said: Reply, outcome: str | None, status: str
) -> None:
    """An answer that was cut off counts only where what is missing could not have changed it."""
    assert understood(process, said) == (outcome, status)


def test_why_says_where_the_limit_struck() -> None:
    """While the model thought, or while it spoke."""
    assert understood(WALK, reply("", "length", thought="hm")).why == "cut while thinking"
    assert understood(WALK, reply("", "length", thought_tokens=20)).why == "cut while thinking"
    assert understood(WALK, reply("Well", "length")).why == "cut off"
    assert understood(WALK, reply("no", "filter")).why == "filtered by the server"


@pytest.mark.parametrize(("text", "least"), [("Where to go?", 3), ("", 0), ("\u4e0a" * 80, 10), ("a " * 500, 500)])
def test_a_question_has_no_fewer_tokens_than_words(text: str, least: float) -> None:
    """No tokeniser joins words across a space; of scripts without spaces an eighth of the letters is a safe bound."""
    assert fewest_tokens(Prompt(text, None, WALK, {})) == least


class Limited(Scripted):
    """A model that says a text up to the limit it was given, ten letters to a token."""

    def __init__(self, text: Callable[[Prompt], str], own_limit: int = 3, tokens_in: int | None = None) -> None:
        super().__init__()
        self.text, self.own_limit, self.tokens_in = text, own_limit, tokens_in
        self.limits: list[int | None] = []

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        self.limits.append(sampling.max_tokens)
        room = sampling.max_tokens or self.own_limit
        text = self.text(prompt)
        cut = len(text) > 10 * room
        async with gate:
            return Reply(text[: 10 * room], 0.1, self.tokens_in, room, finish="length" if cut else "stop")


LONG = "A text of fifty-five letters is longer than five tokens."


def run(model: Limited, **values: Any) -> list[Step]:
    plan = Study.of(**{"name": "s", "models": ["ideal"], "trajectories": 1, "steps": 3, **values})
    sink = ListSink()
    settings = {"control": Control(), "policy": Policy(Retries(attempts=1))}
    asyncio.run(Run(plan, prepare(plan, lambda _: model), sink, {}, **settings)())
    return list(sink)


def chain(**values: Any) -> dict[str, Any]:
    return {"process": "telephone", "params": {"texts": ["The old house stood empty."]}, **values}


def test_a_chain_that_keeps_cut_texts_goes_on_with_a_mark() -> None:
    """Each is handed on, and each says that it is no whole text."""
    steps = run(Limited(lambda _: LONG), **chain())

    assert [(step.status, step.outcome, step.ended) for step in steps] == [("cut", LONG[:30], None)] * 3
    assert LONG[:30] in steps[1].prompt


def test_a_chain_that_stops_ends_at_the_cut_text() -> None:
    """Which is no text of the chain."""
    steps = run(Limited(lambda _: LONG), **chain(on_cut="stop"))

    assert [(step.status, step.outcome, step.ended) for step in steps] == [("cut", None, "cut")]
    assert steps[0].state_before == steps[0].state_after
    assert steps[0].reply == LONG[:30]


def test_retry_doubles_the_room_until_the_answer_is_whole() -> None:
    """From the server's own limit of 3 tokens to 6; each question is one step, its attempts counted."""
    model = Limited(lambda _: LONG)
    steps = run(model, **chain(on_cut="retry", steps=1))

    assert model.limits == [None, 6]
    assert [(step.status, step.outcome, step.attempts) for step in steps] == [("ok", LONG, 2)]


def test_retry_gives_up_after_four_doublings() -> None:
    """Sixteen times the room is enough to tell that there is no end."""
    model = Limited(lambda _: LONG * 100)
    steps = run(model, **chain(on_cut="retry"))

    assert model.limits == [None, 6, 12, 24, 48]
    assert [(step.status, step.ended, step.attempts) for step in steps] == [("cut", "cut", 5)]


def test_a_walk_stands_still_where_a_thought_took_all_room() -> None:
    """And goes on to its next question."""
    steps = run(Limited(lambda _: "<think>One could go UP, or DOWN, or even"), steps=2)

    assert [(step.status, step.x, step.y) for step in steps] == [("cut", 0, 0)] * 2


@pytest.mark.parametrize(("tokens_in", "cut"), [(None, None), (5, True), (500, False)])
def test_a_question_that_was_read_in_part_is_marked(tokens_in: int | None, cut: bool | None) -> None:
    """Where the server counts fewer tokens than the words of the question."""
    steps = run(Limited(lambda _: "UP", tokens_in=tokens_in), steps=1)

    assert [step.prompt_cut for step in steps] == [cut]


@pytest.fixture
def plan() -> Iterator[dict[str, Any]]:
    yield {"name": "s", "models": ["ideal"]}


def test_what_is_left_as_usual_leaves_ids_and_files_as_they_were(plan: dict[str, Any]) -> None:
    """So that older studies go on; what is set is part of the condition and of the file."""
    usual = Study.of(**plan)
    spelt = Study.of(**plan, thinking="default", answer="free", on_cut="keep", context=None)
    other = Study.of(**plan, thinking="off", answer="json", context=2048, on_cut="retry")

    assert usual.to_yaml() == spelt.to_yaml()
    assert not {"thinking", "context", "answer", "on_cut"} & set(usual.to_yaml().replace(":", " ").split())
    assert [c.id for c in usual.conditions()] == [c.id for c in spelt.conditions()]
    assert Study.from_yaml(other.to_yaml()) == other
    assert other.conditions()[0].requested["thinking"] == "off"


def test_free_text_cannot_be_held(plan: dict[str, Any]) -> None:
    """There is no alphabet to hold it to."""
    with pytest.raises(InputError, match=r"answer: answers of this telephone are free text\. Accepted here: free"):
        Study.of(**plan, process="telephone", answer="json")
