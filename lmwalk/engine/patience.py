"""A question put again until it is answered, cannot be answered, or was put often enough."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import numpy as np

from lmwalk.engine.scheduling import Retries, Turn
from lmwalk.errors import PermanentError, TransientError, UnsupportedError
from lmwalk.types import Gate

T = TypeVar("T")
Waiting = Callable[[int, float, str], None]
"""Told of a failed attempt: its number from 1, the seconds until the next one, and why it failed."""


async def persistently(
    put: Callable[[Gate], Awaitable[T]], turn: Turn, retries: Retries, seed: int, waiting: Waiting
) -> tuple[T | None, int, str | None]:
    """The answer, the number of attempts, and where there is no answer the sentence that says why.

    Parameters
    ----------
    put : callable
        Puts the question once, through the gate that it is given.
    turn : Turn
        The asker's place in the queue of the server; left while it waits.
    seed : int
        What the lengths of waits are drawn with.
    """
    attempt, begun = 0, time.monotonic()
    while True:
        attempt += 1
        try:
            async with turn as gate:
                return await put(gate), attempt, None
        except (PermanentError, UnsupportedError) as error:
            return None, attempt, str(error)
        except TransientError as error:
            if given_up := retries.last_words(attempt, error, time.monotonic() - begun):
                return None, attempt, given_up
            wait_s = retries.wait_s(attempt, error, np.random.default_rng([seed, attempt]).random())
            if error.retry_after_s:
                turn.server.rest(error.retry_after_s)
            waiting(attempt, wait_s, str(error))
            await turn.server.wait(wait_s)
