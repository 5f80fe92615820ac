"""Distributions of one model, each asked for once: unlike a sample, a distribution may be remembered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from lmwalk.types import Distribution, Gate, LeavesThought, Model, Outcome, Prompt, Thinking

REMEMBERED = 20_000

_Question = tuple[str, str | None, str | None, tuple[Outcome, ...]]


class DistributionCache:
    """Asks a model for distributions; who asks for one that is under way waits for it.

    A simulation or an ideal observer reads the state and not the text, so nothing of theirs is remembered.
    """

    def __init__(self, model: Model, thinking: Thinking | None = None) -> None:
        self.model = model
        self._asked = model.distribution
        if thinking == "off" and isinstance(model, LeavesThought):
            self._asked = model.distribution_without_thought
        self._known: OrderedDict[_Question, Distribution] = OrderedDict()
        self._under_way: dict[_Question, asyncio.Lock] = {}

    async def of(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        """The distribution of a question. Raises what ``Model.distribution`` raises, to everyone who asks."""
        if self.model.simulated:
            return await self._asked(prompt, outcomes, gate)
        question = (prompt.text, prompt.system, prompt.prefill, tuple(outcomes))
        if known := self._known.get(question):
            return known
        async with self._under_way.setdefault(question, asyncio.Lock()):
            if known := self._known.get(question):
                return known
            found = await self._asked(prompt, outcomes, gate)
            self._known[question] = found
            self._under_way.pop(question, None)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            return found
