"""The built-in model as lmwalk asks it: prompts in, replies and distributions out."""

from __future__ import annotations

import asyncio
import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lmwalk.errors import PermanentError, TransientError, UnsupportedError
from lmwalk.models._ways import without
from lmwalk.models.builtin.batcher import Batcher, Timed
from lmwalk.models.builtin.chat import Chat
from lmwalk.models.builtin.decoding import MAX_TOKENS, Job, answer, batches_of
from lmwalk.models.builtin.runtime import Runtime
from lmwalk.sampler import softmax
from lmwalk.token_tree import TokenTree, Vocabulary
from lmwalk.token_tree.masses import grown_whole
from lmwalk.token_tree.spelling import MOST_INSTEAD, likeliest
from lmwalk.types import SCANT, Distribution, Finish, Gate, Outcome, Prompt, Reply, Sampling, Sent

Array = npt.NDArray[np.float64]

LONGEST_ANSWER = 256
"""Tokens an answer may have; the rest of the context is for the question."""

ENDLESS = 10**9
"""Tokens of a question that nothing is cut from."""

TIMEOUT_S = 60.0
"""How long a distribution may take."""


@dataclass(eq=False)
class Builtin:
    """``builtin/tiny``: one network, a few working threads, any number of askers.

    A question that does not fit the context loses its beginning (see ``chat``), which its reply says; its probabilities
    are refused. An answer that is begun for the model stands behind the reply mark.
    """

    folder: Path = field(default_factory=lambda: Path(__file__).parent)
    name: str = "builtin/tiny"
    server: str = "builtin"
    exclusive: bool = False
    simulated: bool = False
    trees_are_kept: bool = False

    def __post_init__(self) -> None:
        self.chat = Chat.load(self.folder)
        self.runtime = Runtime(self.folder / "tiny.onnx")
        # a job of a batch system may use fewer cores than its machine has
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        threads = min(4, cores)
        self._batcher = Batcher(batches_of, lambda jobs: answer(self.runtime, jobs, self.chat.end), threads)

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        """Everything but a repeat penalty; what is None takes its neutral value, 16 tokens for an answer."""
        problems = tuple(_problems(sampling))
        if problems and not drop:
            raise UnsupportedError(problems[0])
        used: dict[str, Any] = {"temperature": sampling.temperature}
        for key in ("top_p", "top_k", "min_p"):
            asked = getattr(sampling, key)
            used[key] = Sampling.NEUTRAL[key] if asked is None else asked
        notes = without(self.name, sampling, drop=drop)
        return Sent({**used, "max_tokens": _longest(sampling)}, (*problems, *notes))

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        """Sample an answer, token by token: temperature first, then top_k, top_p and min_p.

        The end mark is a token too: it is counted and has its log-probability.
        """
        limit = _longest(sampling)
        ids = self._ids(prompt, limit)
        asked = Job(ids, replace(sampling, max_tokens=limit), seed)
        async with gate:
            (job,), seconds = await self._done([asked], sampling.answer_s)
        text = self.chat.decode(job.tokens)
        finish: Finish = "stop" if job.tokens[-1] == self.chat.end else "length"
        told = (len(ids), len(job.tokens), 0.0, tuple(job.logprobs), finish)
        return Reply(text, seconds, *told, prompt_cut=self._cut(prompt, ids) > 0)

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        """Exact log-probabilities of the outcomes as whole answers, each spelt in its usual tokens and ended.

        What is outside holds every other answer, also the same letters in other tokens. Where it holds nearly
        everything, its likeliest first tokens are looked up; one that is an outcome's too ends in an ellipsis.
        """
        ids = self._whole(prompt)
        spelt = [(*self.chat.text_ids(outcome), self.chat.end) for outcome in outcomes]
        if max(map(len, spelt), default=0) > LONGEST_ANSWER:
            raise PermanentError(f"builtin/tiny can score outcomes of at most {LONGEST_ANSWER - 1} tokens.")
        async with gate:
            jobs, _ = await self._done([Job(ids, forced=tokens) for tokens in spelt], TIMEOUT_S)
            logprobs = {outcome: math.fsum(job.logprobs) for outcome, job in zip(outcomes, jobs, strict=True)}
            inside = math.fsum(map(math.exp, logprobs.values()))
            first = await self._first(ids) if spelt and inside < SCANT else None
        taken = [(tokens[0], math.exp(logprobs[outcome])) for outcome, tokens in zip(outcomes, spelt, strict=True)]
        instead = {} if first is None else self._instead(np.exp(first), taken)
        return Distribution(logprobs, max(0.0, 1 - inside), instead=instead)

    async def token_tree(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, *, without_thought: bool = False
    ) -> TokenTree:
        """The whole vocabulary after every text that may become an outcome, however that is spelt and ended.

        So what it reads may differ from ``distribution`` by what other spellings hold.
        """

        async def after(texts: list[str]) -> list[Vocabulary]:
            begun = [prompt._replace(prefill=f"{prompt.prefill or ''}{text}" or None) for text in texts]
            rows = [self._whole(each) for each in begun]
            async with gate:
                logs = await asyncio.to_thread(self._first_of_each, rows)
            return [Vocabulary(self._texts, each) for each in logs]

        return TokenTree(await grown_whole(outcomes, after), 0)

    async def first_tokens(self, prompt: Prompt, gate: Gate) -> list[tuple[str, float]]:
        """Every token an answer can begin with, and its exact log-probability at T = 1; the end mark is empty."""
        ids = self._whole(prompt)
        async with gate:
            logs = await self._first(ids)
        return list(zip(self._texts, logs.tolist(), strict=True))

    async def close(self) -> None:
        """Nothing to give back: the network is shared by everyone who opened it."""

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        """Every token's text; that of the marks is empty."""
        return tuple(self.chat.decode([token]) for token in range(self.chat.size))

    async def _first(self, ids: tuple[int, ...]) -> Array:
        """The log-probability of every first token, shape (tokens,)."""
        return (await asyncio.to_thread(self._first_of_each, [ids]))[0]

    def _first_of_each(self, rows: Sequence[tuple[int, ...]]) -> list[Array]:
        """The log-probabilities of every token after each sequence; those of one length are read together."""
        found: dict[tuple[int, ...], Array] = {}
        for _, alike in groupby(sorted(rows, key=len), key=len):
            together = list(alike)
            logits, _ = self.runtime.prefill(together)
            found |= zip(together, np.log(softmax(logits.astype(np.float64))), strict=True)
        return [found[ids] for ids in rows]

    def _instead(self, p: Array, taken: Sequence[tuple[int, float]]) -> dict[str, float]:
        """The likeliest first tokens of other answers, from all tokens' probabilities and those that outcomes take."""
        rest, shared = p.copy(), {token for token, _ in taken}
        np.subtract.at(rest, [token for token, _ in taken], [mass for _, mass in taken])
        ranked = np.argsort(-rest, kind="stable")[: 2 * MOST_INSTEAD]
        return likeliest(
            (self.chat.decode([token]) + ("…" if token in shared else ""), max(0.0, float(rest[token])))
            for token in ranked.tolist()
        )

    def _ids(self, prompt: Prompt, answer_tokens: int) -> tuple[int, ...]:
        room = self.runtime.context - answer_tokens
        begun = self.chat.text_ids(prompt.prefill or "")[: room // 2]
        return (*self.chat.prompt_ids(prompt.text, prompt.system, room - len(begun)), *begun)

    def _cut(self, prompt: Prompt, ids: Sequence[int]) -> int:
        """Tokens that a question, read as ``ids``, lost at its beginning."""
        begun = min(len(self.chat.text_ids(prompt.prefill or "")), len(ids) // 2)
        return len(self.chat.prompt_ids(prompt.text, prompt.system, ENDLESS)) + begun - len(ids)

    def _whole(self, prompt: Prompt) -> tuple[int, ...]:
        """The tokens of a question whose probabilities are asked for. Raises PermanentError where it does not fit."""
        ids = self._ids(prompt, LONGEST_ANSWER)
        if lost := self._cut(prompt, ids):
            raise PermanentError(
                f"builtin/tiny reads questions of at most {len(ids):,} tokens, and this one has {len(ids) + lost:,}. "
                "Accepted: a shorter question, or a model with a larger window."
            )
        return ids

    async def _done(self, jobs: list[Job], timeout_s: float) -> Timed:
        if not jobs:
            return [], 0.0
        future: Future[Timed] = self._batcher.submit(jobs)
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.wrap_future(future)
        except TimeoutError as cause:
            raise TransientError(f"builtin/tiny did not answer within {timeout_s:g} s.") from cause


def _longest(sampling: Sampling) -> int:
    return min(sampling.max_tokens or MAX_TOKENS, LONGEST_ANSWER)


def _problems(sampling: Sampling) -> Iterator[str]:
    """What cannot be sent as it was asked, a sentence each."""
    if sampling.repeat_penalty not in (None, 1):
        yield f"builtin/tiny has no repeat_penalty, and the study asks for {sampling.repeat_penalty:g}."
    if (sampling.max_tokens or 0) > LONGEST_ANSWER:
        yield f"builtin/tiny answers with at most {LONGEST_ANSWER} tokens; the study asks for {sampling.max_tokens}."
