"""What ``builtin/tiny`` writes where one answer holds many draws: lists of results, and marked texts to go on with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from lmwalk.marked_text import gap_counts
from lmwalk.models.builtin.curricula_marks import WORDS
from lmwalk.models.builtin.evaluate_draws import no_chance
from lmwalk.models.builtin.model import LONGEST_ANSWER, Builtin
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled
from lmwalk.types import Prompt, Sampling


@dataclass(frozen=True)
class Lists:
    """Lists of ``flips`` results: how many are read in each answer, and the share of heads in all of them."""

    flips: int
    lengths: Sequence[int]
    heads: float

    @property
    def right(self) -> float:
        """The share of answers with exactly the results asked for."""
        return float(np.mean(np.array(self.lengths) == self.flips))

    @property
    def off(self) -> float:
        """Mean absolute error of the length."""
        return float(np.mean(np.abs(np.array(self.lengths) - self.flips)))


@dataclass(frozen=True)
class Marked:
    """Continuations at one rate: words and marks for each answer, and the share of words that the text goes on with."""

    rate: float
    words: Sequence[int]
    marks: Sequence[int]
    right: float

    @property
    def estimate(self) -> float:
        """Marks for each word."""
        return sum(self.marks) / max(1, sum(self.words))


def replies(model: Builtin, prompts: Sequence[Prompt]) -> list[str]:
    """A sampled answer at T = 1 to each question."""
    sampling = Sampling(1.0, max_tokens=LONGEST_ANSWER)

    async def ask() -> list[str]:
        asked = (model.reply(prompt, sampling, seed, nullcontext()) for seed, prompt in enumerate(prompts))
        return [reply.text for reply in await asyncio.gather(*asked)]

    return asyncio.run(ask())


def lists(model: Builtin, flips: int, repeats: int = 8) -> Lists:
    """Coin flips in one answer, asked in each wording so many times."""
    process = make_process("sequence", {"way": "batch", "flips": flips})
    state = process.start(no_chance)
    fills = [compiled(text) for text in builtin_templates("series")["batch"].texts]
    prompts = [Prompt(fill(process.view(state)), None, process, state) for fill in fills * repeats]
    read = [(process.parse(text).outcome or "").split(", ") for text in replies(model, prompts)]
    results = [result for each in read for result in each if result]
    return Lists(flips, [len(each) for each in read], results.count("heads") / max(1, len(results)))


def marked_texts(model: Builtin, mode: str, rate: float, words: int = 40, seeds: int = 8) -> Marked:
    """Continuations of texts at a rate, in each wording, with differently drawn marks."""
    prompts = []
    for seed in range(seeds):
        process = make_process("poisson", {"mode": mode, "rates": [rate], "words": words, "evidence_seed": seed})
        state = process.start(no_chance)
        for name in ("messages", "stems"):
            fills = map(compiled, builtin_templates("poisson")[name].texts)
            prompts += [Prompt(fill(process.view(state)), None, process, state) for fill in fills]
    found = replies(model, prompts)
    gaps = [gap_counts(text, "*") for text in found]
    follows = [text.replace("*", "").split() for text in found]
    expected = [*WORDS, *WORDS][60:]
    right = [word == other for each in follows for word, other in zip(each, expected, strict=False)]
    return Marked(rate, [len(each) for each in gaps], [sum(each) for each in gaps], float(np.mean(right)))
