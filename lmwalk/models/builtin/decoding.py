"""From questions to answers, token by token, many at once.

Each question draws with its own generator, one uniform number a token, and shares a batch with questions of its own
length alone: so neither what it answers nor a probability depends, to the last bit, on what else is asked. Equal
questions are read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt

from lmwalk.models.builtin.runtime import Cache, Runtime
from lmwalk.sampler import draw, probabilities
from lmwalk.types import Sampling

Logits = npt.NDArray[np.float32]

MAX_TOKENS = 16
"""Longest answer where the sampler settings name none."""

CELLS = 400_000
"""Bound on rows x length^2 of one batch: what attention scores may take, also with very long questions."""


@dataclass
class Job:
    """A question's token ids with how to answer it, and the answer as it grows.

    ``forced`` is None for a sampled answer; a sequence is scored instead of sampled.
    """

    ids: tuple[int, ...]
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0
    forced: tuple[int, ...] | None = None
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)
        self._limit = len(self.forced) if self.forced is not None else self.sampling.max_tokens or MAX_TOKENS

    def take(self, logits: Logits, end: int) -> bool:
        """Add the next token, with its log-probability at T = 1; whether more are wanted."""
        values = logits.astype(np.float64)
        if self.forced is not None:
            token = self.forced[len(self.tokens)]
        else:
            token = draw(probabilities(values, self.sampling), self._random.random())
        top = values.max()
        self.logprobs.append(float(values[token] - top - np.log(np.exp(values - top).sum())))
        self.tokens.append(token)
        return len(self.tokens) < self._limit and token != end


def batches_of(jobs: Sequence[Job]) -> list[list[Job]]:
    """Jobs in batches of one length, each small enough."""
    batches: list[list[Job]] = []
    for length, group in groupby(sorted(jobs, key=_length), key=_length):
        alike, most = list(group), max(1, CELLS // max(1, length) ** 2)
        batches += [alike[first : first + most] for first in range(0, len(alike), most)]
    return batches


def _length(job: Job) -> int:
    return len(job.ids)


def answer(runtime: Runtime, jobs: Sequence[Job], end: int) -> None:
    """Complete all jobs of one batch."""
    prompts = list(dict.fromkeys(job.ids for job in jobs))
    place = {ids: row for row, ids in enumerate(prompts)}
    logits, cache = runtime.prefill(prompts)
    rows = [place[job.ids] for job in jobs]
    going = list(jobs)
    while True:
        wanted = [i for i, job in enumerate(going) if job.take(logits[rows[i]], end)]
        if not wanted:
            return
        cache = _narrowed(cache, [rows[i] for i in wanted])
        going, rows = [going[i] for i in wanted], list(range(len(wanted)))
        logits, cache = runtime.extend(cache, [job.tokens[-1] for job in going])


def _narrowed(cache: Cache, rows: list[int]) -> Cache:
    """The rows of a cache, without a copy where they are all of them; a row may be taken more than once."""
    return cache if rows == list(range(len(cache[0]))) else [array[rows] for array in cache]
