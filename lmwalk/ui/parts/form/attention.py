"""Whether it is kept what models attend to, under More: only where questions show results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lmwalk.study import Study
from lmwalk.types import Process, ShowsEvidence
from lmwalk.ui.families.family import Values

KEY = "attention"
KEPT: Mapping[str, Any] = {"no": False, "mean": True, "each": "each"}
WORDS = {
    "no": "Not kept",
    "mean": "Kept: mean and largest over heads and layers",
    "each": "Kept: every layer and head, too",
}
HELP = (
    "What the position that answers gives to every result that the question shows: asked once a question, of models "
    "that tell it, which are local/NAME and simulated/filter. Every layer and head takes some 100 kB a question of a "
    "large model. In a file: attention: true, or each."
)


def attention_setting(process: Process) -> Values:
    """Draw the control; the field of the study that it sets."""
    if not isinstance(process, ShowsEvidence):
        return {}
    chosen = st.selectbox(
        "Attention", list(KEPT), format_func=WORDS.__getitem__, key=KEY, bind="query-params", help=HELP
    )
    return {"attention": KEPT[chosen]}


def attention_of(study: Study) -> dict[str, Any]:
    """The value of the control, by its key."""
    return {KEY: next(word for word, kept in KEPT.items() if kept is study.attention or kept == study.attention)}
