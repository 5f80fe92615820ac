"""Everything that was asked for one prompt, and the distribution over outcomes that any sampler makes of it.

A model is asked once, for the likeliest next tokens at T = 1 after each text that may become an outcome. A sampler only
rearranges them, token by token along the path, so every temperature and every cut is read from the same tree.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from lmwalk.sampler import PIPELINES, Array, Pipeline
from lmwalk.token_tree.asking import TOLERANCE
from lmwalk.token_tree.cut_lists import least
from lmwalk.token_tree.spelling import Answered, Tops, spelled
from lmwalk.token_tree.whole import Folded, read_folded
from lmwalk.types import Distribution, Gate, Outcome, Prompt, Sampling

AT_ONE = Sampling(1.0)
TEMPERATURE_ONLY = PIPELINES["temperature-only"]
HOTTEST = 3.0
"""The highest temperature that is looked at."""
TOO_WIDE = 0.05
"""A probability that is known no better than this is not to be trusted."""
_STEPS_A_DEGREE = 20
_NO_OUTCOME = "\u2026"


class Vocabulary(Sequence[tuple[str, float]]):
    """A list of every token there is, small in memory: the tokens are shared by all lists of a model.

    Parameters
    ----------
    tokens : tuple of str
    logprobs : ndarray, shape (tokens,)
        Natural log-probabilities at T = 1.
    """

    def __init__(self, tokens: tuple[str, ...], logprobs: npt.NDArray[np.floating[Any]]) -> None:
        self.tokens = tokens
        self.logprobs = logprobs.astype(np.float32)

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return zip(self.tokens, self.logprobs.tolist(), strict=True)


def logprobs_of(tops: Tops) -> Array:
    """Natural log-probabilities of the tokens of a list, in its order."""
    told = tops.logprobs if isinstance(tops, Vocabulary | Folded) else [logprob for _, logprob in tops]
    return np.asarray(told, dtype=np.float64)


@dataclass(frozen=True)
class TokenTree:
    """The lists of next tokens that one prompt was asked for.

    Attributes
    ----------
    lists : mapping
        From the answer so far ("" first) to the likeliest next tokens at T = 1, or to None where the model cannot go
        on with an answer that was begun.
    width : int
        How many tokens were asked for each time; 0 where every list is the model's whole vocabulary.
    """

    lists: Mapping[str, Tops | None]
    width: int

    @property
    def questions(self) -> int:
        """How many lists were given."""
        return sum(tops is not None for tops in self.lists.values())

    def stored(self) -> dict[str, Any]:
        """As plain JSON; ``tree_from`` reads it."""
        lists = {text: None if tops is None else [list(top) for top in tops] for text, tops in self.lists.items()}
        return {"width": self.width, "lists": lists}

    def after(self, text: str) -> Tops | None:
        """What may follow a text: nothing is known where it was not asked, and it ends where none could be."""
        if text in self.lists:
            return self.lists[text]
        return None if self.questions == 1 and len(self.lists) > 1 else ()


@runtime_checkable
class TellsTree(Protocol):
    """A model that can also give the lists of tokens that its distributions are read from."""

    trees_are_kept: bool
    """Whether they are kept beside the steps: a server had to be asked for them. Otherwise they are whole
    vocabularies, or are had for nothing."""

    async def token_tree(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, *, without_thought: bool = False
    ) -> TokenTree:
        """All that has to be asked for one prompt; ``without_thought`` tells the model not to think first.

        Raises as ``Model.distribution``.
        """


def tree_from(stored: Mapping[str, Any]) -> TokenTree:
    """The tree that ``TokenTree.stored`` made plain."""
    lists = {
        text: None if tops is None else tuple((token, logprob) for token, logprob in tops)
        for text, tops in stored["lists"].items()
    }
    return TokenTree(lists, stored["width"])


def tree_of(law: Distribution) -> TokenTree:
    """A tree from a distribution over whole outcomes, each taken for one token; all that is outside is one more.

    For models that tell nothing but that: what they do within an answer cannot be tempered, and is not.
    """
    inside = [(outcome, logprob) for outcome, logprob in law.logprobs.items() if logprob > -math.inf]
    beside = [(_NO_OUTCOME, math.log(law.outside))] if law.outside > 0 else []
    ends: dict[str, Tops] = {outcome: (("", 0.0),) for outcome, _ in inside}
    first: Tops = (*inside, *beside)
    return TokenTree({"": first, **ends}, len(first) + 1 if law.unseen > 0 else 0)


async def grown(
    outcomes: Sequence[Outcome],
    ask: Callable[[list[str]], Awaitable[Answered]],
    askable: Callable[[str], bool] = lambda _: True,
    tolerance: float = TOLERANCE,
) -> dict[str, Tops | None]:
    """The lists of a tree, asked for as long as they are worth a request.

    Parameters
    ----------
    outcomes : sequence of str
    ask : callable
        Gives the next tokens after as many of the texts as it likes, from the first on.
    askable : callable
        Whether the model can go on with a text.
    tolerance : float
        See ``worth_asking``; 0 where asking costs nothing.
    """
    lists: dict[str, Tops | None] = {}

    def goes_on(text: str) -> bool:
        if not (possible := askable(text)):
            lists[text] = None
        return possible

    walk = spelled(outcomes, tolerance=tolerance, askable=goes_on)
    wanted = next(walk)
    while True:
        answered = await ask(wanted)
        lists.update(zip(wanted, answered, strict=False))
        try:
            wanted = walk.send(answered)
        except StopIteration:
            return lists


def read(
    tree: TokenTree, outcomes: Sequence[Outcome], sampling: Sampling = AT_ONE, pipeline: Pipeline = TEMPERATURE_ONLY
) -> Distribution:
    """The distribution over outcomes that a sampler makes of a tree.

    Every list is tempered and cut by itself, paths are multiplied out, and spellings are added up. What a cut list
    leaves open, and texts that were not asked for, make bounds.

    Parameters
    ----------
    tree : TokenTree
    outcomes : sequence of str
        Those that the tree was asked for.
    sampling : Sampling
        Temperature 0 takes the likeliest token each time (of equals the one listed first). Cuts that are None are the
        pipeline's own.
    pipeline : Pipeline
        What the sampler does, in order.
    """
    settled = pipeline.settled(sampling)
    if isinstance(tree.lists.get(""), Folded):
        return read_folded(tree.lists, outcomes, pipeline, settled)
    neutral = settled.temperature == 1 and not settled.cuts
    walk = spelled(outcomes, 0.0, 0.0, askable=lambda text: tree.after(text) is not None)
    wanted = next(walk)
    while True:
        lists = [tree.after(text) for text in wanted]
        if not neutral:
            lists = [tops and _tempered(tops, tree.width, pipeline, sampling) for tops in lists]
        try:
            wanted = walk.send(lists)
        except StopIteration as done:
            found: Distribution = done.value
            return found


def _tempered(tops: Tops, width: int, pipeline: Pipeline, sampling: Sampling) -> Tops:
    """A list with the least that each token can have; tokens that a cut removes, or may remove, are left out."""
    shares = least(np.exp(logprobs_of(tops)), width, pipeline, pipeline.settled(sampling))
    return [(token, math.log(p)) for (token, _), p in zip(tops, shares.tolist(), strict=True) if p > 0]


def too_wide_from(
    tree: TokenTree,
    outcomes: Sequence[Outcome],
    sampling: Sampling = AT_ONE,
    pipeline: Pipeline = TEMPERATURE_ONLY,
    width: float = TOO_WIDE,
) -> float | None:
    """The temperature from which on some probability is known no better than ``width``; None where none is.

    Temperatures up to ``HOTTEST`` are looked at, in steps of 0.05.
    """
    found = None
    for step in range(round(HOTTEST * _STEPS_A_DEGREE), -1, -1):
        temperature = step / _STEPS_A_DEGREE
        bounds = read(tree, outcomes, replace(sampling, temperature=temperature), pipeline).bounds()
        if max((high - low for low, high in bounds.values()), default=0.0) <= width:
            break
        found = temperature
    return found
