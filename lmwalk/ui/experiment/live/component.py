"""The live stage: one component, one node in the page, however much arrives."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from lmwalk.figures._drawing import CONFIG
from lmwalk.ui.families.family import Message
from lmwalk.ui.shell.assets import PLOTLY_URL, served

LOST = "lost"
"""What the stage says where it cannot follow its stream; else, that what is below it has to be drawn anew."""
THEMED = ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "borderColor")


def _themes() -> str:
    """Both themes of the page, for a stage that is shown in the other one."""
    return "\n".join(
        f".lmw-as-{theme} {{ {' '.join(_property(theme, name) for name in THEMED)} }}" for theme in ("light", "dark")
    )


def _property(theme: str, name: str) -> str:
    words = re.sub("([A-Z])", r"-\1", name).lower()
    return f"--st-{words}: {st.get_option(f'theme.{theme}.{name}')};"


@cache
def _component() -> Any:
    """Made when it is first drawn, as the folder that its script is served from is known by then."""
    sheets = (
        "parts/web/player.css",
        "parts/web/bar.css",
        "parts/web/reading.css",
        "experiment/live/web/live.css",
        "experiment/live/web/cells.css",
        "experiment/step_by_step/web/by_hand.css",
        "experiment/live/web/presentation.css",
    )
    return st.components.v2.component(
        "lmwalk_stage", js=served("experiment/live/web/live.js", *sheets, words=_themes()), isolate_styles=False
    )


def live_stage(
    message: Message,
    on_gap: Callable[[int, int], None],
    on_pick: Callable[[int], None],
    *,
    on_cell: Callable[[int], None],
    on_seek: Callable[[int | None], None],
    on_act: Callable[[Message], None],
    on_lost: Callable[[], None],
    t: int | None = None,
    key: str = "stage",
) -> None:
    """Hand the stage a message.

    Parameters
    ----------
    message : dict
        What ``looking.Teller`` tells, or where the stream is that tells it.
    on_gap : callable
        Called before the next run where the stage missed something, with how far it and its grid have come; -1 where
        they have nothing.
    on_pick : callable
        Called before the next run with the number of a line that the user clicked on, where lines can be picked.
    on_cell : callable
        Called before the next run with the place of the condition whose cell was clicked.
    t : int, optional
        Where the clock stands when the stage is first built; at its end, following the run, where nothing is given.
    on_seek : callable
        Called before the next run with the t at which the clock came to rest; with None at its end.
    on_act : callable
        Called before the next run with what a button or a key of the stage says is to be done.
    on_lost : callable
        Called before the next run where the stream cannot be followed.
    """
    data: dict[str, Any] = {**message, "plotly": PLOTLY_URL, "config": CONFIG, "t": t}

    def picked() -> None:
        on_pick(int(st.session_state[key]["pick"]))

    def missed() -> None:
        reached = st.session_state[key]["resync"]
        on_gap(int(reached["stage"]), int(reached["cells"]))

    def celled() -> None:
        on_cell(int(st.session_state[key]["cell"]))

    def sought() -> None:
        on_seek(st.session_state[key]["seek"]["t"])

    def acted() -> None:
        on_act(st.session_state[key]["act"])

    def turned() -> None:
        if st.session_state[key]["turn"] == LOST:
            on_lost()

    _component()(
        key=key,
        data=data,
        height="content",
        on_resync_change=missed,
        on_pick_change=picked,
        on_cell_change=celled,
        on_seek_change=sought,
        on_act_change=acted,
        on_turn_change=turned,
    )
