"""From examples to what a training step reads: token ids, and the shares of tokens at some places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from lmwalk.models.builtin.chat import Chat
from lmwalk.models.builtin.curricula import examples
from lmwalk.models.builtin.examples import Example, Target

Shares = Mapping[int, float]


@dataclass(frozen=True)
class Sizes:
    """How much is read at once: at most so many questions and about so many tokens, cut from a sorted pool.

    A token of a long answer counts less, so that all of it counts like ``answer`` tokens; all targets in a question
    together count like ``evidence``, and each of them at most ``evidence_each``.
    """

    batch: int = 64
    tokens: int = 6400
    pool: int = 2048
    answer: float = 5.0
    evidence: float = 3.0
    evidence_each: float = 0.3


class Batch(NamedTuple):
    """Left-padded questions with their answers.

    ``targets`` of shape (n, vocabulary) are the shares of the token behind position ``places`` of row ``rows``.
    """

    ids: Tensor
    pads: Tensor
    rows: Tensor
    places: Tensor
    targets: Tensor
    weights: Tensor


class Lesson(NamedTuple):
    """One example in tokens: all ids, and (place, shares of what follows, weight) for each target."""

    ids: list[int]
    targets: list[tuple[int, Shares, float]]


@dataclass
class Material:
    """Turns examples into batches, with one tokenizer."""

    chat: Chat
    context: int
    sizes: Sizes = field(default_factory=Sizes)
    _first: dict[str, int] = field(default_factory=dict)

    def batches(self, rng: np.random.Generator) -> Iterator[Batch]:
        """Batches of questions of like length, so that little is padding, in random order."""
        stream = examples(rng)
        while True:
            lessons = sorted((self.lesson(e) for e in islice(stream, self.sizes.pool)), key=lambda each: len(each.ids))
            groups = self._groups(lessons)
            for g in rng.permutation(len(groups)):
                yield _batch(groups[g], self.chat)

    def lesson(self, example: Example) -> Lesson:
        """The tokens and targets of an example: every token of the answer and the end, and the question's targets."""
        answer, text = self.chat.encoded(example.answer), self.chat.encoded(example.text)
        question = self.chat.prompt_ids(example.text, example.system, self.context)
        soft = self._placed(example.answer_targets, answer, len(example.answer))
        drawn = [*answer.ids, self.chat.end]
        weight = min(1.0, self.sizes.answer / len(drawn))
        targets = [(len(question) - 1 + k, soft.get(k, {token: 1.0}), weight) for k, token in enumerate(drawn)]
        if example.text_targets:
            begins = len(question) - 1 - len(text.ids)
            weight = min(self.sizes.evidence_each, self.sizes.evidence / len(example.text_targets))
            shown = self._placed(example.text_targets, text, len(example.text))
            targets += [(begins + k - 1, shares, weight) for k, shares in shown.items()]
        return Lesson([*question, *drawn], targets)

    def _placed(self, targets: Sequence[Target], encoded: Any, length: int) -> dict[int, Shares]:
        """Which token each target is about, and the shares of its tokens."""
        numbers = {start: k for k, (start, _) in enumerate(encoded.offsets)} | {length: len(encoded.ids)}
        return {numbers[target.at]: self._tokens(target.shares) for target in targets}

    def _tokens(self, shares: Mapping[str, float]) -> Shares:
        """Shares of each text's first token."""
        tokens: dict[int, float] = {}
        for text, share in shares.items():
            if text not in self._first:
                self._first[text] = self.chat.text_ids(text)[0] if text else self.chat.end
            token = self._first[text]
            tokens[token] = tokens.get(token, 0.0) + share
        return tokens

    def _groups(self, lessons: Sequence[Lesson]) -> list[list[Lesson]]:
        groups: list[list[Lesson]] = [[]]
        for lesson in lessons:
            full = (len(groups[-1]) + 1) * len(lesson.ids) > self.sizes.tokens
            if full or len(groups[-1]) == self.sizes.batch:
                groups.append([])
            groups[-1].append(lesson)
        return groups


def _batch(lessons: Sequence[Lesson], chat: Chat) -> Batch:
    length = max(len(lesson.ids) for lesson in lessons)
    pads = [length - len(lesson.ids) for lesson in lessons]
    ids = np.full((len(lessons), length), chat.end)
    targets = [(row, *target) for row, lesson in enumerate(lessons) for target in lesson.targets]
    dense = np.zeros((len(targets), chat.size), dtype=np.float32)
    for row, lesson in enumerate(lessons):
        ids[row, pads[row] :] = lesson.ids
    for n, (_, _, shares, _) in enumerate(targets):
        dense[n, list(shares)] = list(shares.values())
    rows = torch.tensor([row for row, *_ in targets])
    places = torch.tensor([pads[row] + place for row, place, *_ in targets])
    weights = torch.tensor([weight for *_, weight in targets])
    return Batch(torch.from_numpy(ids), torch.tensor(pads), rows, places, torch.from_numpy(dense), weights)
