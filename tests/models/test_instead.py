"""What a model would rather begin with than with an outcome."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import ollama_server
from toy_model import COIN, COIN_TOKENS, DIGIT_TOKENS, END, NUMBERS, Toy

from lmwalk.models.builtin.model import Builtin
from lmwalk.registry import make_process, open_model
from lmwalk.token_tree.spelling import LONGEST_INSTEAD, MOST_INSTEAD, likeliest, spelled
from lmwalk.types import SCANT, Distribution, Prompt

TOYS = st.builds(
    lambda kind, seed: (Toy(kind[0], seed), kind[1]),
    st.sampled_from([(COIN_TOKENS, COIN), (DIGIT_TOKENS, NUMBERS)]),
    st.integers(0, 2**32 - 1),
)
GRID = make_process("grid", {})
MOVES = ("UP", "DOWN", "LEFT", "RIGHT")
STORY = Prompt("The road to the village follows the river. Behind", None, GRID, {})
"""The neutral text that the built-in model was taught goes on with a word."""


def driven(outcomes: Sequence[str], toy: Toy) -> Distribution:
    walk = spelled(outcomes, 0.0, 0.0)
    texts = next(walk)
    while True:
        lists = [[(token, math.log(p)) for token, p in toy.next_tokens(text).items() if p > 0] for text in texts]
        try:
            texts = walk.send(lists)
        except StopIteration as done:
            found: Distribution = done.value
            return found


def parted(toy: Toy, outcomes: Sequence[str], text: str = "") -> Iterator[tuple[str, float]]:
    """Where each path of tokens parts from every outcome, by the rule that the toy's truth is told by."""
    lead = "\"'*_`([ \n"
    for token, p in toy.next_tokens(text).items():
        longer = text + token
        begun = longer.lower()
        for _ in range(4):
            begun = begun[1:] if begun and begun[0] in lead else begun
        if any(outcome.startswith(begun) for outcome in outcomes):
            yield from ((end, p * q) for end, q in parted(toy, outcomes, longer))
        elif not any(begun.startswith(each) and not begun[len(each) :][:1].isalnum() for each in outcomes):
            yield longer, p


@given(TOYS)
@settings(max_examples=60, deadline=None)
def test_the_likeliest_partings_are_those_of_the_enumeration(case: tuple[Toy, tuple[str, ...]]) -> None:
    """All partings together hold what is outside, and the five likeliest are named with what they hold."""
    toy, outcomes = case
    every: dict[str, float] = defaultdict(float)
    for text, p in parted(toy, outcomes):
        every[text] += p
    found = driven(outcomes, toy)

    assert math.fsum(every.values()) == pytest.approx(found.outside, abs=1e-9)
    ranked = sorted((p for p in every.values() if p > 0), reverse=True)[:MOST_INSTEAD]
    assert list(found.instead.values()) == pytest.approx(ranked, abs=1e-9)
    assert found.instead == pytest.approx({text: every[text] for text in found.instead}, abs=1e-9)


@given(st.lists(st.tuples(st.text(max_size=80), st.floats(0, 1)), max_size=12))
def test_what_is_kept_of_a_beginning_is_small_and_storable(beginnings: list[tuple[str, float]]) -> None:
    """At most five, each cut, none with half a surrogate pair, the likeliest first."""
    found = likeliest([*beginnings, ("half \ud83d", 0.5)])

    assert len(found) <= MOST_INSTEAD
    assert list(found.values()) == sorted(found.values(), reverse=True)
    for text in found:
        assert len(text) <= LONGEST_INSTEAD + 1
        text.encode()


@pytest.mark.parametrize(("mass", "kept"), [(SCANT - 0.01, True), (SCANT + 0.01, False)])
def test_it_is_stored_only_where_the_outcomes_hold_little(mass: float, kept: bool) -> None:
    """What is stored of a question whose outcomes hold enough is what it always was."""
    logs = {"heads": math.log(mass)}
    stored = Distribution(logs, 1 - mass, instead={"So": 0.4}).stored()

    assert stored.pop("instead", None) == ({"So": 0.4} if kept else None)
    assert json.dumps(stored) == json.dumps(
        {"p": {"heads": math.exp(math.log(mass))}, "outside": 1 - mass, "unseen": 0.0}
    )


def score(model: Builtin, prompt: Prompt, outcomes: Sequence[str] = MOVES) -> Distribution:
    return asyncio.run(model.distribution(prompt, outcomes, contextlib.nullcontext()))


@pytest.fixture(scope="module")
def builtin() -> Builtin:
    opened = open_model("builtin/tiny")
    assert isinstance(opened, Builtin)
    return opened


def test_the_built_in_model_says_what_it_would_rather_begin_with(builtin: Builtin) -> None:
    """Its likeliest first tokens that are no outcome's; of a text that several tokens write, at least the likeliest."""
    found = score(builtin, STORY)
    rest: dict[str, list[float]] = defaultdict(list)
    for text, logprob in asyncio.run(builtin.first_tokens(STORY, contextlib.nullcontext())):
        rest[text].append(math.exp(logprob))

    assert math.fsum(found.masses().values()) < SCANT
    assert len(found.instead) == MOST_INSTEAD
    for text, p in found.instead.items():
        assert max(rest[text]) - 1e-9 <= p <= math.fsum(rest[text]) + 1e-9
    others = [max(each) for text, each in rest.items() if text not in found.instead and text not in MOVES]
    assert max(others) <= min(found.instead.values())


def test_a_beginning_that_outcomes_share_is_told_from_them(builtin: Builtin) -> None:
    """A word that goes on to no outcome ends in an ellipsis, and what the outcome itself holds is no part of it."""
    first = builtin.first_tokens(STORY, contextlib.nullcontext())
    probabilities: Mapping[str, float] = {text: math.exp(log) for text, log in asyncio.run(first)}
    found = score(builtin, STORY, ("the end",))

    mass = found.masses()["the end"]
    assert found.instead["the…"] == pytest.approx(probabilities["the"] - mass, abs=1e-6)
    assert "the" not in found.instead


def test_a_question_that_it_was_taught_costs_nothing_more(builtin: Builtin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the outcomes hold enough, no first token is looked up."""

    async def looked_up(ids: object) -> np.ndarray:
        raise AssertionError

    monkeypatch.setattr(builtin, "_first", looked_up)
    from lmwalk.models.builtin.evaluate import questions
    from lmwalk.templates import named_template

    (asked,) = questions(named_template("grid", "memoryless").text, np.array([(1, 2)]))

    assert score(builtin, asked).instead == {}


@pytest.mark.parametrize("name", ["ollama/tiny", "openai/tiny"])
def test_a_thought_that_comes_first_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Over HTTP: a mark of thinking at .95 leaves the outcomes .03, and is what the model would rather say."""
    with ollama_server(lambda _: "<think>") as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
        server.probabilities = {"<think>": 0.95, "heads": 0.02, "tails": 0.01, "So": 0.02}

        async def scored() -> Distribution:
            model = open_model(name)
            try:
                return await model.distribution(Prompt("?", None, GRID, {}), COIN, asyncio.Semaphore(1))
            finally:
                await model.close()

        found = asyncio.run(scored())

    assert math.fsum(found.masses().values()) == pytest.approx(0.03)
    assert found.instead == pytest.approx({"<think>": 0.95, "So": 0.02})
    assert END not in found.instead
