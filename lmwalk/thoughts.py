"""What a model thinks before it answers, told apart from the answer by the marks that model families put around it.

Marks as the chat templates of the models write them: ``<think>`` (DeepSeek R1, Qwen, GLM, Phi, Nemotron), ``[THINK]``
(Magistral), ``<|channel|>analysis`` (gpt-oss, OpenAI's harmony format), ``<|channel>thought`` and ``<unused94>``
(Gemma), ``<|START_THINKING|>`` (Command A), ``<seed:think>`` (Seed-OSS), ``<|begin_of_thought|>`` (Sky-T1, OpenThinker)
and a unicode pair (Kimi). Granite 3 writes sentences instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

from lmwalk.types import Thinking

ROOM: Mapping[Thinking, int] = {"off": 0, "low": 1024, "on": 4096, "medium": 4096, "high": 16_384}
"""Tokens that a thought may take: the budget where a provider takes one, and what an answer gets beside its room."""

_TAG = r"(?:seed:|ant_?|antml:)?(?:think|thinking|thoughts?|reasoning|analysis|scratchpad)"
_FINAL = (
    r"(?:(?:<\|end\|>)?(?:<\|start\|>)?(?:assistant)?<\|channel\|>final[^<]{0,80}<\|message\|>|(?-i:assistantfinal))"
)
"""Where gpt-oss begins its answer; servers that strip special tokens leave the two words."""
_FAMILIES = (
    (rf"<{_TAG}>", rf"</{_TAG}>"),
    (r"\[THINK\]", r"\[/THINK\]"),
    (r"\u25c1think\u25b7", r"\u25c1/think\u25b7"),
    (r"<\|(?:begin_of_thought|START_THINKING|think)\|>", r"<\|(?:end_of_thought|END_THINKING|/think|end_think)\|>"),
    (
        r"(?:<\|start\|>assistant)?<\|channel\|>(?:analysis|commentary[^<]{0,80})<\|message\|>",
        _FINAL,
    ),
    (r"<\|channel>thought\n?", r"<channel\|>"),
    (r"<unused94>(?:thought\n)?", r"<unused95>"),
    (r"\A\s*(?-i:analysis(?=[A-Z]))", _FINAL),
    (r"\A\s*Here is my thought process:", r"Here is my response:"),
)
_OPEN = re.compile("|".join(f"({mark})" for mark, _ in _FAMILIES), re.IGNORECASE)
_CLOSE = tuple(re.compile(mark, re.IGNORECASE) for _, mark in _FAMILIES)
_CLOSE_ALONE = re.compile("|".join(mark for _, mark in _FAMILIES[:7]), re.IGNORECASE)
"""Marks that end a thought whose beginning the prompt had, so that it is not in the answer."""


class _Thought(NamedTuple):
    """A thought with its marks, and where within it the thought itself begins and ends."""

    begin: int
    after_open: int
    before_close: int
    end: int


class Split(NamedTuple):
    """A text in two: what was thought, without its marks (None where nothing was), and the answer as it stands."""

    thought: str | None
    answer: str


class Weight(NamedTuple):
    """How much of an answer was thought.

    Attributes
    ----------
    share : float or None
        Of all that was said and thought: by tokens where the server counts them, by letters elsewhere.
    tokens : int or None
        Of the thought.
    counted : bool
        Whether the server counted them; they follow from the share elsewhere.
    """

    share: float | None
    tokens: int | None
    counted: bool


def weight(thought: str | None, answer: str | None, tokens_out: int | None, thought_tokens: int | None) -> Weight:
    """How much of an answer was thought; nothing where there was no thought.

    >>> weight("Hmm. ", "UP.. ", 10, None), weight(None, "UP", 10, 8)
    (Weight(share=0.5, tokens=5, counted=False), Weight(share=0.8, tokens=8, counted=True))
    """
    if thought_tokens is not None and tokens_out:
        return Weight(min(1.0, thought_tokens / tokens_out), thought_tokens, counted=True)
    if not thought:
        return Weight(None, thought_tokens, counted=thought_tokens is not None)
    share = len(thought) / (len(thought) + len(answer or ""))
    if thought_tokens is not None:
        return Weight(share, thought_tokens, counted=True)
    return Weight(share, None if tokens_out is None else round(share * tokens_out), counted=False)


def split(text: str) -> Split:
    """Tell the thoughts in a text from the answer. A thought that is never closed goes on to the end.

    >>> split("<think>Down bores me.</think>UP")
    Split(thought='Down bores me.', answer='UP')
    >>> split("Down bores me.</think>UP").answer, split("<think>One could go UP, because").answer
    ('UP', '')
    """
    thoughts = list(_thoughts(text))
    said = [text[each.after_open : each.before_close].strip() for each in thoughts]
    return Split("\n\n".join(filter(None, said)) or None, "".join(_between(text, thoughts)))


def blanked(text: str) -> str:
    """The text with spaces in place of its thoughts, so that every other letter keeps its place."""
    thoughts = list(_thoughts(text))
    gaps = [" " * (each.end - each.begin) for each in thoughts]
    return "".join(chain.from_iterable(zip_longest(_between(text, thoughts), gaps, fillvalue="")))


def _between(text: str, thoughts: Sequence[_Thought]) -> list[str]:
    """The pieces of a text before, between and behind thoughts."""
    edges = [0, *(edge for each in thoughts for edge in (each.begin, each.end)), len(text)]
    return [text[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _thoughts(text: str) -> Iterator[_Thought]:
    """Every thought, in order and apart."""
    alone, at = _unopened(text), 0
    if alone is not None:
        yield alone
        at = alone.end
    while opened := _OPEN.search(text, at):
        closed = _CLOSE[(opened.lastindex or 1) - 1].search(text, opened.end())
        before, at = closed.span() if closed else (len(text), len(text))
        yield _Thought(opened.start(), opened.end(), before, at)


def _unopened(text: str) -> _Thought | None:
    """What stands before a mark that ends a thought, where none begins one before it."""
    closed = _CLOSE_ALONE.search(text)
    opened = _OPEN.search(text)
    if closed is None or (opened and opened.start() < closed.start()):
        return None
    return _Thought(0, 0, closed.start(), closed.end())
