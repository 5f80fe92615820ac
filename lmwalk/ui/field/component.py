"""The pictures of fields: one component, in which sampler and walkers act without a word to Python."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from lmwalk.ui import messages
from lmwalk.ui.shell.assets import served

KEY = "field"


@cache
def _component() -> Any:
    """Made when it is first drawn, as the folder that its script is served from is known by then."""
    js = served("field/web/field.js", "field/web/field.css")
    return st.components.v2.component("lmwalk_field", js=js, isolate_styles=False)


def pictures(
    message: messages.Field, on_open: Callable[[int, list[int]], None], on_missed: Callable[[list[int]], None]
) -> None:
    """Hand the pictures a message.

    Parameters
    ----------
    message : Field
    on_open : callable
        Called before the next run with the number of the position that was clicked, and those of the fields shown.
    on_missed : callable
        Called before the next run where the browser missed something, with how many positions it has of each field.
    """

    def opened() -> None:
        told = st.session_state[KEY]["open"]
        on_open(int(told["position"]), [int(each) for each in told["fields"]])

    def missed() -> None:
        on_missed([int(each) for each in st.session_state[KEY]["missed"]["reached"]])

    _component()(key=KEY, data=message, height="content", on_open_change=opened, on_missed_change=missed)
