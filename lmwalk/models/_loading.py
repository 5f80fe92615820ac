"""How long an answer is waited for: longer where the server may have to load the model first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lmwalk.models._endpoints import OPENAI_URL
from lmwalk.types import Sampling

if TYPE_CHECKING:
    from lmwalk.models._failures import Target
    from lmwalk.models._wire import Call

IDLE_S = 240.0
"""Without a question for so long, a model counts as one that may be loaded again: Ollama forgets it after 5 minutes."""
_ALWAYS_LOADED = frozenset(
    {
        *("anthropic", "cohere", "deepseek", "fireworks_ai", "gemini", "groq", "mistral", "openrouter", "perplexity"),
        *("together_ai", "vertex_ai", "bedrock", "xai"),
    }
)
"""Providers whose models are ready at any time: a first question that hangs there is an outage."""


class Loading:
    """Whether one model's server may still be loading it: until it has answered, and after a while without a question.

    A server that loads must not be hung up on: Ollama then gives the load up, and begins it anew with the next
    question.
    """

    def __init__(self, target: Target) -> None:
        self._loads = target.url != OPENAI_URL and target.provider not in _ALWAYS_LOADED
        self._heard: float | None = None
        self._waiting: list[tuple[Call, bool]] = []

    @property
    def possible(self) -> bool:
        """Whether the next question may have to wait for a load."""
        if not self._loads or self._heard is None:
            return self._loads
        return not self._on_the_wire and time.monotonic() - self._heard > IDLE_S

    def limit_s(self, sampling: Sampling) -> float:
        """How many seconds the next answer may take."""
        return max(sampling.answer_s, sampling.load_timeout_s) if self.possible else sampling.answer_s

    @contextmanager
    def watched(self, call: Call) -> Iterator[None]:
        """Wrap the call of one question, so that ``waited_s`` counts from its start."""
        self._waiting.append((call, self.possible))
        try:
            yield
        finally:
            self._waiting = [(other, loads) for other, loads in self._waiting if other is not call]

    @property
    def _on_the_wire(self) -> bool:
        return any(call.begun is not None for call, _ in self._waiting)

    def answered(self) -> None:
        """Note that the server has answered: the model is loaded, also for all other questions that wait."""
        self._heard = time.monotonic()
        self._waiting = [(call, False) for call, _ in self._waiting]

    @property
    def waited_s(self) -> float | None:
        """Seconds for which a question has been on the wire, where it may be waiting for a load."""
        begun = [call.begun for call, loads in tuple(self._waiting) if loads and call.begun is not None]
        return time.perf_counter() - min(begun) if begun else None
