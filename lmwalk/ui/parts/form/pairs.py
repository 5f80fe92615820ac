"""Which models are base and instruct of one another, under More: one pair a line, else guessed from the names."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lmwalk.study import Study
from lmwalk.ui.families.family import Values

KEY = "pairs_of_models"
ARROW, NONE = "->", "none"
HELP = (
    "Which instruct models were made of which base models: one pair a line, BASE -> INSTRUCT, or the word none. Left "
    "empty, names such as gemma-2-2b and gemma-2-2b-it say it. Compare can correct it afterwards. In a file: pairs."
)


def pairs_setting() -> Values:
    """Draw the control; the field of the study that it sets. A line without an arrow is a pair with nobody."""
    text = st.text_area(
        "Base and instruct models",
        key=KEY,
        bind="query-params",
        height=80,
        placeholder="guessed from the names; one pair a line: BASE -> INSTRUCT",
        help=HELP,
    )
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    if not lines:
        return {}
    if lines == [NONE]:
        return {"pairs": {}}
    each = (line.partition(ARROW) for line in lines)
    return {"pairs": {base.strip(): tuned.strip() for base, _, tuned in each}}


def pairs_of(study: Study) -> dict[str, Any]:
    """The value of the control, by its key."""
    if study.pairs is None:
        return {KEY: ""}
    return {KEY: "\n".join(f"{base} {ARROW} {tuned}" for base, tuned in study.pairs.items()) or NONE}
