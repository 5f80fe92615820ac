"""The ideal observer as a model: the same loop, answers drawn from ``process.ideal(state)``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from lmwalk.errors import InputError, PermanentError
from lmwalk.models._ways import without
from lmwalk.registry import backends
from lmwalk.sampler import draw
from lmwalk.types import HERE, Distribution, Gate, Offer, Outcome, Prompt, Reply, Sampling, Sent


class Ideal:
    """Answers as a perfect random process would. Temperature and cuts do not touch it."""

    name = "ideal"
    server = ""
    exclusive = False
    simulated = True

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        notes = without(self.name, sampling, drop=drop)
        return Sent({}, ("The ideal observer has no sampler: temperature and cuts change nothing.", *notes))

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        ideal = self._ideal(prompt)
        chosen = draw(np.array(list(ideal.values())), np.random.default_rng(seed).random())
        return Reply(list(ideal)[chosen], 0.0)

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        ideal = self._ideal(prompt)
        logs = {o: math.log(ideal[o]) if ideal.get(o, 0) > 0 else -math.inf for o in outcomes}
        return Distribution(logs, 1 - math.fsum(ideal.get(o, 0) for o in outcomes))

    async def close(self) -> None:
        return None

    def _ideal(self, prompt: Prompt) -> Mapping[Outcome, float]:
        ideal = prompt.process.ideal(prompt.state)
        if not ideal:
            raise PermanentError(f"There is no ideal observer for {prompt.process.name}.")
        return ideal


class IdealBackend:
    """Backend of the one name ``ideal``."""

    forms: ClassVar[tuple[str, ...]] = ("ideal",)

    def claims(self, name: str) -> bool:
        return name == "ideal"

    def check(self, name: str) -> None:
        if name != "ideal":
            raise InputError(f"{name!r} is no model. Accepted: 'ideal'.")

    def open(self, name: str, home: Path = HERE) -> Ideal:
        self.check(name)
        return Ideal()

    def offers(self, home: Path = HERE) -> list[Offer]:
        return [Offer("ideal", True, "what a perfect random process would answer", "controls", ("walk", "draw"))]


backends.register("ideal")(IdealBackend())
