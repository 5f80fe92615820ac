"""Draws: what is shown, what is read, and what the world decides."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import binomtest, chisquare

from lmwalk.processes.draws import DrawnSequence, InContext, Prior, StatedBias, Switching
from lmwalk.templates import builtin_templates, compiled
from lmwalk.types import State

CHANCE = partial(np.random.default_rng, 0)


def states(process, cell: int = 0, answers: tuple[str, ...] = ("heads",)) -> list[State]:
    """Every state of one case, the model giving the answers in turn."""
    found = [process.start(CHANCE, cell)]
    for t in range((process.length or 20) - 1):
        found.append(process.advance(found[-1], answers[t % len(answers)], CHANCE))
    return found


@given(seed=st.integers(0, 10_000), cell=st.integers(0, 10))
def test_evidence_is_nested_and_the_worlds(seed: int, cell: int) -> None:
    """A question's tosses begin with those of the question before, whatever the model said."""
    process = InContext(evidence_seed=seed)
    one, other = states(process, cell), states(process, cell, ("tails", "heads"))

    assert [state["results"] for state in one] == [state["results"] for state in other]
    assert tuple(state["n"] for state in one) == process.examples
    for before, after in pairwise(one):
        assert after["results"][: before["n"]] == before["results"]


def test_tosses_come_at_their_rate() -> None:
    """Over many evidence seeds the event has the stated frequency, and other outcomes share the rest evenly."""
    coin = [InContext(thetas=(0.3,), examples=(10,), evidence_seed=seed).tosses(0) for seed in range(400)]
    assert binomtest(sum(toss.count("heads") for toss in coin), 4000, 0.3).pvalue > 0.001

    die = [
        t
        for seed in range(400)
        for t in InContext(of="die", thetas=(0.5,), examples=(10,), evidence_seed=seed).tosses(0)
    ]
    counts = [die.count(str(face)) for face in range(1, 7)]
    assert chisquare(counts, np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5]) * 4000).pvalue > 0.001


def test_a_certain_coin_shows_one_side_only() -> None:
    """At theta 0 and 1 there is nothing to draw."""
    process = InContext()

    assert set(process.tosses(0)) == {"tails"}
    assert set(process.tosses(10)) == {"heads"}


def test_the_coin_is_exchanged_where_it_is_said() -> None:
    """theta is the true probability of the toss that comes next."""
    process = Switching(before=1.0, after=0.0, at=3, tosses_shown=6)

    found = states(process)

    assert found[-1]["results"] == ["heads"] * 3 + ["tails"] * 3
    assert [state["theta"] for state in found] == [1, 1, 1, 0, 0, 0, 0]


@given(
    tosses=st.lists(st.sampled_from(["heads", "tails"]), max_size=40),
    a=st.floats(0.1, 20),
    b=st.floats(0.1, 20),
)
def test_the_ideal_observer_is_beta_bernoulli(tosses: list[str], a: float, b: float) -> None:
    """Its belief is the posterior mean (a + heads) / (a + b + n) (Bayes)."""
    process = InContext(prior=(a, b))

    belief = process.ideal({**process.start(CHANCE), "results": tosses})

    assert belief["heads"] == pytest.approx((a + tosses.count("heads")) / (a + b + len(tosses)))


@pytest.mark.parametrize(
    ("process", "cell", "expected"),
    [
        (StatedBias(), 3, {"heads": 0.3, "tails": 0.7}),
        (StatedBias(of="die", event="4"), 0, {"4": 0.6, "1": 0.08, "2": 0.08, "3": 0.08, "5": 0.08, "6": 0.08}),
        (StatedBias(of="number", high=4), 0, {"1": 0, "2": 0.5, "3": 0, "4": 0.5}),
        (StatedBias(of="number", high=4), 1, {"1": 0.5, "2": 0, "3": 0.5, "4": 0}),
    ],
)
def test_a_stated_bias_is_what_the_ideal_observer_answers_with(process, cell, expected) -> None:
    """The event has the stated probability; what is left open is shared evenly."""
    assert process.ideal(process.start(CHANCE, cell)) == pytest.approx(expected)


def test_statements_say_the_bias() -> None:
    """The sentence names the outcome and the probability, or the parity."""
    view = lambda process, cell: process.view(process.start(CHANCE, cell))["stated"]  # noqa: E731

    assert view(StatedBias(), 7) == "The coin lands on heads with a probability of 70%. "
    assert view(StatedBias(of="die"), 1) == "The die shows 6 with a probability of 80%. "
    assert view(StatedBias(of="number"), 0) == "The number is always even. "
    assert view(Prior(), 0) == ""


@pytest.mark.parametrize(
    ("of", "reply", "outcome", "status"),
    [
        ("coin", "heads", "heads", "ok"),
        ("coin", " Tails!\n", "tails", "ok"),
        ("coin", "**HEADS**", "heads", "ok"),
        ("coin", "It came up head.", "heads", "ok"),
        ("coin", "H", "heads", "ok"),
        ("coin", "T.", "tails", "ok"),
        ("coin", "A T-shirt", None, "unparsed"),
        ("coin", "headstrong", None, "unparsed"),
        ("coin", "heads or tails", None, "ambiguous"),
        ("coin", "I'm sorry, I cannot flip a coin.", None, "refused"),
        ("coin", " ", None, "empty"),
        ("number", "7", "7", "ok"),
        ("number", "10.", "10", "ok"),
        ("number", "07", "7", "ok"),
        ("number", "Seven", "7", "ok"),
        ("number", "17", None, "unparsed"),
        ("number", "3.5", None, "unparsed"),
        ("number", "-2", None, "unparsed"),
        ("number", "3 or 4", None, "ambiguous"),
        ("number", "\u0663", None, "unparsed"),
        ("die", "I rolled a six", "6", "ok"),
        ("die", "7", None, "unparsed"),
    ],
)
def test_replies_are_read_in_whole_words(of, reply, outcome, status) -> None:
    """Words and numbers count in any case and dress, but not inside others, and not two at once."""
    assert Prior(of=of).parse(reply) == (outcome, status)


def test_a_completion_is_read_up_to_its_first_outcome() -> None:
    """A model that completes a text goes on; what it says first is its answer."""
    reply = "heads. Then I flip it again and it is tails."

    assert Prior().parse(reply) == (None, "ambiguous")
    assert Prior(reading="first").parse(reply) == ("heads", "ok")


def test_own_history_is_shown_and_forgotten_beyond_the_memory() -> None:
    """The question holds the latest answers of the model, oldest first."""
    process = DrawnSequence(memory=3)

    last = states(process, 0, ("heads", "tails", "tails"))[5]

    assert process.view(last)["results"] == " tails, heads, tails,"
    assert (last["answers"], last["events"], last["n"]) == (5, 2, 3)
    assert process.position(last) == (5, 0.4)


def test_an_unread_answer_adds_no_result() -> None:
    """What cannot be read is no toss."""
    process = DrawnSequence()
    state = states(process)[3]

    assert process.advance(state, None, CHANCE) == state


def test_independent_questions_show_nothing() -> None:
    """Answers are counted, and the next question is the same question."""
    process = DrawnSequence(way="independent")
    first, last = (process.view(state) for state in (states(process)[0], states(process)[-1]))

    assert first == last


def test_a_batch_is_many_results_in_one_answer() -> None:
    """Every result named counts, in order; what is out of range does not."""
    process = DrawnSequence(way="batch", of="die")

    outcome, status = process.parse("1, 3, six, 9, 2.")
    after = process.advance(process.start(CHANCE), outcome, CHANCE)

    assert (outcome, status) == ("1, 3, 6, 2", "ok")
    assert (after["answers"], after["events"], after["results"]) == (4, 1, ["1", "3", "6", "2"])
    assert process.outcomes(after) is process.ideal(after) is None


@pytest.mark.parametrize(
    "params",
    [{"low": 5, "high": 5}, {"of": "die", "event": "7"}, {"event": "edge"}, {"of": "number", "low": 1, "high": 2000}],
)
def test_what_cannot_be_drawn_is_refused(params) -> None:
    """A range needs two numbers, and the event has to be among the outcomes."""
    with pytest.raises(ValidationError):
        Prior(**params)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        (StatedBias, {"stated": ["even"]}),
        (StatedBias, {"stated": [101]}),
        (InContext, {"examples": [3, 1]}),
        (InContext, {"thetas": [1.2]}),
        (InContext, {"prior": [1, 1, 1]}),
        (InContext, {"prior": [0, 1]}),
    ],
)
def test_designs_that_make_no_sense_are_refused(kind, params) -> None:
    """Parity of a coin, shrinking evidence, rates beyond 1 and priors of the wrong size."""
    with pytest.raises(ValidationError):
        kind(**params)


@pytest.mark.parametrize(
    ("folder", "name", "least"),
    [
        *(("draw", name, least) for name, least in (("stems", 20), ("stems-1", 20), ("messages", 5))),
        *(("series", name, least) for name, least in (("stems", 20), ("stems-1", 20), ("messages", 5))),
    ],
)
@pytest.mark.parametrize("of", ["coin", "die", "number"])
def test_wordings_are_many_and_different(folder, name, least, of) -> None:
    """At least 20 stems and 5 messages, no two alike, none ending in a space that would split the next word's token."""
    process = InContext(of=of) if folder == "series" else StatedBias(of=of)
    state = states(process, 1)[-1] if folder == "series" else process.start(CHANCE, 1)

    view = process.view(state)
    asked = [compiled(text)(view) for text in builtin_templates(folder)[name].texts]

    assert len(set(asked)) == len(asked) >= least
    assert all(text == text.rstrip() for text in asked)
    assert all(any(str(view[form]) in text for form in ("action", "acted", "acts")) for text in asked)
