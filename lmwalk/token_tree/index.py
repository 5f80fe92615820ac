"""Where each token of a large vocabulary leads, found by looking at few of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.token_tree.spelling import LEAD_MARKS, spellings_of
from lmwalk.types import Outcome

_REMEMBERED = 500
"""Texts whose tokens are kept sorted."""


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
