"""Whole vocabularies of large models: where each of some 100,000 tokens leads, and lists of them in a few kilobytes.

A list keeps one by one the tokens that are likely and those that lead to a longer text. The others are told by how many
lead to the same end and are about as likely, a tenth of a nat apart, with their exact probability at T = 1; what that
moves at other temperatures is below a thousandth of it.
"""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.sampler import Array, Pipeline, Settled
from lmwalk.token_tree.cut_lists import least
from lmwalk.token_tree.spelling import LEAD_MARKS, MOST_INSTEAD, likeliest, spellings_of
from lmwalk.types import Distribution, Outcome

LIKELY = 1e-3
"""Tokens at least so probable are kept one by one."""
_BINS_A_NAT = 10.0
_REMEMBERED = 500


class Sorted(NamedTuple):
    """Where each token of a list leads: below ``len(outcomes)`` to that outcome, then outside, then to a text."""

    codes: npt.NDArray[np.intp]
    texts: tuple[str, ...]


class Leads(NamedTuple):
    """As ``Sorted``, of a whole vocabulary, with the tokens by where they lead.

    Attributes
    ----------
    tokens_on : array of int
        The tokens that lead to a longer text.
    tokens_to : mapping
        The tokens that end the answer as an outcome, by its number.
    """

    codes: npt.NDArray[np.intp]
    texts: tuple[str, ...]
    tokens_on: npt.NDArray[np.intp]
    tokens_to: Mapping[int, npt.NDArray[np.intp]]


class Index:
    """The tokens of a vocabulary by their first letter, so that few have to be looked at.

    Parameters
    ----------
    tokens : sequence of str
        The text of each; of a mark that ends an answer an empty one.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tuple(tokens)
        self.first = np.array([token[:1].lower()[:1] for token in tokens])
        self.alnum = np.array([token[:1].isalnum() for token in tokens])
        self._known: OrderedDict[tuple[str, tuple[Outcome, ...]], Leads] = OrderedDict()

    def __call__(self, text: str, outcomes: tuple[Outcome, ...]) -> Leads:
        """Where each token leads after a text, as ``masses.Sorter`` tells it; what was sorted is remembered."""
        found = self._known.get((text, outcomes))
        if found is None:
            self._known[text, outcomes] = found = self._anew(text, outcomes)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _anew(self, text: str, outcomes: tuple[Outcome, ...]) -> Leads:
        spellings = spellings_of(outcomes)
        number = {outcome: place for place, outcome in enumerate(outcomes)}
        outside = len(outcomes)

        def ended(longer: str) -> int:
            outcome = spellings.ended(longer)
            return outside if outcome is None else number[outcome]

        codes = np.empty(len(self.tokens), np.intp)
        looked_at = np.isin(self.first, sorted(_next_letters(text, outcomes))) & (self.first != "")
        codes[self.first == ""] = ended(text)
        others = ~looked_at & (self.first != "")
        for alike in (self.alnum & others, ~self.alnum & others):
            if alike.any():  # what they end depends on whether a letter follows, and on nothing else
                codes[alike] = ended(text + self.tokens[int(alike.argmax())])
        texts: dict[str, int] = {}
        for place in np.flatnonzero(looked_at).tolist():
            longer = text + self.tokens[place]
            if spellings.may_become(longer):
                codes[place] = texts.setdefault(longer, outside + 1 + len(texts))
            else:
                codes[place] = ended(longer)
        ending = {int(number): np.flatnonzero(codes == number) for number in np.unique(codes[codes < outside])}
        return Leads(codes.astype(np.int32), tuple(texts), np.flatnonzero(codes > outside), ending)


def _next_letters(text: str, outcomes: Sequence[Outcome]) -> set[str]:
    """The letters, in lower case, with which a token may begin that leads to a longer text or changes what is spelt."""
    written = text.lstrip(LEAD_MARKS).lower()
    begun = [outcome.lower()[len(written) :][:1] for outcome in outcomes if outcome.lower().startswith(written)]
    marks = set() if written else set(LEAD_MARKS)
    return {letter for letter in begun if letter} | marks


class Folded(Sequence[tuple[str, float]]):
    """A list of every token there is, told by what it leads to.

    Parameters
    ----------
    logprobs : array, shape (entries,)
        Of one token of each entry.
    counts : array of int, shape (entries,)
        How many tokens an entry stands for, each as likely as it says.
    leads : Sorted
        Where each entry leads after the list's text, for the outcomes that its tree was asked for.
    instead : mapping
        The likeliest tokens that lead to no outcome, and their probabilities at T = 1.
    """

    def __init__(
        self, logprobs: Array, counts: npt.NDArray[np.intp], leads: Sorted, instead: Mapping[str, float]
    ) -> None:
        self.logprobs = logprobs.astype(np.float32)
        self.counts, self.leads, self.instead = counts, leads, instead

    def __len__(self) -> int:
        return len(self.logprobs)

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """The likeliest tokens that lead to no outcome: of the others, no texts are kept."""
        return ((token, math.log(p)) for token, p in self.instead.items())

    def shares(self, pipeline: Pipeline, settled: Settled) -> Array:
        """What the tokens of each entry hold together after a sampler, shape (entries,)."""
        logs = self.logprobs.astype(np.float64)
        if not settled.cuts and settled.temperature > 0:
            weights = self.counts * np.exp((logs - logs.max()) / settled.temperature)
            tempered: Array = weights / weights.sum()
            return tempered
        begins = np.cumsum(self.counts) - self.counts
        each = least(np.exp(np.repeat(logs, self.counts)), 0, pipeline, settled)
        cut: Array = np.add.reduceat(each, begins)
        return cut


def folded(text: str, p: Array, leads: Leads, outcomes: int, tokens: Sequence[str]) -> Folded:
    """A list from the probability of every token.

    Parameters
    ----------
    text : str
        The answer so far.
    p : array, shape (tokens,)
        Probabilities at T = 1.
    leads : Sorted
        Where each token leads.
    outcomes : int
        How many outcomes there are.
    tokens : sequence of str
        Their texts.
    """
    seen = p > 0
    single = seen & ((p >= LIKELY) | (leads.codes > outcomes))
    logs = np.log(p, where=seen, out=np.full(len(p), -np.inf))
    many = np.flatnonzero(seen & ~single)
    kinds = leads.codes[many].astype(np.intp) * 10_000 + np.minimum(np.floor(-logs[many] * _BINS_A_NAT), 9_999).astype(
        np.intp
    )
    alike, which, counts = np.unique(kinds, return_inverse=True, return_counts=True)
    mean = np.log(np.bincount(which, p[many], len(alike)) / counts) if len(alike) else np.zeros(0)
    told = np.concatenate([logs[single], mean])
    codes = np.concatenate([leads.codes[single], alike // 10_000]).astype(np.intp)
    sizes = np.concatenate([np.ones(int(single.sum()), np.intp), counts.astype(np.intp)])
    order = np.argsort(-told, kind="stable")
    return Folded(
        told[order], sizes[order], Sorted(codes[order], leads.texts), _others(text, p, leads, outcomes, tokens)
    )


def _others(text: str, p: Array, leads: Leads, outcomes: int, tokens: Sequence[str]) -> dict[str, float]:
    beside = np.where(leads.codes == outcomes, p, 0.0)
    most = min(2 * MOST_INSTEAD, len(p))
    ranked = np.argpartition(-beside, most - 1)[:most]
    return likeliest((text + tokens[place], float(beside[place])) for place in ranked.tolist())


def read_folded(
    lists: Mapping[str, object], outcomes: Sequence[Outcome], pipeline: Pipeline, settled: Settled
) -> Distribution:
    """The distribution over outcomes that a sampler makes of a tree of such lists.

    What leads to a text that was not followed, as it holds too little, is outside.
    """
    spellings, count = spellings_of(tuple(outcomes)), len(outcomes)
    known: list[dict[str, float]] = [defaultdict(float) for _ in outcomes]
    instead: dict[str, float] = defaultdict(float)
    open_texts, outside = {"": 1.0}, 0.0
    while open_texts:
        text = min(open_texts, key=len)  # all that leads to it has been added up: tokens only lengthen a text
        mass, tops = open_texts.pop(text), lists.get(text)
        if not isinstance(tops, Folded):
            ended = spellings.ended(text) if spellings.stands_alone(text) else None
            if ended is None:
                outside += mass
            else:
                known[outcomes.index(ended)][text] += mass
            continue
        sums = mass * np.bincount(tops.leads.codes, tops.shares(pipeline, settled), count + 1 + len(tops.leads.texts))
        for number in np.flatnonzero(sums[:count]).tolist():
            known[number][spelt(text, outcomes[number])] += float(sums[number])
        outside += float(sums[count])
        for longer, share in zip(tops.leads.texts, sums[count + 1 :].tolist(), strict=True):
            if share > 0:
                open_texts[longer] = open_texts.get(longer, 0.0) + share
        for said, share in tops.instead.items():
            instead[said] += mass * share
    return _told(outcomes, known, max(0.0, outside), instead)


def spelt(text: str, outcome: Outcome) -> str:
    """How an outcome was written that a text ends, or is about to end."""
    lead = len(text) - len(text.lstrip(LEAD_MARKS))
    whole = text[lead:].lower().startswith(outcome.lower())
    return text[: lead + len(outcome)] if whole else text[:lead] + outcome


def _told(
    outcomes: Sequence[Outcome], known: Sequence[Mapping[str, float]], outside: float, instead: Mapping[str, float]
) -> Distribution:
    masses = [math.fsum(found.values()) for found in known]
    return Distribution(
        logprobs={
            outcome: math.log(mass) if mass > 0 else -math.inf for outcome, mass in zip(outcomes, masses, strict=True)
        },
        outside=outside,
        spellings={outcome: dict(found) for outcome, found in zip(outcomes, known, strict=True) if found},
        instead=likeliest(instead.items()),
    )
