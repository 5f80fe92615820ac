"""Distributions of one model, each question asked once: unlike a sample, what is asked for may be remembered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from lmwalk.sampler import Pipeline, Settled
from lmwalk.token_tree import AT_ONE, TEMPERATURE_ONLY, TellsTree, TokenTree, read, tree_of
from lmwalk.types import Distribution, Gate, LeavesThought, Model, Outcome, Prompt, Sampling, Thinking

REMEMBERED = 20_000
REMEMBERED_WHOLE = 4_000
"""Of whole vocabularies, which take some 25 kB a question."""


class Question(NamedTuple):
    """What a model is asked for: a text, and the outcomes whose probabilities are wanted."""

    prompt: str
    system: str | None
    prefill: str | None
    outcomes: tuple[Outcome, ...]


def question_of(prompt: Prompt, outcomes: Sequence[Outcome]) -> Question:
    """What a prompt asks for; the state that it was made from is no part of that."""
    return Question(prompt.text, prompt.system, prompt.prefill, tuple(outcomes))


@dataclass(frozen=True)
class Told:
    """What a model told of a question, and the name under which that is kept; None where it is not."""

    tree: TokenTree
    name: str | None = None


class Shelf(Protocol):
    """Where what a model told is kept from run to run."""

    async def look_up(self, question: Question, *, without_thought: bool) -> Told | None:
        """What was told of a question before; None where nothing was, or it is to be asked anew."""

    def keep(self, question: Question, tree: TokenTree, asked_at: datetime, *, without_thought: bool) -> Told:
        """Keep what was told now."""


@dataclass
class _Entry:
    told: Told | Distribution
    read: dict[tuple[Settled, str], Distribution] = field(default_factory=dict)


class DistributionCache:
    """Asks a model for distributions; who asks for one that is under way waits for it.

    A simulation or an ideal observer reads the state and not the text, so nothing of theirs is remembered; one that has
    no sampler has the same law at every temperature.

    Attributes
    ----------
    tempers : bool
        Whether anything but T = 1 without cuts is asked for. Until then a model that runs here is asked for its
        distribution itself.
    shelf : Shelf or None
        Where trees are kept that a server was asked for.
    without_thought : bool
        Whether the model is told not to think first.
    asked, spared : int
        Questions that the model was asked, and those that were answered from what it had told.
    """

    def __init__(self, model: Model, thinking: Thinking | None = None) -> None:
        self.model = model
        self.tempers = False
        self.shelf: Shelf | None = None
        self.asked = self.spared = 0
        self.without_thought = thinking == "off" and isinstance(model, LeavesThought)
        self._known: OrderedDict[Question, _Entry] = OrderedDict()
        self._under_way: dict[Question, asyncio.Lock] = {}

    async def of(
        self,
        prompt: Prompt,
        outcomes: Sequence[Outcome],
        gate: Gate,
        sampling: Sampling = AT_ONE,
        pipeline: Pipeline = TEMPERATURE_ONLY,
    ) -> Distribution:
        """The distribution of a question under a sampler. Raises what ``Model.distribution`` raises, to all who ask."""
        entry = await self._entry(prompt, outcomes, gate)
        if isinstance(entry.told, Distribution):
            return entry.told
        law = (pipeline.settled(sampling), pipeline.title)
        if law not in entry.read:
            found = read(entry.told.tree, outcomes, sampling, pipeline)
            entry.read[law] = replace(found, source=entry.told.name)
        return entry.read[law]

    async def tree(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> TokenTree:
        """All that the model tells of a question, for any sampler: with ``tempers`` set, the lists of tokens.

        Of a model that tells nothing but distributions, a tree of whole outcomes. Raises as ``of``.
        """
        entry = await self._entry(prompt, outcomes, gate)
        return tree_of(entry.told) if isinstance(entry.told, Distribution) else entry.told.tree

    async def _entry(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> _Entry:
        if self.model.simulated:
            return await self._simulated(prompt, outcomes, gate)
        return await self._remembered(question_of(prompt, outcomes), prompt, gate)

    async def _simulated(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> _Entry:
        if self.tempers and isinstance(self.model, TellsTree):
            return _Entry(Told(await self.model.token_tree(prompt, outcomes, gate)))
        return _Entry(await self.model.distribution(prompt, outcomes, gate))

    async def _remembered(self, question: Question, prompt: Prompt, gate: Gate) -> _Entry:
        if known := self._known.get(question):
            self.spared += 1
            return known
        async with self._under_way.setdefault(question, asyncio.Lock()):
            if known := self._known.get(question):
                self.spared += 1
                return known
            entry = _Entry(await self._found(question, prompt, gate))
            self._known[question] = entry
            self._under_way.pop(question, None)
            whole = isinstance(entry.told, Told) and entry.told.tree.width == 0
            if len(self._known) > (REMEMBERED_WHOLE if whole else REMEMBERED):
                self._known.popitem(last=False)
            return entry

    async def _found(self, question: Question, prompt: Prompt, gate: Gate) -> Told | Distribution:
        """What the model tells of a question, or told before."""
        if isinstance(self.model, TellsTree) and (self.tempers or self.model.trees_are_kept):
            return await self._tree(self.model, question, prompt, gate)
        self.asked += 1
        asked = self.model.distribution
        if self.without_thought and isinstance(self.model, LeavesThought):
            asked = self.model.distribution_without_thought
        law = await asked(prompt, question.outcomes, gate)
        return Told(tree_of(law)) if self.tempers else law

    async def _tree(self, model: TellsTree, question: Question, prompt: Prompt, gate: Gate) -> Told:
        shelf = self.shelf if model.trees_are_kept else None
        if shelf and (kept := await shelf.look_up(question, without_thought=self.without_thought)):
            self.spared += 1
            return kept
        asked_at = datetime.now(UTC).replace(tzinfo=None)
        tree = await model.token_tree(prompt, question.outcomes, gate, without_thought=self.without_thought)
        self.asked += 1
        return shelf.keep(question, tree, asked_at, without_thought=self.without_thought) if shelf else Told(tree)
