"""What models told in this process and nobody keeps: fields of models that run here, and laws of simulations."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any, Protocol
from weakref import WeakSet

from lmwalk.engine.field_plan import FieldPlan
from lmwalk.errors import InputError
from lmwalk.registry import backend_of
from lmwalk.token_tree import TellsTree, TokenTree
from lmwalk.types import Model, Prompt


class Asking(Protocol):
    """A field that was asked in this process."""

    plan: FieldPlan

    def since(self, n: int) -> Sequence[tuple[int, TokenTree]]:
        """What came, from the n-th on: position and lists."""


ASKED: WeakSet[Any] = WeakSet()
"""The fields that are at hand; whoever asks one adds it."""


def at_hand(model: str) -> list[Asking]:
    """The fields of a model that are at hand, those that hold most first."""
    own = [asking for asking in list(ASKED) if asking.plan.model == model]
    return sorted(own, key=lambda asking: -len(asking.since(0)))


@lru_cache(maxsize=64)
def simulation(model: str) -> TellsTree | None:
    """The simulation of that name that has a sampler and a law of one position as of all; None for all others."""
    if not model.startswith("simulated/"):
        return None
    try:
        opened: Model = backend_of(model).open(model)
    except InputError:  # of another lmwalk
        return None
    return opened if opened.simulated and not opened.server and isinstance(opened, TellsTree) else None


def tree_now(model: TellsTree, prompt: Prompt) -> TokenTree:
    """What a simulation tells of a question; it answers without waiting."""
    told: Coroutine[Any, Any, TokenTree] = model.token_tree(prompt, prompt.process.alphabet, nullcontext())
    try:
        told.send(None)
    except StopIteration as done:
        found: TokenTree = done.value
        return found
    told.close()
    raise RuntimeError("a simulation without a server waited")
