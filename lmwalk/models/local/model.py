"""A model on this machine as lmwalk asks it: prompts in; replies, distributions and attention out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from lmwalk.errors import PermanentError, TransientError, UnsupportedError
from lmwalk.models._ways import without
from lmwalk.models.local.answering import Steps, grown, listed, sampled, scored
from lmwalk.models.local.loading import Loaded
from lmwalk.models.local.places import chat_template_of, digest_of, folder_of
from lmwalk.models.local.shelf import Weights
from lmwalk.models.local.wording import Fed
from lmwalk.models.local.worker import Worker, once
from lmwalk.token_tree import TokenTree
from lmwalk.types import (
    Attention,
    Distribution,
    Gate,
    Outcome,
    Process,
    Prompt,
    Reply,
    Sampling,
    Sent,
    Span,
    Thinking,
)

T = TypeVar("T")
MAX_TOKENS = 256
"""Longest answer where nothing is asked for."""
_ANSWER_ROOM = 64
"""Tokens that the beginnings of outcomes may come to, beside the question."""
_ORDER = "The sampler is lmwalk's own, over all tokens: temperature, then top_k, top_p and min_p; by default no cut."
_HALF = (
    "In {dtype} a probability is good to some hundredths, and moves by that with what is asked beside it; in dtype=f32 "
    "it is good to 1e-5."
)


class Local:
    """``local/PLACE``: one network and its tokenizer, any number of askers."""

    exclusive = True
    simulated = False
    trees_are_kept = False

    def __init__(self, name: str, weights: Weights) -> None:
        self.name = name
        self.server = f"this machine ({weights.device})"
        self.weights = weights
        self._limits = Sampling()

    # ---- what is said of it

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        """Everything but a repeat penalty; how questions are fed is told once the model is loaded."""
        self._limits = sampling
        problems = tuple(self._problems(sampling))
        if problems and not drop:
            raise UnsupportedError(problems[0])
        cuts = {key: getattr(sampling, key) for key in ("top_p", "top_k", "min_p")}
        used = {key: Sampling.NEUTRAL[key] if value is None else value for key, value in cuts.items()}
        limit = {"max_tokens": sampling.max_tokens or MAX_TOKENS}
        told, notes = self._thinking(sampling, drop=drop)
        half = () if self.weights.dtype == "f32" else (_HALF.format(dtype=self.weights.dtype),)
        sent = {"temperature": sampling.temperature, **used, **limit, "seed": "per question", **told, **self._stands()}
        return Sent(sent, (_ORDER, *half, *problems, *notes))

    def _problems(self, sampling: Sampling) -> Iterator[str]:
        if sampling.repeat_penalty not in (None, 1):
            yield f"{self.name} has no repeat_penalty, and the study asks for {sampling.repeat_penalty:g}."

    def _thinking(self, sampling: Sampling, *, drop: bool) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What its template is told on thinking, and notes on what the model does not take."""
        thinks = sampling.thinking is not None and "enable_thinking" in (self._template or "")
        notes = without(self.name, replace(sampling, thinking=None) if thinks else sampling, drop=drop)
        return ({"enable_thinking": sampling.thinking != "off"} if thinks else {}), notes

    def _stands(self) -> dict[str, Any]:
        """Where and how it runs; once it is loaded, how questions are fed, too."""
        told = {"device": self.weights.device, "dtype": self.weights.dtype}
        if digest := self._digest():
            told["weights"] = digest
        if at_hand := self.weights.at_hand:
            told["fed"] = at_hand.wording.form
        return told

    def _digest(self) -> str | None:
        if at_hand := self.weights.at_hand:
            return at_hand.digest
        return self._digest_on_disk

    @cached_property
    def _digest_on_disk(self) -> str | None:
        folder = folder_of(self.weights.wanted)
        return digest_of(self.weights.wanted, folder) if folder else None

    @cached_property
    def _template(self) -> str | None:
        return chat_template_of(self.weights.wanted)

    async def fingerprint(self) -> str | None:
        """The hash of its revision, or a digest of its files; None while they are not here."""
        return await asyncio.to_thread(self._digest)

    def needs_room(self, process: Process) -> bool:
        """A model that reads plain text goes on without an end, and so may one that has a text to hand on."""
        wanted = self.weights.wanted
        chat = bool(self._template) if wanted.chat == "auto" else wanted.chat == "true"
        return process.passes_text or not chat

    @property
    def loading_s(self) -> float | None:
        return self.weights.loading_s

    @property
    def lessons(self) -> int:
        """That it was loaded is one, too: then it is known how it is fed."""
        return min(1, self.weights.loads)

    # ---- what it is asked

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        """One sampled answer; it shares its turns with the questions that are asked beside it.

        The mark that ends a turn is a token too: it is counted and has its log-probability.
        """
        limit = sampling.max_tokens or MAX_TOKENS
        with self.weights.held():
            at_hand, worker = await self._ready(sampling.load_timeout_s)
            fed = await self._fed(at_hand, prompt, limit, sampling.thinking)
            ends = at_hand.wording.ends

            def steps() -> Steps[Any]:
                return sampled(fed.ids, sampling, seed, ends, limit)

            async with gate:
                said, seconds = await self._done(worker.submit(steps, len(fed.ids) + limit), sampling.answer_s)
        text = at_hand.wording.decoded(said.tokens)
        if at_hand.wording.chat and not prompt.prefill:
            text = text.lstrip(" ")
        return Reply(text, seconds, len(fed.ids), len(said.tokens), 0.0, said.logprobs, said.finish)

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        """Probabilities of the outcomes at T = 1 from the whole vocabulary: however each is spelt, and ended.

        Every beginning of an answer that may become an outcome is followed, in the tokens that it is really written in,
        as long as it holds a ten-thousandth of what the outcomes hold, or, while it is but blanks and marks, of all.
        All else is outside; nothing is unseen.
        """
        return await self._scored(prompt, outcomes, gate, None)

    async def distribution_without_thought(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate
    ) -> Distribution:
        """As ``distribution``, with the model told not to think, where its template can tell it so."""
        return await self._scored(prompt, outcomes, gate, "off")

    async def token_tree(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, *, without_thought: bool = False
    ) -> TokenTree:
        """What ``distribution`` is read from, for any sampler: whole vocabularies, those of one text mixed."""
        return await self._asked(
            prompt,
            gate,
            lambda at_hand, fed: grown(fed.ids, outcomes, at_hand.wording.index),
            "off" if without_thought else None,
        )

    async def first_tokens(self, prompt: Prompt, gate: Gate) -> list[tuple[str, float]]:
        """Every token an answer can begin with, and its log-probability at T = 1; a mark is empty."""
        at_hand, _ = await self._ready(self._limits.load_timeout_s)
        p = await self._asked(prompt, gate, lambda _, fed: listed(fed.ids))
        with np.errstate(divide="ignore"):
            return list(zip(at_hand.wording.index.tokens, np.log(p).tolist(), strict=True))

    async def attention(self, prompt: Prompt, spans: Sequence[Span], gate: Gate) -> Attention:
        """Attention of the position at which the answer begins to spans of ``prompt.text``."""
        at_hand, _ = await self._ready(self._limits.load_timeout_s)
        fed = await self._fed(at_hand, prompt, _ANSWER_ROOM, None)
        row = await self._asked(prompt, gate, lambda _, same: once(lambda: at_hand.reader.attention(same.ids)))
        places = at_hand.wording.places(prompt, fed, spans)
        sums = [row[..., place].sum(axis=-1) if place else np.full(row.shape[:2], np.nan) for place in places]
        return Attention(
            np.stack(sums, axis=-1).astype(np.float64) if sums else np.zeros((*row.shape[:2], 0)), len(fed.ids)
        )

    async def close(self) -> None:
        """Nothing to give back: the weights are shared by everyone who opened them, and go when memory is needed."""

    async def _scored(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, thinking: Thinking | None
    ) -> Distribution:
        return await self._asked(
            prompt, gate, lambda at_hand, fed: scored(fed.ids, outcomes, at_hand.wording.index), thinking
        )

    async def _asked(
        self, prompt: Prompt, gate: Gate, begin: Callable[[Loaded, Fed], Steps[T]], thinking: Thinking | None = None
    ) -> T:
        with self.weights.held():
            at_hand, worker = await self._ready(self._limits.load_timeout_s)
            fed = await self._fed(at_hand, prompt, _ANSWER_ROOM, thinking)
            async with gate:
                submitted = worker.submit(lambda: begin(at_hand, fed), len(fed.ids) + _ANSWER_ROOM)
                return (await self._done(submitted, self._limits.answer_s))[0]

    async def _ready(self, limit_s: float) -> tuple[Loaded, Worker]:
        future = asyncio.wrap_future(self.weights.ready())
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.shield(future)
        except TimeoutError:
            raise TransientError(
                f"{self.name} is still being loaded after {limit_s:g} s (load_timeout_s).", unready=True
            ) from None

    async def _fed(self, at_hand: Loaded, prompt: Prompt, room: int, thinking: Thinking | None) -> Fed:
        fed = at_hand.wording.fed(prompt, thinking)
        if len(fed.ids) + room > at_hand.context:
            raise PermanentError(
                f"{self.name}: the question has {len(fed.ids):,} tokens and its answer may have {room:,}; the window "
                f"holds {at_hand.context:,}. Ask shorter questions, or lower max_tokens."
            )
        return fed

    async def _done(self, future: Future[tuple[T, float]], limit_s: float) -> tuple[T, float]:
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise TransientError(f"{self.name} did not answer within {limit_s:g} s.") from None
