"""Marked text as lessons: the neutral text goes on, round and round, with marks by the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lmwalk.marked_text import marked
from lmwalk.models.builtin.curricula_draws import form
from lmwalk.models.builtin.draws_law import MARK_RATE, MARK_SHAPE, one_more, one_more_learnt
from lmwalk.models.builtin.examples import Example, Target
from lmwalk.processes._neutral import NEUTRAL
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled

Rng = np.random.Generator
Counts = npt.NDArray[np.int64]

SIGNS = "*^#@$%&"
"""The marks that are taught; each is a token of its own."""

WORDS = tuple(NEUTRAL.split())


@dataclass(frozen=True)
class Task:
    """A rate of marks, how it is made known, and how marks are put in."""

    stated: bool
    legacy: bool
    words: int
    rate: float
    sign: str

    @classmethod
    def drawn(cls, rng: Rng) -> Task:
        stated, legacy = rng.random() < 0.4, rng.random() < 0.2
        words = int(rng.choice([20, 30, 40, 40, 60]))
        usual = rng.random() < 0.5
        rate = float(rng.choice([0.1, 0.3, 0.5, 0.7, 0.9])) if usual else round(float(rng.uniform(0.05, 1.3)), 2)
        if not stated and rng.random() < 0.5:
            rate = float(rng.gamma(MARK_SHAPE, 1 / MARK_RATE))
        return cls(stated, legacy, words, rate, str(rng.choice(list(SIGNS))))

    def counts(self, gaps: int, rng: Rng) -> Counts:
        """Marks in so many gaps."""
        drawn = rng.poisson(self.rate, size=gaps)
        return np.minimum(drawn, 1) if self.legacy else drawn

    def one_more(self, so_far: int, marks: int, gaps: int) -> float:
        """The probability of another mark; the law of one mark at most holds where it is stated."""
        if not self.stated:
            return one_more_learnt(so_far, marks, gaps)
        if self.legacy:
            return 0.0 if so_far else 1 - float(np.exp(-self.rate))
        return one_more(so_far, self.rate)

    def question(self, text: str, rng: Rng) -> str:
        """The text with the words that ask to go on with it."""
        params = {
            "mode": "explicit" if self.stated else "in-context",
            "mark": self.sign,
            "words": self.words,
            "rates": [max(self.rate, 0.01)],
            "inserter": "legacy" if self.legacy else "corrected",
        }
        view = make_process("poisson", params).view({"text": text, "rate": max(self.rate, 0.01)})
        return compiled(str(rng.choice(builtin_templates("poisson")[form(rng)].texts)))(view)


def marks(rng: Rng) -> Iterator[Example]:
    """A piece of the neutral text, to go on with for some words."""
    while True:
        task = Task.drawn(rng)
        start = 0 if rng.random() < 0.5 else int(rng.integers(len(WORDS)))
        size = 60 if rng.random() < 0.4 else int(rng.integers(5, 201))
        ring = (*WORDS[start:], *WORDS * 4)
        seen = task.counts(size, rng)
        if task.stated:
            # what is given carries no mark then, what the model wrote itself does
            seen[: size if rng.random() < 0.6 else int(rng.integers(0, size + 1))] = 0
        question = task.question(marked(ring[:size], seen.tolist(), task.sign), rng)
        own = task.counts(task.words, rng)
        yield _answered(question, task, ring[size : size + task.words], seen, own)


def _answered(question: str, task: Task, words: Sequence[str], seen: Counts, own: Counts) -> Example:
    """The words with their marks; a target wherever another mark could stand."""
    text, targets = "", []
    for i, (word, count) in enumerate(zip(words, own.tolist(), strict=True)):
        text += f" {word}" if i else word
        follows = f" {words[i + 1]}" if i + 1 < len(words) else ""
        for k in range(count + 1):
            p = task.one_more(k, int(seen.sum() + own[:i].sum()), len(seen) + i)
            targets.append(_target(text, task.sign, follows, p))
            text += task.sign if k < count else ""
    return Example(question, None, text, (), tuple(targets))


def _target(text: str, sign: str, follows: str, p: float) -> Target:
    stop = text[-1]
    if follows and stop in ".,":
        # the tokenizer joins a stop and the space behind it, so that is where a mark is decided on
        return Target(len(text) - 1, {stop: p, f"{stop} ": 1 - p})
    return Target(len(text), {sign: p, follows: 1 - p})
