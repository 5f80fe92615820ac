"""Addressed randomness: every draw has its own generator, so order and interruptions change nothing."""

from __future__ import annotations

import zlib
from functools import partial

import numpy as np

from lmwalk.types import Chance

WORLD = 0
"""The stream of what the world does (start states, true tosses): the same for every model and condition."""


def stream(condition_id: str) -> int:
    """The stream of one condition's model; never ``WORLD``."""
    return 1 + zlib.crc32(condition_id.encode())


def generator(seed: int, trajectory: int, t: int, stream: int) -> np.random.Generator:
    """The generator at an address."""
    return np.random.default_rng([seed, trajectory, t, stream])


def chance(seed: int, trajectory: int, t: int) -> Chance:
    """What the world draws from on its way to time t."""
    return partial(generator, seed, trajectory, t, WORLD)


def question_seed(seed: int, trajectory: int, t: int, stream: int) -> int:
    """The 31-bit seed sent to a model with the question at an address."""
    words = np.random.SeedSequence([seed, trajectory, t, stream]).generate_state(1)
    return int(words[0]) >> 1
