"""From a server's log-probabilities to a distribution over outcomes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lmwalk.errors import UnsupportedError
from lmwalk.types import Distribution, Outcome


def first_token_distribution(name: str, response: Any, outcomes: Sequence[Outcome]) -> Distribution:
    """What the likeliest first tokens give each outcome; spellings that differ in case or spaces are added up.

    Raises UnsupportedError where the answer holds no log-probabilities.
    """
    logprobs = getattr(response.choices[0], "logprobs", None)
    if not logprobs or not logprobs.content or not logprobs.content[0].top_logprobs:
        raise UnsupportedError(f"The server of {name} gives no log-probabilities. Update it, or ask another model.")
    mass = dict.fromkeys(outcomes, 0.0)
    spelled = {outcome.strip().casefold(): outcome for outcome in outcomes}
    for entry in logprobs.content[0].top_logprobs:
        outcome = spelled.get(entry.token.strip().casefold())
        if outcome is not None:
            mass[outcome] += math.exp(entry.logprob)
    logs = {outcome: math.log(p) if p > 0 else -math.inf for outcome, p in mass.items()}
    return Distribution(logs, max(0.0, 1 - math.fsum(mass.values())))
