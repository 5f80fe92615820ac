"""Whole vocabularies of large models: where each of some 100,000 tokens leads, and lists of them in a few kilobytes.

A list keeps one by one the tokens that are likely and those that lead to a longer text. The others are told by how many
lead to the same end and are about as likely, a fifth of a nat apart, with their exact probability at T = 1; what that
moves at other temperatures is below a thousandth of it.
"""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.sampler import Array, Pipeline, Settled
from lmwalk.token_tree.cut_lists import least
from lmwalk.token_tree.spelling import LEAD_MARKS, MOST_INSTEAD, likeliest, spellings_of
from lmwalk.types import Distribution, Outcome

LIKELY = 1e-3
"""Tokens at least so probable are kept one by one."""
_BINS_A_NAT = 5.0
_BINS = 300
"""What is rarer than all of these is told as if it were as rare as the last."""
_REMEMBERED = 500


class Sorted(NamedTuple):
    """Where each token of a list leads: below ``len(outcomes)`` to that outcome, then outside, then to a text."""

    codes: npt.NDArray[np.integer[Any]]
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

    codes: npt.NDArray[np.integer[Any]]
    texts: tuple[str, ...]
    tokens_on: npt.NDArray[np.integer[Any]]
    tokens_to: Mapping[int, npt.NDArray[np.intp]]


class Index:
    """The tokens of a vocabulary by their first letters, so that few have to be looked at.

    Parameters
    ----------
    tokens : sequence of str
        The text of each; of a mark that ends an answer an empty one.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tuple(tokens)
        self._ends = np.array([not token for token in tokens])
        self._alnum = np.array([token[:1].isalnum() for token in tokens])
        self._begins = _Beginnings(tokens)
        self._bare = _Beginnings([token.lstrip(LEAD_MARKS) for token in tokens])
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
        looked_at = self._worth_a_look(text, outcomes) & ~self._ends
        codes[self._ends] = ended(text)
        others = ~looked_at & ~self._ends
        for alike in (self._alnum & others, ~self._alnum & others):
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

    def _worth_a_look(self, text: str, outcomes: Sequence[Outcome]) -> npt.NDArray[np.bool_]:
        """The tokens that may lead to a longer text, or change what is spelt by more than being a letter or not."""
        written = text.lstrip(LEAD_MARKS).lower()
        rests = [outcome.lower()[len(written) :] for outcome in outcomes if outcome.lower().startswith(written)]
        if written:
            return self._begins.alike(rests)
        blank: npt.NDArray[np.bool_] = self._bare.one == ""
        return self._bare.alike(rests) | blank


class _Beginnings:
    """The first letter and the first two letters of many texts, in lower case."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.one = np.array([text[:1].lower()[:1] for text in texts])
        self.two = np.array([text[:2].lower()[:2] for text in texts])

    def alike(self, rests: Sequence[str]) -> npt.NDArray[np.bool_]:
        """The texts that begin as any of some others, or are their beginning, as far as two letters tell."""
        single = [rest for rest in rests if len(rest) == 1]
        pairs = [rest[:end] for rest in rests for end in (1, 2) if len(rest) > 1]
        found: npt.NDArray[np.bool_] = np.isin(self.one, single) | np.isin(self.two, pairs)
        return found


def only(leads: Leads, followed: Container[str], outcomes: tuple[Outcome, ...]) -> Leads:
    """Where tokens lead if answers end with those texts that are not followed: whole words as what they spell."""
    spellings, count = spellings_of(outcomes), len(outcomes)
    number = {outcome: place for place, outcome in enumerate(outcomes)}
    kept = tuple(text for text in leads.texts if text in followed)
    place = {text: count + 1 + turn for turn, text in enumerate(kept)}
    ends = [place.get(text, number.get(spellings.whole(text) or "", count)) for text in leads.texts]
    return leads._replace(codes=np.array([*range(count + 1), *ends], np.int32)[leads.codes], texts=kept)


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
    bins = np.minimum(np.floor(-logs[many] * _BINS_A_NAT), _BINS - 1).astype(np.intp)
    kinds = leads.codes[many].astype(np.intp) * _BINS + bins
    alike, which, counts = np.unique(kinds, return_inverse=True, return_counts=True)
    mean = np.log(np.bincount(which, p[many], len(alike)) / counts) if len(alike) else np.zeros(0)
    told = np.concatenate([logs[single], mean])
    codes = np.concatenate([leads.codes[single], alike // _BINS]).astype(np.int32)
    sizes = np.concatenate([np.ones(int(single.sum()), np.int32), counts.astype(np.int32)])
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
            ended = spellings.whole(text)
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
