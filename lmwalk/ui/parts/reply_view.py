"""A raw reply with what it was read from marked, and in a sentence how it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.datasets.reading_words import message
from lmwalk.number_format import rather
from lmwalk.types import Process
from lmwalk.ui.parts.thoughts import thought_below
from lmwalk.ui.shell.assets import script, styles
from lmwalk.ui.shell.escape import plain

MOST_OUTCOMES = 200

_component = st.components.v2.component(
    "lmwalk_reading",
    css=styles("parts/web/reading.css"),
    js=script("parts/web/reading.js"),
    isolate_styles=False,
)


def reading(process: Process, step: Mapping[str, Any], *, key: str) -> None:
    """Show the answer of a step.

    Parameters
    ----------
    step : mapping
        A record of ``store.history``.
    """
    _component(key=key, data=message(process, step), height="content")
    thought_below(step, key=f"{key}-thought")
    if isinstance(step["distribution"], str):
        _probabilities(step["distribution"])


def likeliest(stored: str) -> list[tuple[str, float]]:
    """What a model's tokens said, the likeliest outcome first, and what lies on none, where there is any."""
    found = json.loads(stored)
    beside = (("no outcome", found["outside"]), ("not seen", found["unseen"]))
    masses = [*found["p"].items(), *(pair for pair in beside if pair[1] > 0)]
    return sorted(masses, key=lambda pair: -pair[1])


def _probabilities(stored: str) -> None:
    found = json.loads(stored)
    st.dataframe(
        pd.DataFrame(likeliest(stored)[:MOST_OUTCOMES], columns=["outcome", "p"]),
        hide_index=True,
        column_config={
            "outcome": "Outcome",
            "p": st.column_config.ProgressColumn("Probability at T = 1", format="%.4f", min_value=0.0, max_value=1.0),
        },
    )
    if said := rather(found.get("instead", {}).items()):
        st.caption(plain(said.strip()))
