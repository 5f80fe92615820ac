"""A toy language model, small enough that every answer it can give is enumerated."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

END = "<|end|>"
COIN = ("heads", "tails")
NUMBERS = tuple(str(number) for number in range(1, 11))
COIN_TOKENS = ("h", "he", "ads", "heads", "Heads", " heads", " ", "**", "t", "tails", " Tail", "s", "up", ".", END)
DIGIT_TOKENS = ("1", "0", "10", "7", " 1", " ", "\n", "2", "a", ".", "12", END)


@dataclass(frozen=True)
class Toy:
    """Random probabilities of the next token, fixed by the seed and by the text so far.

    A text of ``longest`` letters or more ends.
    """

    tokens: tuple[str, ...]
    seed: int
    longest: int = 6
    likely: int = 4
    """How many tokens are possible after each text."""

    def next_tokens(self, text: str) -> Mapping[str, float]:
        if len(text) >= self.longest:
            return {END: 1.0}
        rng = np.random.default_rng([self.seed, *text.encode()])
        possible = rng.choice(len(self.tokens), size=self.likely, replace=False)
        return {
            self.tokens[i]: p for i, p in zip(possible, rng.dirichlet(np.full(self.likely, 0.7)).tolist(), strict=True)
        }

    def answers(self, text: str = "") -> Iterator[tuple[str, float]]:
        """Every whole answer and its probability, token path by token path."""
        for token, p in self.next_tokens(text).items():
            if token == END:
                yield text, p
            else:
                yield from ((answer, p * q) for answer, q in self.answers(text + token))

    def truth(self, outcomes: Sequence[str]) -> dict[str | None, float]:
        """Probability of each outcome, and of None: no outcome."""
        words = "|".join(sorted(map(re.escape, outcomes), key=len, reverse=True))
        begins = re.compile(rf"""[\s"'*_`(\[]{{0,4}}({words})(?![A-Za-z0-9])""", re.IGNORECASE)
        found: dict[str | None, float] = defaultdict(float)
        for answer, p in self.answers():
            match = begins.match(answer)
            found[match[1].lower() if match else None] += p
        return found
