"""What a sampler makes of many trees: the masses alone, without how outcomes were spelt, and much faster than ``read``.

What a token leads to does not depend on the sampler, and trees of one model share most of their tokens. So the tokens
of each list are sorted once into those that end the answer as an outcome, those that lead to a longer text, and the
rest; then masses are sums.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lmwalk.sampler import Array, Pipeline, Settled, softmax
from lmwalk.token_tree import TokenTree, Vocabulary, logprobs_of
from lmwalk.token_tree.asking import NEGLIGIBLE
from lmwalk.token_tree.cut_lists import least
from lmwalk.token_tree.index import Sorted
from lmwalk.token_tree.spelling import ROUNDING, Tops, spellings_of
from lmwalk.token_tree.whole import Folded
from lmwalk.types import Outcome, Sampling

_REMEMBERED = 5_000


class Masses(NamedTuple):
    """As ``Distribution`` has them.

    Attributes
    ----------
    known, upper : array, shape (outcomes,)
        The mass that is known to be each outcome's, and the most that it can hold.
    outside, unseen : float
        Mass that is no outcome's, and mass of which nothing is known.
    """

    known: Array
    upper: Array
    outside: float
    unseen: float


class Sorter:
    """Sorts the tokens that may follow a text; what was sorted is remembered."""

    def __init__(self, outcomes: tuple[Outcome, ...]) -> None:
        self.spellings = spellings_of(outcomes)
        self.number = {outcome: place for place, outcome in enumerate(outcomes)}
        self._known: OrderedDict[tuple[str, tuple[str, ...]], Sorted] = OrderedDict()

    def __call__(self, text: str, tops: Tops) -> Sorted:
        if isinstance(tops, Folded):
            return tops.leads
        tokens = tops.tokens if isinstance(tops, Vocabulary) else tuple(token for token, _ in tops)
        found = self._known.get((text, tokens))
        if found is None:
            self._known[text, tokens] = found = self._anew(text, tokens)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _anew(self, text: str, tokens: Sequence[str]) -> Sorted:
        outside = len(self.number)
        codes, texts = np.empty(len(tokens), np.intp), dict[str, int]()
        for place, token in enumerate(tokens):
            longer = text + token
            if token and self.spellings.may_become(longer):
                codes[place] = texts.setdefault(longer, outside + 1 + len(texts))
            else:
                ended = self.spellings.ended(longer)
                codes[place] = outside if ended is None else self.number[ended]
        return Sorted(codes, tuple(texts))


sorter_of = lru_cache(16)(Sorter)


class MassReader:
    """Reads trees that were asked for the same outcomes.

    Parameters
    ----------
    outcomes : sequence of str
    sampling, pipeline
        As ``read`` takes them.
    """

    def __init__(self, outcomes: Sequence[Outcome], sampling: Sampling, pipeline: Pipeline) -> None:
        self._count = len(outcomes)
        self._sort = sorter_of(tuple(outcomes))
        self._spellings, self._number = self._sort.spellings, self._sort.number
        self._pipeline, self._settled = pipeline, pipeline.settled(sampling)

    def __call__(self, tree: TokenTree) -> Masses:
        """The masses of one tree: those of ``read``, but for rounding."""
        count = self._count
        known, possible, rest = np.zeros(count + 1), np.zeros(count), [0.0]
        open_texts: dict[str, float] = {"": 1.0}
        while open_texts:
            text = min(open_texts, key=len)  # all that leads to it has been added up: tokens only lengthen a text
            mass = open_texts.pop(text)
            tops = tree.after(text)
            if tops is None:
                self._end_unasked(text, mass, known, possible, rest)
                continue
            shares = _shares(tops, tree.width, self._pipeline, self._settled)
            if (left := 1 - float(shares.sum())) > ROUNDING:
                self._leave(text, mass * left, possible, rest)
            own = self._sort(text, tops)
            sums = mass * np.bincount(own.codes, shares, count + 1 + len(own.texts))
            known += sums[: count + 1]
            for longer, share in zip(own.texts, sums[count + 1 :].tolist(), strict=True):
                if share > 0:
                    open_texts[longer] = open_texts.get(longer, 0.0) + share
        return Masses(known[:count], known[:count] + possible, float(known[count]), rest[0])

    def _leave(self, text: str, mass: float, possible: Array, rest: list[float]) -> None:
        """Count what may become anything that the text begins."""
        rest[0] += mass
        ended = self._spellings.ended(text)
        for outcome in {*self._spellings.may_become(text), *([ended] if ended else [])}:
            possible[self._number[outcome]] += mass

    def _end_unasked(self, text: str, mass: float, known: Array, possible: Array, rest: list[float]) -> None:
        """A text that cannot be continued: a whole word that begins no other outcome is taken to end there."""
        ended = self._spellings.ended(text)
        if self._spellings.stands_alone(text):
            known[self._number[ended] if ended else -1] += mass
        else:
            self._leave(text, mass, possible, rest)


def _shares(tops: Tops, width: int, pipeline: Pipeline, settled: Settled) -> Array:
    """The least that each token has after the sampler."""
    if isinstance(tops, Folded):
        return tops.shares(pipeline, settled)
    values = logprobs_of(tops)
    if width == 0 and settled.temperature > 0 and not settled.cuts and len(values):
        return softmax(values / settled.temperature) if settled.temperature != 1 else np.exp(values)
    p = np.exp(values)
    return p if not len(p) else least(p, width, pipeline, settled)


async def grown_whole(
    outcomes: Sequence[Outcome], ask: Callable[[list[str]], Awaitable[Sequence[Vocabulary]]]
) -> dict[str, Tops | None]:
    """As ``grown`` for a model that lists every token and answers all texts, where asking costs nothing."""
    sort, count = sorter_of(tuple(outcomes)), len(outcomes)
    lists: dict[str, Tops | None] = {}
    open_texts = {"": 1.0}

    def pass_on(text: str, mass: float) -> None:
        tops = lists.get(text)
        if not isinstance(tops, Vocabulary):
            open_texts[text] = open_texts.get(text, 0.0) + mass
            return
        own = sort(text, tops)
        shares = mass * np.bincount(own.codes, np.exp(logprobs_of(tops)), count + 1 + len(own.texts))
        for longer, share in zip(own.texts, shares[count + 1 :].tolist(), strict=True):
            pass_on(longer, share)

    while wanted := [text for text, mass in open_texts.items() if mass >= NEGLIGIBLE]:
        lists.update(zip(wanted, await ask(wanted), strict=True))
        for text in wanted:
            pass_on(text, open_texts.pop(text))
    return lists
