"""The browser tempers and cuts lists of tokens as Python does."""

from __future__ import annotations

import json
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from lmwalk.sampler import PIPELINES
from lmwalk.token_tree import TokenTree, Vocabulary, read
from lmwalk.token_tree.compact import compact
from lmwalk.types import Sampling

LAWS = Path(__file__).parent / "laws.mjs"
MOVES = ("UP", "DOWN", "LEFT", "RIGHT")
FIRST = ("UP", " UP", "DO", "DOWN", "LEFT", "RIGHT", "right", "R", "the", "1", "", "UPWARD", " Left", "left.")
NEXT = ("WN", "IGHT", "", ".", "S", " is", "wn", "!")
SAMPLINGS = [
    Sampling(temperature, **cuts)
    for temperature, cuts in product(
        (0.0, 0.3, 1.0, 2.5), ({}, {"top_k": 3}, {"top_p": 0.8}, {"min_p": 0.1, "top_p": 0.9})
    )
]


def lists_of(chance: np.random.Generator, tokens: tuple[str, ...], width: int, whole: bool) -> object:
    """Random next tokens: the whole vocabulary, or the likeliest ``width`` of it."""
    logprobs = np.log(chance.dirichlet(np.full(len(tokens), 0.3)) + 1e-12)
    logprobs -= np.log(np.exp(logprobs).sum())
    if whole:
        return Vocabulary(tokens, logprobs)
    ranked = np.argsort(-logprobs)[:width]
    return tuple((tokens[place], float(logprobs[place])) for place in ranked)


def tree_of(seed: int) -> TokenTree:
    """A tree that a server, or a model of one's own, may tell; every third cannot be continued."""
    chance, whole = np.random.default_rng(seed), seed % 3 == 0
    width = 0 if whole else 5
    first = lists_of(chance, FIRST, width, whole)
    begun = [text for text in ("DO", "R", "UP", "RIGHT", "LEFT", "DOWN", "right") if seed % 3 != 1]
    return TokenTree({"": first, **{text: lists_of(chance, NEXT, width, whole) for text in begun}}, width)  # type: ignore[dict-item]


@pytest.mark.process
def test_the_browser_reads_the_same_laws_from_the_same_lists() -> None:
    """Every sampler's order, temperature and cut, cut lists and whole vocabularies, to the rounding of the code."""
    trees = [tree_of(seed) for seed in range(12)]
    samplers = [
        {
            "sampler": {**pipeline.settled(sampling)._asdict(), "stages": pipeline.stages},
            "pipeline": name,
            "sampling": sampling,
        }
        for sampling in SAMPLINGS
        for name, pipeline in PIPELINES.items()
    ]
    asked = {"packed": compact(enumerate(trees), MOVES), "samplers": [each["sampler"] for each in samplers]}
    told = subprocess.run(
        ["node", str(LAWS)], input=json.dumps(asked), capture_output=True, text=True, check=True
    ).stdout

    for tree, laws in zip(trees, json.loads(told), strict=True):
        for each, law in zip(samplers, laws, strict=True):
            found = read(tree, MOVES, each["sampling"], PIPELINES[each["pipeline"]])  # type: ignore[arg-type, index]

            mine = [*found.masses().values(), found.outside, found.unseen]
            assert [*law["known"], law["outside"], law["unseen"]] == pytest.approx(mine, abs=0.01)
