"""Asking a server for probabilities: a small request for each text that is worth one, or one for several texts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from lmwalk.errors import ModelError, PermanentError, TransientError, UnsupportedError
from lmwalk.models._direct import asked_directly
from lmwalk.models._failures import Target
from lmwalk.models._questions import COMPLETION, asked, can_continue
from lmwalk.models._tops import tops_of, tops_of_each
from lmwalk.token_tree import TokenTree, grown, read
from lmwalk.token_tree.spelling import Answered, Tops
from lmwalk.types import Distribution, Gate, Outcome, Prompt, Sampling

NEUTRAL = Sampling(1.0, top_p=1.0, top_k=0, min_p=0.0, repeat_penalty=1.0, max_tokens=1)
"""No cut, and one token: its alternatives are what is wanted."""

_BROKE = 500
"""The status of servers that a list of tokens makes fail where others refuse it."""

Settings = Mapping[str, Any]
Question = Mapping[str, Any]
Ask = Callable[[Question, Gate, Settings], Awaitable[Any]]
"""Puts a question with these settings, holding the gate while it is on the wire, and gives LiteLLM's answer."""


class Scorer:
    """Distributions of one model, and the lists of tokens that they are read from.

    Parameters
    ----------
    target : Target
        The model.
    ask : callable
        Puts one question.
    longest : int
        The longest list of tokens that the server may give. What it refuses is learnt: 20, then 5 are tried.
    """

    def __init__(self, target: Target, ask: Ask, longest: int) -> None:
        self._target = target
        self._ask = ask
        self._widths = sorted({longest, 20, 5}, reverse=True)
        self._takes_several = target.provider == COMPLETION and asked_directly(target)

    async def tree(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, settings: Settings) -> TokenTree:
        """The likeliest next tokens along every text that may become an outcome. Raises what ``ask`` does."""

        async def lists(texts: list[str]) -> Answered:
            return await self._lists([asked(self._target, prompt, text) for text in texts], gate, settings)

        found = await grown(outcomes, lists, lambda text: can_continue(self._target, prompt, text))
        return TokenTree(found, self._widths[0])

    async def distribution(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, settings: Settings
    ) -> Distribution:
        """Probabilities at T = 1 from the likeliest next tokens; ``settings`` make no cut. Raises what ``ask`` does."""
        return read(await self.tree(prompt, outcomes, gate, settings), outcomes)

    async def first_tokens(self, prompt: Prompt, gate: Gate, settings: Settings) -> Tops:
        """The likeliest tokens an answer can begin with, at T = 1. Raises what ``ask`` does."""
        return await self._next_tokens(asked(self._target, prompt), gate, settings)

    async def _lists(self, questions: Sequence[Question], gate: Gate, settings: Settings) -> Answered:
        """The next tokens of all questions, where the server takes several at once; else those of the first."""
        if len(questions) > 1 and self._takes_several:
            if lists := await self._listed_at_once(questions, gate, settings):
                return lists
            self._takes_several = False
        return [await self._next_tokens(questions[0], gate, settings)]

    async def _listed_at_once(self, questions: Sequence[Question], gate: Gate, settings: Settings) -> Answered:
        """The lists of one request with an array of prompts; empty where the server does not take it.

        The gate is held for it as for one question.
        """
        together = {"messages": [message for question in questions for message in question["messages"]]}
        try:
            answer = await self._ask(together, gate, {**settings, **self._wanted(self._widths[0])})
            return tops_of_each(self._target.name, answer, len(questions))
        except (PermanentError, UnsupportedError):
            return []
        except TransientError as problem:
            if problem.status not in (None, _BROKE):  # a server may also fall silent, or over, at an array
                raise
            return []

    async def _next_tokens(self, question: Question, gate: Gate, settings: Settings) -> Tops:
        refusal: ModelError | None = None
        for width in self._widths:
            try:
                tops = await self._listed(question, gate, {**settings, **self._wanted(width)})
            except PermanentError as problem:
                refusal = problem
            except TransientError as problem:
                if problem.status != _BROKE or len(self._widths) == 1:
                    raise
                refusal = problem
            else:
                self._widths = [width]
                return tops
        assert refusal is not None
        raise await self._explained(refusal, question, gate, settings)

    async def _explained(
        self, refusal: ModelError, question: Question, gate: Gate, settings: Settings
    ) -> ModelError | UnsupportedError:
        """The refusal, or what it means where the same question is answered without log-probabilities."""
        if len(self._widths) == 1:  # a list was given before
            return refusal
        try:
            await self._ask(question, gate, settings)
        except ModelError:
            return refusal
        return UnsupportedError(
            f"{self._target.name} answers, but refuses log-probabilities. Ask another model, or measure replies. "
            f"It says: {refusal}"
        )

    async def _listed(self, question: Question, gate: Gate, settings: Settings) -> Tops:
        return tops_of(self._target.name, await self._ask(question, gate, settings))

    def _wanted(self, width: int) -> dict[str, Any]:
        if self._target.provider == COMPLETION:
            return {"logprobs": width}
        return {"logprobs": True, "top_logprobs": width}
