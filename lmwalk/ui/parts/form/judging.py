"""What a study is judged by, under More: its primary measure, and when that is decided."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lmwalk.study import Study
from lmwalk.study.judging import StopWhen
from lmwalk.types import Process
from lmwalk.ui.families.family import Values

NONE = "none"
PRIMARY_HELP = (
    "The one measure that this study is to be judged by, said before it is run. It is kept with the study and in "
    "every report. In a file: primary."
)
WIDTH_HELP = (
    "A condition begins no more trajectories once the 95% interval of the primary measure is no wider than this; "
    "Trajectories are then the most. That interval holds however often it is looked at, and is wider for that; other "
    "numbers take the size as given. Left empty: all are asked. In a file: stop_when: {width: ...}."
)
DIFFERS_HELP = (
    "The same, once that interval does not hold this value: what chance or an ideal observer would give, say. In a "
    "file: stop_when: {differs_from: ...}."
)


def judged(process: Process) -> Values:
    """Draw the controls; the fields of the study that they set."""
    known = process.measures(1)
    key = primary_key(process)
    primary: str = st.selectbox("Primary measure", [NONE, *known], key=key, bind="query-params", help=PRIMARY_HELP)
    if primary == NONE:
        return {}
    if known[primary] is None:
        st.caption("All trajectories are asked: stopping early needs a mean of values in known bounds.")
        return {"primary": primary}
    left, right = st.columns(2)
    asked = {
        "width": _value(left, "Stop at width", "stop_width", WIDTH_HELP),
        "differs_from": _value(right, "Stop when it differs from", "stop_differs", DIFFERS_HELP),
    }
    rule = {name: value for name, value in asked.items() if value is not None}
    return {"primary": primary, "stop_when": rule or None}


def primary_key(process: Process) -> str:
    """The key of the list of measures, which every process has of its own."""
    return f"primary_{process.name}"


def judged_as(study: Study, process: Process) -> dict[str, Any]:
    """The value of each of these controls, by its key."""
    rule = study.stop_when or StopWhen.model_construct()
    own = {"stop_width": rule.width, "stop_differs": rule.differs_from}
    return {primary_key(process): study.primary or NONE, **own}


def _value(place: Any, words: str, key: str, meaning: str) -> float | None:
    chosen = place.number_input(
        words, None, None, None, key=key, bind="query-params", format="%g", placeholder="never", help=meaning
    )
    return None if chosen is None else float(chosen)
