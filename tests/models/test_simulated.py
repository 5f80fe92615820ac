"""Simulations do what their names say."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, poisson

from lmwalk.errors import InputError, PermanentError, TransientError
from lmwalk.marked_text import gap_counts
from lmwalk.models._recipes import RECIPES, Filter
from lmwalk.processes.grid import Grid
from lmwalk.processes.poisson import Poisson
from lmwalk.registry import backend_of, open_model
from lmwalk.types import Prompt, Sampling

GRID = Grid()
MOVES = ("UP", "DOWN", "LEFT", "RIGHT")
TEXTUAL = {"marking", "copier", "mover", "swapper"}
"""Simulations that answer with texts of their own, and choose from no list."""
NEUTRAL = Sampling(1.0, top_p=1.0, top_k=0, min_p=0.0)


def prompt(*moves: str, process: Any = GRID) -> Prompt:
    return Prompt("", None, process, {"t": len(moves), "x": 0, "y": 0, "moves": list(moves)})


def replies(name: str, n: int = 4000, sampling: Sampling = NEUTRAL, question: Prompt | None = None) -> list[str]:
    async def asked() -> list[str]:
        model, gate = open_model(name), asyncio.Semaphore(1)
        question_ = question or prompt()
        return [(await model.reply(question_, sampling, seed, gate)).text for seed in range(n)]

    return asyncio.run(asked())


def assert_drawn_from(texts: list[str], expected: list[float]) -> None:
    counts = Counter(texts)
    assert set(counts) <= set(MOVES)
    assert chisquare([counts[move] for move in MOVES], len(texts) * np.array(expected)).pvalue > 0.001


@pytest.mark.parametrize(
    ("name", "moves", "expected"),
    [
        ("biased", (), [0.4, 0.3, 0.2, 0.1]),
        ("biased:p=0.1/0.2/0.3/0.4", (), [0.1, 0.2, 0.3, 0.4]),
        ("persistent", (), [0.25] * 4),
        ("persistent", ("UP", "LEFT"), [0.2 / 3, 0.2 / 3, 0.8, 0.2 / 3]),
        ("persistent:stay=0.4", ("DOWN",), [0.2, 0.4, 0.2, 0.2]),
        ("persistent", ("stay",), [0.25] * 4),
        ("honest", (), [0.93, 0.07 / 3, 0.07 / 3, 0.07 / 3]),
        ("peaked", (), [0.93, 0.07 / 3, 0.07 / 3, 0.07 / 3]),
        ("honest:p=0.4", (), [0.4, 0.2, 0.2, 0.2]),
        ("slow:latency_s=0", (), [0.25] * 4),
    ],
)
def test_draws_follow_the_stated_distribution(name, moves, expected) -> None:
    """Drawn frequencies agree with the distribution that the name promises, and so does ``distribution``."""
    question = prompt(*moves)
    assert_drawn_from(replies(f"simulated/{name}", question=question), expected)

    found = asyncio.run(open_model(f"simulated/{name}").distribution(question, MOVES, nullcontext()))
    assert [math.exp(found.logprobs[move]) for move in MOVES] == pytest.approx(expected)
    assert found.outside == pytest.approx(0)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, 5.0])
def test_behind_the_providers_cut_temperature_does_nothing(temperature) -> None:
    """With the provider's defaults the peaked model never varies; with the cuts off it is tempered like the honest."""
    assert set(replies("simulated/peaked", 300, Sampling(temperature))) == {"UP"}

    weights = np.array([0.93, *[0.07 / 3] * 3]) ** (1 / temperature)
    neutral = Sampling(temperature, top_p=1.0, top_k=0, min_p=0.0)
    for name in ("simulated/peaked", "simulated/honest"):
        assert_drawn_from(replies(name, sampling=neutral), list(weights / weights.sum()))
    assert_drawn_from(replies("simulated/honest", sampling=Sampling(temperature)), list(weights / weights.sum()))


def test_temperature_zero_takes_the_likeliest() -> None:
    """At T = 0 only the most probable outcome is answered."""
    for name in ("simulated/peaked", "simulated/honest"):
        assert set(replies(name, 50, Sampling(0.0, top_p=1.0, top_k=0))) == {"UP"}


@pytest.mark.parametrize(("name", "status"), [("verbose", "ambiguous"), ("refusing", "refused"), ("empty", "empty")])
def test_unreadable_replies_are_read_as_such(name, status) -> None:
    """Replies without one outcome get the reason they were made for, and all mass is outside."""
    assert {GRID.parse(text) for text in replies(f"simulated/{name}", 50)} == {(None, status)}
    assert asyncio.run(open_model(f"simulated/{name}").distribution(prompt(), MOVES, nullcontext())).outside == 1


def test_same_seed_same_reply() -> None:
    """A reply depends on its seed and nothing else."""
    for name in set(RECIPES) - TEXTUAL:
        if name not in ("slow", "failing"):
            assert replies(f"simulated/{name}", 30) == replies(f"simulated/{name}", 30)


def test_failures_come_at_their_rate_and_pass() -> None:
    """The stated share of calls fails, each attempt anew, and the answer in the end is that of the seed."""

    async def tried() -> tuple[int, int, list[str]]:
        model, gate, failures, texts = open_model("simulated/failing:rate=0.3"), asyncio.Semaphore(1), 0, []
        for seed in range(1000):
            while len(texts) <= seed:
                try:
                    texts.append((await model.reply(prompt(), NEUTRAL, seed, gate)).text)
                except TransientError:
                    failures += 1
        return failures, len(texts), texts

    failures, answers, texts = asyncio.run(tried())
    assert chisquare([failures, answers], (failures + answers) * np.array([0.3, 0.7])).pvalue > 0.001
    assert texts == replies("simulated/failing:rate=0", 1000)


def test_a_permanent_failure_stays() -> None:
    """After the stated number of answers every call fails for good."""

    async def tried() -> None:
        model, gate = open_model("simulated/failing:rate=0,permanent_after=2"), asyncio.Semaphore(1)
        for seed in range(2):
            await model.reply(prompt(), NEUTRAL, seed, gate)
        for _ in range(3):
            with pytest.raises(PermanentError, match="after 2 answers"):
                await model.reply(prompt(), NEUTRAL, 2, gate)

    asyncio.run(tried())


def test_slow_holds_its_gate_and_no_other_needs_one() -> None:
    """Only the slow simulation stands behind a server's slots."""
    servers = {name: open_model(f"simulated/{name}").server for name in RECIPES}
    assert {name for name, server in servers.items() if server} == {"slow"}

    async def held() -> None:
        model, gate = open_model("simulated/slow:latency_s=0.01"), asyncio.Semaphore(1)
        question = asyncio.create_task(model.reply(prompt(), NEUTRAL, 0, gate))
        await asyncio.sleep(0)
        assert gate.locked()
        assert (await question).latency_s > 0
        assert not gate.locked()

    asyncio.run(held())


@given(
    tosses=st.lists(st.sampled_from(["heads", "tails"]), max_size=30),
    mean=st.floats(0, 1),
    strength=st.floats(0.01, 50),
    gamma=st.floats(0, 1),
)
def test_a_filter_discounts_what_it_knew_with_every_result(tosses, mean, strength, gamma) -> None:
    """a <- gamma a + [heads], b <- gamma b + [tails], and the belief is a / (a + b)."""
    a, b = mean * strength, (1 - mean) * strength
    for toss in tosses:
        a, b = gamma * a + (toss == "heads"), gamma * b + (toss == "tails")

    found = Filter(mean, strength, gamma).chances(("heads", "tails"), {"results": tosses})

    assert found.tolist() == pytest.approx([a / (a + b), b / (a + b)])


def test_marks_come_at_the_true_rate() -> None:
    """The marking simulation writes the words asked for, with Poisson counts behind them."""
    process = Poisson(rates=(0.7,), words=50)
    question = Prompt("", None, process, process.start(partial(np.random.default_rng, 0)))

    counts = [count for text in replies("simulated/marking", 400, question=question) for count in gap_counts(text, "*")]

    law = poisson(0.7).pmf(np.arange(4))
    seen = np.bincount(np.minimum(counts, 4), minlength=5)
    assert len(counts) == 400 * 50
    assert chisquare(seen, np.append(law, 1 - law.sum()) * len(counts)).pvalue > 0.001


def test_marking_needs_a_text_to_mark() -> None:
    """Asked for a move, it says what it is for."""
    with pytest.raises(PermanentError, match="grid has none"):
        replies("simulated/marking", 1)


class FreeText(Grid):
    """A process without a list of outcomes."""

    def outcomes(self, state):
        return None


@pytest.mark.parametrize("name", sorted(set(RECIPES) - {"refusing", "empty"} - TEXTUAL))
def test_without_outcomes_the_reason_is_said(name) -> None:
    """A simulation that chooses needs something to choose from."""
    with pytest.raises(PermanentError, match="list of outcomes"):
        replies(f"simulated/{name}" + (":rate=0" if name == "failing" else ""), 1, question=prompt(process=FreeText()))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("simulated/bised", "Accepted: simulated/biased"),
        ("simulated/", "There is no simulation"),
        ("simulated/biased:p=0.5/0.6", "sum to 1"),
        ("simulated/biased:p=a/b", "p=a/b"),
        ("simulated/biased:q=1", "Accepted: p=..."),
        ("simulated/persistent:stay=1.5", "a number from 0 to 1"),
        ("simulated/persistent:stay=nan", "a number from 0 to 1"),
        ("simulated/persistent:stay", "'stay'"),
        ("simulated/persistent:stay=0.1,stay=0.2", "each once"),
        ("simulated/slow:latency_s=-1", "seconds"),
        ("simulated/failing:permanent_after=0", "whole number"),
        ("simulated/empty:p=1", "no parameters"),
        ("simulated/filter:gamma=1.1", "a number from 0 to 1"),
        ("simulated/filter:strength=-1", "pseudo-counts"),
        ("simulated/marking:scale=11", "a number from 0 to 10"),
    ],
)
def test_wrong_names_are_explained(name, words) -> None:
    """A name or parameter that cannot be used gets a sentence with the name, the value and what is accepted."""
    with pytest.raises(InputError) as caught:
        backend_of(name).check(name)

    assert words in str(caught.value)
    assert repr(name) in str(caught.value)


def test_all_are_offered_as_simulations() -> None:
    """Every simulation is offered among the controls, labelled as what it is."""
    offers = backend_of("simulated/biased").offers()

    assert [offer.name for offer in offers] == [f"simulated/{name}" for name in RECIPES]
    assert all(offer.available and offer.group == "controls" and "simulation" in offer.detail for offer in offers)
    assert all(open_model(offer.name).simulated for offer in offers)
    assert all(open_model(offer.name).accepts(Sampling(), drop=False).notes for offer in offers)
