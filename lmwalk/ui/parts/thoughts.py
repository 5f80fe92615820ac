"""What a model thought before it answered: its size in words, and the text itself, folded. A thought is untrusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.datasets.thought_words import size_words, thought_of, weight_of
from lmwalk.ui.shell.escape import number, percent

HIGH = 240


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
