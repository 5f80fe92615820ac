"""What a model thought before it answered: its size in words, and the text itself, folded. A thought is untrusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.thoughts import Weight, weight
from lmwalk.ui.shell.escape import counted, number, percent

MOST_CHARACTERS = 200_000
"""Of a thought that is shown."""
HIGH = 240
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


def time_words(step: Mapping[str, Any]) -> str:
    """How a step's time divides into thinking and answering; nothing where that is not known."""
    share, latency_s = weight_of(step).share, step["latency_s"]
    if share is None or latency_s is None or pd.isna(latency_s):
        return ""
    thinking, answering = (number(float(latency_s) * part, 2) for part in (share, 1 - share))
    return f"about {thinking} s thinking and {answering} s answering ({percent(share)} of the answer is thought)"


def thought_below(step: Mapping[str, Any], *, key: str) -> None:
    """Draw a step's thought, folded; nothing where it has none."""
    thought = thought_of(step)
    if thought is None:
        return
    with st.expander(f"Thought before it, {size_words(step)}", icon=":material/psychology:", key=key):
        if time := time_words(step):
            st.caption(f"{time[0].upper()}{time[1:]}.")
        with st.container(height=HIGH if len(thought) > 600 else "content", border=False):
            st.text(thought)


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
