"""Whole vocabularies of large models: lists of some 100,000 tokens in a few kilobytes.

A list keeps one by one the tokens that are likely and those that lead to a longer text. The others are told by how many
lead to the same end and are about as likely, a fifth of a nat apart, with their exact probability at T = 1; what that
moves at other temperatures is below a thousandth of it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lmwalk.sampler import Array, Pipeline, Settled
from lmwalk.token_tree.cut_lists import least
from lmwalk.token_tree.index import Leads, Sorted
from lmwalk.token_tree.spelling import LEAD_MARKS, MOST_INSTEAD, likeliest
from lmwalk.types import Distribution, Outcome

RARE = 1e-4
"""Of what an outcome holds: rarer spellings are counted, but not named."""
LIKELY = 1e-3
"""Tokens at least so probable are kept one by one."""
_BINS_A_NAT = 5.0
_BINS = 300
"""What is rarer than all of these is told as if it were as rare as the last."""


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
        self, logprobs: Array, counts: npt.NDArray[np.integer[Any]], leads: Sorted, instead: Mapping[str, float]
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
    logs = np.log(p, where=seen, out=np.full(len(p), -np.inf))
    single = seen & ((p >= LIKELY) | (leads.codes > outcomes))
    mean, ends, counts = _alike(p, logs, leads.codes, np.flatnonzero(seen & ~single))
    told = np.concatenate([logs[single], mean])
    order = np.argsort(-told, kind="stable")
    codes = np.concatenate([leads.codes[single], ends]).astype(np.int32)[order]
    sizes = np.concatenate([np.ones(int(single.sum())), counts]).astype(np.int32)[order]
    return Folded(told[order], sizes, Sorted(codes, leads.texts), _others(text, p, leads, outcomes, tokens))


def _alike(
    p: Array, logs: Array, codes: npt.NDArray[np.integer[Any]], many: npt.NDArray[np.intp]
) -> tuple[Array, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Some tokens by what they lead to and about how likely they are: log-probability of one, code and number."""
    bins = np.minimum(np.floor(-logs[many] * _BINS_A_NAT), _BINS - 1).astype(np.intp)
    kinds, which, counts = np.unique(codes[many] * np.intp(_BINS) + bins, return_inverse=True, return_counts=True)
    if not len(kinds):
        return np.zeros(0), kinds, counts
    return np.log(np.bincount(which, p[many]) / counts), kinds // _BINS, counts


def _others(text: str, p: Array, leads: Leads, outcomes: int, tokens: Sequence[str]) -> dict[str, float]:
    beside = np.where(leads.codes == outcomes, p, 0.0)
    most = min(2 * MOST_INSTEAD, len(p))
    ranked = np.argpartition(-beside, most - 1)[:most]
    return likeliest((text + tokens[place], float(beside[place])) for place in ranked.tolist())


def read_folded(
    lists: Mapping[str, object], outcomes: Sequence[Outcome], pipeline: Pipeline, settled: Settled
) -> Distribution:
    """The distribution over outcomes that a sampler makes of a tree of such lists.

    The lists lead to no text that has none: see ``index.only``.
    """
    count = len(outcomes)
    known: list[dict[str, float]] = [defaultdict(float) for _ in outcomes]
    instead: dict[str, float] = defaultdict(float)
    open_texts, outside = {"": 1.0}, 0.0
    while open_texts:
        text = min(open_texts, key=len)  # all that leads to it has been added up: tokens only lengthen a text
        mass, tops = open_texts.pop(text), lists.get(text)
        if not isinstance(tops, Folded):
            raise TypeError(f"The list after {text!r} is of another kind.")
        sums = mass * np.bincount(tops.leads.codes, tops.shares(pipeline, settled), count + 1 + len(tops.leads.texts))
        for number in np.flatnonzero(sums[:count]).tolist():
            known[number][spelt(text, outcomes[number])] += float(sums[number])
        outside += float(sums[count])
        for longer, share in zip(tops.leads.texts, sums[count + 1 :].tolist(), strict=True):
            open_texts[longer] = open_texts.get(longer, 0.0) + share
        for said, share in tops.instead.items():
            instead[said] += mass * share
    as_said = settled.temperature == 1 and not settled.cuts
    return _told(outcomes, known, max(0.0, outside), instead if as_said else {})


def worth_naming(found: Mapping[str, float]) -> dict[str, float]:
    """The spellings of an outcome, the likeliest first, without those that hold next to nothing of it."""
    least = RARE * math.fsum(found.values())
    return {written: mass for written, mass in sorted(found.items(), key=lambda entry: -entry[1]) if mass >= least}


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
        spellings={outcome: worth_naming(found) for outcome, found in zip(outcomes, known, strict=True) if found},
        instead=likeliest(instead.items()),
    )
