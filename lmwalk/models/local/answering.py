"""What one question asks of the network, step by step: a sampled answer, or the distribution over its outcomes.

Each is a generator that yields sequences of tokens and is sent, for each, the logits of what may follow it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from lmwalk.sampler import Array, draw, probabilities, softmax
from lmwalk.token_tree import TokenTree
from lmwalk.token_tree.index import Index, Leads, only
from lmwalk.token_tree.spelling import LEAD_MARKS, MOST_INSTEAD, likeliest, spellings_of
from lmwalk.token_tree.whole import folded, spelt, worth_naming
from lmwalk.types import Distribution, Finish, Outcome, Sampling

T = TypeVar("T")
Ids = tuple[int, ...]
Steps = Generator[list[Ids], Sequence[npt.NDArray[np.float32]], T]

NEGLIGIBLE = 1e-4
"""Beginnings of an answer that hold less are not followed: of what all outcomes hold, where a word of theirs is begun;
of all, where there are but blanks and marks, behind which outcomes are hardly much likelier than without them."""
LEAST = 1e-9
MOST_PATHS = 128
"""Beginnings that are followed of one question, the likeliest first."""


class Said(NamedTuple):
    """A sampled answer: its tokens, the log-probability of each at T = 1, and why it ended."""

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    finish: Finish


def sampled(ids: Ids, sampling: Sampling, seed: int, ends: frozenset[int], limit: int) -> Steps[Said]:
    """An answer of at most ``limit`` tokens: temperature first, then top_k, top_p and min_p, one draw a token."""
    random = np.random.default_rng(seed)
    tokens: list[int] = []
    logprobs: list[float] = []
    while True:
        (logits,) = yield [(*ids, *tokens)]
        values = logits.astype(np.float64)
        token = draw(probabilities(values, sampling), random.random())
        top = values.max()
        logprobs.append(float(values[token] - top - np.log(np.exp(values - top).sum())))
        tokens.append(token)
        if token in ends or len(tokens) >= limit:
            return Said(tuple(tokens), tuple(logprobs), "stop" if token in ends else "length")


def listed(ids: Ids) -> Steps[Array]:
    """The probability of every token that may come first."""
    (logits,) = yield [ids]
    return softmax(logits.astype(np.float64))


def scored(ids: Ids, outcomes: Sequence[Outcome], index: Index) -> Steps[Distribution]:
    """What each outcome holds, however it is spelt, in whichever tokens, and ended."""
    tally = _Tally(tuple(outcomes), index)
    yield from _followed(ids, tally)
    return tally.distribution()


def grown(ids: Ids, outcomes: Sequence[Outcome], index: Index) -> Steps[TokenTree]:
    """The lists of tokens that ``scored`` reads, for any sampler.

    What follows a text that can be written in several ways is their mixture, so that at T = 1 nothing is lost.
    """
    tally = _Tally(tuple(outcomes), index, lists={})
    yield from _followed(ids, tally)
    return tally.tree()


def _followed(ids: Ids, tally: _Tally) -> Steps[None]:
    left = MOST_PATHS
    while chosen := tally.worth(left):
        left -= len(chosen)
        heard = yield [ids + path for path in chosen]
        for path, logits in zip(chosen, heard, strict=True):
            tally.hear(path, softmax(logits.astype(np.float64)))


@dataclass
class _Tally:
    """What has been added up, and the beginnings of answers that are still open, by their tokens."""

    outcomes: tuple[Outcome, ...]
    index: Index
    lists: dict[str, tuple[float, Array]] | None = None
    known: dict[Outcome, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    instead: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    open: dict[Ids, tuple[str, float]] = field(default_factory=lambda: {(): ("", 1.0)})

    def __post_init__(self) -> None:
        self.spellings = spellings_of(self.outcomes)

    def worth(self, left: int) -> list[Ids]:
        """The open beginnings that are worth following, the likeliest first."""
        begun = {path: mass for path, (text, mass) in self.open.items() if text.strip(LEAD_MARKS)}
        spelt = math.fsum(mass for found in self.known.values() for mass in found.values())
        floor = max(LEAST, NEGLIGIBLE * min(1.0, spelt + math.fsum(begun.values())))
        worth = [
            (-mass, path)
            for path, (_, mass) in self.open.items()
            if mass >= (floor if path in begun else max(LEAST, NEGLIGIBLE))
        ]
        return [path for _, path in sorted(worth)[:left]]

    def hear(self, path: Ids, p: Array) -> None:
        """Take in the probabilities of all tokens behind an open beginning."""
        text, mass = self.open.pop(path)
        count, leads = len(self.outcomes), self.index(text, self.outcomes)
        for token in leads.tokens_on.tolist():
            if p[token] > 0:
                self.open[*path, token] = (leads.texts[leads.codes[token] - count - 1], mass * float(p[token]))
        self._end(text, mass, p, leads)
        if self.lists is not None:
            weight, before = self.lists.get(text, (0.0, np.zeros(len(p), np.float32)))
            self.lists[text] = (weight + mass, before + (mass * p).astype(np.float32))

    def _end(self, text: str, mass: float, p: Array, leads: Leads) -> None:
        """Count the tokens with which an answer ceases to be able to become another outcome."""
        stood = self.spellings.ended(text)
        for number, tokens in leads.tokens_to.items():
            outcome = self.outcomes[number]
            if outcome == stood:
                self.known[outcome][self.spellings.spelling(text, outcome)] += mass * float(p[tokens].sum())
                continue
            for token in tokens[p[tokens] > 0].tolist():
                written = self.spellings.spelling(text + self.index.tokens[token], outcome)
                self.known[outcome][written] += mass * float(p[token])
        if text.strip(LEAD_MARKS):
            return  # a word that was begun and became no outcome is rarely what is said instead
        beside = np.where(leads.codes == len(self.outcomes), p, 0.0)
        most = min(MOST_INSTEAD, len(p))
        for token in np.argpartition(-beside, most - 1)[:most].tolist():
            self.instead[text + self.index.tokens[token]] += mass * float(beside[token])

    def distribution(self) -> Distribution:
        """All that was followed; of the rest, whole words are outcomes' and everything else is outside."""
        for text, mass in self.open.values():
            if outcome := self.spellings.whole(text):
                self.known[outcome][spelt(text, outcome)] += mass
        masses = {outcome: math.fsum(self.known[outcome].values()) for outcome in self.outcomes}
        return Distribution(
            {outcome: math.log(mass) if mass > 0 else -math.inf for outcome, mass in masses.items()},
            max(0.0, 1 - math.fsum(masses.values())),
            spellings={outcome: worth_naming(found) for outcome, found in self.known.items() if found},
            instead=likeliest(self.instead.items()),
        )

    def tree(self) -> TokenTree:
        """The lists, each in a few kilobytes."""
        lists = {}
        for text, (weight, mixed) in (self.lists or {}).items():
            p, leads = mixed.astype(np.float64) / weight, self.index(text, self.outcomes)
            lists[text] = folded(
                text, p / p.sum(), only(leads, self.lists or {}, self.outcomes), len(self.outcomes), self.index.tokens
            )
        return TokenTree(lists, 0)
