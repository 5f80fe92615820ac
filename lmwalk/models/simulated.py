"""Simulated models, whose truth is known: positive controls for every analysis, and tests.

``simulated/NAME`` or ``simulated/NAME:key=value,key=value``, such as ``simulated/persistent:stay=0.9``. They are no
language models and are labelled as simulations wherever they appear.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from lmwalk.errors import InputError, PermanentError, TransientError
from lmwalk.models._recipes import (
    RECIPES,
    Empty,
    Failing,
    Filter,
    Honest,
    Peaked,
    Recipe,
    Refusing,
    Verbose,
    outcomes_of,
)
from lmwalk.models._ways import without
from lmwalk.registry import backends
from lmwalk.token_tree import TokenTree, tree_of
from lmwalk.types import HERE, Attention, Distribution, Gate, Offer, Outcome, Prompt, Reply, Sampling, Sent, Span

PREFIX = "simulated/"


_MUTE = (Verbose, Refusing, Empty)
_PROBABILITY = "a number from 0 to 1"
_ACCEPTED = {
    "p": _PROBABILITY,
    "stay": _PROBABILITY,
    "rate": _PROBABILITY,
    "latency_s": "a number of seconds from 0 to 3600",
    "permanent_after": "a whole number of answers, at least 1",
    "mean": _PROBABILITY,
    "gamma": _PROBABILITY,
    "attention": _PROBABILITY,
    "strength": "a number of pseudo-counts from 0 to 10,000",
    "scale": "a number from 0 to 10",
    "target": "a number of characters from 1 to 100,000",
    "noise": "a number of characters from 0 to 10,000",
}
_RANGES = {
    "latency_s": (0, 3600),
    "permanent_after": (1, math.inf),
    "strength": (0, 10_000),
    "scale": (0, 10),
    "target": (1, 100_000),
    "noise": (0, 10_000),
}


class Simulated:
    """A simulation as a model."""

    exclusive = False
    simulated = True

    def __init__(self, name: str, recipe: Recipe) -> None:
        self.name = name
        self._latency_s: float = getattr(recipe, "latency_s", 0.0)
        self.server = "simulated" if self._latency_s else ""
        self._recipe = recipe
        self._tried: Counter[int] = Counter()
        self._answered = 0

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        names: dict[type[Recipe], tuple[str, ...]] = {
            Honest: ("temperature",),
            Peaked: ("temperature", "top_p", "top_k", "min_p"),
        }
        values = {name: getattr(sampling, name) for name in names.get(type(self._recipe), ())}
        notes = without(self.name, sampling, drop=drop)
        return Sent({name: value for name, value in values.items() if value is not None}, (self._recipe.note, *notes))

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        latency_s = await self._wait(gate) if self._latency_s else 0.0
        if isinstance(self._recipe, Failing):
            self._may_fail(self._recipe, seed)
        text = self._recipe.text(prompt, sampling, np.random.default_rng(seed))
        self._answered += 1
        return Reply(text, latency_s)

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        """The truth at T = 1. Replies that name no single outcome are outside."""
        if isinstance(self._recipe, _MUTE):
            return Distribution(dict.fromkeys(outcomes, -math.inf), 1.0)
        if self._latency_s:
            await self._wait(gate)
        known = outcomes_of(prompt)
        truth = dict(zip(known, self._recipe.chances(known, prompt.state).tolist(), strict=True))
        logs = {o: math.log(truth[o]) if truth.get(o, 0) > 0 else -math.inf for o in outcomes}
        return Distribution(logs, max(0.0, 1 - math.fsum(truth.get(o, 0.0) for o in outcomes)))

    async def close(self) -> None:
        return None

    async def _wait(self, gate: Gate) -> float:
        async with gate:
            started = time.perf_counter()
            await asyncio.sleep(self._latency_s)
            return time.perf_counter() - started

    def _may_fail(self, recipe: Failing, seed: int) -> None:
        if recipe.permanent_after and self._answered >= recipe.permanent_after:
            raise PermanentError(
                f"{self.name} fails for good after {recipe.permanent_after} answers, as it was told to."
            )
        # The number of the attempt is drawn with, or a question that failed once would fail for ever.
        attempt = self._tried.pop(seed, 0)
        if np.random.default_rng([seed, attempt]).random() < recipe.rate:
            self._tried[seed] = attempt + 1
            raise TransientError(f"{self.name} was told to fail now and then.")


class SimulatedSampler(Simulated):
    """A simulation that has a sampler: its law at T = 1 is that of one token an outcome."""

    trees_are_kept = False

    async def token_tree(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, *, without_thought: bool = False
    ) -> TokenTree:
        return tree_of(await self.distribution(prompt, outcomes, gate))


class Follower(Simulated):
    """A simulation that attends to the results shown, as its recipe has it."""

    async def attention(self, prompt: Prompt, spans: Sequence[Span], gate: Gate) -> Attention:
        """Attention to results, which each span is taken for; a token each letter."""
        assert isinstance(self._recipe, Filter)
        return Attention(self._recipe.attended(len(spans)), len(prompt.text))


def recipe_of(name: str) -> Recipe:
    """The recipe that a full model name stands for. Raises InputError naming what is wrong and what is accepted."""
    kind, _, written = name.removeprefix(PREFIX).partition(":")
    if kind not in RECIPES:
        known = ", ".join(PREFIX + known for known in RECIPES)
        raise InputError(f"There is no simulation called {name!r}. Accepted: {known}.")
    accepted = [field.name for field in fields(RECIPES[kind])]
    values: dict[str, Any] = {}
    for part in written.split(",") if written else ():
        key, equals, value = part.partition("=")
        if not equals or key not in accepted or key in values:
            options = ", ".join(f"{key}=..., each once" for key in accepted) or "no parameters"
            raise InputError(f"{name!r}: {part!r} is no parameter of {PREFIX}{kind}. Accepted: {options}.")
        values[key] = _value(name, kind, key, value)
    return RECIPES[kind](**values)


def _value(name: str, kind: str, key: str, written: str) -> Any:
    if (kind, key) == ("biased", "p"):
        return _shares(name, written)
    try:
        value = int(written) if key == "permanent_after" else float(written)
    except ValueError:
        value = math.nan
    low, high = _RANGES.get(key, (0, 1))
    if not low <= value <= high:
        raise InputError(f"{name!r}: {key}={written} cannot be used. Accepted: {_ACCEPTED[key]}.")
    return value


def _shares(name: str, written: str) -> tuple[float, ...]:
    try:
        shares = tuple(float(share) for share in written.split("/"))
    except ValueError:
        shares = ()
    if not shares or not all(0 <= share <= 1 for share in shares) or abs(math.fsum(shares) - 1) > 1e-6:
        raise InputError(
            f"{name!r}: p={written} cannot be used. Accepted: probabilities that sum to 1, such as 0.4/0.3/0.2/0.1."
        )
    return shares


class SimulatedBackend:
    """Backend of the names that start with ``simulated/``."""

    forms: ClassVar[tuple[str, ...]] = ("simulated/NAME", "simulated/NAME:key=value,key=value")

    def claims(self, name: str) -> bool:
        return name.startswith(PREFIX)

    def check(self, name: str) -> None:
        recipe_of(name)

    def open(self, name: str, home: Path = HERE) -> Simulated:
        recipe = recipe_of(name)
        if isinstance(recipe, Filter):
            return Follower(name, recipe)
        return SimulatedSampler(name, recipe) if isinstance(recipe, Honest) else Simulated(name, recipe)

    def offers(self, home: Path = HERE) -> list[Offer]:
        return [
            Offer(PREFIX + name, True, f"simulation: {recipe.about}", "controls", recipe.families)
            for name, recipe in RECIPES.items()
        ]


backends.register("simulated")(SimulatedBackend())
