"""Every sampler read from one tree of token lists, against brute force over toy vocabularies."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from toy_model import COIN, COIN_TOKENS, DIGIT_TOKENS, END, NUMBERS, Toy

from lmwalk.sampler import PIPELINES, Pipeline, probabilities
from lmwalk.token_tree import TokenTree, grown, read, too_wide_from, tree_from, tree_of
from lmwalk.token_tree.cut_lists import least
from lmwalk.token_tree.masses import MassReader
from lmwalk.token_tree.spelling import Tops, spelled
from lmwalk.types import Distribution, Sampling

PIPELINE = st.sampled_from(list(PIPELINES.values()))
SAMPLING = st.builds(
    Sampling,
    st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0, 3.0]),
    top_p=st.sampled_from([None, 1.0, 0.3, 0.8, 0.95]),
    top_k=st.sampled_from([None, 0, 1, 2, 3, 6]),
    min_p=st.sampled_from([None, 0.0, 0.05, 0.4]),
)
WEIGHTS = st.lists(st.floats(-6, 6), min_size=2, max_size=12, unique_by=lambda z: round(z, 4))
TOYS = st.builds(
    lambda kind, seed: (Toy(kind[0], seed, 5, 5), kind[1]),
    st.sampled_from([(COIN_TOKENS, COIN), (DIGIT_TOKENS, ("1", "10", "12")), (DIGIT_TOKENS, NUMBERS)]),
    st.integers(0, 2**32 - 1),
)


def sampled(p: np.ndarray, sampling: Sampling, pipeline: Pipeline) -> np.ndarray:
    """A whole vocabulary after a sampler, stage by stage, each written down as its definition says."""
    usual, cuts = pipeline.usual, {"top_k": sampling.top_k, "top_p": sampling.top_p, "min_p": sampling.min_p}
    if sampling.temperature == 0:
        return np.eye(len(p))[p.argmax()]
    for stage in pipeline.stages:
        p = p / p.sum()
        value = cuts.get(stage) if cuts.get(stage) is not None else getattr(usual, stage, None)
        ranked = sorted(range(len(p)), key=lambda i: -p[i])
        if stage == "temperature":
            p = np.exp(np.log(np.maximum(p, 1e-300)) / sampling.temperature) * (p > 0)
        elif stage == "top_k" and value:
            p = np.where(np.isin(np.arange(len(p)), ranked[: int(value)]), p, 0.0)
        elif stage == "min_p" and value:
            p = np.where(p >= value * p.max(), p, 0.0)
        elif stage == "top_p" and value < 1:
            held, kept = 0.0, []
            for i in ranked:
                if held >= value:
                    break
                kept.append(i)
                held += p[i]
            p = np.where(np.isin(np.arange(len(p)), kept), p, 0.0)
    return p / p.sum()


@dataclass(frozen=True)
class Sampled:
    """A toy behind a sampler, which is a toy too."""

    toy: Toy
    sampling: Sampling
    pipeline: Pipeline

    def next_tokens(self, text: str) -> Mapping[str, float]:
        listed = self.toy.next_tokens(text)
        p = sampled(np.array(list(listed.values())), self.sampling, self.pipeline)
        return {token: q for token, q in zip(listed, p.tolist(), strict=True) if q > 0}

    answers = Toy.answers
    truth = Toy.truth


def tree(toy: Toy, outcomes: tuple[str, ...], width: int) -> TokenTree:
    """What a server that lists ``width`` tokens tells of the toy; 0: all of them."""

    def listed(text: str) -> Tops:
        ranked = sorted(toy.next_tokens(text).items(), key=lambda item: -item[1])
        return tuple(("" if t == END else t, math.log(p)) for t, p in ranked[: width or None])

    async def ask(texts: list[str]) -> list[Tops]:
        return [listed(text) for text in texts]

    return TokenTree(asyncio.run(grown(outcomes, ask)), width)


def hold(found: Distribution, truth: Mapping[str | None, float]) -> None:
    """The truth lies within the bounds of every outcome, and of what is outside."""
    for outcome, mass in found.masses().items():
        assert mass - 1e-6 <= truth.get(outcome, 0.0) <= found.upper.get(outcome, mass) + 1e-5, outcome
    assert found.outside - 1e-6 <= truth.get(None, 0.0) <= found.outside + found.unseen + 1e-5


@given(WEIGHTS, st.integers(0, 8), SAMPLING, PIPELINE)
@example([0.0, -3.0], 0, Sampling(2.0, top_p=0.9), PIPELINES["ollama"])
@settings(max_examples=500, deadline=None)
def test_each_listed_token_has_at_least_what_it_is_given(
    logits: list[float], cut: int, sampling: Sampling, pipeline: Pipeline
) -> None:
    """From the n likeliest tokens of a vocabulary none is given more than it has, and nothing is given that is left."""
    p = np.exp(logits) / np.exp(logits).sum()
    truth = sampled(p, sampling, pipeline)
    listed = np.argsort(-p, kind="stable")[: max(1, len(p) - cut)]

    found = least(p[listed], len(listed), pipeline, pipeline.settled(sampling))

    assert (found <= truth[listed] * (1 + 1e-6) + 1e-9).all()
    assert found.sum() <= 1 + 1e-9


@given(WEIGHTS, SAMPLING, PIPELINE)
@settings(max_examples=200, deadline=None)
def test_a_whole_vocabulary_leaves_nothing_open(logits: list[float], sampling: Sampling, pipeline: Pipeline) -> None:
    """Where every token is listed, each is given exactly what the sampler leaves it."""
    p = np.exp(logits) / np.exp(logits).sum()

    np.testing.assert_allclose(
        least(p, 0, pipeline, pipeline.settled(sampling)), sampled(p, sampling, pipeline), rtol=1e-9, atol=1e-9
    )


@given(TOYS, st.sampled_from([0, 1, 2, 3, 4]), SAMPLING, PIPELINE)
@settings(max_examples=150, deadline=None)
def test_bounds_hold_whatever_the_sampler(case, width: int, sampling: Sampling, pipeline: Pipeline) -> None:
    """Outcomes of several tokens on several paths, each list tempered by itself, lie within the bounds of the tree."""
    toy, outcomes = case

    found = read(tree(toy, outcomes, width), outcomes, sampling, pipeline)

    hold(found, Sampled(toy, sampling, pipeline).truth(outcomes))
    quick = MassReader(outcomes, sampling, pipeline)(tree(toy, outcomes, width))
    masses = found.masses()
    assert quick.known.tolist() == pytest.approx(list(masses.values()), abs=1e-9)
    assert quick.upper.tolist() == pytest.approx([found.upper.get(each, masses[each]) for each in masses], abs=1e-9)
    assert (quick.outside, quick.unseen) == pytest.approx((found.outside, found.unseen), abs=1e-9)


@given(TOYS, st.sampled_from([0, 2, 3]))
@settings(max_examples=60, deadline=None)
def test_at_one_without_a_cut_nothing_is_changed(case, width: int) -> None:
    """A tree read at T = 1 gives what its lists gave when they were asked for, also once it was stored."""
    toy, outcomes = case
    asked = tree(toy, outcomes, width)
    walk = spelled(outcomes)
    wanted = next(walk)
    with pytest.raises(StopIteration) as done:
        while True:
            wanted = walk.send([asked.lists[text] for text in wanted])

    found = read(asked, outcomes)
    assert found.masses() == pytest.approx(done.value.value.masses())
    assert found.unseen == pytest.approx(done.value.value.unseen, abs=1e-12)
    assert read(tree_from(json.loads(json.dumps(asked.stored()))), outcomes) == found


def test_a_token_is_drawn_beside_the_list_or_two_are_made_one() -> None:
    """A list that is longer or shorter than was asked for is not taken to be in order: its bounds hold all the same."""
    vocabulary = {"heads": 0.4, "tails": 0.3, "up": 0.12, "a": 0.1, "s": 0.06, "t": 0.02}
    for sampling in (Sampling(0.5), Sampling(0.5, top_k=3), Sampling(2.0, top_p=0.8), Sampling(1.0, min_p=0.3)):
        truth = sampled(np.array(list(vocabulary.values())), sampling, PIPELINES["own"])
        for listed, width in ((["heads", "tails", "t"], 2), (["heads", "tails", "s"], 4)):
            places = [list(vocabulary).index(token) for token in listed]
            p = np.array([vocabulary[token] for token in listed])

            assert (
                least(p, width, PIPELINES["own"], PIPELINES["own"].settled(sampling)) <= truth[places] + 1e-12
            ).all()


def test_cuts_decided_within_the_list_are_exact() -> None:
    """A top_k or a top_p before the temperature that ends within the list leaves nothing unseen at any temperature."""
    first = (("UP", math.log(0.6)), ("DOWN", math.log(0.3)), ("LEFT", math.log(0.04)))
    short = TokenTree({"": first, "UP": None, "DOWN": None, "LEFT": None}, 3)
    outcomes = ("UP", "DOWN", "LEFT", "RIGHT")

    for sampling in (Sampling(2.0, top_k=2), Sampling(2.0, top_k=40, top_p=0.8)):
        found = read(short, outcomes, sampling, PIPELINES["ollama"])

        assert found.unseen == 0
        assert found.masses()["UP"] == pytest.approx(0.6**0.5 / (0.6**0.5 + 0.3**0.5))
    assert read(short, outcomes, Sampling(2.0), PIPELINES["temperature-only"]).unseen > 0.9


def test_what_a_list_leaves_out_is_much_when_it_is_hot() -> None:
    """A thousandth that is not listed is nothing when cold; spread over a vocabulary it is everything when hot."""
    first = (("UP", math.log(0.6)), ("DOWN", math.log(0.399)))
    short, outcomes = TokenTree({"": first, "UP": None, "DOWN": None}, 2), ("UP", "DOWN")

    assert read(short, outcomes, Sampling(0.5)).unseen < 0.002
    assert 1 < (too_wide_from(short, outcomes) or 0) < 1.5
    assert too_wide_from(short, outcomes, pipeline=PIPELINES["ollama"], sampling=Sampling(top_k=2)) is None


def test_a_law_over_whole_outcomes_is_a_tree_of_single_tokens() -> None:
    """A model that gives nothing but a distribution is tempered outcome by outcome, with all else as one more."""
    law = Distribution({"heads": math.log(0.7), "tails": math.log(0.2)}, 0.1)
    tempered = probabilities(np.log([0.7, 0.2, 0.1]), Sampling(2.0))

    found = read(tree_of(law), COIN, Sampling(2.0))

    assert [*found.masses().values(), found.outside] == pytest.approx(tempered.tolist())
    assert read(tree_of(law), COIN).masses() == pytest.approx(law.masses())
