"""The live stage: one component, one node in the page, however much arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lmwalk.ui.assets import PLOTLY_URL, web
from lmwalk.ui.feed import Message

_component = st.components.v2.component(
    "lmwalk_stage",
    css=web("live.css"),
    js=web("palette.js", "walks.js", "plane.js", "series.js", "picture.js", "stream.js", "reader.js", "live.js"),
    isolate_styles=False,
)


def live_stage(
    message: Message, bar: Message, on_gap: Callable[[], None], on_pick: Callable[[int], None], *, key: str = "stage"
) -> None:
    """Hand the stage a message.

    Parameters
    ----------
    message : dict
        A snapshot or a delta of ``feed.Feed``.
    bar : dict
        State of the run: state, count, share (0 to 1), rate, errors, failed, left, waiting.
    on_gap : callable
        Called before the next run where the stage missed something and needs a snapshot.
    on_pick : callable
        Called before the next run with the number of a line that the user clicked on, where lines can be picked.
    """
    data: dict[str, Any] = {**message, "bar": bar, "plotly": PLOTLY_URL}

    def picked() -> None:
        on_pick(int(st.session_state[key]["pick"]))

    _component(key=key, data=data, height="content", on_resync_change=on_gap, on_pick_change=picked)
