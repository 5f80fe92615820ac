"""What a model thought before it answered, and how much that was, in words. A thought is untrusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lmwalk.number_format import counted
from lmwalk.thoughts import Weight, weight

MOST_CHARACTERS = 200_000
"""Of a thought that is shown."""
UNSEEN = "(The server counts what was thought, and does not show it.)"


def weight_of(step: Mapping[str, Any]) -> Weight:
    """How much of a step's answer was thought.

    Parameters
    ----------
    step : mapping
        thought, reply, tokens_out, thought_tokens, as they are stored.
    """
    thought, reply = (value if isinstance(value := step[name], str) else None for name in ("thought", "reply"))
    return weight(thought, reply, _whole(step["tokens_out"]), _whole(step["thought_tokens"]))


def thought_of(step: Mapping[str, Any], most: int = MOST_CHARACTERS) -> str | None:
    """What was thought, or that it is not shown; None where nothing was thought. Cut at ``most`` characters."""
    thought = step["thought"]
    if not isinstance(thought, str):
        return UNSEEN if (_whole(step["thought_tokens"]) or 0) > 0 else None
    return thought if len(thought) <= most else f"{thought[:most]}… ({len(thought):,} characters)"


def size_words(step: Mapping[str, Any]) -> str:
    """How long a thought is: in tokens where the server counts any, else in characters."""
    found = weight_of(step)
    if found.tokens is None:
        return counted(len(step["thought"]), "character")
    return f"{'' if found.counted else 'about '}{counted(found.tokens, 'token')}"


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
