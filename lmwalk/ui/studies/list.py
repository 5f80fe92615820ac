"""The list of studies: one component whose rows are updated in place, so that nothing jumps while they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lmwalk.ui.shell.assets import script, styles

_component = st.components.v2.component(
    "lmwalk_studies",
    css=styles("parts/web/bar.css", "studies/web/studies.css"),
    js=script("studies/web/studies.js"),
    isolate_styles=False,
)


def study_list(
    rows: list[dict[str, Any]], chosen: str | None, on_pick: Callable[[str], None], *, key: str = "studies"
) -> None:
    """Draw the list.

    Parameters
    ----------
    rows : list of dict
        One a study, as ``study_rows.Row.message`` makes them.
    chosen : str or None
        The name of the row that is marked.
    on_pick : callable
        Called before the next run with the name of the row that was pressed.
    """

    def picked() -> None:
        on_pick(str(st.session_state[key]["pick"]))

    _component(key=key, data={"rows": rows, "chosen": chosen}, height="content", on_pick_change=picked)
